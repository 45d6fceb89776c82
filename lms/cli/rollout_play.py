"""A change of policy played day by day on a database of its own, through the code of real changes.

Only the clock and the past of the people are invented.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, inspect, select

from lms.assignments.models import Assignment, Completion
from lms.campaigns.standing_rules import set_joining_rule
from lms.cli.demo_changes import LAW
from lms.cli.demo_history import Learner
from lms.cli.demo_library import before_law
from lms.cli.rollout_people import COURSES, Somebody, act, enter
from lms.jobs.runner import run_due, worker_name
from lms.jobs.timetable import JOBS
from lms.kernel.clock import CHINA, start_of_day
from lms.kernel.database import Base, db, session, unit_of_work
from lms.kernel.settings import ROOT, Settings
from lms.library.queries import live_release_id
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.rollouts import queries, refresh
from lms.rollouts.approval import approve
from lms.rollouts.delivery import readiness
from lms.rollouts.impact import shelf_from
from lms.rollouts.ladder import DELIVERY, REFRESH
from lms.rollouts.models import Change, Recipient, Step, TaskState
from lms.rollouts.progress import count
from lms.rollouts.proposal import differences, live_shelf
from lms.rollouts.queries import TaskLine
from lms.rollouts.registration import Decision, register, register_from_files
from lms.rollouts.standing import Standing, standing, taught_by
from lms.rollouts.unit_approval import approve_unit

_MORNING, _EVENING = time(8, 40), time(20, 10)
"""When the clockwork looks what is due; between the two people work."""
DOCUMENT = LAW.document


class NotEmpty(Exception):
    """The database that was named has tables already."""


class JobFailed(Exception):
    """A job of the clockwork failed; the log says why."""


@contextmanager
def installation(database_url: str, folder: Path) -> Iterator[Flask]:
    """An application that has nothing but a database, which is to be empty. Raises ``NotEmpty``."""
    app = Flask("simulation")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.extensions["xuanguan.settings"] = Settings(
        database_url=database_url, secret_key="", data_dir=folder, data_keys=("simulation",)
    )
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _trade_durability_for_speed)
        if inspect(engine).get_table_names():
            raise NotEmpty
        Base.metadata.create_all(engine)
    try:
        yield app
    finally:
        engine.dispose()


def _trade_durability_for_speed(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@dataclass(frozen=True)
class Evening:
    """How things stand when a day is over. Messages and rungs of the ladder are those of the day.

    ``rungs``: clock and name → how many people were told.
    """

    day: int
    tasks: int
    delivered: int
    opened: int
    done: int
    late: int
    messages: int
    rungs: Mapping[tuple[str, str], int]


class Play:
    """A change from its registration on; every step needs an application context of the installation."""

    def __init__(self, people: int, *, first: date, days: int, seed: int) -> None:
        self._first, self._days, self._seed = first, days, seed
        self._count = people
        self._people: dict[int, Somebody] = {}
        self._plans: dict[date, list[tuple[datetime, str, Learner]]] = {}
        self._known: set[int] = set()
        self._key = ""
        self._worker = worker_name()
        self._messages = 0

    @property
    def _change(self) -> Change:
        return queries.change(self._key)

    def prepare(self) -> None:
        """Publish the library as it was before the change, and enter the people with their past."""
        past = start_of_day(self._first - timedelta(days=365))
        with unit_of_work():
            publish(check(before_law(files_below(ROOT)), day=self._first), author_id=None, at=past)
            people = enter(self._count, day=self._first, days=self._days, seed=self._seed)
            set_joining_rule(COURSES[Audience.EMPLOYEE], hired_from=self._first, at=past)
        self._people = {one.id: one for one in people}
        self._head, self._registrar = (one.id for one in people[:2])

    def play(self, number: int) -> Evening:
        """Let a day pass."""
        day = self._first + timedelta(days=number)
        self._tick(day, _MORNING)
        self._plan(day)
        with unit_of_work():
            self._steer(number, datetime.combine(day, time(9, 15), CHINA))
        with unit_of_work():
            for at, name, learner in sorted(self._plans.pop(day, []), key=lambda plan: plan[0]):
                learner.release_id = str(live_release_id())
                act(name, learner, at)
        self._tick(day, _EVENING)
        return self._evening(number, day)

    def _tick(self, day: date, hour: time) -> None:
        at = datetime.combine(day, hour, CHINA)
        for ran in run_due(at, self._worker, JOBS):
            if ran.outcome is None or ran.outcome.failures:
                raise JobFailed(ran.job)

    def _plan(self, day: date) -> None:
        """Whoever was given something since yesterday morning makes up their mind."""
        if not self._key:
            return
        given = (
            select(Recipient.person_id, Assignment.course)
            .join(Assignment, Assignment.id == Recipient.assignment_id)
            .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
            .where(Recipient.change_id == self._change.id, Completion.assignment_id.is_(None))
            .order_by(Recipient.person_id)
        )
        for row in session().execute(given).all():
            if row.person_id not in self._known:
                self._known.add(row.person_id)
                self._plan_of(self._people[row.person_id], row.course, day)

    def _plan_of(self, who: Somebody, course: str, day: date) -> None:
        learner = Learner(who.id, 0, who.number, course, self._head, who.random)
        for at, name in who.plans(day):
            self._plans.setdefault(at.astimezone(CHINA).date(), []).append((at, name, learner))

    # -- what the two who answer for the change do -----------------------------------------------------

    def _steer(self, number: int, at: datetime) -> None:
        """Registered on day 0, approved on day 1; the materials of one audience are done in time only."""
        main = COURSES[Audience.EMPLOYEE]
        if number == 0:
            self._register(at)
        elif number == 1:
            approve(self._key, version=self._change.version, actor_id=self._head, at=at)
        elif number in {4, 8}:
            for task in queries.tasks_of(self._change.id, today=at.date()):
                if task.state is TaskState.OPEN and (number == 8 or task.course == main):
                    self._close(task, at)
        elif number == 5:
            for one in readiness(self._change):
                approve_unit(self._key, one.audience, actor_id=self._head, at=at)

    def _close(self, task: TaskLine, at: datetime) -> None:
        refresh.close(
            task.key,
            TaskState.CONFIRMED,
            version=task.version,
            note="对照新规定看过，说法仍然对",
            actor_id=self._registrar,
            at=at,
        )

    def _register(self, at: datetime) -> None:
        checked = check(files_below(ROOT), day=self._first)
        items = differences(live_shelf(), shelf_from(checked.items))
        change = register_from_files(checked, LAW.title, document=DOCUMENT, actor_id=self._registrar, at=at)
        self._key = change.key
        decisions = {item.key: Decision(item.proposed) for item in items}
        register(change.key, decisions, version=change.version, actor_id=self._registrar, at=at)

    # -- what came of it -------------------------------------------------------------------------------

    def _evening(self, number: int, day: date) -> Evening:
        change = self._change
        tasks = queries.tasks_of(change.id, today=day)
        several = count(change, today=day) if change.approved_at else []
        messages = session().scalar(select(func.count()).select_from(Message)) or 0
        today, self._messages = messages - self._messages, messages
        rungs: dict[tuple[str, str], int] = {}
        for step in session().scalars(select(Step).where(Step.taken_at >= start_of_day(day))):
            clock = REFRESH if step.clock.startswith(REFRESH) else DELIVERY
            rungs[clock, step.rung] = rungs.get((clock, step.rung), 0) + step.told
        return Evening(
            day=number,
            tasks=sum(task.state is TaskState.OPEN for task in tasks),
            delivered=sum(one.delivered for one in several),
            opened=sum(one.opened for one in several),
            done=sum(one.done for one in several),
            late=sum(one.late for one in several),
            messages=today,
            rungs=rungs,
        )

    def standings(self) -> dict[Standing, int]:
        """How everybody stands, in the end, whom the document is taught to."""
        last = self._first + timedelta(days=self._days)
        audiences = taught_by(str(live_release_id()))[DOCUMENT].audiences
        column = standing(DOCUMENT, last)
        rows = session().execute(
            select(column, func.count()).where(Person.audience.in_(audiences)).group_by(column)
        )
        found = {Standing(name): number for name, number in rows}
        return {one: found.get(one, 0) for one in Standing}
