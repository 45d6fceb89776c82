"""Everybody on the staff list, and first passwords for many at once, shown one time to be handed over."""

from collections.abc import Mapping, Sequence

from flask import request
from flask_babel import gettext

from lms.access.issuing import MOST, issue_passwords, prepare_passwords
from lms.access.roster import PAGE, StaffFilters, StaffLine, staff_of, staff_page
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.models import Audience, PersonState
from lms.people.queries import DepartmentNode, department_tree
from lms.web.addresses import url_for
from lms.web.context import settings
from lms.web.guard import asker, requires
from lms.web.manage.parts import asked_page, place, screens, show
from lms.web.manage.progress import Select, asked, code_of, indented, offered, selects
from lms.web.manage.words import AUDIENCES

_NAMES = ("text", "department", "audience", "state", "account")
EVERYBODY = "all"
"""In an address: those who have left as well."""


@screens.get("/people")
@requires(Permission.PEOPLE_VIEW)
def people() -> str:
    """A page of the list; one behind the last shows the last one. Without a filter: who is here today."""
    given, tree = asked(_NAMES), department_tree()
    filters = _filters(given, tree)
    page = asked_page()
    found = staff_page(filters, page=page)
    pages = max(1, -(-found.total // PAGE))
    if page > pages:
        page, found = pages, staff_page(filters, page=pages)
    here = [row.key for row in found.rows if row.state is PersonState.ACTIVE]
    return show(
        "people",
        rows=found.rows,
        count=found.total,
        page=page,
        pages=pages,
        given=given,
        selects=_selects(given, tree),
        audiences=AUDIENCES,
        place=place,
        may_issue=asker().may(Permission.PASSWORD_ISSUE),
        choosable=len(here),
        all_of_page=url_for("manage.people_passwords", person=here),
    )


def _filters(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> StaffFilters:
    """What the address asks for. Raises ``NotFound`` for a value that no list offers."""
    offered(given, "department", [node.key for node in tree])
    offered(given, "account", ("yes", "no"))
    offered(given, "state", (*PersonState, EVERYBODY))
    code_of(Audience, given.get("audience", ""))
    state = given.get("state", PersonState.ACTIVE.value)
    return StaffFilters(
        text=given.get("text", ""),
        department=given.get("department", ""),
        audience=given.get("audience", ""),
        state="" if state == EVERYBODY else state,
        account=given.get("account", ""),
    )


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    options = {
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
        "audience": (gettext("Audience"), [(one.value, str(words)) for one, words in AUDIENCES.items()]),
        "account": (gettext("Account"), [("yes", gettext("Has an account")), ("no", gettext("No account"))]),
    }
    states = [
        ("", gettext("With the company")),
        (PersonState.LEFT.value, gettext("Has left")),
        (EVERYBODY, gettext("All")),
    ]
    return [*selects(options, given), Select("state", gettext("Employment"), states, given.get("state", ""))]


@screens.get("/people/passwords", endpoint="people_passwords")
@requires(Permission.PASSWORD_ISSUE)
def ask_for_passwords() -> str:
    """Who was chosen, and what will happen to whom."""
    chosen = [one for one in _chosen(request.args.getlist("person")) if one.state is PersonState.ACTIVE]
    again = sum(one.has_account for one in chosen)
    return show("people_passwords", chosen=chosen, again=again, fresh=len(chosen) - again, issued=())


@screens.post("/people/passwords", endpoint="people_passwords_issue")
@requires(Permission.PASSWORD_ISSUE)
def issue_many() -> str:
    """The new passwords as slips, on a page that is kept nowhere."""
    chosen = _chosen(request.form.getlist("person"))
    prepared = prepare_passwords(asker(), [one.key for one in chosen], replace=True)
    with unit_of_work():
        issued = issue_passwords(prepared, at=clock.now())
    got = {one.number for one in issued}
    return show(
        "people_passwords",
        chosen=chosen,
        issued=issued,
        left_out=[one.name for one in chosen if one.number not in got],
        address=settings().address,
    )


def _chosen(keys: Sequence[str]) -> list[StaffLine]:
    """Those who were ticked, each once; more than fit on the sheet are cut off."""
    return list(staff_of(list(dict.fromkeys(keys))[:MOST]))
