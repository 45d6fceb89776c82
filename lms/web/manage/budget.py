"""The budget of a year: so much a head, what is planned and spent by category, and the single amounts."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DecimalField, Form
from wtforms.validators import DataRequired, Optional

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.planning import budgets as operations
from lms.planning.budgets import NewCost, budget, costs, heads_now
from lms.planning.queries import year_of
from lms.planning.rules import SUGGESTED, Category, is_as_suggested
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.assign_forms import Count, needs, within
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.plan import Page, asked_year, offered_years
from lms.web.manage.plan_events import event_choices, event_names
from lms.web.manage.plan_words import CATEGORIES, amount, digits
from lms.web.manage.policy_forms import as_choices, chosen_from, line, one_of

_MOST_PER_HEAD, _MOST_HEADS, _MOST_AMOUNT = Decimal(20_000), 2_000_000, Decimal(10**10)


class Yuan(DecimalField):
    """An amount with at most two digits behind the point, asked for again in our own words."""

    def __init__(self, label: LazyString, most: Decimal, **options: Any) -> None:
        super().__init__(label, [Optional()], **options)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace(",", "").replace("，", "")
        if not text:
            return
        try:
            self.data = Decimal(text)
        except InvalidOperation:
            self.data = None
        if self.data is None or not self.data.is_finite() or self.data != self.data.quantize(Decimal("0.01")):
            self.data = None
            raise ValueError(gettext("Enter an amount as in 1280 or 1280.50"))
        if not 0 < self.data <= self.most:
            self.data = None
            raise ValueError(gettext("Enter an amount above 0 and up to %(most)s", most=f"{self.most:,}"))


class ReserveForm(Form):
    """So much a head, and for how many."""

    per_head = Yuan(lazy_gettext("Amount a head"), _MOST_PER_HEAD)
    heads = Count(lazy_gettext("For how many people?"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Both are needed."""
        valid = super().validate(extra_validators)
        found = [
            needs(self.per_head, gettext("Enter an amount a head")),
            needs(self.heads, gettext("Enter for how many people")) and within(self.heads, 1, _MOST_HEADS),
        ]
        return valid and all(found)


class CostForm(Form):
    """An amount: only planned, or spent on a day."""

    what = one_of(
        lazy_gettext("Planned or spent?"),
        lazy_gettext("Choose whether it is planned or was spent"),
        {"planned": lazy_gettext("Planned for the year"), "spent": lazy_gettext("Was spent")},
    )
    category = one_of(lazy_gettext("What is it for?"), lazy_gettext("Choose what it is for"), CATEGORIES)
    amount = Yuan(lazy_gettext("Amount"), _MOST_AMOUNT)
    on = Day(lazy_gettext("Spent on"), [Optional()])
    note = line(lazy_gettext("In words"), DataRequired(lazy_gettext("Say what it is for")), most=200)
    event_key = chosen_from(lazy_gettext("For a workshop"), lazy_gettext("Choose from the list"))

    def validate(self, extra_validators: Any = None) -> bool:
        """What was spent has a day, which is not to come."""
        valid = super().validate(extra_validators)
        found = [needs(self.amount, gettext("Enter an amount"))]
        if self.what.data == "spent":
            found.append(needs(self.on, gettext("Enter the day on which it was spent")))
            found.append(self._is_past())
        return valid and all(found)

    def _is_past(self) -> bool:
        if self.on.data and self.on.data > today():
            self.on.errors = [gettext("Enter a day that is not after today; until then it is planned")]
        return not self.on.errors

    @property
    def cost(self) -> NewCost:
        """What the form says; only after validation."""
        return NewCost(
            Category(self.category.data),
            self.amount.data or Decimal(0),
            self.on.data if self.what.data == "spent" else None,
            self.note.data or "",
            self.event_key.data or "",
        )


def open_year() -> int:
    """The year in the address. Raises ``NotFound`` for one that was never opened."""
    year = asked_year()
    if year_of(year) is None:
        raise NotFound(kind="year", key=str(year))
    return year


@screens.get("/plan/budget", endpoint="budget")
@requires(Permission.PLAN_VIEW)
def page() -> str:
    """The budget of a year with all its amounts."""
    year = asked_year()
    found = budget(year)
    return show(
        "budget",
        year=year,
        years=offered_years(year),
        opened=year_of(year),
        budget=found,
        costs=costs(year),
        events=event_names(year),
        categories=CATEGORIES,
        amount=amount,
        digits=digits,
        suggested=SUGGESTED,
        is_outside=bool(found and found.per_head is not None and not is_as_suggested(found.per_head)),
        may_edit=asker().may(Permission.PLAN_EDIT),
    )


@screens.route("/plan/budget/reserve", methods=["GET", "POST"], endpoint="budget_reserve")
@requires(Permission.PLAN_EDIT)
def reserve() -> Page:
    """So much a head for so many; the number of people is counted now and may be corrected."""
    year = open_year()
    stored, heads = budget(year), heads_now()
    has_one = stored is not None and stored.per_head is not None
    form = ReserveForm(
        request.form,
        per_head=stored.per_head if stored else None,
        heads=stored.heads if has_one and stored else heads,
    )
    if request.method == "GET" or not form.validate():
        page = show("budget_reserve", form=form, year=year, heads=heads, suggested=SUGGESTED)
        return page if request.method == "GET" else (page, 422)
    with unit_of_work():
        operations.reserve(
            year,
            per_head=form.per_head.data or Decimal(0),
            heads=form.heads.data or 0,
            actor_id=asker().id,
            at=clock.now(),
        )
    flash(gettext("The budget is kept."))
    return redirect(url_for("manage.budget", year=year), code=303)


@screens.route("/plan/budget/enter", methods=["GET", "POST"], endpoint="budget_enter")
@requires(Permission.PLAN_EDIT)
def enter() -> Page:
    """Put an amount on record."""
    year = open_year()
    form = CostForm(request.form, what=request.args.get("what", ""), on=today())
    form.event_key.choices = as_choices(event_choices(year))
    if request.method == "GET":
        return show("budget_enter", form=form, year=year)
    if not form.validate():
        return show("budget_enter", form=form, year=year), 422
    with unit_of_work():
        operations.enter(year, form.cost, actor_id=asker().id, at=clock.now())
    flash(gettext("Entered: %(amount)s.", amount=amount(form.amount.data or Decimal(0))))
    return redirect(url_for("manage.budget", year=year), code=303)


@screens.post("/plan/budget/<key>/strike", endpoint="budget_strike")
@requires(Permission.PLAN_EDIT)
def strike(key: str) -> Response:
    """Take an amount out again; the log keeps what it was."""
    with unit_of_work():
        year = operations.strike(key, actor_id=asker().id, at=clock.now())
    flash(gettext("Taken out. The log keeps what it was."))
    return redirect(url_for("manage.budget", year=year), code=303)
