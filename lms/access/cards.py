"""Cards with which people sign in who keep no password: issued, revoked, made singly or for many.

What stands on a card is shown once and stored nowhere; the database keeps its blind index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from lms.access.models import Account, Card, Role
from lms.access.passwords import UNUSABLE
from lms.access.queries import Asker
from lms.access.rules import CARD_LENGTH, PHONE_DIGITS
from lms.journal.operations import record_each
from lms.kernel.database import session, upsert
from lms.kernel.encryption import keyring
from lms.kernel.keys import new_key
from lms.people.models import Department, Person, PersonState

MOST = 500
"""So many at once."""


class NoCard(StrEnum):
    """Why somebody gets no card."""

    NO_PHONE = "no-phone"
    DESK = "desk"
    LEFT = "left"
    MEANWHILE = "meanwhile"


@dataclass(frozen=True)
class Terms:
    """How long cards open anything, the last day included, and how often: ``None`` is any number of times."""

    expires_on: date
    uses: int | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody who is to get a card, or ``reason`` why not. ``had`` is the key of the present one."""

    id: int
    key: str
    number: str
    name: str
    department: str
    had: str
    reason: NoCard | None


@dataclass(frozen=True)
class NewCard:
    """A card to be handed over. ``code`` is known here and now, and never again."""

    person_key: str
    number: str
    name: str
    department: str
    code: str
    expires_on: date


@dataclass(frozen=True)
class Issued:
    """The new cards, and who got none."""

    cards: Sequence[NewCard]
    left_out: Sequence[Candidate]


def code_index(code: str) -> str:
    """Under what a code is found."""
    return keyring().blind_index(f"card:{code}")


def candidates(person_keys: Sequence[str]) -> list[Candidate]:
    """These people by employee number, each with what stands against a card.

    Raises ``ValueError`` for more than ``MOST``. Only learners get one: whoever has a desk signs in
    with a password. The end of the telephone number is asked for with every use, so there has to be one.
    """
    keys = set(person_keys)
    if len(keys) > MOST:
        raise ValueError(f"more than {MOST} cards at once")
    chosen = (
        select(
            Person.id,
            Person.key,
            Person.number,
            Person.name,
            Department.name.label("department"),
            Person.phone,
            Person.state,
            Account.role,
            Card.key.label("had"),
        )
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Card, (Card.person_id == Person.id) & Card.revoked_at.is_(None))
        .where(Person.key.in_(keys))
        .order_by(Person.number)
    )
    return [
        Candidate(row.id, row.key, row.number, row.name, row.department, row.had or "", _reason(row))
        for row in session().execute(chosen)
    ]


def _reason(row: Any) -> NoCard | None:
    if row.state is not PersonState.ACTIVE:
        return NoCard.LEFT
    if row.role not in {None, Role.LEARNER}:
        return NoCard.DESK
    return None if len(row.phone) >= PHONE_DIGITS else NoCard.NO_PHONE


def issue_cards(
    asker: Asker,
    person_keys: Sequence[str],
    terms: Terms,
    *,
    replacing: Collection[str] | None = None,
    at: datetime,
) -> Issued:
    """A new card for each of these people, at most ``MOST``; the one they had opens nothing any more.

    Who has no account gets one that no password opens. *replacing*: keys of the cards that are replaced, all
    unless said otherwise; who has got another one meanwhile keeps it and gets none here.
    """
    found = [_kept(one, replacing) for one in candidates(person_keys)]
    fit = [one for one in found if one.reason is None]
    _open_accounts(fit)
    _revoke([one.had for one in fit if one.had], asker, at, reason="replaced")
    codes = {one.id: new_key(CARD_LENGTH) for one in fit}
    keys = _store(codes, asker, terms, at)
    record_each(
        "card.issued", list(keys.values()), actor_id=asker.id, at=at, expires_on=terms.expires_on.isoformat()
    )
    cards = [
        NewCard(one.key, one.number, one.name, one.department, codes[one.id], terms.expires_on)
        for one in fit
        if one.id in keys
    ]
    late = [replace(one, reason=NoCard.MEANWHILE) for one in fit if one.id not in keys]
    return Issued(cards, [*(one for one in found if one.reason is not None), *late])


def _kept(one: Candidate, replacing: Collection[str] | None) -> Candidate:
    if replacing is None or not one.had or one.had in replacing or one.reason:
        return one
    return replace(one, reason=NoCard.MEANWHILE)


def _open_accounts(fit: Sequence[Candidate]) -> None:
    rows = [
        {"person_id": one.id, "role": Role.LEARNER, "password_hash": UNUSABLE, "must_change": True}
        for one in fit
    ]
    if rows:
        session().execute(upsert(Account).on_conflict_do_nothing(), rows)


def _store(codes: dict[int, str], asker: Asker, terms: Terms, at: datetime) -> dict[int, str]:
    """Person → key of the card that was stored; who has one again since it was revoked is missing."""
    rows = [
        {
            "key": new_key(),
            "person_id": person_id,
            "code_index": code_index(code),
            "issued_by": asker.id,
            "issued_at": at,
            "expires_on": terms.expires_on,
            "uses_left": terms.uses,
        }
        for person_id, code in codes.items()
    ]
    if not rows:
        return {}
    stored = upsert(Card).on_conflict_do_nothing().returning(Card.person_id, Card.key)
    return {row.person_id: row.key for row in session().execute(stored, rows)}


def revoke_cards(asker: Asker, card_keys: Sequence[str], *, at: datetime) -> int:
    """These cards open nothing from now on, and what they have opened ends. Returns how many were revoked."""
    return len(_revoke(card_keys, asker, at, reason=""))


def _revoke(card_keys: Sequence[str], asker: Asker, at: datetime, *, reason: str) -> list[str]:
    revoked = (
        update(Card)
        .where(Card.key.in_(card_keys), Card.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=asker.id)
        .returning(Card.key)
    )
    keys = sorted(session().scalars(revoked))
    record_each("card.revoked", keys, actor_id=asker.id, at=at, reason=reason)
    return keys
