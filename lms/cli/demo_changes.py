"""The two changes of policy that the demo is in the middle of, through the operations that everybody uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from lms.assignments.queries import duty_for_course
from lms.cli.demo_company import SEED, SHOWN
from lms.cli.demo_duties import FOR_RETIREES, Event, Person, learner_of
from lms.cli.demo_history import finish_unit, read_inbox, read_unit, sit_down
from lms.cli.demo_library import before_law, before_pooling
from lms.kernel.clock import CHINA, china_date
from lms.publishing.operations import check
from lms.publishing.queries import is_live
from lms.rollouts import queries, refresh
from lms.rollouts.approval import approve
from lms.rollouts.delivery import deliver_ready, include_newcomers, readiness
from lms.rollouts.drafting import unit_name
from lms.rollouts.impact import shelf_from
from lms.rollouts.ladder import climb
from lms.rollouts.models import Change, Severity, TaskState
from lms.rollouts.proposal import differences, live_shelf
from lms.rollouts.queries import TaskLine
from lms.rollouts.registration import Decision, register, register_from_files
from lms.rollouts.typed import TypedItem
from lms.rollouts.unit_approval import approve_unit
from lms.rollouts.unit_files import with_units

_OWNERS = ("范晓静", "鲁思敏")
"""Who looks after the materials of people in service."""
_HOURS = (time(9, 50), time(13, 10), time(17, 5))
"""When people look at what they were given."""
_FINISH, _READ = 0.9, 0.96
"""This share of people finishes the unit, and this one at least reads it."""


@dataclass(frozen=True)
class Plot:
    """A change: its document, what it is called, how many days ago it was registered, and why it weighs so.

    ``reasons`` go by item; any other item is given the reason of its severity.
    """

    document: str
    title: str
    days_ago: int
    reasons: Mapping[str, str]


POOLING = Plot(
    "cross-province-pooling-2025",
    "职工医保个人账户跨省共济",
    days_ago=9,
    reasons={
        "cross-province-pooling-2025#who": "可以用的范围从省内变成跨省，职工的办法跟着变",
        "cross-province-pooling-2025#relation": "怎么建立、怎么解除都跟以前不一样",
        "cross-province-pooling-2025#quota": "以前没有额度，划出去的钱自己不能再用",
        "cross-province-pooling-2025#clearing": "是地区之间怎么结账，职工不用做什么",
    },
)
LAW = Plot(
    "medical-security-law",
    "医疗保障法自2027年1月1日起施行",
    days_ago=2,
    reasons={
        "medical-security-law#13": "重复参保怎么处理有了法律依据，经办人员要会讲",
        "medical-security-law#35": "凭证和代买药的规定写进了法律，教材改用新的依据",
    },
)
_REASONS: Mapping[Severity, str] = {
    Severity.EDITORIAL: "只是文字，意思没变",
    Severity.CLARIFYING: "教材还没有用到，先让大家知道",
    Severity.SUBSTANTIVE: "教材用到了，要跟着改",
}


def first_library(files: Mapping[str, bytes], day: date) -> Mapping[str, bytes]:
    """The library before both changes; the files as they are when the changes do not fit them."""
    stages = (before_pooling(files), before_law(files), files)
    fits = all(f"content/policies/{plot.document}.yaml" in files for plot in (POOLING, LAW))
    if fits and not any(check(stage, day=day).faults for stage in stages):
        return stages[0]
    return files


def changes(people: Sequence[Person], files: Mapping[str, bytes], today: date) -> list[Event]:
    """Everything about the changes until yesterday, in no order; nothing where they have been live before."""
    if is_live(files) or not is_live(before_pooling(files)):
        return []
    played = ((POOLING, before_law(files)), (LAW, files))
    return [event for plot, stage in played for event in _Play(plot, people, stage, today).events()]


class _Play:
    """One change on its way. Its key is known once it has been registered."""

    def __init__(self, plot: Plot, people: Sequence[Person], files: Mapping[str, bytes], today: date) -> None:
        self._plot = plot
        self._files = files
        self._today = today
        self._people = people
        self._by_name = {person.member.name: person.id for person in people}
        self._admin = self._by_name[SHOWN["admin"]]
        self._head = self._by_name[SHOWN["head-of-hr"]]
        self._key = ""

    def events(self) -> list[Event]:
        """What happens on which day of its clock; today and what is still to come has not happened."""
        script: list[tuple[datetime, Callable[[datetime], None]]] = [
            (self._at(0, time(10, 20)), self._register),
            (self._at(1, time(9, 30)), self._approve),
            (self._at(1, time(11)), self._hand_out),
            (self._at(3, time(15, 10)), partial(self._close, _OWNERS[0])),
            (self._at(4, time(11, 20)), partial(self._close, _OWNERS[1])),
            (self._at(4, time(16, 40)), self._approve_units),
        ]
        script += [(self._at(day, time(8, 30)), self._go_on) for day in range(2, self._plot.days_ago)]
        found: list[Event] = [(at, partial(happens, at)) for at, happens in script]
        found += [event for person in self._people for event in self._of_person(person)]
        return [event for event in found if china_date(event[0]) < self._today]

    def _at(self, day: int, hour: time) -> datetime:
        return datetime.combine(self._today - timedelta(days=self._plot.days_ago - day), hour, CHINA)

    @property
    def _change(self) -> Change:
        return queries.change(self._key)

    def _register(self, at: datetime) -> None:
        checked = check(with_units(self._files), day=self._today)
        change = register_from_files(
            checked, self._plot.title, document=self._plot.document, actor_id=self._admin, at=at
        )
        self._key = change.key
        items = differences(live_shelf(), shelf_from(checked.items))
        decisions = {item.key: Decision(item.proposed, self._reason(item)) for item in items}
        register(
            change.key,
            decisions,
            version=change.version,
            actor_id=self._admin,
            at=at + timedelta(minutes=25),
            day=self._today,
        )

    def _reason(self, item: TypedItem) -> str:
        return self._plot.reasons.get(item.item, _REASONS[item.proposed])

    def _approve(self, at: datetime) -> None:
        read_inbox(self._head, at)
        version = self._change.version
        approve(self._key, version=version, actor_id=self._head, at=at, day=self._today)

    def _tasks(self, at: datetime) -> tuple[list[TaskLine], list[TaskLine]]:
        """Tasks for people in service, and those for retirees."""
        tasks = queries.tasks_of(self._change.id, today=china_date(at))
        easy = [task for task in tasks if task.course == FOR_RETIREES]
        return [task for task in tasks if task.course != FOR_RETIREES], easy

    def _hand_out(self, at: datetime) -> None:
        """Who registered it gives the tasks to whoever looks after the materials."""
        standard, easy = self._tasks(at)
        owners = [self._by_name[_OWNERS[number % 2]] for number in range(len(standard))]
        owners += [self._by_name[SHOWN["hr"]]] * len(easy)
        for task, owner_id in zip([*standard, *easy], owners, strict=True):
            refresh.reassign(
                task.key,
                owner_id,
                reason="按课程分工，由维护这门课的人改",
                version=task.version,
                actor_id=self._admin,
                at=at,
            )

    def _close(self, owner: str, at: datetime) -> None:
        """One of the two owners is done with everything; the retirees' material stays open."""
        for line in (line for line in self._tasks(at)[0] if line.owner_name == owner):
            task = queries.task(line.key)
            read_inbox(task.owner_id, at)
            is_other = queries.live_edition(task.kind, task.item) != task.edition
            refresh.close(
                task.key,
                TaskState.REVISED if is_other else TaskState.CONFIRMED,
                version=task.version,
                note="已按新规定改写" if is_other else "对照新规定看过，说法仍然对",
                actor_id=task.owner_id,
                at=at,
            )

    def _approve_units(self, at: datetime) -> None:
        """The units of the audiences whose materials are done."""
        for one in readiness(self._change):
            if not one.open_courses:
                approve_unit(self._key, one.audience, actor_id=self._head, at=at, day=self._today)

    def _go_on(self, at: datetime) -> None:
        """What the clockwork does in the morning."""
        change_id = self._change.id
        deliver_ready(change_id, at)
        include_newcomers(change_id, at)
        climb(change_id, at)

    def _of_person(self, person: Person) -> list[Event]:
        """On a day after the delivery somebody does the unit, or only reads it, if they have it."""
        random = Random(f"{SEED} {person.member.number} {self._plot.document}")
        days, drawn = range(5, self._plot.days_ago), random.random()
        if not days or drawn >= _READ or person.member.name == SHOWN["department-head"]:
            return []
        at = self._at(random.choice(days), random.choice(_HOURS))
        return [(at, partial(self._learn, person, at, finishes=drawn < _FINISH))]

    def _learn(self, person: Person, at: datetime, *, finishes: bool) -> None:
        unit = unit_name(self._key, easy=False)
        duty = duty_for_course(person.id, unit)
        if duty is not None:
            learner = learner_of(person, unit, helper_id=self._by_name[SHOWN["hr"]])
            sit_down(learner, finish_unit if finishes else read_unit, at)
