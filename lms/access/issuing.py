"""First passwords for many people at once: hashed before the transaction, which is slow, and then issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true

from lms.access.models import Account, Role
from lms.access.passwords import first_password, hashed
from lms.access.queries import Asker
from lms.journal.operations import record
from lms.kernel.database import session, upsert
from lms.kernel.keys import new_key
from lms.people.models import Department, Person, PersonState

MOST = 200
"""So many at once: hashing them takes some seconds."""


@dataclass(frozen=True)
class FirstPassword:
    """A first password to be handed over; it is stored nowhere."""

    number: str
    name: str
    department: str
    password: str


@dataclass(frozen=True)
class Hashed:
    """A first password for one person, with what is stored of it."""

    person_id: int
    person_key: str
    slip: FirstPassword
    password_hash: str


@dataclass(frozen=True)
class Prepared:
    """First passwords that are not yet issued. ``left_out`` counts who gets none."""

    asker: Asker
    ready: Sequence[Hashed]
    left_out: int

    @property
    def count(self) -> int:
        """How many get one."""
        return len(self.ready)


def prepare_passwords(asker: Asker, person_keys: Sequence[str], *, replace: bool = False) -> Prepared:
    """First passwords for these people, at most ``MOST``; changes nothing.

    Left out are oneself, staff unless an administrator asks, who has left, and without *replace* everybody
    who has signed in before. Raises ``ValueError`` for too many.
    """
    keys = set(person_keys)
    if len(keys) > MOST:
        raise ValueError(f"more than {MOST} passwords at once")
    chosen = (
        select(Person.id, Person.key, Person.number, Person.name, Department.name.label("department"))
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.key.in_(keys), Person.state == PersonState.ACTIVE, Person.id != asker.id)
        .where(or_(Account.id.is_(None), _is_in_reach(asker)))
    )
    if not replace:
        chosen = chosen.where(Account.signed_in_at.is_(None))
    ready = []
    for row in session().execute(chosen.order_by(Person.number)):
        slip = FirstPassword(row.number, row.name, row.department, first_password())
        ready.append(Hashed(row.id, row.key, slip, hashed(slip.password)))
    return Prepared(asker, ready, len(keys) - len(ready))


def issue_passwords(prepared: Prepared, *, at: datetime) -> list[FirstPassword]:
    """Issue what was prepared, opening accounts where there are none; the sessions of these people end.

    Who has become staff meanwhile keeps the password they have.
    """
    rows = [
        {
            "person_id": one.person_id,
            "role": Role.LEARNER,
            "password_hash": one.password_hash,
            "must_change": True,
            "stamp": new_key(20),
        }
        for one in prepared.ready
    ]
    if not rows:
        return []
    opened = upsert(Account)
    renewed = {name: opened.excluded[name] for name in ("password_hash", "must_change", "stamp")}
    opened = opened.on_conflict_do_update(
        index_elements=["person_id"], set_=renewed, where=_is_in_reach(prepared.asker)
    )
    reached = set(session().scalars(opened.returning(Account.person_id), rows))
    issued = [one for one in prepared.ready if one.person_id in reached]
    for one in issued:
        record("account.password-issued", one.person_key, actor_id=prepared.asker.id, at=at)
    return [one.slip for one in issued]


def _is_in_reach(asker: Asker) -> ColumnElement[bool]:
    """Whose account it is that *asker* may give a password: staff's only as an administrator."""
    return true() if asker.role is Role.ADMIN else Account.role == Role.LEARNER
