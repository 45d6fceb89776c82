"""Who has come how far: filters in the address, a page of the list, counts by state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import request
from flask_babel import gettext

from lms.courses.queries import courses_of
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.people.models import Audience
from lms.people.queries import DepartmentNode, department_tree
from lms.policies.queries import policies_of
from lms.reports.filters import Filters
from lms.reports.queries import Totals, page_of, totals
from lms.reports.rules import UNFINISHED, Due, State
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.manage.parts import course_name, place, screens, show, today
from lms.web.manage.words import AUDIENCES, CAUSES, DUES, STATE_TAGS, STATES

NAMES = ("state", "due", "course", "department", "region", "audience", "text")
"""Names of the filters in an address."""
OPEN = "unfinished"
"""In an address: every state but done."""
_LONGEST_TEXT = 80
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class Select:
    """A filter as a list to choose from: pairs of value and words, the first one for everything."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


def asked() -> dict[str, str]:
    """The filters of this address as they stand in it, without empty ones."""
    given = {name: request.args.get(name, "").strip()[:_LONGEST_TEXT] for name in NAMES}
    return {name: value for name, value in given.items() if value}


def filters_of(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> Filters:
    """What the address asks for. Raises ``NotFound`` for a value that no list offers."""
    release = asker().release_id
    _known(given, "course", courses_of(release))
    _known(given, "region", policies_of(release).regions)
    _known(given, "department", [node.key for node in tree])
    state = given.get("state", "")
    return Filters(
        states=UNFINISHED if state == OPEN else frozenset(filter(None, [_code(State, state)])),
        course=given.get("course", ""),
        department=given.get("department", ""),
        region=given.get("region", ""),
        audience=_code(Audience, given.get("audience", "")),
        due=_code(Due, given.get("due", "")),
        text=given.get("text", ""),
    )


def _known(given: Mapping[str, str], name: str, possible: Sequence[str] | Mapping[str, object]) -> None:
    if name in given and given[name] not in possible:
        raise NotFound(kind=name, key=given[name])


def _code(kind: type[Code], value: str) -> Code | None:
    if value and value not in list(kind):
        raise NotFound(kind=kind.__name__, key=value)
    return kind(value) if value else None


@screens.get("/progress")
@requires(Permission.PROGRESS_VIEW)
def progress() -> str:
    """The list. A page behind the last one shows the last one."""
    given, tree, day = asked(), department_tree(), today()
    filters = filters_of(given, tree)
    found = totals(filters, day)
    page = min(max(1, request.args.get("page", 1, type=int)), found.pages)
    return show(
        "progress",
        rows=page_of(filters, day, page=page),
        totals=found,
        page=page,
        given=given,
        others={name: value for name, value in given.items() if name != "state"},
        selects=_selects(given, tree),
        counts_by_state=_counts(found),
        tags=STATE_TAGS,
        words=STATES,
        causes=CAUSES,
        course_name=course_name,
        place=place,
    )


def _counts(found: Totals) -> list[tuple[str, str, int]]:
    """Value in the address, words and number of rows, of everything and of each state that has any."""
    counted = [
        ("", gettext("All"), found.everything),
        (OPEN, gettext("All unfinished"), found.unfinished),
        *((state.value, str(STATES[state]), found.by_state[state]) for state in State),
    ]
    return [one for one in counted if one[2]]


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    release = asker().release_id
    policies = policies_of(release)
    everything = gettext("All")
    states = [(OPEN, gettext("All unfinished")), *((state.value, str(STATES[state])) for state in State)]
    options: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "state": (gettext("State"), states),
        "due": (gettext("Due date"), [(due.value, str(DUES[due])) for due in Due]),
        "course": (gettext("Course"), [(name, course_name(name)) for name in courses_of(release)]),
        "department": (gettext("Department"), [(node.key, _indented(node)) for node in tree]),
        "region": (gettext("Insured in"), [(code, place_name(policies, code)) for code in policies.regions]),
        "audience": (gettext("Audience"), [(one.value, str(AUDIENCES[one])) for one in Audience]),
    }
    return [
        Select(name, label, [("", everything), *several], given.get(name, ""))
        for name, (label, several) in options.items()
    ]


def _indented(node: DepartmentNode) -> str:
    """The name behind as many ideographic spaces as the department lies deep."""
    return "\u3000" * node.depth + node.name
