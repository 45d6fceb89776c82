"""Reads over the journal: the newest entries first, narrowed down, and how far it is sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from lms.journal.models import Entry, Seal
from lms.journal.seals import last_seal
from lms.kernel.database import session
from lms.people.models import Person

PAGE = 50
"""Entries of one page."""
_Actor, _Subject = aliased(Person), aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the journal is narrowed to; nothing given means everything.

    ``actor`` is part of the name or the number of who acted; ``subject`` is the whole key of what was acted
    on, or part of the name or number where that is a person.
    """

    act: str = ""
    actor: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Line:
    """An entry with the names of the persons in it; ``seal`` is the number of its seal, if it has one."""

    id: int
    at: datetime
    act: str
    subject: str
    facts: dict[str, Any]
    actor_key: str | None
    actor_name: str | None
    subject_name: str | None
    seal: int | None


@dataclass(frozen=True)
class SealState:
    """How many entries are sealed and how many are still open, and the newest seal."""

    sealed: int
    open: int
    number: int | None = None
    when: datetime | None = None
    digest: str = ""


def page_of(filters: Filters, *, page: int) -> list[Line]:
    """A page of the entries, the newest first; pages are counted from 1."""
    seal = select(Seal.id).where(Seal.last_id >= Entry.id).order_by(Seal.last_id).limit(1)
    columns = (Entry.id, Entry.at, Entry.act, Entry.subject, Entry.facts)
    names = (_Actor.key, _Actor.name, _Subject.name)
    narrowed = _narrowed(select(*columns, *names, seal.correlate(Entry).scalar_subquery()), filters).order_by(
        Entry.id.desc()
    )
    rows = session().execute(narrowed.limit(PAGE).offset((page - 1) * PAGE))
    return [Line(*row) for row in rows]


def count(filters: Filters) -> int:
    """How many entries there are."""
    return int(session().execute(_narrowed(select(func.count(Entry.id)), filters)).scalar_one())


def _narrowed(columns: Select[Any], filters: Filters) -> Select[Any]:
    found = columns.select_from(Entry).outerjoin(_Actor, _Actor.id == Entry.actor_id)
    found = found.outerjoin(_Subject, _Subject.key == Entry.subject)
    if filters.act:
        found = found.where(Entry.act == filters.act)
    if filters.actor:
        found = found.where(_is_called(_Actor, filters.actor))
    if filters.subject:
        found = found.where(or_(Entry.subject == filters.subject, _is_called(_Subject, filters.subject)))
    return found


def _is_called(person: type[Person], words: str) -> ColumnElement[bool]:
    return person.name.contains(words, autoescape=True) | person.number.contains(words, autoescape=True)


def seal_state() -> SealState:
    """How far the journal is sealed."""
    last = last_seal()
    after = last.last_id if last else 0
    still_open = session().execute(select(func.count(Entry.id)).where(Entry.id > after)).scalar_one()
    if last is None:
        return SealState(0, still_open)
    sealed = session().execute(select(func.sum(Seal.count))).scalar_one()
    return SealState(sealed, still_open, last.id, last.sealed_at, last.digest)
