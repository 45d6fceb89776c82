"""How HR of the demo reaches its retired people: the hotline, what they asked for, calls, cards."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from lms.access.cards import Terms, issue_cards
from lms.access.models import Account
from lms.access.queries import Asker, asker
from lms.cli.demo_company import RETIREES, SHOWN
from lms.cli.demo_duties import Event, Person
from lms.kernel.clock import CHINA
from lms.kernel.database import session
from lms.outreach.contacts import Need, put_on_record, take
from lms.outreach.family import Named, name_relative
from lms.outreach.hotlines import set_hotline
from lms.outreach.models import Contact, Request
from lms.outreach.requests import Asking, answer, ask
from lms.outreach.rules import ContactKind, Outcome, Reason, RequestKind, Result
from lms.people.queries import persons_by_number

HOTLINE, HOURS = "400-000-0000", "工作日 9:00–17:00"
"""A number that cannot be called."""
_EVERYWHERE = ""
_CARD_DAYS = 365


def outreach(people: Sequence[Person], today: date) -> list[Event]:
    """What was done for retired people until yesterday, in no order."""
    return list(_Outreach(people, today).events())


class _Outreach:
    """Collects calls, visits and questions, and who took care of them."""

    def __init__(self, people: Sequence[Person], today: date) -> None:
        self._today = today
        self._by_name = {person.member.name: person for person in people}
        self._retired = [
            person for person in people if person.member.unit == RETIREES and person.member.phone
        ]
        self._hr = self._by_name[SHOWN["hr"]]

    def events(self) -> Iterator[Event]:
        """All of them, in no order."""
        yield self._at(40, time(9, 5)), lambda: self._open(self._at(40, time(9, 5)))
        yield self._at(20, time(10, 30)), lambda: self._make_cards(self._at(20, time(10, 30)))
        yield self._at(12, time(9, 20)), lambda: self._name_a_daughter(self._at(12, time(9, 20)))
        yield self._at(8, time(9, 10)), lambda: self._call_back(self._at(8, time(9, 10)))
        yield self._at(2, time(15, 25)), lambda: self._ask_for_a_visit(self._at(2, time(15, 25)))
        yield self._at(1, time(9, 40)), lambda: self._ask_a_question(self._at(1, time(9, 40)))
        yield self._at(1, time(11, 0)), lambda: self._answer_one(self._at(1, time(11, 0)))

    def _at(self, days_ago: int, hour: time) -> datetime:
        return datetime.combine(self._today - timedelta(days=days_ago), hour, CHINA)

    def _named(self, name: str) -> Person:
        return self._by_name[name]

    def _asker(self) -> Asker:
        account = session().get_one(Account, self._hr.account_id)
        found = asker(account.id, account.stamp)
        if found is None:
            raise LookupError(self._hr.member.name)
        return found

    def _open(self, at: datetime) -> None:
        set_hotline(_EVERYWHERE, phone=HOTLINE, hours=HOURS, actor_id=self._hr.id, at=at)

    def _make_cards(self, at: datetime) -> None:
        """Half of them have one; what stands on it is known to nobody."""
        half = [person.member.number for person in self._retired[::2]]
        keys = [person.key for person in persons_by_number(half).values()]
        issue_cards(self._asker(), keys, Terms(at.date() + timedelta(days=_CARD_DAYS)), at=at)

    def _name_a_daughter(self, at: datetime) -> None:
        named = Named(name="陈小月", relation="女儿", phone="", consent_on=at.date())
        name_relative(self._named(SHOWN["retiree"]).id, named, actor_id=self._hr.id, at=at)

    def _call_back(self, at: datetime) -> None:
        """Asked for in the morning, called in the afternoon."""
        who = self._named("王秀珍").id
        asked = ask(who, Asking(RequestKind.CALL), actor_id=who, at=at)
        request = session().query(Request).filter(Request.key == asked).one()
        need = Need(who, [Reason.ASKED], request.id, request.promised_on)
        take([need], ContactKind.CALL, assign_to=self._hr.id, actor_id=self._hr.id, at=at)
        key = session().query(Contact.key).filter(Contact.person_id == who).scalar()
        outcome = Outcome(done_on=at.date(), minutes=12, note="问的是外地看病要不要先备案，一起看了那一课。")
        put_on_record(key, Result.TOLD, outcome, actor_id=self._hr.id, at=at + timedelta(hours=5))

    def _ask_for_a_visit(self, at: datetime) -> None:
        who = self._named("李淑琴").id
        ask(who, Asking(RequestKind.VISIT, text="腿脚不方便，想请人上门讲讲住院报销。"), actor_id=who, at=at)

    def _ask_a_question(self, at: datetime) -> None:
        who = self._named("刘玉兰").id
        ask(who, Asking(RequestKind.QUESTION, text="孙子在外省，能用我医保卡里的钱吗？"), actor_id=who, at=at)

    def _answer_one(self, at: datetime) -> None:
        who = self._named("周永年").id
        asked_at = at - timedelta(days=1)
        key = ask(
            who, Asking(RequestKind.QUESTION, text="医保码在手机上打不开怎么办？"), actor_id=who, at=asked_at
        )
        text = "请带身份证和社保卡到服务站，我们当面帮您打开。也可以拿社保卡直接看病。"
        answer(key, text, actor_id=self._hr.id, at=at)
