"""What HR of the demo has on its desk: whom the clockwork chased, what waits, what was decided."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from lms.access.queries import persons_who_may
from lms.assignments.adjustments import ask_deciders, request
from lms.assignments.adjustments import decide as decide_request
from lms.assignments.models import AdjustmentKind
from lms.assignments.queries import Duty, duty_for_course
from lms.campaigns.cases import Decision, cases_page, decide
from lms.campaigns.digests import digests_due, send
from lms.campaigns.escalation import escalate
from lms.campaigns.models import CaseState
from lms.campaigns.selection import Selection
from lms.cli.demo_campaigns import Planned, departments, draft, give, queue
from lms.cli.demo_company import RETIREES, SHOWN, UNITS, head_of
from lms.cli.demo_duties import FOR_RETIREES, HISTORY_DAYS, ONBOARDING, Event, Person
from lms.courses.queries import courses_of, paths_of
from lms.jobs.items import analyse_items
from lms.jobs.reports import catch_up_reports, reconcile_reports
from lms.kernel.clock import CHINA, now
from lms.kernel.permissions import Permission
from lms.notifications.models import Channel
from lms.notifications.operations import claim_due, settle_failed, settle_sent, skip_all
from lms.notifications.robots import RobotKind, Said, add, switch
from lms.people.models import Audience
from lms.people.operations import note_bounce

_PATH = "essentials"
_URGENT_UNITS = ("客户服务部", "华南销售部")
"""Whoever faces customers was to finish earlier than the others."""
_BOUNCES = "麦志强"
"""Whose address at work nobody has since so many days."""
_GONE_DAYS = 6
_NOBODY = "smtp-550"
_MOST_LETTERS = 1000


def desk(people: Sequence[Person], release_id: str, today: date) -> list[Event]:
    """What HR did until yesterday, in no order; nothing where the courses are other ones."""
    needed = {ONBOARDING, FOR_RETIREES}
    if not needed <= courses_of(release_id).keys() or _PATH not in paths_of(release_id):
        return []
    return list(_Desk(people, release_id, today).events())


def count_up() -> None:
    """What the clockwork would have counted in the night: question statistics, numbers, the comparison."""
    analyse_items(now())
    catch_up_reports(now())
    reconcile_reports(now())


class _Desk:
    """Collects what happens at the desk and around it."""

    def __init__(self, people: Sequence[Person], release_id: str, today: date) -> None:
        self._people = people
        self._today = today
        self._by_name = {person.member.name: person for person in people}
        self._hr = self._by_name[SHOWN["hr"]].id
        self._head = self._by_name[SHOWN["head-of-hr"]].id
        self._titles = {name: course.title for name, course in courses_of(release_id).items()}

    def events(self) -> Iterator[Event]:
        """All of them, in no order."""
        for days_ago in range(HISTORY_DAYS - 1, 0, -1):
            yield self._event(days_ago, time(8, 35), _remind)
            yield self._event(days_ago, time(8, 40), escalate)
            yield self._event(days_ago, time(10), self._send_mail)
            yield self._event(days_ago, time(18), self._send_mail)
        yield self._event(41, time(14, 5), self._set_up_robot)
        yield self._event(4, time(9, 40), self._hurry)
        yield self._event(3, time(11, 15), self._decide_cases)
        yield self._event(3, time(16, 30), self._excuse)
        yield self._event(1, time(10, 20), self._ask_for_more_time)
        yield self._event(1, time(15, 45), self._queue)
        yield self._event(1, time(16, 50), self._draft)

    def _event(self, days_ago: int, hour: time, happens: Callable[[datetime], object]) -> Event:
        at = datetime.combine(self._today - timedelta(days=days_ago), hour, CHINA)
        return at, partial(happens, at)

    # -- campaigns --------------------------------------------------------------------------------------

    def _hurry(self, at: datetime) -> None:
        """Some have it with another date already: cases for decision."""
        planned = Planned(
            title="直接面对客户的同事提前学完",
            courses=[ONBOARDING],
            selection=Selection(departments=departments(*_URGENT_UNITS)),
            due_on=self._today + timedelta(days=4),
        )
        give(planned, author_id=self._hr, at=at)

    def _decide_cases(self, at: datetime) -> None:
        """Of the first three one keeps the date, two get the new one; the others wait."""
        cases, _ = cases_page(CaseState.WAITING, page=1)
        first, *next_two = (case.key for case in cases[:3])
        note = "本人这周外出参展，按原来的日期学完"
        decide([first], Decision(CaseState.KEPT, note=note), actor_id=self._head, at=at)
        decide(next_two, Decision(CaseState.GIVEN), actor_id=self._head, at=at)

    def _queue(self, at: datetime) -> None:
        """A second round, once the first one is long enough ago for everybody."""
        starts_on = self._today + timedelta(days=32)
        planned = Planned(
            title="研发中心：医保知识第二轮",
            path=_PATH,
            selection=Selection(
                departments=departments("研发中心"), without_departments=departments("测试与质量部")
            ),
            starts_on=starts_on,
            due_on=starts_on + timedelta(days=21),
        )
        queue(planned, author_id=self._hr, at=at)

    def _draft(self, at: datetime) -> None:
        """Content and people are chosen; the time is not."""
        planned = Planned(
            title="职能部门：年后复习",
            path=_PATH,
            selection=Selection(
                audiences=frozenset({Audience.EMPLOYEE.value}), departments=departments("职能部门")
            ),
        )
        draft(planned, author_id=self._hr, at=at)

    # -- requests ---------------------------------------------------------------------------------------

    def _excuse(self, at: datetime) -> None:
        """Asked for in the afternoon, granted before the end of the day."""
        duty = self._owed(RETIREES, FOR_RETIREES)
        if duty is None:
            return
        reason = "家属来电：本人住院治疗，近期不能学习"
        key = self._ask(duty, AdjustmentKind.EXCUSE, reason, None, at)
        title, note = self._titles[duty.course], "情况属实，出院后自愿补学"
        decided_at = at + timedelta(minutes=50)
        decide_request(key, granted=True, note=note, title=title, actor_id=self._head, at=decided_at)

    def _ask_for_more_time(self, at: datetime) -> None:
        """Nobody has decided it yet."""
        duty = self._owed("总装车间", ONBOARDING)
        if duty is not None:
            due_on = max(duty.due_on, self._today) + timedelta(days=12)
            reason = "派驻客户现场调试设备，当地没有条件学习，月初返回"
            self._ask(duty, AdjustmentKind.EXTENSION, reason, due_on, at)

    def _owed(self, unit: str, course: str) -> Duty | None:
        """What somebody of a department owes who neither heads it nor has an account that is shown."""
        spared = {*SHOWN.values(), *(head_of(one) for one in UNITS)}
        for person in self._people:
            if person.member.unit == unit and person.member.name not in spared:
                duty = duty_for_course(person.id, course)
                if duty is not None and duty.is_owed:
                    return duty
        return None

    def _ask(self, duty: Duty, kind: AdjustmentKind, reason: str, due_on: date | None, at: datetime) -> str:
        key = request(duty.key, kind, due_on=due_on, reason=reason, actor_id=self._hr, at=at)
        deciders = persons_who_may(Permission.ADJUSTMENT_DECIDE)
        ask_deciders(key, deciders, title=self._titles[duty.course], at=at)
        return key

    # -- channels ---------------------------------------------------------------------------------------

    def _set_up_robot(self, at: datetime) -> None:
        """Tried out and switched off on the same day; its token is nobody's."""
        (unit,) = departments("生产制造部")
        said = Said(RobotKind.DINGTALK, "生产制造部班组群", "0" * 64, "", "医保", unit)
        switch(add(said).key, at, on=False)

    def _send_mail(self, at: datetime) -> None:
        """The company's mail server takes everything but one address. Its WeCom has not been set up."""
        due = claim_due(Channel.EMAIL, at, limit=_MOST_LETTERS)
        is_gone = at.date() >= self._today - timedelta(days=_GONE_DAYS)
        nobody = self._by_name[_BOUNCES].id if is_gone else None
        settle_sent([one for one in due if one.person_id != nobody], at)
        for one in (one for one in due if one.person_id == nobody):
            settle_failed(one, _NOBODY, retryable=False, at=at)
            note_bounce(one.person_id, one.address, _NOBODY)
        skip_all(Channel.WECOM, "channel-off", at)


def _remind(at: datetime) -> None:
    """One digest a person."""
    for digests in digests_due(at):
        send(digests, at)
