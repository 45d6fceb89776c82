"""Who read a page that showed a value which was wrong: set-based, whatever the headcount."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    exists,
    func,
    select,
    true,
    union_all,
)

from lms.assignments.wrong_numbers import Wrong
from lms.courses.models import PageRead
from lms.kernel.clock import start_of_day
from lms.kernel.database import session
from lms.library.models import Edition, Reference, ReleaseItem
from lms.people.models import Audience, Person, PersonState
from lms.policies.queries import Policies, policies_of
from lms.policies.rules import ANY
from lms.rollouts.correction import correction_of
from lms.rollouts.models import Change, Recipient
from lms.rollouts.typed import PARAMETER

MOST_SHOWN = 50


@dataclass(frozen=True)
class Count:
    """People of an audience in a city who read the wrong value.

    ``given`` of them have been given what is right, with the change; ``gone`` are not there any more.
    """

    audience: Audience
    region: str
    people: int
    given: int
    gone: int


@dataclass(frozen=True)
class Reader:
    """Somebody who read the wrong value: on how many pages, first and last when."""

    person: str
    name: str
    number: str
    region: str
    pages: int
    first_at: datetime
    last_at: datetime
    given_at: datetime | None


def counts(change: Change) -> list[Count]:
    """By audience and city, in one statement. Raises as ``correction_of`` does."""
    read = _readers(change)
    given = _given(change).is_not(None)
    statement = (
        select(
            Person.audience,
            Person.region,
            func.count(),
            func.count().filter(given),
            func.count().filter(Person.state != PersonState.ACTIVE),
        )
        .join(read, read.c.person_id == Person.id)
        .group_by(Person.audience, Person.region)
        .order_by(Person.audience, Person.region)
    )
    return [Count(*row) for row in session().execute(statement)]


def readers(change: Change) -> list[Reader]:
    """The first of them by employee number."""
    read = _readers(change)
    columns = (Person.key, Person.name, Person.number, Person.region)
    statement = (
        select(*columns, read.c.pages, read.c.first_at, read.c.last_at, _given(change))
        .join(read, read.c.person_id == Person.id)
        .order_by(Person.number)
        .limit(MOST_SHOWN)
    )
    return [Reader(*row) for row in session().execute(statement)]


def _given(change: Change) -> ScalarSelect[datetime]:
    """When the person was given the change; empty before."""
    return (
        select(Recipient.added_at)
        .where(Recipient.change_id == change.id, Recipient.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _readers(change: Change) -> Subquery:
    """``person_id`` with ``pages``, ``first_at`` and ``last_at`` of everybody who read a wrong value."""
    correction = correction_of(change)
    before = policies_of(change.release_before or correction.release_id)
    reads = union_all(*(_reads(wrong, before) for wrong in correction.wrongs)).subquery()
    return (
        select(
            reads.c.person_id,
            func.count(reads.c.page.distinct()).label("pages"),
            func.min(reads.c.at).label("first_at"),
            func.max(reads.c.at).label("last_at"),
        )
        .group_by(reads.c.person_id)
        .subquery()
    )


def _reads(wrong: Wrong, before: Policies) -> Select[*tuple[Any, ...]]:
    """Pages that refer to the parameter, read in a release that held the wrong value by whom it concerns."""
    held = ReleaseItem.edition.in_(_editions(wrong))
    refers = exists().where(
        Reference.release_id == PageRead.release_id,
        Reference.kind == "page",
        Reference.key == PageRead.page,
        Reference.target_kind == PARAMETER,
        Reference.target == wrong.parameter,
    )
    release = and_(
        ReleaseItem.release_id == PageRead.release_id,
        ReleaseItem.kind == PARAMETER,
        ReleaseItem.key == wrong.parameter,
    )
    return (
        select(PageRead.person_id, PageRead.page, PageRead.at)
        .join(ReleaseItem, release)
        .join(Person, Person.id == PageRead.person_id)
        .where(held, refers, _concerned(wrong, before), _while_shown(wrong, before))
    )


def _editions(wrong: Wrong) -> list[str]:
    """Editions of the parameter that hold the wrong value."""
    rows = session().execute(
        select(Edition.sha256, Edition.body).where(Edition.kind == PARAMETER, Edition.key == wrong.parameter)
    )
    return [edition for edition, body in rows if any(_is_row(wrong, row) for row in body["values"])]


def _is_row(wrong: Wrong, row: Mapping[str, Any]) -> bool:
    since = wrong.since.isoformat() if wrong.since else None
    slot = (row["region"], row["status"], row["level"], row["since"])
    return slot == (wrong.region, wrong.status, wrong.level, since) and Decimal(row["value"]) == wrong.value


def _concerned(wrong: Wrong, before: Policies) -> ColumnElement[bool]:
    """People whose own value it was; what a page said about another city is not theirs."""
    status = true() if wrong.status == ANY else Person.status == wrong.status
    return and_(status, Person.region.in_(_regions(wrong, before)))


def _regions(wrong: Wrong, before: Policies) -> list[str]:
    """The regions that were answered by the wrong value's: the nearest upwards that has any value."""
    parameter = before.parameters[wrong.parameter]
    with_values = {value.region for value in parameter.values}
    found = []
    for code in before.regions:
        nearest: str | None = code
        while nearest and nearest not in with_values and parameter.fallback:
            nearest = before.regions[nearest].parent
        if nearest == wrong.region:
            found.append(code)
    return found


def _while_shown(wrong: Wrong, before: Policies) -> ColumnElement[bool]:
    """Until the day on which a later value took its place."""
    rows = [
        value
        for value in before.parameters[wrong.parameter].values
        if (value.region, value.status, value.level.value) == (wrong.region, wrong.status, wrong.level)
    ]
    begins = next((value.starts for value in rows if wrong.is_row(value)), date.min)
    ended = min((value.starts for value in rows if value.starts > begins), default=None)
    return true() if ended is None else PageRead.at < start_of_day(ended)
