"""The training year: as a list by month or as a calendar, opened and approved."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.workdays import is_workday
from lms.planning import years as operations
from lms.planning.budgets import budget
from lms.planning.queries import entries, year_of, years
from lms.planning.rules import EntryState
from lms.web.addresses import url_for
from lms.web.calendar_items import ICONS, KINDS, OF_DESK, Item, ItemKind, of_desk
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show, today
from lms.web.manage.plan_words import amount, month_name, state_tag
from lms.web.manage.policy_forms import words

Page = str | tuple[str, int] | Response
_VIEWS = ("list", "calendar")
_FIRST, _LAST = 2020, 2099


class ApproveForm(Form):
    """What is said with the approval."""

    note = words(lazy_gettext("What is important this year? You may leave this empty."), most=1000)


@dataclass(frozen=True)
class Mark:
    """An item on a day of the calendar: ``edge`` is ``starts`` or ``ends`` for what takes several days."""

    item: Item
    edge: str = ""


@dataclass(frozen=True)
class Square:
    """A day of the calendar with what is on it."""

    day: date
    is_of_month: bool
    is_workday: bool
    marks: Sequence[Mark]


def asked_year() -> int:
    """The year in the address, else the present one. Raises ``NotFound`` for one that nobody plans."""
    year = request.args.get("year", today().year, type=int)
    if not _FIRST <= year <= _LAST:
        raise NotFound(kind="year", key=str(year))
    return year


def offered_years(year: int) -> list[int]:
    """Years to choose from: those opened, the present one, the next one, and the one that is shown."""
    return sorted({*years(), today().year, today().year + 1, year})


@screens.get("/plan")
@requires(Permission.PLAN_VIEW)
def plan() -> str:
    """A year: by month, or one month of it as a calendar with the list beside."""
    year, view = asked_year(), request.args.get("view", "list")
    if view not in _VIEWS:
        raise NotFound(kind="view", key=view)
    kind = _asked_kind()
    month = min(max(request.args.get("month", _usual_month(year), type=int), 1), 12) if view != "list" else 0
    squares = (
        list(Calendar().itermonthdates(year, month)) if month else [date(year, 1, 1), date(year, 12, 31)]
    )
    items = _items(squares[0], squares[-1], kind)
    return show(
        "plan",
        year=year,
        years=offered_years(year),
        opened=year_of(year),
        layout=view,
        month=month,
        kind=kind.value if kind else "",
        kinds=[(one.value, KINDS[one]) for one in OF_DESK],
        icons=ICONS,
        months=_by_month(items, year, month),
        weeks=_weeks(squares, items, month) if month else [],
        words=KINDS,
        month_name=month_name,
        state_tag=state_tag,
        far=_far(year),
        may_edit=asker().may(Permission.PLAN_EDIT),
    )


def _asked_kind() -> ItemKind | None:
    kind = request.args.get("kind", "")
    if kind and kind not in set(OF_DESK):
        raise NotFound(kind="kind", key=kind)
    return ItemKind(kind) if kind else None


def _usual_month(year: int) -> int:
    return today().month if today().year == year else 1


def _items(first: date, last: date, kind: ItemKind | None) -> list[Item]:
    return [one for one in of_desk(first, last, today()) if kind in {None, one.kind}]


def _by_month(items: Sequence[Item], year: int, only: int) -> Mapping[int, list[Item]]:
    """Month → what begins in it, or with one month alone, whatever falls into that."""
    months = [only] if only else range(1, 13)
    if only:
        first, after = date(year, only, 1), date(year + only // 12, only % 12 + 1, 1)
        return {only: [one for one in items if one.starts_on < after and one.ends_on >= first]}
    begins = [(max(one.starts_on, date(year, 1, 1)).month, one) for one in items]
    found = {month: [one for begun, one in begins if begun == month] for month in months}
    return {month: several for month, several in found.items() if several}


def _weeks(days: Sequence[date], items: Sequence[Item], month: int) -> list[list[Square]]:
    """The weeks of a month from Monday on. What takes several days stands on its first and its last one."""
    marks: dict[date, list[Mark]] = {day: [] for day in days}
    for item in items:
        for day, edge in _edges(item):
            if day in marks:
                marks[day].append(Mark(item, edge))
    squares = [Square(day, day.month == month, is_workday(day), marks[day]) for day in days]
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def _edges(item: Item) -> list[tuple[date, str]]:
    if not item.is_long:
        return [(item.starts_on, "")]
    return [(item.starts_on, "starts"), (item.ends_on, "ends")]


@dataclass(frozen=True)
class Far:
    """How far the plan of a year has come."""

    planned: int
    done: int
    late: int


def _far(year: int) -> Far:
    mine = [one for one in entries(year) if one.state is not EntryState.DROPPED]
    done = sum(one.state is EntryState.DONE for one in mine)
    return Far(len(mine), done, sum(one.late(today()) > 0 for one in mine))


@screens.post("/plan/open", endpoint="plan_open")
@requires(Permission.PLAN_EDIT)
def open_year() -> Response:
    """Open a year with its themes and standing dates."""
    year = request.form.get("year", 0, type=int)
    if not _FIRST <= year <= _LAST:
        raise NotFound(kind="year", key=str(year))
    with unit_of_work():
        count = operations.open_year(year, actor_id=asker().id, at=clock.now())
    if count:
        flash(
            ngettext(
                "The plan of %(year)s is open, with %(num)s entry.",
                "The plan of %(year)s is open, with %(num)s entries.",
                count,
                year=year,
            )
        )
    else:
        flash(gettext("The plan of %(year)s is open.", year=year))
    return redirect(url_for("manage.plan", year=year), code=303)


@screens.route("/plan/approve", methods=["GET", "POST"], endpoint="plan_approve")
@requires(Permission.PLAN_EDIT)
def approve() -> Page:
    """What is approved, and the button."""
    year = asked_year()
    opened = year_of(year)
    if opened is None:
        raise NotFound(kind="year", key=str(year))
    form = ApproveForm(request.form, note=opened.note)
    if request.method == "GET" or not form.validate():
        page = show(
            "plan_approve",
            form=form,
            year=year,
            opened=opened,
            far=_far(year),
            money=budget(year),
            amount=amount,
        )
        return page if request.method == "GET" else (page, 422)
    with unit_of_work():
        operations.approve(year, note=form.note.data or "", actor_id=asker().id, at=clock.now())
    flash(gettext("The plan of %(year)s is approved.", year=year))
    return redirect(url_for("manage.plan", year=year), code=303)
