"""Who has a card and who has none, as HR sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from lms.access.cards import MOST, code_index
from lms.access.models import Account, Card, Role
from lms.access.rules import PHONE_DIGITS, CardState, card_state
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import with_descendants

PAGE = 50
SOON = timedelta(days=30)
"""A card that ends within these days is one to be replaced."""


class Cards(StrEnum):
    """What the list can be narrowed to."""

    NONE = "none"
    LIVING = "living"
    ENDING = "ending"
    LOCKED = "locked"
    NO_PHONE = "no-phone"


@dataclass(frozen=True, kw_only=True)
class CardFilters:
    """What the list is narrowed to; nothing given means every retired person and whoever else has a card."""

    text: str = ""
    department: str = ""
    cards: Cards | None = None


@dataclass(frozen=True)
class CardLine:
    """Somebody in the list. Without a card, ``state`` is ``None`` and the rest of it is empty."""

    person_key: str
    number: str
    name: str
    department: str
    has_phone: bool
    card: str
    state: CardState | None
    ends_soon: bool
    issued_at: datetime | None
    expires_on: date | None
    uses: int
    once: bool
    used_at: datetime | None


@dataclass(frozen=True)
class CardPage:
    """Some people of the list, and how many it has."""

    rows: Sequence[CardLine]
    total: int


_COLUMNS = (
    Person.key.label("person_key"),
    Person.number,
    Person.name,
    Department.name.label("department"),
    (func.length(Person.phone) >= PHONE_DIGITS).label("has_phone"),
    Card.key.label("card"),
    Card.locked_at,
    Card.issued_at,
    Card.expires_on,
    Card.uses,
    Card.uses_left,
    Card.used_at,
)


def card_page(filters: CardFilters, *, page: int, today: date) -> CardPage:
    """A page of the list by employee number, pages counted from 1. Two statements."""
    wanted = _wanted(filters, today)
    total = session().execute(_people(func.count(Person.id)).where(*wanted)).scalar_one()
    rows = _people(*_COLUMNS).where(*wanted).order_by(Person.number)
    found = session().execute(rows.limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return CardPage([_line(row, today) for row in found], total)


def card_counts(today: date) -> Mapping[Cards, int]:
    """How many people each filter finds; one statement."""
    sums = [func.coalesce(func.sum(case((_is(one, today), 1), else_=0)), 0).label(one.name) for one in Cards]
    row: Any = session().execute(_people(*sums).where(*_wanted(CardFilters(), today))).one()
    return {one: int(row[place]) for place, one in enumerate(Cards)}


def without_card(filters: CardFilters, *, today: date) -> list[str]:
    """Keys of those in the list who have no valid card and could get one: as many as are made at once."""
    wanted = [*_wanted(filters, today), _is(Cards.NONE, today), ~_is(Cards.NO_PHONE, today)]
    rows = _people(Person.key).where(*wanted).order_by(Person.number).limit(MOST)
    return list(session().scalars(rows))


def card_of(person_key: str, *, today: date) -> CardLine | None:
    """The line of one person, whether or not the list has them; ``None`` for a key that nobody has."""
    row: Any = session().execute(_people(*_COLUMNS).where(Person.key == person_key)).one_or_none()
    return _line(row, today) if row else None


def cards_of(person_keys: Sequence[str], *, today: date) -> list[CardLine]:
    """Those of these people who have a card, by employee number."""
    rows = _people(*_COLUMNS).where(Person.key.in_(person_keys), Card.id.is_not(None)).order_by(Person.number)
    return [_line(row, today) for row in session().execute(rows)]


def names_on(codes: Sequence[str], *, issued_by: int, since: datetime) -> dict[str, str]:
    """Code → name of the holder, of cards that this person has issued since an instant; no others."""
    by_index = {code_index(code): code for code in codes}
    rows = session().execute(
        select(Card.code_index, Person.name)
        .join(Person, Person.id == Card.person_id)
        .where(Card.code_index.in_(by_index), Card.issued_by == issued_by, Card.issued_at >= since)
        .where(Card.revoked_at.is_(None))
    )
    names = {by_index[row.code_index]: row.name for row in rows}
    return {code: names[code] for code in codes if code in names}


def _people(*columns: Any) -> Select[Any]:
    """Learners who are here, each with the present card if there is one."""
    return (
        select(*columns)
        .select_from(Person)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Card, and_(Card.person_id == Person.id, Card.revoked_at.is_(None)))
        .where(Person.state == PersonState.ACTIVE, or_(Account.id.is_(None), Account.role == Role.LEARNER))
    )


def _line(row: Any, today: date) -> CardLine:
    state = None
    if row.card is not None:
        state = card_state(
            revoked=False,
            locked=row.locked_at is not None,
            expires_on=row.expires_on,
            uses_left=row.uses_left,
            today=today,
        )
    return CardLine(
        person_key=row.person_key,
        number=row.number,
        name=row.name,
        department=row.department,
        has_phone=bool(row.has_phone),
        card=row.card or "",
        state=state,
        ends_soon=state is CardState.LIVING and row.expires_on <= today + SOON,
        issued_at=row.issued_at,
        expires_on=row.expires_on,
        uses=row.uses or 0,
        once=row.uses_left is not None,
        used_at=row.used_at,
    )


def _wanted(filters: CardFilters, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [or_(Person.audience == Audience.RETIREE, Card.id.is_not(None))]
    if text := filters.text.strip():
        columns = (Person.name, Person.number)
        wanted.append(or_(*(column.contains(text, autoescape=True) for column in columns)))
    if filters.department:
        wanted.append(Person.department_id.in_(with_descendants(filters.department)))
    if filters.cards is not None:
        wanted.append(_is(filters.cards, today))
    return wanted


def _is(one: Cards, today: date) -> ColumnElement[bool]:
    living = and_(
        Card.id.is_not(None),
        Card.locked_at.is_(None),
        Card.expires_on >= today,
        or_(Card.uses_left.is_(None), Card.uses_left > 0),
    )
    found: Mapping[Cards, ColumnElement[bool]] = {
        Cards.NONE: or_(
            Card.id.is_(None), Card.locked_at.is_not(None), Card.expires_on < today, Card.uses_left == 0
        ),
        Cards.LIVING: living,
        Cards.ENDING: and_(living, Card.expires_on <= today + SOON),
        Cards.LOCKED: Card.locked_at.is_not(None),
        Cards.NO_PHONE: func.length(Person.phone) < PHONE_DIGITS,
    }
    return found[one]
