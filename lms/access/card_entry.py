"""Signing in with a card: its code, and the end of the telephone number on file."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from lms.access.cards import code_index
from lms.access.models import Account, Card, Role
from lms.access.rules import (
    ADDRESS_LIMIT,
    CARD_LIMIT,
    NAME_LIMIT,
    PHONE_DIGITS,
    CardState,
    card_state,
)
from lms.access.throttling import count_failure, forget, locked, throttle_key
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.people.models import Person, PersonState


@dataclass(frozen=True)
class CardClaim:
    """Somebody holds a card and knows the end of a number. ``secret`` keys the hashes of failures."""

    code: str
    digits: str
    address: str
    secret: str

    @property
    def throttles(self) -> dict[str, int]:
        """Throttle key → failures that lock it: the code's first, then the address's, as for passwords."""
        return {
            throttle_key(self.secret, f"card:{self.code}"): NAME_LIMIT,
            throttle_key(self.secret, f"address:{self.address}"): ADDRESS_LIMIT,
        }


@dataclass(frozen=True)
class CardEntry:
    """What came of it: account, stamp and card; or until when nothing is accepted; or neither.

    ``state`` and ``expires_on`` tell why a card opens nothing, and only to those who had the digits right.
    """

    account_id: int | None = None
    stamp: str = ""
    card: str = ""
    locked_until: datetime | None = None
    state: CardState | None = None
    expires_on: date | None = None


def enter(claim: CardClaim, *, at: datetime) -> CardEntry:
    """Let the holder in and count the use, or count a failure.

    A code that is on no card is answered as a wrong number is. So is a card that is locked for good, whatever
    is typed: the end of a number cannot be found out by trying.
    """
    until = locked(claim.throttles, at=at)
    if until is not None:
        return CardEntry(locked_until=until)
    found = _holder(claim.code)
    if found is None or found.locked_at is not None or not _is_right(claim.digits, found.phone):
        return _refuse(claim, found, at)
    state = card_state(
        revoked=found.revoked_at is not None,
        locked=False,
        expires_on=found.expires_on,
        uses_left=found.uses_left,
        today=china_date(at),
    )
    if state is CardState.LIVING and _use(found.id, at):
        return _let_in(claim, found, at)
    refused = CardState.USED_UP if state is CardState.LIVING else state
    return CardEntry(state=refused, expires_on=found.expires_on)


def _holder(code: str) -> Any:
    """The card with this code, and the account of its holder."""
    return (
        session()
        .execute(
            select(
                Card.id,
                Card.key,
                Card.locked_at,
                Card.revoked_at,
                Card.expires_on,
                Card.uses_left,
                Person.id.label("person_id"),
                Person.phone,
                Account.id.label("account_id"),
                Account.stamp,
            )
            .join(Person, Person.id == Card.person_id)
            .join(Account, Account.person_id == Person.id)
            .where(
                Card.code_index == code_index(code),
                Person.state == PersonState.ACTIVE,
                Account.role == Role.LEARNER,
            )
        )
        .one_or_none()
    )


def _is_right(digits: str, phone: str) -> bool:
    end = phone[-PHONE_DIGITS:]
    return len(end) == PHONE_DIGITS and hmac.compare_digest(digits.encode(), end.encode())


def _use(card_id: int, at: datetime) -> bool:
    """Count one use; ``False`` when somebody has just had the last one, or the card is gone."""
    used = (
        update(Card)
        .where(Card.id == card_id, Card.revoked_at.is_(None), Card.locked_at.is_(None))
        .where(Card.uses_left.is_(None) | (Card.uses_left > 0))
        .values(uses=Card.uses + 1, used_at=at, uses_left=Card.uses_left - 1)
    )
    return session().execute(used.returning(Card.id)).one_or_none() is not None


def _let_in(claim: CardClaim, found: Any, at: datetime) -> CardEntry:
    forget(next(iter(claim.throttles)))
    session().execute(update(Account).where(Account.id == found.account_id).values(signed_in_at=at))
    record("card.used", found.key, actor_id=found.person_id, at=at)
    return CardEntry(found.account_id, found.stamp, found.key)


def _refuse(claim: CardClaim, found: Any, at: datetime) -> CardEntry:
    counted = count_failure(claim.throttles, at=at)
    of_code = next(iter(claim.throttles))
    for key, failures in counted.locked.items():
        if key == of_code and found is not None:
            record("card.locked", found.key, actor_id=None, at=at, failures=failures)
        else:
            record("account.locked", key[:12], actor_id=None, at=at, failures=failures)
    if found is not None:
        _blame(found, at)
    return CardEntry(locked_until=counted.until)


def _blame(found: Any, at: datetime) -> None:
    """One more wrong answer for this card; after too many in all it opens nothing ever again."""
    counted = update(Card).where(Card.id == found.id).values(failures=Card.failures + 1)
    failures = session().execute(counted.returning(Card.failures)).scalar_one()
    if failures < CARD_LIMIT:
        return
    shut = update(Card).where(Card.id == found.id, Card.locked_at.is_(None)).values(locked_at=at)
    if session().execute(shut.returning(Card.id)).one_or_none() is not None:
        record("card.locked-for-good", found.key, actor_id=None, at=at, failures=failures)
