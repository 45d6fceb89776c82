"""Who of the demo was given which course, by when, and how it went for them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from lms.campaigns.cycles import apply_rules
from lms.campaigns.selection import Selection
from lms.campaigns.standing_rules import set_joining_rule
from lms.cli.demo_campaigns import Planned, departments, give, give_every_year
from lms.cli.demo_company import NEWCOMERS, SEED, SHOWN, UNITS, Member
from lms.cli.demo_history import Learner, sit_down, sittings
from lms.courses.queries import courses_of
from lms.kernel.clock import CHINA
from lms.people.models import Audience

HISTORY_DAYS = 45
"""How many days the history reaches back."""
HIRED_FROM_DAYS = 30
"""The hiring rule reaches so many days back."""
ONBOARDING, FOR_HR, FOR_RETIREES = "onboarding", "hr-essentials", "retirement"
_EARLY = ("生产制造部", "供应链")
"""Departments whose employees were to finish first."""

_QUICK_DAYS = 9
"""Who passes at once has done so within so many days where a course was to be finished first."""

_NEWCOMERS_STORIES = (
    "waiting for help", "passed", "learning", "on a plan", "passed", "passed at the second go",
    "ready for the quiz", "learning", "in the quiz", "learning", "not started", "not started",
)  # fmt: skip
"""In the order of ``NEWCOMERS``."""
_FIXED: Mapping[str, str] = {
    SHOWN["employee-on-plan"]: "on a plan",
    SHOWN["employee-waiting-for-help"]: "waiting for help",
    SHOWN["department-head"]: "passed",
    SHOWN["head-of-hr"]: "passed",
    SHOWN["hr"]: "learning",
    SHOWN["retiree"]: "learning",
}
"""Those whose accounts are shown, and how it went for them."""


@dataclass(frozen=True)
class Person:
    """A member of the company once entered, with an account."""

    member: Member
    id: int
    account_id: int


@dataclass(frozen=True)
class Wave:
    """A course given to some people at once; *stories* says for how many of them it went how."""

    course: str
    title: str
    days_ago: int
    due_in_days: int
    stories: Mapping[str, int]

    def takes_in(self, member: Member) -> bool:
        """Whether this wave reaches somebody."""
        if self.course == FOR_HR:
            return member.audience is Audience.HR
        if self.course == FOR_RETIREES:
            return member.audience is Audience.RETIREE
        is_early = member.unit in _EARLY or _PARENTS[member.unit] in _EARLY
        return member.audience is Audience.EMPLOYEE and is_early == self.is_early

    @property
    def is_early(self) -> bool:
        """Whether it is for the employees who were to finish first."""
        return self.due_in_days < 0

    def selection(self, *, without: Iterable[str]) -> Selection:
        """The same people, as they are chosen for a campaign; *without* are numbers."""
        if self.course == FOR_RETIREES:
            return Selection(audiences=frozenset({Audience.RETIREE.value}))
        early, none = departments(*_EARLY), frozenset[str]()
        return Selection(
            audiences=frozenset({Audience.EMPLOYEE.value}),
            departments=early if self.is_early else none,
            without_departments=none if self.is_early else early,
            without_persons=frozenset(without),
        )


_PARENTS = {unit.name: unit.parent for unit in UNITS}
WAVES = (
    Wave(
        ONBOARDING,
        "生产与供应链：用好您的医保",
        days_ago=40,
        due_in_days=-5,
        stories={
            "passed": 10, "passed at the second go": 3, "passed after help": 1, "learning": 3, "on a plan": 1,
            "waiting for help": 2, "helped": 1, "in the quiz": 1, "not started": 2,
        },
    ),
    Wave(
        ONBOARDING,
        "其他部门：用好您的医保",
        days_ago=28,
        due_in_days=9,
        stories={
            "passed": 27, "passed at the second go": 4, "passed after help": 1, "learning": 4,
            "ready for the quiz": 2, "in the quiz": 1, "on a plan": 2, "waiting for help": 2,
            "not started": 3,
        },
    ),
    Wave(
        FOR_HR,
        "人事人员每年一训",
        days_ago=30,
        due_in_days=4,
        stories={
            "passed": 10, "passed at the second go": 2, "learning": 3, "ready for the quiz": 1,
            "on a plan": 1, "not started": 1,
        },
    ),
    Wave(
        FOR_RETIREES,
        "退休职工：看病报销怎么办",
        days_ago=35,
        due_in_days=30,
        stories={
            "passed": 7, "passed together": 1, "passed at the second go": 1, "learning": 4, "on a plan": 1,
            "waiting for help": 1, "not started": 5,
        },
    ),
)  # fmt: skip

Happens = Callable[[], object]
Event = tuple[datetime, Happens]


def take_place(
    people: Sequence[Person], *, release_id: str, today: date, besides: Sequence[Event] = ()
) -> None:
    """Everything that happened until yesterday, in the order in which it happened."""
    events = [*besides, *_Duties(people, release_id, today).events()]
    for _, happens in sorted(events, key=lambda event: event[0]):
        happens()


def learner_of(person: Person, course: str, *, helper_id: int) -> Learner:
    """Somebody with a course, whose chances are their own."""
    return Learner(
        person_id=person.id,
        account_id=person.account_id,
        number=person.member.number,
        course=course,
        helper_id=helper_id,
        random=Random(f"{SEED} {person.member.number}"),
    )


class _Duties:
    """Collects what happens with the courses that the release has."""

    def __init__(self, people: Sequence[Person], release_id: str, today: date) -> None:
        self._release_id = release_id
        self._today = today
        self._by_name = {person.member.name: person for person in people}
        self._courses = courses_of(release_id)
        self._random = Random(SEED)
        self._head = self._by_name[SHOWN["head-of-hr"]].id

    def events(self) -> list[Event]:
        """All of them, in no order."""
        found = self._of_newcomers() if ONBOARDING in self._courses else []
        for wave in WAVES:
            if wave.course in self._courses:
                found += self._of_wave(wave)
        return found

    def _of_newcomers(self) -> list[Event]:
        first = self._morning(HISTORY_DAYS)
        hired_from = self._today - timedelta(days=HIRED_FROM_DAYS)
        found: list[Event] = [(first, partial(set_joining_rule, ONBOARDING, hired_from=hired_from, at=first))]
        for newcomer, story in zip(NEWCOMERS, _NEWCOMERS_STORIES, strict=True):
            at = self._morning(newcomer.days_ago)
            found.append((at, partial(apply_rules, at)))
            found += self._of_learner(
                self._by_name[newcomer.name], ONBOARDING, story, after=at.date(), before=self._today
            )
        return found

    def _of_wave(self, wave: Wave) -> list[Event]:
        newcomers = {newcomer.name for newcomer in NEWCOMERS}
        reached = [
            person
            for name, person in self._by_name.items()
            if name not in newcomers and wave.takes_in(person.member)
        ]
        at = self._morning(wave.days_ago)
        given = self._by_rule(wave, at) if wave.course == FOR_HR else self._by_campaign(wave, at)
        found: list[Event] = [(at, given)]
        for person, story in self._told(reached, wave.stories):
            quick = wave.is_early and story == "passed"
            before = at.date() + timedelta(days=_QUICK_DAYS) if quick else self._today
            found += self._of_learner(person, wave.course, story, after=at.date(), before=before)
        return found

    def _by_rule(self, wave: Wave, at: datetime) -> Happens:
        days = wave.days_ago + wave.due_in_days
        audiences = [Audience.HR.value]
        return partial(
            give_every_year, wave.title, wave.course, audiences, due_days=days, author_id=self._head, at=at
        )

    def _by_campaign(self, wave: Wave, at: datetime) -> Happens:
        newcomers = [self._by_name[newcomer.name].member for newcomer in NEWCOMERS]
        not_there_yet = [member.number for member in newcomers if wave.takes_in(member)]
        planned = Planned(
            title=wave.title,
            courses=[wave.course],
            selection=wave.selection(without=not_there_yet),
            due_on=self._today + timedelta(days=wave.due_in_days),
        )
        return partial(give, planned, author_id=self._head, at=at)

    def _told(self, reached: Sequence[Person], stories: Mapping[str, int]) -> list[tuple[Person, str]]:
        """Everybody with a story; who has a fixed one takes it out of the lot."""
        lot = [story for story, count in stories.items() for _ in range(count)]
        fixed = {
            name: story for name, story in _FIXED.items() if name in {one.member.name for one in reached}
        }
        for story in fixed.values():
            lot.remove(story)
        self._random.shuffle(lot)
        drawn = iter(lot)
        return [(one, fixed.get(one.member.name) or next(drawn)) for one in reached]

    def _of_learner(
        self, person: Person, course: str, story: str, *, after: date, before: date
    ) -> list[Event]:
        learner = learner_of(person, course, helper_id=self._by_name[SHOWN["hr"]].id)
        learner.release_id = self._release_id
        acts = sittings(learner, story, after=after, before=before)
        return [(at, partial(sit_down, learner, act, at)) for at, act in acts]

    def _morning(self, days_ago: int) -> datetime:
        return datetime.combine(self._today - timedelta(days=days_ago), time(8), CHINA)
