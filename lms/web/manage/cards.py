"""Cards to sign in with: who has one, making them singly or for many, taking them back."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import flash, redirect, request, send_file
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import Form, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs
from wtforms.validators import AnyOf

from lms.access import cards as operations
from lms.access.card_lists import (
    PAGE,
    CardFilters,
    Cards,
    card_counts,
    card_page,
    cards_of,
    names_on,
    without_card,
)
from lms.access.cards import MOST, Issued, NoCard, Terms, candidates
from lms.access.rules import CardState, card_code, months_later, shown_code
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.people.queries import DepartmentNode, department_tree
from lms.printing.documents import Card, Link
from lms.printing.qr import svg
from lms.printing.typesetting import cards_sheet
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import asked_page, screens, show, today
from lms.web.manage.policy_new import Page
from lms.web.manage.progress import Select, asked, code_of, indented, offered, selects
from lms.web.qr import outside_url
from lms.web.sheets import company

_NAMES = ("text", "department", "cards")
_SQUARES = 60
"""So many new cards are shown with their squares; a page with more of them would be large, the PDF is not."""
_PRINTED_WITHIN = timedelta(hours=1)
"""So long after they were made, the page that shows new cards can still make the PDF of them."""
FILTERS = {
    Cards.NONE: lazy_gettext("Without a valid card"),
    Cards.LIVING: lazy_gettext("With a valid card"),
    Cards.ENDING: lazy_gettext("Ends within 30 days"),
    Cards.LOCKED: lazy_gettext("Locked"),
    Cards.NO_PHONE: lazy_gettext("No mobile number on file"),
}
STATES = {
    CardState.LIVING: lazy_gettext("Valid"),
    CardState.LOCKED: lazy_gettext("Locked"),
    CardState.EXPIRED: lazy_gettext("Expired"),
    CardState.USED_UP: lazy_gettext("Used"),
}
REASONS = {
    NoCard.NO_PHONE: lazy_gettext("no mobile number on file"),
    NoCard.DESK: lazy_gettext("has a desk and signs in with a password"),
    NoCard.LEFT: lazy_gettext("has left"),
    NoCard.MEANWHILE: lazy_gettext("has got a new card a moment ago"),
}
"""Why somebody gets no card."""
_MONTHS = {"12": lazy_gettext("One year"), "6": lazy_gettext("Half a year"), "1": lazy_gettext("One month")}
TODAY = "0"
"""In a form: good for today alone, at the table of a workshop."""


class TermsForm(Form):
    """How long and how often."""

    lasts = RadioField(
        lazy_gettext("How long is it good?"),
        [AnyOf([*_MONTHS, TODAY], lazy_gettext("Choose how long the card is good"))],
        default="12",
        choices=[
            *(SelectChoice(months, words) for months, words in _MONTHS.items()),
            SelectChoice(TODAY, lazy_gettext("Only today")),
        ],
        validate_choice=False,
    )
    uses = RadioField(
        lazy_gettext("How often may it be used?"),
        [AnyOf(["any", "once"], lazy_gettext("Choose how often the card may be used"))],
        default="any",
        choices=[
            SelectChoice("any", lazy_gettext("Any number of times")),
            SelectChoice("once", lazy_gettext("Once, for the table of a workshop")),
        ],
        validate_choice=False,
    )

    def terms(self, day: date) -> Terms:
        """What was chosen, counted from this day."""
        return Terms(months_later(day, int(self.lasts.data)), 1 if self.uses.data == "once" else None)


@screens.get("/cards")
@requires(Permission.CARD_ISSUE)
def cards() -> str:
    """A page of the list; one behind the last shows the last one."""
    given, tree, day = asked(_NAMES), department_tree(), today()
    filters = _filters(given, tree)
    page = asked_page()
    found = card_page(filters, page=page, today=day)
    pages = max(1, -(-found.total // PAGE))
    if page > pages:
        page, found = pages, card_page(filters, page=pages, today=day)
    return show(
        "cards",
        rows=found.rows,
        count=found.total,
        page=page,
        pages=pages,
        given=given,
        selects=_selects(given, tree),
        counts_by_filter=card_counts(day),
        words=FILTERS,
        states=STATES,
        others={name: value for name, value in given.items() if name != "cards"},
    )


def _filters(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> CardFilters:
    """What the address asks for. Raises ``NotFound`` for a value that no list offers."""
    offered(given, "department", [node.key for node in tree])
    return CardFilters(
        text=given.get("text", ""),
        department=given.get("department", ""),
        cards=code_of(Cards, given.get("cards", "")),
    )


def _selects(given: Mapping[str, str], tree: Sequence[DepartmentNode]) -> list[Select]:
    options = {
        "cards": (gettext("Cards"), [(one.value, str(words)) for one, words in FILTERS.items()]),
        "department": (gettext("Department"), [(node.key, indented(node)) for node in tree]),
    }
    return selects(options, given)


@screens.get("/cards/new", endpoint="cards_new")
@requires(Permission.CARD_ISSUE)
def ask() -> str:
    """Who was chosen, who can get one, and on what terms. ``?all=yes``: everybody in the list without one."""
    return _asking(_asked_for(), TermsForm())


def _asked_for() -> list[str]:
    if request.args.get("all") != "yes":
        return _several(request.args.getlist("person"))
    given = asked(_NAMES)
    return without_card(_filters(given, department_tree()), today=today())


def _several(keys: Sequence[str]) -> list[str]:
    """Those named, each once; more than are made at once are cut off."""
    return list(dict.fromkeys(keys))[:MOST]


def _asking(keys: Sequence[str], form: TermsForm) -> str:
    found = candidates(keys)
    return show(
        "cards_new",
        form=form,
        fit=[one for one in found if one.reason is None],
        left_out=[one for one in found if one.reason is not None],
        reasons=REASONS,
        most=MOST,
    )


@screens.post("/cards/new", endpoint="cards_issue")
@requires(Permission.CARD_ISSUE)
def issue() -> Page:
    """The new cards, on a page that is kept nowhere. Sent twice, the form makes none in place of them."""
    keys, form = _several(request.form.getlist("person")), TermsForm(request.form)
    if not form.validate():
        return _asking(keys, form), 422
    with unit_of_work():
        issued = operations.issue_cards(
            asker(), keys, form.terms(today()), replacing=request.form.getlist("had"), at=clock.now()
        )
    return show(
        "cards_issued",
        cards=issued.cards,
        codes={one.code: shown_code(one.code) for one in issued.cards},
        squares=_squares(issued),
        left_out=issued.left_out,
        reasons=REASONS,
        lines=instruction(),
    )


def _squares(issued: Issued) -> dict[str, Markup]:
    """Code → its square; the address in it is read out nowhere, for the code stands beside it."""
    if len(issued.cards) > _SQUARES:
        return {}
    hidden = ' aria-hidden="true"'
    return {one.code: Markup(svg(_address(one.code), hidden)) for one in issued.cards}  # noqa: S704 - ours


def _address(code: str = "") -> str:
    """What a card leads to, or where its code is typed; codes are not kept with the addresses of pages."""
    path = outside_url(url_for("cards.code"))
    return f"{path}/{code}" if code else path


def instruction() -> tuple[str, str, str]:
    """What stands on every card, in three lines; there is room for few words."""
    return (
        gettext("1. Scan the square."),
        gettext("2. Or open %(address)s and type the number above.", address=_address().split("://")[-1]),
        gettext("3. Type the last four digits of your mobile number."),
    )


@screens.post("/cards/sheet.pdf", endpoint="cards_sheet")
@requires(Permission.CARD_ISSUE)
def sheet() -> Response:
    """The cards that the asker has just made, ten on a page. Codes of others' cards are not found."""
    codes = list(dict.fromkeys(map(card_code, request.form.getlist("code"))))[:MOST]
    names = names_on(codes, issued_by=asker().id, since=clock.now() - _PRINTED_WITHIN)
    if not names:
        raise NotFound(kind="card", key="")
    lines, words = instruction(), gettext("Point the camera here")
    printed = [
        Card(name, shown_code(code), Link(_address(code), words), lines) for code, name in names.items()
    ]
    language = "en" if chosen() == "en" else "zh"
    file = io.BytesIO(
        cards_sheet(printed, title=gettext("Cards to sign in with"), language=language, author=company())
    )
    return send_file(file, mimetype="application/pdf", as_attachment=True, download_name="cards.pdf")


@screens.get("/cards/revoke", endpoint="cards_revoke")
@requires(Permission.CARD_ISSUE)
def ask_to_revoke() -> str:
    """Whose cards were chosen, and what will happen."""
    keys = _several(request.args.getlist("person"))
    return show("cards_revoke", chosen=cards_of(keys, today=today()))


@screens.post("/cards/revoke", endpoint="cards_take_back")
@requires(Permission.CARD_ISSUE)
def revoke() -> Response:
    """These cards open nothing from now on."""
    keys = _several(request.form.getlist("card"))
    with unit_of_work():
        count = operations.revoke_cards(asker(), keys, at=clock.now())
    flash(ngettext("%(num)s card opens nothing any more.", "%(num)s cards open nothing any more.", count))
    return redirect(url_for("manage.cards"), code=303)
