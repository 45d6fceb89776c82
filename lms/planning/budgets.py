"""The budget of a year: so much a head, planned and spent by category."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, or_, select

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState
from lms.planning import models
from lms.planning.refusals import SpentLater
from lms.planning.rules import Category
from lms.planning.years import check_open, touch

_FEN = Decimal("0.01")
_AT_ONCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Line:
    """A category: what is planned for it, and what was spent."""

    category: Category
    planned: Decimal
    spent: Decimal


@dataclass(frozen=True)
class Budget:
    """A budget in yuan. Without an amount a head ``per_head``, ``total`` and ``left`` are ``None``."""

    year: int
    per_head: Decimal | None
    heads: int
    counted_on: date | None
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal | None:
        """What is reserved."""
        return None if self.per_head is None else self.per_head * self.heads

    @property
    def planned(self) -> Decimal:
        """What is planned in all categories."""
        return sum((line.planned for line in self.lines), Decimal(0))

    @property
    def spent(self) -> Decimal:
        """What was spent in all categories."""
        return sum((line.spent for line in self.lines), Decimal(0))

    @property
    def left(self) -> Decimal | None:
        """What is reserved and not spent; below zero when more was spent."""
        return None if self.total is None else self.total - self.spent

    @property
    def spent_per_head(self) -> Decimal | None:
        """What was spent a head."""
        return (self.spent / self.heads).quantize(_FEN) if self.heads else None


@dataclass(frozen=True)
class Cost:
    """An amount in yuan: planned, or spent on a day. ``by`` is the name of who entered it."""

    key: str
    year: int
    category: Category
    is_spent: bool
    amount: Decimal
    on: date | None
    note: str
    event_key: str
    by: str


@dataclass(frozen=True)
class NewCost:
    """What is entered; ``on`` is ``None`` for what is only planned."""

    category: Category
    amount: Decimal
    on: date | None
    note: str
    event_key: str = ""


def budget(year: int, until: date | None = None) -> Budget | None:
    """The budget of a year, counting what was spent up to a day; ``None`` when nothing was ever entered."""
    amounts = _amounts(year, until)
    row = models.Budget
    reserved: Any = session().execute(
        select(row.per_head_fen, row.heads, row.counted_on).where(row.year == year)
    ).one_or_none()  # fmt: skip
    if reserved is None and not amounts:
        return None
    fen, heads, counted_on = reserved or (None, 0, None)
    lines = (
        Line(one, amounts.get((one, False), Decimal(0)), amounts.get((one, True), Decimal(0)))
        for one in Category
    )
    return Budget(year, None if fen is None else _yuan(fen), heads, counted_on, tuple(lines))


def _amounts(year: int, until: date | None) -> dict[tuple[Category, bool], Decimal]:
    row = models.Cost
    summed = select(row.category, row.is_spent, func.sum(row.amount_fen)).where(row.year == year)
    if until is not None:
        summed = summed.where(or_(~row.is_spent, row.spent_on <= until))
    rows: Sequence[Any] = session().execute(summed.group_by(row.category, row.is_spent)).all()
    return {(category, is_spent): _yuan(fen) for category, is_spent, fen in rows}


def costs(year: int) -> list[Cost]:
    """Every amount of a year: planned ones first, then in the order of their days."""
    row = models.Cost
    found = (
        select(
            row.key, row.year, row.category, row.is_spent, row.amount_fen, row.spent_on, row.note,
            row.event_key, Person.name,
        )
        .join(Person, Person.id == row.by_id)
        .where(row.year == year)
        .order_by(row.is_spent, row.spent_on, row.id)
    )  # fmt: skip
    return [Cost(*one[:4], _yuan(one[4]), *one[5:]) for one in session().execute(found)]


def heads_now() -> int:
    """How many people are with the organisation today."""
    here = select(func.count()).select_from(Person).where(Person.state == PersonState.ACTIVE)
    return session().scalar(here) or 0


def reserve(year: int, *, per_head: Decimal, heads: int, actor_id: int, at: datetime) -> None:
    """So much a head for so many, counted today. Raises ``NotFound`` for a year that was never opened."""
    touch(year, at)
    told = {"per_head_fen": _fen(per_head), "heads": heads, "counted_on": china_date(at)}
    row = upsert(models.Budget).values(year=year, **told)
    session().execute(row.on_conflict_do_update(index_elements=["year"], set_=told))
    record("budget.reserved", str(year), actor_id=actor_id, at=at, per_head=str(per_head), heads=heads)


def enter(year: int, cost: NewCost, *, actor_id: int, at: datetime) -> str:
    """Put an amount on record; returns its key. The same one again at once is a second press of the button.

    What is spent leaves the plan that was approved as it is. Raises ``SpentLater``, ``NotFound`` for a year
    not open.
    """
    if cost.on is not None and cost.on > china_date(at):
        raise SpentLater(today=china_date(at))
    check_open(year)
    values = {
        "year": year,
        "category": cost.category,
        "is_spent": cost.on is not None,
        "amount_fen": _fen(cost.amount),
        "spent_on": cost.on,
        "note": cost.note,
        "event_key": cost.event_key,
        "by_id": actor_id,
    }
    just_now = select(models.Cost.key).filter_by(**values).where(models.Cost.entered_at > at - _AT_ONCE)
    if known := session().scalar(just_now.limit(1)):
        return known
    if cost.on is None:
        touch(year, at)
    row = models.Cost(**values, entered_at=at)
    session().add(row)
    session().flush()
    _record("budget.entered", row, actor_id, at)
    return row.key


def strike(key: str, *, actor_id: int, at: datetime) -> int:
    """Take an amount out again, which the journal keeps; returns its year. Raises ``NotFound``."""
    row = session().scalar(select(models.Cost).where(models.Cost.key == key).with_for_update())
    if row is None:
        raise NotFound(kind="cost", key=key)
    if not row.is_spent:
        touch(row.year, at)
    _record("budget.struck", row, actor_id, at)
    session().execute(delete(models.Cost).where(models.Cost.id == row.id))
    return row.year


def _record(act: str, row: models.Cost, actor_id: int, at: datetime) -> None:
    facts = {"category": row.category.value, "amount": str(_yuan(row.amount_fen)), "note": row.note}
    on = str(row.spent_on) if row.spent_on else ""
    record(act, row.key, actor_id=actor_id, at=at, year=row.year, on=on, **facts)


def _yuan(fen: int) -> Decimal:
    return (Decimal(fen) / 100).quantize(_FEN)


def _fen(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_value())
