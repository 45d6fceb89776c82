"""Workshops and visits of the demo: one held last week, and those that are to come."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TypedDict

from sqlalchemy import select

from lms.assignments.assistance import waits_for_help
from lms.assignments.queries import duties_of_many
from lms.campaigns.selection import Selection
from lms.cli.demo_company import NEWCOMERS, RETIREES, SEED, SHOWN, UNITS, head_of
from lms.cli.demo_duties import ONBOARDING, Event, Person
from lms.courses.queries import courses_of
from lms.kernel.clock import CHINA, china_date
from lms.kernel.workdays import last_workday, workdays_after
from lms.people import models
from lms.people.models import Audience
from lms.people.queries import persons_by_number
from lms.workshops import seating
from lms.workshops.arranging import Draft, create, publish
from lms.workshops.attendance import Mark, save
from lms.workshops.counting import Counter, close
from lms.workshops.queries import seats
from lms.workshops.rules import Counts, EventKind, How, Level, SeatState
from lms.workshops.signing import check_in, sign_up

_EMPLOYEES = Selection(audiences=frozenset({Audience.EMPLOYEE.value}))
_AT_WORK = Selection(audiences=frozenset({Audience.EMPLOYEE.value, Audience.HR.value}))
_RETIRED = Selection(audiences=frozenset({Audience.RETIREE.value}))
_VISITED = "李淑琴"
"""Who has asked for a visit."""
_SEATS, _WAIT = 12, 3


def workshops(people: Sequence[Person], release_id: str, today: date) -> list[Event]:
    """Everything about them until yesterday, in no order; nothing where the courses are other ones."""
    if ONBOARDING not in courses_of(release_id):
        return []
    return list(_Workshops(people, release_id, today).events())


class _Times(TypedDict):
    """When an event is, as ``Draft`` takes it."""

    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime


class _Workshops:
    """Collects who plans, signs up and comes. Events are known by a name until they have a key."""

    def __init__(self, people: Sequence[Person], release_id: str, today: date) -> None:
        self._people = people
        self._release_id = release_id
        self._today = today
        self._by_name = {person.member.name: person for person in people}
        self._hr = self._by_name[SHOWN["hr"]]
        self._random = Random(f"{SEED} workshops")
        self._keys: dict[str, str] = {}

    def events(self) -> Iterator[Event]:
        """All of them, in no order."""
        yield from self._of_held()
        yield from self._of_coming()
        yield self._event(1, time(10, 15), self._plan_visit)

    def _event(self, days_ago: int, hour: time, happens: Callable[[datetime], object]) -> Event:
        at = datetime.combine(self._today - timedelta(days=days_ago), hour, CHINA)
        return at, partial(happens, at)

    def _drawn(self, audience: Audience, count: int) -> list[Person]:
        """Some who have been here for long and are not shown."""
        spared = {*SHOWN.values(), *(one.name for one in NEWCOMERS)}
        able = [one for one in self._people if one.member.audience is audience]
        return self._random.sample([one for one in able if one.member.name not in spared], count)

    def _plan(self, name: str, draft: Draft, at: datetime) -> None:
        """Nobody sees it before it is published, which is what HR does next."""
        self._keys[name] = create(draft, actor_id=self._hr.id, at=at)

    def _publish(self, name: str, at: datetime) -> None:
        publish(self._keys[name], actor_id=self._hr.id, at=at)

    def _sign_up(self, name: str, person: Person, at: datetime) -> None:
        sign_up(self._keys[name], person.id, at=at)

    # -- last week --------------------------------------------------------------------------------------

    def _of_held(self) -> Iterator[Event]:
        """A group for those who have failed two papers, and for who else wants to come."""
        held_on = last_workday(self._today - timedelta(days=5))
        ago = (self._today - held_on).days
        others = self._drawn(Audience.EMPLOYEE, 6)
        yield self._event(ago + 8, time(14, 20), partial(self._plan_group, held_on))
        yield self._event(ago + 7, time(9, 10), self._suggest)
        for count, person in enumerate(others):
            hour = time(11 + count, 7 * count)
            yield self._event(ago + 6 - count, hour, partial(self._sign_up, "group", person))
            yield self._event(ago, time(13, 40 + 3 * count), partial(self._arrive, person))
        yield self._event(ago + 1, time(16, 10), self._accept)
        yield self._event(1, time(19, 50), self._close)

    def _plan_group(self, held_on: date, at: datetime) -> None:
        draft = Draft(
            kind=EventKind.WORKSHOP,
            title="错题一起讲：用好您的医保",
            about="带上没通过的那份卷子，一题一题讲清楚为什么。",
            place="厂区培训室",
            starts_at=datetime.combine(held_on, time(14), CHINA),
            ends_at=datetime.combine(held_on, time(15, 30), CHINA),
            sign_up_until=datetime.combine(held_on, time(12), CHINA),
            capacity=15,
            selection=_EMPLOYEES,
            course=ONBOARDING,
            counts=Counts.HELP,
            host_id=self._hr.id,
        )
        self._plan("group", draft, at)

    def _waiting(self) -> list[int]:
        """Who waits for help with the course; the account that is shown goes on waiting."""
        shown = self._by_name[SHOWN["employee-waiting-for-help"]].id
        duties = duties_of_many([one.id for one in self._people if one.id != shown])
        return [one.person_id for one in duties if one.course == ONBOARDING and waits_for_help(one)]

    def _suggest(self, at: datetime) -> None:
        """Seats for those on the help list, before everybody hears of it."""
        chosen = select(models.Person.id).where(models.Person.id.in_(self._waiting()))
        seating.suggest(self._keys["group"], chosen, actor_id=self._hr.id, at=at)
        self._publish("group", at + timedelta(minutes=20))

    def _accept(self, at: datetime) -> None:
        """Two of those who wait come."""
        for person_id in self._waiting()[:2]:
            sign_up(self._keys["group"], person_id, at=at)

    def _arrive(self, person: Person, at: datetime) -> None:
        check_in(self._keys["group"], person.id, How.CODE, at=at)

    def _close(self, at: datetime) -> None:
        """For one of those who still wait it counts; the others among them left early."""
        key, waiting = self._keys["group"], set(self._waiting())
        there = [one for one in seats(key, "name") if one.state is SeatState.SIGNED]
        leave = [one.person for one in there if one.person_id in waiting][1:]
        marks = {one.person: Mark(Level.PART if one.person in leave else Level.FULL) for one in there}
        save(key, marks, actor_id=self._hr.id, at=at)
        counter = Counter(self._hr.id, self._hr.member.name)
        close(key, counter, release_id=self._release_id, at=at + timedelta(minutes=3))

    # -- to come ----------------------------------------------------------------------------------------

    def _of_coming(self) -> Iterator[Event]:
        plans = (("filing", self._filing()), ("lunch", self._lunch()), ("talk", self._talk()))
        for count, (name, draft) in enumerate(plans):
            yield self._event(6, time(14, 5 * count), partial(self._plan, name, draft))
            yield self._event(6, time(15, 5 * count), partial(self._publish, name))
        yield from self._signing_up("lunch", self._drawn(Audience.EMPLOYEE, 9))
        yield from self._signing_up("talk", self._drawn(Audience.RETIREE, 7))
        full = self._drawn(Audience.EMPLOYEE, _SEATS + _WAIT - 2)
        head, on_plan = (self._by_name[SHOWN[one]] for one in ("department-head", "employee-on-plan"))
        yield from self._signing_up("filing", [head, *full, on_plan])

    def _signing_up(self, name: str, people: Sequence[Person]) -> Iterator[Event]:
        for count, person in enumerate(people):
            hour = time(9 + count % 8, 6 * count % 60)
            yield self._event(5 - count // 4, hour, partial(self._sign_up, name, person))

    def _filing(self) -> Draft:
        return Draft(
            kind=EventKind.WORKSHOP,
            title="异地就医备案，当场办一遍",
            about="带上手机和社保卡，现场走完备案的每一步。",
            place="总部培训室",
            capacity=_SEATS,
            waiting_most=10,
            selection=_EMPLOYEES,
            host_id=self._by_name["范晓静"].id,
            **self._times(5, time(14), minutes=90),
        )

    def _lunch(self) -> Draft:
        return Draft(
            kind=EventKind.LUNCH,
            title="午间二十分钟：家人怎么用账户里的钱",
            place="线上会议",
            capacity=60,
            selection=_AT_WORK,
            host_id=self._hr.id,
            **self._times(3, time(12, 20), minutes=20),
        )

    def _talk(self) -> Draft:
        return Draft(
            kind=EventKind.LECTURE,
            title="慢病、异地、报销：当面问",
            about="想问什么都可以，家人可以一起来。",
            place=f"{RETIREES}活动室",
            capacity=20,
            waiting_most=5,
            selection=_RETIRED,
            host_name="许敬言",
            **self._times(7, time(9, 30), minutes=75),
        )

    def _plan_visit(self, at: datetime) -> None:
        """For who asked for it the day before."""
        person = self._by_name[_VISITED].member
        host = next(head_of(unit) for unit in UNITS if unit.name == RETIREES)
        draft = Draft(
            kind=EventKind.HOME_VISIT,
            title=f"上门讲住院报销：{person.name}",
            place="本人家中",
            capacity=1,
            selection=Selection(persons=frozenset({person.number})),
            host_id=self._by_name[host].id,
            **self._times(2, time(10), minutes=60),
        )
        self._plan("visit", draft, at)
        self._publish("visit", at + timedelta(minutes=5))
        (key,) = [one.key for one in persons_by_number([person.number]).values()]
        seating.add(self._keys["visit"], key, actor_id=self._hr.id, at=at + timedelta(minutes=6))

    def _times(self, workdays: int, hour: time, *, minutes: int) -> _Times:
        """It begins so many workdays from now; one signs up until the evening before."""
        starts_at = datetime.combine(workdays_after(self._today, workdays), hour, CHINA)
        evening = datetime.combine(china_date(starts_at) - timedelta(days=1), time(18), CHINA)
        ends_at = starts_at + timedelta(minutes=minutes)
        return {"starts_at": starts_at, "ends_at": ends_at, "sign_up_until": evening}
