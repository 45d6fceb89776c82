"""Members of the family who may help, as the person has named them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.outreach import models
from lms.outreach.refusals import BadDay, BadNumber
from lms.outreach.rules import clean_number, is_number
from lms.people.rules import masked_phone


@dataclass(frozen=True)
class Relative:
    """Somebody of the family. ``relation`` is what the person calls them; the number is masked."""

    key: str
    name: str
    relation: str
    phone: str
    consent_on: date


@dataclass(frozen=True)
class Named:
    """Whom the person names, and on which day they agreed to it."""

    name: str
    relation: str
    phone: str
    consent_on: date


def family_of(person_id: int) -> list[Relative]:
    """Who may help now, in the order in which they were named."""
    row = models.Relative
    columns = (row.key, row.name, row.relation, row.phone, row.consent_on)
    living = select(*columns).where(row.person_id == person_id, row.ended_at.is_(None)).order_by(row.id)
    return [
        Relative(one.key, one.name, one.relation, masked_phone(one.phone), one.consent_on)
        for one in session().execute(living)
    ]


def name_relative(person_id: int, named: Named, *, actor_id: int, at: datetime) -> str:
    """Put a member of the family on record; returns the key. Raises ``BadNumber`` and ``BadDay``."""
    phone = clean_number(named.phone)
    if phone and not is_number(phone):
        raise BadNumber(phone=phone)
    if named.consent_on > china_date(at):
        raise BadDay(fault="bad-day")
    row = models.Relative(
        person_id=person_id,
        name=named.name,
        relation=named.relation,
        phone=phone,
        consent_on=named.consent_on,
        noted_by=actor_id,
        noted_at=at,
    )
    session().add(row)
    session().flush()
    record("family.named", row.key, actor_id=actor_id, at=at, relation=named.relation)
    return row.key


def end_relative(person_id: int, key: str, *, actor_id: int, at: datetime) -> None:
    """They no longer help; who has ended, has ended. Raises ``NotFound`` for somebody else's family."""
    row = models.Relative
    mine = (row.person_id == person_id) & (row.key == key)
    if session().scalar(select(row.id).where(mine)) is None:
        raise NotFound(kind="relative", key=key)
    ended = update(row).where(mine, row.ended_at.is_(None)).values(ended_at=at).returning(row.id)
    if session().execute(ended).one_or_none() is not None:
        record("family.ended", key, actor_id=actor_id, at=at)
