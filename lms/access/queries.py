"""Who is asking: everything a request needs to know about the signed-in person, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.access.models import Account, Card, Role
from lms.access.rules import may
from lms.assignments.models import HelpKind
from lms.kernel.database import read, session
from lms.kernel.permissions import Permission
from lms.library import marks
from lms.library.queries import live_release
from lms.people.models import Audience, Department, Person, PersonState, Status


@dataclass(frozen=True)
class Helper:
    """A colleague who learns together with somebody: reads out, and types what that person says.

    ``key`` names the session in its addresses.
    """

    id: int
    name: str
    assistance_id: int
    key: str
    kind: HelpKind


@dataclass(frozen=True)
class Asker:
    """The signed-in person, the live release at this moment, and the revision of its marks."""

    account_id: int
    stamp: str
    role: Role
    must_change: bool
    language: str
    id: int
    key: str
    number: str
    name: str
    audience: Audience
    status: Status
    region: str
    release_id: str
    marks: int
    #: Answers for a department; whoever is retired does so no more.
    heads: bool
    #: Key of the card that this session was opened with, if it was.
    card: str = ""
    #: Who sits at the keyboard for this person; the account is then the helper's.
    helper: Helper | None = None

    @property
    def initial(self) -> str:
        """First character of the name."""
        return self.name[:1]

    @property
    def is_staff(self) -> bool:
        """True for those with a desk behind ``/manage``."""
        return self.may(Permission.WORKBENCH_VIEW)

    @property
    def is_retiree(self) -> bool:
        """True for retired persons, who start in the easy view."""
        return self.audience is Audience.RETIREE

    @property
    def by_card(self) -> bool:
        """True for a session that a printed card has opened: it sees its own training and nothing else."""
        return bool(self.card)

    def may(self, permission: Permission) -> bool:
        """Whether the role permits something."""
        return may(self.role, permission)


FACTS: Mapping[str, Any] = {
    "id": Person.id,
    "key": Person.key,
    "number": Person.number,
    "name": Person.name,
    "audience": Person.audience,
    "status": Person.status,
    "region": Person.region,
    "release_id": live_release(),
    "marks": marks.revision(),
}
"""What an ``Asker`` knows of the person and of the moment, in the order of its fields."""

_ASKER = (
    select(
        Account.id,
        Account.stamp,
        Account.role,
        Account.must_change,
        Account.language,
        *FACTS.values(),
        select(Department.id).where(Department.head_id == Person.id).exists()
        & (Person.audience != Audience.RETIREE),
    )
    .join(Person, Person.id == Account.person_id)
    .where(
        Account.id == bindparam("account"),
        Account.stamp == bindparam("stamp"),
        Person.state == PersonState.ACTIVE,
    )
)


_BY_CARD = (
    _ASKER.add_columns(Card.key)
    .join(Card, Card.person_id == Person.id)
    .where(
        Card.key == bindparam("card"),
        Card.expires_on >= bindparam("today"),
        Card.revoked_at.is_(None),
        Card.locked_at.is_(None),
        Account.role == Role.LEARNER,
    )
)


def asker(account_id: int, stamp: str) -> Asker | None:
    """The asker of a session, or ``None`` when the account is gone, has left, or has ended its sessions."""
    rows: Sequence[Any] = read(_ASKER, account=account_id, stamp=stamp).all()
    return Asker(*rows[0]) if rows else None


def card_asker(account_id: int, stamp: str, *, card: str, today: date) -> Asker | None:
    """The asker of a session that a card has opened; it ends with the card, though not with its last use."""
    rows: Sequence[Any] = read(_BY_CARD, account=account_id, stamp=stamp, card=card, today=today).all()
    return Asker(*rows[0]) if rows else None


def account_of_number(number: str) -> Account | None:
    """The account of an active person with this employee number."""
    return session().scalar(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Person.number == number, Person.state == PersonState.ACTIVE)
    )


def account_of(person_key: str) -> Account | None:
    """The account of an active person."""
    return session().scalar(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Person.key == person_key, Person.state == PersonState.ACTIVE)
    )


def languages_of(person_ids: Sequence[int]) -> dict[int, str]:
    """Person → the language chosen once, for those who chose one."""
    chosen = select(Account.person_id, Account.language)
    rows = session().execute(chosen.where(Account.person_id.in_(person_ids), Account.language != ""))
    return {row[0]: row[1] for row in rows}


def may_issue_password(asker: Asker, person_key: str) -> bool:
    """Whether *asker* may give this person a new first password: never to oneself, and to
    staff only as an administrator.
    """
    account = account_of(person_key)
    if account is None or account.id == asker.account_id:
        return False
    return account.role is Role.LEARNER or asker.role is Role.ADMIN


def persons_who_may(permission: Permission) -> Select[int]:
    """Ids of the active persons whose role permits something, as a select to post to."""
    roles = [role for role in Role if may(role, permission)]
    mine = select(Account.person_id).join(Person, Person.id == Account.person_id)
    return mine.where(Account.role.in_(roles), Person.state == PersonState.ACTIVE)


def password_hash_of(account_id: int) -> str:
    """Stored hash of an account."""
    return session().execute(select(Account.password_hash).where(Account.id == account_id)).scalar_one()
