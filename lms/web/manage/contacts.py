"""Whom to call and whom to visit, the most needy first; what is taken on, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.access.queries import persons_who_may
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.outreach import contacts as operations
from lms.outreach.asked import waiting as asked_for
from lms.outreach.queries import PAGE, Colleague, colleagues, held, held_count
from lms.outreach.rules import ContactKind, Reason
from lms.people.queries import DepartmentNode, department_tree
from lms.policies.queries import policies_of
from lms.reports import contact_lists
from lms.reports.contact_lists import Wanted, listed, needs_of
from lms.web.addresses import url_for
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.manage.contact_words import KINDS, REASON_TAGS, REASONS
from lms.web.manage.parts import asked_page, place, screens, show, today
from lms.web.manage.progress import Select, asked, indented, offered, selects

MINE, TAKEN = "mine", "taken"
LISTS = (ContactKind.CALL.value, ContactKind.VISIT.value, MINE, TAKEN)
MOST = 100
"""So many are taken on at once: two pages."""


@dataclass(frozen=True)
class Tab:
    """One of the lists, with how many are on it; ``late`` of them are later than promised."""

    key: str
    words: str
    href: str
    count: int
    late: int = 0


def tabs(known: Mapping[ContactKind, int] | None = None) -> list[Tab]:
    """All lists, and the requests; *known*: how many are on lists that have been counted already."""
    waiting = asked_for(today())
    here = asker().id
    counts = {
        ContactKind.CALL.value: (gettext("To call"), _people(ContactKind.CALL, known)),
        ContactKind.VISIT.value: (gettext("To visit"), _people(ContactKind.VISIT, known)),
        MINE: (gettext("Taken on by me"), held_count(here)),
        TAKEN: (gettext("Taken on by all"), held_count()),
    }
    found = [
        Tab(key, words, url_for("manage.contacts", list=key), count) for key, (words, count) in counts.items()
    ]
    requests = url_for("manage.requests")
    return [*found, Tab("requests", gettext("Requests for help"), requests, waiting.requests, waiting.late)]


def _people(kind: ContactKind, known: Mapping[ContactKind, int] | None) -> int:
    return known[kind] if known and kind in known else contact_lists.count(kind, today())


@screens.get("/contacts")
@requires(Permission.CONTACT_WORK)
def contacts() -> str:
    """A list; the calls unless another one is asked for. Raises ``NotFound`` for one that there is not."""
    which = request.args.get("list", ContactKind.CALL.value)
    if which not in LISTS:
        raise NotFound(kind="list", key=which)
    page = asked_page()
    return _taken(which, page) if which in {MINE, TAKEN} else _to_contact(ContactKind(which), page)


def _to_contact(kind: ContactKind, page: int) -> str:
    given, tree = asked(("department", "region", "reason")), department_tree()
    offered(given, "department", [node.key for node in tree])
    offered(given, "reason", list(Reason))
    found = listed(kind, today(), Wanted(**given), page=page)
    return show(
        "contacts",
        kind=kind,
        found=found,
        given=given,
        selects=_selects(given, tree),
        tabs=tabs({} if given else {kind: found.total}),
        here=kind.value,
        reasons=REASONS,
        tags=REASON_TAGS,
        place=place,
        colleagues=_colleagues(),
    )


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    policies = policies_of(asker().release_id)
    options = {
        "reason": (gettext("Why"), [(one.value, str(REASONS[one])) for one in Reason]),
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
        "region": (gettext("Insured in"), [(code, place_name(policies, code)) for code in policies.regions]),
    }
    return selects(options, given)


def _colleagues() -> list[Colleague]:
    """To whom contacts can be given: the asker first, and alone where giving to others is not permitted."""
    found = colleagues(persons_who_may(Permission.CONTACT_WORK))
    mine = [one for one in found if one.id == asker().id]
    others = [one for one in found if one.id != asker().id]
    return [*mine, *(others if asker().may(Permission.CONTACT_ASSIGN) else [])]


def _taken(which: str, page: int) -> str:
    holder = asker().id if which == MINE else None
    total = held_count(holder)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    return show(
        "contacts_taken",
        rows=held(holder, page=page),
        total=total,
        page=page,
        pages=pages,
        which=which,
        tabs=tabs(),
        here=which,
        kinds=KINDS,
        reasons=REASONS,
        tags=REASON_TAGS,
        place=place,
        colleagues=_colleagues(),
        may_assign=asker().may(Permission.CONTACT_ASSIGN),
    )


@screens.post("/contacts/take", endpoint="contacts_take")
@requires(Permission.CONTACT_WORK)
def take() -> Response:
    """Make contacts of those who were ticked, or of the whole page."""
    kind = _kind()
    back = redirect(url_for("manage.contacts", list=kind.value), code=303)
    keys = request.form.getlist("listed" if request.form.get("every") else "person")[:MOST]
    if not keys:
        flash(gettext("Nobody was chosen. Tick those whom you take on."))
        return back
    to = _to_whom()
    with unit_of_work():
        needs = needs_of(keys, kind, today())
        count = operations.take(needs, kind, assign_to=to.id, actor_id=asker().id, at=clock.now())
    flash(_taken_words(count, len(keys), to))
    return back


def _taken_words(count: int, chosen: int, to: Colleague) -> str:
    done = ngettext(
        "%(num)s person is with %(name)s now.", "%(num)s people are with %(name)s now.", count, name=to.name
    )
    if count == chosen:
        return str(done)
    left = ngettext(
        "%(num)s is not on the list any more.", "%(num)s are not on the list any more.", chosen - count
    )
    return f"{done} {left}"


def _kind() -> ContactKind:
    given = request.form.get("kind", "")
    if given not in set(ContactKind):
        raise NotFound(kind="list", key=given)
    return ContactKind(given)


def _to_whom() -> Colleague:
    """The colleague who was chosen. Raises ``NotFound`` for somebody to whom nothing can be given."""
    chosen = request.form.get("to", asker().key)
    for one in _colleagues():
        if one.key == chosen:
            return one
    raise NotFound(kind="person", key=chosen)


@screens.post("/contacts/assign", endpoint="contacts_assign")
@requires(Permission.CONTACT_ASSIGN)
def assign() -> Response:
    """Hand over those that were ticked."""
    keys = request.form.getlist("contact")[:MOST]
    which = TAKEN if request.form.get("list") != MINE else MINE
    back = redirect(url_for("manage.contacts", list=which), code=303)
    if not keys:
        flash(gettext("Nothing was chosen. Tick what you hand over."))
        return back
    to = _to_whom()
    with unit_of_work():
        count = operations.assign(keys, to=to.id, actor_id=asker().id, at=clock.now())
    words = ngettext("%(num)s is with %(name)s now.", "%(num)s are with %(name)s now.", count, name=to.name)
    flash(str(words))
    return back
