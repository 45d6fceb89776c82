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
from lms.reports.rules import UNFINISHED, Due, Papers, State
from lms.rollouts.standing import Standing, taught_by
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.manage.parts import course_name, place, screens, show, today
from lms.web.manage.policy_words import STANDINGS
from lms.web.manage.words import AUDIENCES, CAUSES, DUES, PAPERS, STATE_TAGS, STATES
from lms.web.standings import TAGS, policy_name

NAMES = ("state", "due", "papers", "course", "department", "region", "audience", "policy", "standing", "text")
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


def asked(names: Sequence[str] = NAMES) -> dict[str, str]:
    """The filters of this address as they stand in it, without empty ones."""
    given = {name: request.args.get(name, "").strip()[:_LONGEST_TEXT] for name in names}
    return {name: value for name, value in given.items() if value}


def filters_of(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> Filters:
    """What the address asks for. Raises ``NotFound`` for a value that no list offers."""
    release = asker().release_id
    offered(given, "course", courses_of(release))
    offered(given, "region", policies_of(release).regions)
    offered(given, "policy", taught_by(release))
    offered(given, "department", [node.key for node in tree])
    state = given.get("state", "")
    standing = code_of(Standing, given.get("standing", ""))
    return Filters(
        states=UNFINISHED if state == OPEN else frozenset(filter(None, [code_of(State, state)])),
        course=given.get("course", ""),
        department=given.get("department", ""),
        region=given.get("region", ""),
        audience=code_of(Audience, given.get("audience", "")),
        due=code_of(Due, given.get("due", "")),
        papers=code_of(Papers, given.get("papers", "")),
        text=given.get("text", ""),
        policy=given.get("policy", ""),
        standing=standing if "policy" in given else None,
    )


def offered(given: Mapping[str, str], name: str, possible: Sequence[str] | Mapping[str, object]) -> None:
    """Raise ``NotFound`` for a value that the list does not offer."""
    if name in given and given[name] not in possible:
        raise NotFound(kind=name, key=given[name])


def code_of(kind: type[Code], value: str) -> Code | None:
    """The code with this value, ``None`` for an empty one. Raises ``NotFound`` for one that there is not."""
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
        rows=page_of(filters, day, page=page, found=found),
        totals=found,
        page=page,
        given=given,
        others={name: value for name, value in given.items() if name != "state"},
        selects=_selects(given, tree),
        counts_by_state=_counts(found),
        tags=STATE_TAGS,
        words=STATES,
        standings=STANDINGS,
        standing_tags=TAGS,
        lacks_policy="standing" in given and not filters.policy,
        causes=CAUSES,
        course_name=course_name,
        place=place,
        may_remind=asker().may(Permission.REMINDER_SEND),
        may_ask=asker().may(Permission.ADJUSTMENT_REQUEST),
        unfinished=UNFINISHED,
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
    states = [(OPEN, gettext("All unfinished")), *((state.value, str(STATES[state])) for state in State)]
    options: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "state": (gettext("State"), states),
        "due": (gettext("Due date"), [(due.value, str(DUES[due])) for due in Due]),
        "papers": (gettext("Papers"), [(one.value, str(PAPERS[one])) for one in Papers]),
        "course": (gettext("Course"), [(name, course_name(name)) for name in courses_of(release)]),
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
        "region": (gettext("Insured in"), [(code, place_name(policies, code)) for code in policies.regions]),
        "audience": (gettext("Audience"), [(one.value, str(AUDIENCES[one])) for one in Audience]),
        "policy": (gettext("Policy"), [(name, policy_name(name)) for name in taught_by(release)]),
        "standing": (
            gettext("Policy standing"),
            [(one.value, str(STANDINGS[one])) for one in Standing],
        ),
    }
    return selects(options, given)


def selects(
    options: Mapping[str, tuple[str, Sequence[tuple[str, str]]]], given: Mapping[str, str]
) -> list[Select]:
    """Lists to choose from: name → label and pairs of value and words; the first choice is everything."""
    everything = ("", gettext("All"))
    return [
        Select(name, label, [everything, *several], given.get(name, ""))
        for name, (label, several) in options.items()
    ]


def indented(node: DepartmentNode) -> str:
    """The name behind as many ideographic spaces as the department lies deep."""
    return "\u3000" * node.depth + node.name
