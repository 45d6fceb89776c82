"""The training year of the demo: its plan, its project group, its budget, and the draft of its report."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from lms.cli.demo_company import SHOWN
from lms.cli.demo_duties import HISTORY_DAYS, Event, Person
from lms.cli.demo_listening import asked_on, asked_quarter, listening
from lms.cli.demo_workshops import workshops
from lms.jobs.effects import mark_topics
from lms.jobs.surveys import mix_responses
from lms.kernel.clock import CHINA, china_date, now
from lms.kernel.database import snapshot, unit_of_work
from lms.kernel.quarters import Quarter
from lms.planning.budgets import NewCost, enter, heads_now, reserve
from lms.planning.entries import Planned, add, settle
from lms.planning.members import Membership, join
from lms.planning.queries import Entry, entries
from lms.planning.rules import REPORT, Category, DutyKind, EntryKind, EntryState
from lms.planning.years import approve, open_year
from lms.quarterly.gathering import gather
from lms.quarterly.operations import Act, put
from lms.quarterly.queries import begun_before

_PER_HEAD = Decimal(80)
_PLANNED = (
    (Category.EXPERT, 3600, "讲座三场，外请讲师"),
    (Category.DEVELOPMENT, 3000, "给课配真人朗读"),
    (Category.MATERIALS, 1800, "大字讲义和展板"),
    (Category.OTHER, 600, "活动用的纸笔和茶水"),
)
_SPENT = (
    (22, Category.EXPERT, "1200", "请讲师审异地就医专题"),
    (13, Category.MATERIALS, "468.50", "印大字讲义"),
    (5, Category.OTHER, "96", "小组辅导用的纸笔和茶水"),
)
"""How many days ago, on what, how much, for what."""
_GROUP = (
    (SHOWN["head-of-hr"], DutyKind.LEAD, "定计划、批预算、签季度报告"),
    (SHOWN["hr"], DutyKind.HR, "安排活动，回应需求"),
    ("范晓静", DutyKind.HR, "维护在职职工的教材"),
    (SHOWN["admin"], DutyKind.IT, "系统与账号"),
)
_OUTSIDE = (
    ("许敬言", "示例培训机构", DutyKind.EXPERT, "审内容，主讲专题"),
    ("宋知节", "示例市医保经办机构（虚构）", DutyKind.AUTHORITY, "核对政策口径"),
)
"""Members from organisations that do not exist."""


def training_year(people: Sequence[Person], release_id: str, today: date) -> list[Event]:
    """What was asked, planned and held until yesterday, in no order."""
    planned = _Plan(people, today).events()
    return [*planned, *listening(people, today), *workshops(people, release_id, today)]


def take_stock(people: Sequence[Person]) -> None:
    """What the clockwork has done with it by the morning, and the report that HR has drafted."""
    at = now()
    mark_topics(at)
    mix_responses(at)
    hr = next(one.id for one in people if one.member.name == SHOWN["hr"])
    running = Quarter.of(china_date(at))
    quarter = running.previous if begun_before(running.previous.last) else running
    with snapshot():
        figures = gather(quarter, at)
    with unit_of_work():
        put(quarter, figures, Act(hr, at))


class _Plan:
    """Collects what the head of HR plans and spends."""

    def __init__(self, people: Sequence[Person], today: date) -> None:
        self._today = today
        self._members = {one.member.name: one.member for one in people}
        self._head = next(one.id for one in people if one.member.name == SHOWN["head-of-hr"])
        #: Most of the history lies in it.
        self._year = self._days_ago(HISTORY_DAYS // 2).year

    def events(self) -> Iterator[Event]:
        """All of them, in no order."""
        asked = asked_on(asked_quarter(self._today))
        yield _event(min(self._days_ago(HISTORY_DAYS - 1), asked), time(8, 10), self._open_this)
        yield _event(self._days_ago(41), time(14, 30), self._gather_group)
        yield _event(self._days_ago(40), time(11), self._reserve)
        yield _event(self._days_ago(38), time(16), self._approve)
        for days_ago, category, amount, note in _SPENT:
            on = self._days_ago(days_ago)
            yield _event(on, time(15), partial(self._spend, category, Decimal(amount), note))
        yield _event(self._days_ago(9), time(10), self._open_next)
        yield _event(self._days_ago(6), time(17), self._tick_off)

    def _days_ago(self, count: int) -> date:
        return self._today - timedelta(days=count)

    def _open_this(self, at: datetime) -> None:
        open_year(self._year, actor_id=self._head, at=at)

    def _gather_group(self, at: datetime) -> None:
        for name, duty, text in _GROUP:
            self._join(Membership(self._members[name].number, "", "", duty, text, at.date()), at)
        for name, organisation, duty, text in _OUTSIDE:
            self._join(Membership("", name, organisation, duty, text, at.date()), at)

    def _join(self, given: Membership, at: datetime) -> None:
        join(given, actor_id=self._head, at=at)

    def _reserve(self, at: datetime) -> None:
        reserve(self._year, per_head=_PER_HEAD, heads=heads_now(), actor_id=self._head, at=at)
        for category, amount, note in _PLANNED:
            cost = NewCost(category, Decimal(amount), None, note)
            enter(self._year, cost, actor_id=self._head, at=at)

    def _approve(self, at: datetime) -> None:
        """Without the report of a quarter of which there is nothing to report."""
        for one in entries(self._year):
            if one.kind is EntryKind.STANDING and one.code.startswith(f"{REPORT}-"):
                self._drop_untold(one, at)
        printed = Planned("印大字讲义", "Handouts in large type", self._days_ago(30), self._days_ago(8))
        add(self._year, printed, actor_id=self._head, at=at)
        self._plan_open_day(self._year, at)
        approve(self._year, note="按计划执行，讲师费先用后报", actor_id=self._head, at=at)

    def _drop_untold(self, entry: Entry, at: datetime) -> None:
        if not begun_before(Quarter.named(entry.code.removeprefix(f"{REPORT}-")).last):
            reason = "系统启用以前的季度，没有数据"
            settle(entry.key, EntryState.DROPPED, reason=reason, actor_id=self._head, at=at)

    def _spend(self, category: Category, amount: Decimal, note: str, at: datetime) -> None:
        enter(self._year, NewCost(category, amount, at.date(), note), actor_id=self._head, at=at)

    def _open_next(self, at: datetime) -> None:
        year = self._year + 1
        open_year(year, actor_id=self._head, at=at)
        reserve(year, per_head=_PER_HEAD, heads=heads_now(), actor_id=self._head, at=at)
        self._plan_open_day(year, at)

    def _plan_open_day(self, year: int, at: datetime) -> None:
        """In the plan of its year."""
        day = self._today + timedelta(days=12)
        if day.year == year:
            open_day = Planned("服务站开放日", "Open day at the service station", day, day)
            add(year, open_day, actor_id=self._head, at=at)

    def _tick_off(self, at: datetime) -> None:
        """What is over was done, but for what the clockwork ticks off by itself."""
        for one in entries(self._year):
            is_over = one.ends_on < at.date() and one.kind is not EntryKind.STANDING
            if is_over and one.state is EntryState.PLANNED:
                settle(one.key, EntryState.DONE, actor_id=self._head, at=at)


def _event(day: date, hour: time, happens: Callable[[datetime], object]) -> Event:
    at = datetime.combine(day, hour, CHINA)
    return at, partial(happens, at)
