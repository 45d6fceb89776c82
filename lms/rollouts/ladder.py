"""The escalation ladder: who is told that something is late, each rung exactly once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Select, func, select, update

from lms.assignments.models import Assignment
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.people.models import Audience, Person
from lms.rollouts.clocks import (
    DELIVERY_LADDER,
    DEPARTMENT_HEAD,
    HEAD_OF_HR,
    PERSON,
    REFRESH_LADDER,
    Clock,
    Rung,
    rungs_due,
)
from lms.rollouts.heads import heads
from lms.rollouts.models import Change, ChangeState, Delivery, Recipient, RefreshTask, Step, TaskState
from lms.rollouts.pauses import clock_of
from lms.rollouts.progress import behind, count
from lms.rollouts.queries import head_of_hr
from lms.rollouts.recipients import is_waited_for, joined
from lms.rollouts.rules import DELIVERY_DAYS, REFRESH_DAYS
from lms.rollouts.running import approved_at

REFRESH, DELIVERY = "refresh", "delivery"
"""Names of the clocks."""


@dataclass(frozen=True)
class RungLine:
    """A rung of a change's ladder: its day, the date that is, and when it was taken for how many people."""

    clock: str
    name: str
    day: int
    falls_on: date
    taken_at: datetime | None
    told: int


def rungs(change: Change) -> list[RungLine]:
    """Both ladders of a registered change; what was taken for one audience or task later counts with it."""
    clock = clock_of(change)
    steps = session().scalars(select(Step).where(Step.change_id == change.id)).all()
    return [
        _line(name, rung, due_day, clock, steps)
        for name, ladder, due_day in (
            (REFRESH, REFRESH_LADDER, REFRESH_DAYS),
            (DELIVERY, DELIVERY_LADDER, DELIVERY_DAYS),
        )
        for rung in ladder
    ]


def _line(name: str, rung: Rung, due_day: int, clock: Clock, steps: Iterable[Step]) -> RungLine:
    mine = [one for one in steps if one.clock.startswith(name) and one.rung == rung.name]
    day = due_day + rung.after
    taken_at = min((one.taken_at for one in mine), default=None)
    return RungLine(name, rung.name, day, clock.falls_on(day), taken_at, sum(one.told for one in mine))


def climb(change_id: int, now: datetime) -> int:
    """Take the rungs of a running change whose day has come and that nobody has taken; returns who was told.

    To be called within a transaction: the row of a rung keeps a second worker waiting, and then out.
    """
    change = session().get_one(Change, change_id, populate_existing=True)
    if change.state is not ChangeState.RUNNING:
        return 0
    clock, today = clock_of(change), china_date(now)
    return _climb_refresh(change, clock, today, now) + _climb_delivery(change, clock, today, now)


def _take(change: Change, clock: str, rung: Rung, now: datetime) -> bool:
    """Whether the rung is ours."""
    row = upsert(Step).values(change_id=change.id, clock=clock, rung=rung.name, taken_at=now, told=0)
    return session().execute(row.on_conflict_do_nothing().returning(Step.id)).one_or_none() is not None


def _note(change: Change, clock: str, rung: Rung, told: int, now: datetime) -> int:
    """Put on record how many were told, which is returned."""
    session().execute(
        update(Step)
        .where(Step.change_id == change.id, Step.clock == clock, Step.rung == rung.name)
        .values(told=told)
        .execution_options(synchronize_session=False)
    )
    record("change.escalated", change.key, actor_id=None, at=now, clock=clock, rung=rung.name, told=told)
    return told


@dataclass(frozen=True)
class _Notice:
    """What is said on a rung, and about what."""

    change: Change
    topic: Topic
    subject: str
    due_on: date
    now: datetime

    def to(self, people: Select[int], *, count: int, course: str = "") -> int:
        """Tell all these people the same."""
        facts = {
            "change": self.change.key,
            "title": self.change.title,
            "due_on": self.due_on.isoformat(),
            "course": course,
            "count": count,
        }
        return post_to(people, topic=self.topic, subject=self.subject, facts=facts, at=self.now)

    def to_each(self, counts: Mapping[int, int]) -> int:
        """Tell each of these persons a number; those with the same number together."""
        told = 0
        for number in sorted(set(counts.values())):
            ids = [person for person, of_person in counts.items() if of_person == number]
            told += self.to(select(Person.id).where(Person.id.in_(ids)), count=number)
        return told


# -- materials ---------------------------------------------------------------------------------------------


def _climb_refresh(change: Change, clock: Clock, today: date, now: datetime) -> int:
    rows = session().execute(
        select(RefreshTask.due_on, RefreshTask.owner_id, func.count())
        .where(RefreshTask.change_id == change.id, RefreshTask.state == TaskState.OPEN)
        .group_by(RefreshTask.due_on, RefreshTask.owner_id)
        .order_by(RefreshTask.due_on, RefreshTask.owner_id)
    )
    by_due: dict[date, dict[int, int]] = {}
    for due_on, owner_id, number in rows:
        by_due.setdefault(due_on, {})[owner_id] = number
    told = 0
    for due_on, owners in by_due.items():
        due_day = clock.number_of(due_on)
        due = rungs_due(REFRESH_LADDER, due_day, clock.day(today))
        name = REFRESH if due_day == REFRESH_DAYS else f"{REFRESH}{due_day - REFRESH_DAYS:+d}"
        for rung in due:
            if _take(change, name, rung, now):
                subject = change.key if name == REFRESH else f"{change.key}:{name}"
                topic = Topic.REFRESH_DUE_SOON if rung.name == PERSON else Topic.REFRESH_OVERDUE
                notice = _Notice(change, topic, subject, due_on, now)
                skipped = rung.name == PERSON and len(due) > 1
                people = {} if skipped else _answering(rung, owners)
                told += _note(change, name, rung, notice.to_each(people), now)
    return told


def _answering(rung: Rung, owners: Mapping[int, int]) -> dict[int, int]:
    """Whom a rung of the refresh ladder reaches → how many tasks they are told about."""
    if rung.name == PERSON:
        return dict(owners)
    if rung.name == HEAD_OF_HR:
        head = head_of_hr()
        return {head: sum(owners.values())} if head else {}
    rows = session().execute(select(Person.id, Person.department_id).where(Person.id.in_(owners)))
    of_department = heads()
    above: dict[int, int] = {}
    for person, department in rows:
        head = of_department.get(department)
        if head:
            above[head] = above.get(head, 0) + owners[person]
    return {**owners, **above}


# -- people ------------------------------------------------------------------------------------------------


def _climb_delivery(change: Change, clock: Clock, today: date, now: datetime) -> int:
    due = rungs_due(DELIVERY_LADDER, DELIVERY_DAYS, clock.day(today))
    steps: Mapping[str, Callable[[Change, Rung, date, datetime], int]] = {
        PERSON: _remind,
        DEPARTMENT_HEAD: partial(_tell_heads, due_on=clock.delivery_due),
        HEAD_OF_HR: partial(_tell_head_of_hr, due_on=clock.delivery_due),
    }
    return sum(steps[rung.name](change, rung, today, now) for rung in due)


def _taken(change: Change, rung: Rung, now: datetime) -> list[Audience]:
    """The delivered audiences whose rung has just become ours; one delivered later takes it later."""
    delivered = session().scalars(
        select(Delivery.audience)
        .where(Delivery.change_id == change.id, Delivery.delivered_at.is_not(None))
        .order_by(Delivery.audience)
    )
    return [one for one in delivered.all() if _take(change, f"{DELIVERY}:{one.value}", rung, now)]


def _due_soon(today: date) -> ColumnElement[bool]:
    """Leaves out newcomers, who have longer."""
    return Assignment.due_on <= today + timedelta(days=-DELIVERY_LADDER[0].after)


def _remind(change: Change, rung: Rung, today: date, now: datetime) -> int:
    """Each is told their own day: an audience that was late has longer."""
    told = 0
    for audience in _taken(change, rung, now):
        waited_for = joined(select(Recipient.person_id), change).where(
            is_waited_for(approved_at(change)), Recipient.audience == audience, _due_soon(today)
        )
        of_course = waited_for.with_only_columns(Assignment.course, Assignment.due_on)
        lots = session().execute(of_course.distinct())
        reached = sum(
            _Notice(change, Topic.REMINDER, change.key, due_on, now).to(
                waited_for.where(Assignment.course == course, Assignment.due_on == due_on),
                count=1,
                course=course,
            )
            for course, due_on in sorted((lot.course, lot.due_on) for lot in lots)
        )
        told += _note(change, f"{DELIVERY}:{audience.value}", rung, reached, now)
    return told


def _tell_heads(change: Change, rung: Rung, today: date, now: datetime, *, due_on: date) -> int:
    """One message a head for all audiences together; a second one only about an audience that was late."""
    audiences = _taken(change, rung, now)
    if not audiences:
        return 0
    of_department = heads()
    counts: dict[int, int] = {}
    for one in behind(change, Recipient.audience.in_(audiences), _due_soon(today)):
        head = of_department.get(one.id)
        if head:
            counts[head] = counts.get(head, 0) + one.people
    earlier = _steps_before(change, rung, audiences)
    subject = f"{change.key}:{audiences[0].value}" if earlier else change.key
    reached = _Notice(change, Topic.DEPARTMENT, subject, due_on, now).to_each(counts)
    return _note(change, f"{DELIVERY}:{audiences[0].value}", rung, reached, now)


def _steps_before(change: Change, rung: Rung, audiences: Collection[Audience]) -> bool:
    """Whether another audience took this rung before these."""
    clocks = [f"{DELIVERY}:{one.value}" for one in audiences]
    others = select(Step.id).where(
        Step.change_id == change.id,
        Step.rung == rung.name,
        Step.clock.startswith(f"{DELIVERY}:"),
        Step.clock.not_in(clocks),
    )
    return session().scalar(others.limit(1)) is not None


def _tell_head_of_hr(change: Change, rung: Rung, today: date, now: datetime, *, due_on: date) -> int:
    """About everybody whom the change still waits for, those of audiences without a delivery included."""
    waiting = sum(one.remaining for one in count(change, today=today))
    if not waiting or not _take(change, DELIVERY, rung, now):
        return 0
    head = head_of_hr()
    notice = _Notice(change, Topic.HEAD_OF_HR, change.key, due_on, now)
    return _note(change, DELIVERY, rung, notice.to_each({head: waiting} if head else {}), now)
