"""Who is learning with whose help: what a page needs to know that a helper opens for somebody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from lms.access.models import Account, Role
from lms.access.queries import FACTS, Asker, Helper
from lms.assignments.assistance import LONGEST
from lms.assignments.models import Assistance
from lms.kernel.database import read, session
from lms.people.models import Person, PersonState

_STAFF = select(Account.id).where(Account.person_id == Person.id, Account.role != Role.LEARNER).exists()
"""Who has a desk of their own is not helped with their training by somebody who sits at another one."""
_HELPED = (
    select(
        *FACTS.values(),
        Assistance.id,
        Assistance.kind,
    )
    .join(Assistance, Assistance.person_id == Person.id)
    .where(
        Assistance.key == bindparam("key"),
        Assistance.helper_id == bindparam("helper"),
        Assistance.ended_at.is_(None),
        Assistance.begun_at > bindparam("since", type_=Assistance.begun_at.type),
        Person.state == PersonState.ACTIVE,
        ~_STAFF,
    )
)


def helped(helper: Asker, key: str, at: datetime) -> Asker | None:
    """The person whom *helper* is helping under this key; ``None`` when that is over, or not theirs.

    Account, stamp and language stay those of the helper, whose session it is.
    """
    rows: Sequence[Any] = read(_HELPED, key=key, helper=helper.id, since=at - LONGEST).all()
    if not rows:
        return None
    *facts, assistance_id, kind = rows[0]
    beside = Helper(helper.id, helper.name, assistance_id, key, kind)
    person = dict(zip(FACTS, facts, strict=True))
    return replace(helper, role=Role.LEARNER, must_change=False, heads=False, helper=beside, **person)


def may_be_helped(person_id: int) -> bool:
    """Whether this is somebody who has no desk of their own."""
    staff = select(Account.id).where(Account.person_id == person_id, Account.role != Role.LEARNER)
    return session().execute(staff).first() is None
