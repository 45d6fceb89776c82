"""How many lines are alike: kept by taking away what the lines of some people came to, and adding it anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, literal, select, union_all

from lms.kernel.database import session, upsert
from lms.reports.models import LAST_DAY, Cell, Line
from lms.reports.rules import SOON_DAYS, Level

MARKS = (
    "of_all",
    "of_owed",
    "of_state",
    "of_papers",
    "of_course",
    "of_course_owed",
    "of_course_state",
    "assisted",
)
KEYS = ("level", "department_id", "course", "region", "audience", "state", "papers", "due_on")
COUNTS = ("n", *MARKS, *(f"soon_{days}" for days in range(SOON_DAYS + 1)))
BLANK: Mapping[str, Any] = {"department_id": 0, "course": "", "region": "", "audience": "", "papers": ""}
"""What stands for a column that a level does not tell apart."""
TOLD: Mapping[Level, frozenset[str]] = {
    Level.COMPANY: frozenset({"course", "papers"}),
    Level.DEPARTMENT: frozenset({"department_id"}),
    Level.EVERYTHING: frozenset(BLANK),
}
"""Level → what it tells apart besides state and due date."""


def take_away(*who: ColumnElement[bool]) -> None:
    """Count the lines for which *who* holds no more; they are about to be removed."""
    _shift(-1, *who)


def add(*who: ColumnElement[bool]) -> None:
    """Count the lines for which *who* holds; they have just been put in."""
    _shift(1, *who)


def clear_away() -> None:
    """Remove cells that count nothing any more."""
    session().execute(delete(Cell).where(Cell.n == 0).execution_options(synchronize_session=False))


def counted(level: Level, *who: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The cells of a level, made from the lines: keys, then counts."""
    keys = _keys(level)
    by = [column for name, column in keys.items() if name not in BLANK or name in TOLD[level]]
    return (
        select(*(column.label(name) for name, column in keys.items()), *_counts()).where(*who).group_by(*by)
    )


def _keys(level: Level) -> dict[str, ColumnElement[Any]]:
    told = {name: getattr(Line, name) for name in TOLD[level]}
    return {
        "level": literal(level.value),
        **{name: told.get(name, literal(blank)) for name, blank in BLANK.items()},
        "state": Line.state,
        "due_on": case((Line.closed, LAST_DAY), else_=Line.due_on),
    }


def _counts() -> list[ColumnElement[int]]:
    marks = [func.count().filter(getattr(Line, name)).label(name) for name in MARKS]
    soon = [func.count().filter(Line.gap > days).label(f"soon_{days}") for days in range(SOON_DAYS + 1)]
    return [func.count().label("n"), *marks, *soon]


def _shift(sign: int, *who: ColumnElement[bool]) -> None:
    both = union_all(*(counted(level, *who) for level in Level)).subquery("counted")
    values = {name: both.c[name] * sign if name in COUNTS else both.c[name] for name in (*KEYS, *COUNTS)}
    row = upsert(Cell).from_select(list(values), select(*values.values()).where(literal(True)))
    summed = {name: getattr(Cell, name) + row.excluded[name] for name in COUNTS}
    session().execute(row.on_conflict_do_update(index_elements=list(KEYS), set_=summed))
