"""Everybody to whom a change was given and what became of it, also as a table to take away; reminding."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.clock import CHINA, china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.people.models import Audience
from lms.people.queries import DepartmentNode, department_tree
from lms.rollouts import roster
from lms.rollouts.models import Change
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.reminding import NobodyWaits, RemindedToday, remind
from lms.rollouts.roster import Filters, Outcome, Row
from lms.rollouts.running import UNDER_WAY
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.exports import Cell, Table, taken, without_names
from lms.web.manage.parts import course_name, place, screens, show, today
from lms.web.manage.policy_words import OUTCOME_TAGS, OUTCOMES, PATHS, WAYS
from lms.web.manage.progress import Select, asked, code_of, indented, offered, selects
from lms.web.manage.words import AUDIENCES, HELP_KINDS

_NAMES = ("outcome", "audience", "department", "text")
WAITING = frozenset({Outcome.DELIVERED, Outcome.ON_ITS_WAY, Outcome.OPENED, Outcome.LATE})
"""Of whom something is still expected."""
_HEADINGS = (
    lazy_gettext("Employee number"),
    lazy_gettext("Name"),
    lazy_gettext("Department"),
    lazy_gettext("Insured in"),
    lazy_gettext("Audience"),
    lazy_gettext("What they get"),
    lazy_gettext("Course"),
    lazy_gettext("Sent out on"),
    lazy_gettext("Due on"),
    lazy_gettext("Delivered by"),
    lazy_gettext("Delivered on"),
    lazy_gettext("Opened on"),
    lazy_gettext("Learned on"),
    lazy_gettext("With a helper"),
    lazy_gettext("Certificate number"),
    lazy_gettext("State"),
    lazy_gettext("Days overdue"),
    lazy_gettext("Excused on"),
    lazy_gettext("Excused by"),
    lazy_gettext("Reason for the excuse"),
)


def _approved(key: str) -> Change:
    """The change. Raises ``NotFound`` for one that nobody has approved: it was given to nobody."""
    change = change_by_key(key)
    if change.approved_at is None:
        raise NotFound(kind="roster", key=key)
    return change


def _filters(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> Filters:
    offered(given, "department", [node.key for node in tree])
    return Filters(
        audience=code_of(Audience, given.get("audience", "")),
        outcome=code_of(Outcome, given.get("outcome", "")),
        department=given.get("department", ""),
        text=given.get("text", ""),
    )


@screens.get("/policy/<key>/people", endpoint="policy_people")
@requires(Permission.CHANGE_VIEW)
def people(key: str) -> str:
    """A page of the list; one behind the last shows the last one."""
    change, given, tree = _approved(key), asked(_NAMES), department_tree()
    filters = _filters(given, tree)
    count = roster.total(change, filters, today=today())
    pages = max(1, -(-count // roster.PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "policy_people",
        change=change,
        rows=roster.page_of(change, filters, today=today(), page=page),
        count=count,
        page=page,
        pages=pages,
        given=given,
        selects=_selects(given, tree),
        outcomes=OUTCOMES,
        tags=OUTCOME_TAGS,
        paths=PATHS,
        ways=WAYS,
        waiting=WAITING,
        may_excuse=asker().may(Permission.CHANGE_STEER) and change.state in UNDER_WAY,
        may_export=asker().may(Permission.PROGRESS_EXPORT),
        china_day=china_date,
    )


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    options = {
        "outcome": (gettext("State"), [(one.value, str(words)) for one, words in OUTCOMES.items()]),
        "audience": (gettext("Audience"), [(one.value, str(words)) for one, words in AUDIENCES.items()]),
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
    }
    return selects(options, given)


@screens.get("/policy/<key>/people.<any(csv, xlsx):ending>", endpoint="policy_people_export")
@requires(Permission.PROGRESS_EXPORT)
def people_export(key: str, ending: str) -> Response:
    """The whole list as CSV or XLSX, narrowed as on the screen."""
    change, given, day = _approved(key), asked(_NAMES), today()
    rows = roster.all_of(change, _filters(given, department_tree()), today=day)
    table = Table(f"people-{key}-{day.isoformat()}", [str(one) for one in _HEADINGS], cells(rows, day))
    return taken(table, ending, "change.roster-exported", key, kind=ending, filters=without_names(given))


def cells(rows: Iterable[Row], day: date) -> Iterator[list[Cell]]:
    """Lines of the table in the order of the headings. Each word is translated once, not once a line."""
    audiences = {key: str(text) for key, text in AUDIENCES.items()}
    outcomes = {key: str(text) for key, text in OUTCOMES.items()}
    paths = {key: str(text) for key, text in PATHS.items()}
    ways = {key: str(text) for key, text in WAYS.items()}
    helped = {key: str(text) for key, text in HELP_KINDS.items()}
    title, city = cache(course_name), cache(place)
    for row in rows:
        yield [
            row.number,
            row.name,
            row.department,
            city(row.region),
            audiences[row.audience],
            paths[row.path],
            title(row.course) if row.course else None,
            china_date(row.given_at),
            row.due_on,
            ways.get(row.way, ""),
            _day(row.got_at),
            _day(row.opened_at),
            _day(row.done_at),
            helped[row.assisted] if row.assisted else None,
            row.certificate,
            outcomes[row.outcome],
            row.days_late(day),
            _day(row.excused_at),
            row.excused_by,
            row.excuse,
        ]


def _day(at: datetime | None) -> date | None:
    return china_date(at) if at else None


@screens.post("/policy/<key>/remind", endpoint="policy_remind")
@requires(Permission.CHANGE_STEER)
def remind_all(key: str) -> Response:
    """Remind everybody who is not done, each at most once a day."""
    try:
        with unit_of_work():
            told = remind(key, actor_id=asker().id, at=clock.now())
        flash(ngettext("%(num)s person was reminded.", "%(num)s people were reminded.", told))
    except RemindedToday as refusal:
        time = refusal.at.astimezone(CHINA).strftime("%H:%M")
        flash(gettext("Already reminded at %(time)s; nobody is reminded twice on a day.", time=time))
    except NobodyWaits:
        flash(gettext("Nobody has to be reminded: whoever was given it has learned it."))
    return redirect(url_for("manage.policy_change", key=key), code=303)
