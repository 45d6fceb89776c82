"""The lines of the read model, worked out from the ledger in one statement whatever the number of people."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, case, cast, func, insert, null, select

from lms.assignments.models import Assignment
from lms.kernel.database import is_postgresql, session
from lms.people.models import Person
from lms.reports import ledger
from lms.reports.models import WIDE, Line
from lms.reports.rules import State


def write_lines(*who: ColumnElement[bool]) -> None:
    """Put the lines of the active people in for whom *who* holds of ``Assignment``; there are none yet."""
    marked = _marked(_plain(*who))
    session().execute(insert(Line).from_select(list(marked), select(*marked.values())))


def _plain(*who: ColumnElement[bool]) -> CTE:
    """What the ledger says of each assignment, worked out once. Whether people are active is asked last."""
    columns = select(
        Assignment.key,
        Assignment.id.label("assignment_id"),
        Assignment.person_id,
        Person.number,
        Person.department_id,
        Person.region,
        Person.audience,
        Assignment.course,
        ledger.state().label("state"),
        ledger.papers().label("papers"),
        (~ledger.UNFINISHED).label("closed"),
        Assignment.due_on,
        ledger.ASSISTED.label("assisted"),
    )
    active = ledger.with_people(columns).where(ledger.aside(ledger.ACTIVE), *who)
    return active.cte("plain").prefix_with("MATERIALIZED")


def _marked(plain: CTE) -> dict[str, ColumnElement[Any]]:
    """Every column of a line: what is plain, and for what it stands among the rows of its person."""
    c = plain.c
    waits = c.state == State.WAITING_FOR_HELP.value
    marks = {
        "waits_since": case((waits, ledger.last_handed_in(c.key)), else_=null()),
        "gap": case((c.closed, null()), else_=_gap(plain)),
        "of_all": _is_first(plain),
        "of_owed": ~c.closed & _is_first(plain, "closed"),
        "of_state": _is_first(plain, "state"),
        "of_papers": _is_first(plain, "papers"),
        "of_course": _is_first(plain, "course"),
        "of_course_owed": ~c.closed & _is_first(plain, "course", "closed"),
        "of_course_state": _is_first(plain, "course", "state"),
    }
    return {**{name: column for name, column in c.items() if name != "key"}, **marks}


def _is_first(plain: CTE, *alike: str) -> ColumnElement[bool]:
    return func.row_number().over(**_window(plain, *alike)) == 1


def _window(plain: CTE, *alike: str) -> dict[str, Any]:
    c = plain.c
    return {
        "partition_by": [c.person_id, *(c[name] for name in alike)],
        "order_by": [c.due_on, c.assignment_id],
    }


def _gap(plain: CTE) -> ColumnElement[int]:
    due_on = plain.c.due_on
    before_on = func.lag(due_on).over(**_window(plain, "closed"))
    if is_postgresql():
        return func.least(func.coalesce(due_on - before_on, WIDE), WIDE)
    days = func.round(func.julianday(due_on) - func.julianday(before_on))
    return cast(func.min(func.coalesce(days, WIDE), WIDE), Integer)
