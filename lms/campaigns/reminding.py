"""Reminding by hand of very many people: noted at once, done behind, a portion of people in a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from lms.campaigns.chasing import Owed, Reminded, owed_by_person, portions, put_on_record, reminded_on, tell
from lms.campaigns.models import Reminding
from lms.kernel.clock import china_date
from lms.kernel.database import session

PORTION = 2000
"""So many people are told in one transaction: others can write in between."""
GIVEN_UP_AFTER = timedelta(days=1)
"""What could not be done by then is left: nobody expects it any more."""


@dataclass(frozen=True)
class Waiting:
    """A list to be reminded, as far as it is not done; ``filters`` as whoever asked wrote them down."""

    id: int
    filters: Mapping[str, Any]
    after_person: int


@dataclass(frozen=True)
class Portion:
    """Some people of a list: the next ones *after* a person, up to *last*, and what those owe to be told."""

    reminding_id: int
    after: int
    last: int
    people: int
    mine: Mapping[int, Sequence[Owed]]


def ask(filters: Mapping[str, Any], narrowed: Mapping[str, str], *, actor_id: int, at: datetime) -> bool:
    """Note that everybody on a list is to be reminded; false when the same list is under way already."""
    if any(one.filters == filters for one in waiting(at)):
        return False
    session().add(Reminding(filters=dict(filters), narrowed=dict(narrowed), actor_id=actor_id, asked_at=at))
    return True


def waiting(at: datetime) -> list[Waiting]:
    """The lists that are not done, the oldest first."""
    columns = (Reminding.id, Reminding.filters, Reminding.after_person)
    asked = Reminding.asked_at > at - GIVEN_UP_AFTER
    found = select(*columns).where(Reminding.finished_at.is_(None), asked).order_by(Reminding.id)
    return [Waiting(*row) for row in session().execute(found)]


def portions_of(one: Waiting, assignments: Select[int], at: datetime) -> list[Portion]:
    """Who is still to be dealt with among *assignments*. Who was reminded that day is not told again."""
    everybody = owed_by_person(assignments)
    reminded = reminded_on(china_date(at))
    ids = [person for person in everybody if person > one.after_person]
    found, after = [], one.after_person
    for some in portions(ids, PORTION):
        mine = {person: everybody[person] for person in some if person not in reminded}
        found.append(Portion(one.id, after, some[-1], len(some), mine))
        after = some[-1]
    return found


def tell_portion(portion: Portion, at: datetime) -> int | None:
    """Remind these people; returns how many were told, ``None`` when another worker is at this list."""
    mine = update(Reminding).where(
        Reminding.id == portion.reminding_id,
        Reminding.after_person == portion.after,
        Reminding.finished_at.is_(None),
    )
    if not session().connection().execute(mine.values(after_person=portion.last)).rowcount:
        return None
    told = tell(portion.mine, at=at) if portion.mine else 0
    counted = update(Reminding).where(Reminding.id == portion.reminding_id)
    had_one = Reminding.had_one + portion.people - told
    session().connection().execute(counted.values(told=Reminding.told + told, had_one=had_one))
    return told


def finish(reminding_id: int, last: int, at: datetime) -> None:
    """Put a list on record when everybody up to the *last* one is dealt with, and nobody did so before."""
    over = update(Reminding).where(
        Reminding.id == reminding_id, Reminding.after_person == last, Reminding.finished_at.is_(None)
    )
    columns = (Reminding.told, Reminding.had_one, Reminding.actor_id, Reminding.narrowed)
    row = session().connection().execute(over.values(finished_at=at).returning(*columns)).one_or_none()
    if row:
        done = Reminded(row.told, row.had_one)
        put_on_record(done, actor_id=row.actor_id, at=at, filters=row.narrowed)
