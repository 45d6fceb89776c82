"""Invented people for a simulated rollout: who they are, what they were taught, how they go about things."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from lms.assignments.models import Assignment, Cause, Completion
from lms.cli.demo_company import BEIJING, GUANGZHOU, HANGZHOU, NANJING, SHANGHAI, SHENZHEN
from lms.cli.demo_history import (
    Learner,
    be_helped,
    fail_paper,
    finish_unit,
    make_up,
    pass_paper,
    read_inbox,
    read_unit,
)
from lms.kernel.clock import start_of_day
from lms.kernel.database import session
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.people.models import Audience, Department, Person, Status

CITIES = (BEIJING, SHANGHAI, NANJING, HANGZHOU, GUANGZHOU, SHENZHEN)
COURSES: Mapping[Audience, str] = {
    Audience.EMPLOYEE: "onboarding",
    Audience.HR: "hr-essentials",
    Audience.RETIREE: "retirement",
}
LEAST = 20
"""With fewer people there would be nobody to register and to approve, or to be told."""
_HR_EVERY, _RETIRED_EVERY, _JOINING_EVERY = 20, 10, 50
"""One in so many is in HR, is retired, is hired only while the rollout is on."""
_A_DEPARTMENT = 25
_PASSED, _BEGUN = 0.7, 0.85
"""This share passed the course of their audience before, and up to this one people are in the middle."""
_LONG_AGO = 60


@dataclass(frozen=True)
class Habit:
    """How one of so many people goes about it: days until they begin, and what they do, one act a day."""

    people: int
    wait: tuple[int, int]
    acts: tuple[str, ...]


HABITS = (
    Habit(46, (0, 2), ("finish",)),
    Habit(22, (3, 7), ("finish",)),
    Habit(10, (8, 16), ("finish",)),
    Habit(10, (0, 5), ("fail", "make good")),
    Habit(3, (0, 5), ("fail", "fail again", "be helped", "try again")),
    Habit(5, (0, 9), ("look",)),
    Habit(4, (0, 0), ()),
)
"""At once, in time, late, failing once, failing twice, only looking, never."""


def act(name: str, who: Learner, at: datetime) -> None:
    """Do an act of a habit; what needs a quiz is left out where there is none."""
    if name == "look":
        read_inbox(who.person_id, at)
    elif name == "finish" or (name == "fail" and not who.quiz):
        finish_unit(who, at)
    elif who.quiz:
        _with_paper(name, who, at)


def _with_paper(name: str, who: Learner, at: datetime) -> None:
    if name == "fail":
        fail_paper(who, read_unit(who, at))
    elif name == "be helped":
        be_helped(who, at)
    else:
        if name != "try again":
            make_up(who, at)
        hand_in = fail_paper if name == "fail again" else pass_paper
        hand_in(who, at + timedelta(hours=1))


@dataclass(frozen=True)
class Somebody:
    """One of the invented people, whose chances are their own."""

    id: int
    number: str
    random: Random = field(repr=False)

    def plans(self, given_on: date) -> Iterator[tuple[datetime, str]]:
        """What they will do with what they are given on a day: instants and names of acts."""
        habit = self.random.choices(HABITS, [one.people for one in HABITS])[0]
        first = self.random.randint(*habit.wait)
        for number, name in enumerate(habit.acts):
            minutes = self.random.randint(60, 420)
            day = given_on + timedelta(days=first + number)
            yield start_of_day(day) + timedelta(hours=9, minutes=minutes), name


def enter(count: int, *, day: date, days: int, seed: int) -> list[Somebody]:
    """Enter a company whose past lies before *day* and into which people are hired during *days*.

    The first is the head of HR, the second belongs to HR.
    """
    random = Random(seed)
    people = [
        Person(
            number=str(1001 + position),
            name=f"虚构{1001 + position}",
            audience=(audience := _audience(position)),
            status=Status.RETIRED if audience is Audience.RETIREE else Status.IN_SERVICE,
            region=random.choice(CITIES),
            hired_on=_hired_on(position, day, days),
        )
        for position in range(count)
    ]
    _seat(people)
    _teach([one for one in people if one.hired_on < day], day, random)
    return [Somebody(one.id, one.number, Random(f"{seed} {one.number}")) for one in people]


def _audience(position: int) -> Audience:
    if position % _HR_EVERY == 0 or position == 1:
        return Audience.HR
    return Audience.RETIREE if position % _RETIRED_EVERY == _RETIRED_EVERY - 1 else Audience.EMPLOYEE


def _hired_on(position: int, day: date, days: int) -> date:
    if position % _JOINING_EVERY == _JOINING_EVERY - 2:
        return day + timedelta(days=1 + position // _JOINING_EVERY % days)
    return day - timedelta(days=365 + position)


def _seat(people: Sequence[Person]) -> None:
    """Enter everybody: HR in a department below the company, the others in departments of one size.

    The head of a department is the first of its people who is not retired.
    """
    company = Department(name="虚构公司")
    session().add(company)
    session().flush()
    number = len(people) // _A_DEPARTMENT + 1
    others = [Department(name=f"部门{one}", parent_id=company.id) for one in range(1, number + 1)]
    hr = Department(name="人力资源部", parent_id=company.id)
    session().add_all([hr, *others])
    session().flush()
    seats = [
        hr if one.audience is Audience.HR else others[position % number]
        for position, one in enumerate(people)
    ]
    for one, seat in zip(people, seats, strict=True):
        one.department_id = seat.id
    session().add_all(people)
    session().flush()
    for one, seat in zip(people, seats, strict=True):
        if seat.head_id is None and one.audience is not Audience.RETIREE:
            seat.head_id = one.id


def _teach(people: Sequence[Person], day: date, random: Random) -> None:
    """What everybody was given before: some passed it, some are in the middle, some were never given it."""
    chances = [random.random() for _ in people]
    given = [
        Assignment(
            person_id=one.id,
            course=COURSES[one.audience],
            cycle=1,
            cause=Cause.BY_HAND,
            assigned_on=day - timedelta(days=_LONG_AGO),
            due_on=day + timedelta(days=_LONG_AGO),
        )
        for one, chance in zip(people, chances, strict=True)
        if chance < _BEGUN
    ]
    session().add_all(given)
    session().flush()
    passed = {one.id for one, chance in zip(people, chances, strict=True) if chance < _PASSED}
    done_at = start_of_day(day - timedelta(days=_LONG_AGO // 2))
    session().add_all(
        Completion(
            assignment_id=one.id,
            release_id=live_release_id(),
            completed_at=done_at,
            certificate=new_key(12),
        )
        for one in given
        if one.person_id in passed
    )
    session().flush()
