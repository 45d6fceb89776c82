"""Whom to call and whom to visit: who needs it most stands first, and nobody stands there twice."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.outreach import asked
from lms.outreach.rules import ContactKind, Reason, RequestKind, Result
from lms.people.models import Person
from lms.reports import contact_lists
from lms.reports.contact_lists import Listed, Wanted, needs_of
from tests.support.company import TODAY, failed, obliged, passed, sitting
from tests.support.desk import current
from tests.support.library import publish_texts
from tests.support.outreach import ask, come_to, retiree, taken
from tests.support.people import leave, make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, study
from tests.support.statements import statements

CALL, VISIT = ContactKind


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def rows(kind: ContactKind = CALL, **wanted: str) -> list[Listed]:
    current()
    return list(contact_lists.listed(kind, TODAY, Wanted(**wanted), page=1).rows)


def names(kind: ContactKind = CALL, **wanted: str) -> list[str]:
    return [one.name for one in rows(kind, **wanted)]


def to_tell(database: Session, person: Person) -> int:
    """A change that the person is to be called about; id of the delivery."""
    message = Message(person_id=person.id, topic="change.to-learn", subject="K7", facts={}, created_at=AT)
    database.add(message)
    database.flush()
    call = Delivery(message_id=message.id, channel=Channel.CALL, state=DeliveryState.QUEUED, next_at=AT)
    database.add(call)
    database.commit()
    return call.id


def test_who_needs_it_most_stands_first(database: Session) -> None:
    told = passed(retiree("告"))
    call = to_tell(database, told)
    retiree("没打开", due_in=3)
    retiree("没打开，先到期", due_in=1)
    failed(retiree("不到八十"))
    ask(make_person(name="请"))
    failed(retiree("等"), papers=2)
    assert names() == ["等", "请", "不到八十", "没打开，先到期", "没打开", "告"]
    first, second, *_, last = rows()
    assert (first.reasons, first.phone) == ([Reason.WAITS], "138****0013")
    assert second.need.promised_on == second.day
    assert second.need.request_id is not None
    assert (last.reasons, list(last.need.deliveries)) == ([Reason.CHANGE], [call])


def test_who_gets_on_alone_is_left_alone() -> None:
    passed(retiree("毕"))
    sitting(retiree("考"))
    study(retiree("学"))
    failed(obliged("在职"), papers=2)
    obliged("在职，没打开")
    leave(retiree("离"))
    assert names() == names(VISIT) == []


def test_who_cannot_be_called_is_visited() -> None:
    retiree("没电话", phone="")
    reached = retiree("打不通")
    zhou = make_person(name="周敏")
    assert (names(), names(VISIT)) == (["打不通"], ["没电话"])
    come_to(taken(reached, zhou), zhou, Result.GAVE_UP)
    assert (names(), names(VISIT)) == ([], ["没电话", "打不通"])


def test_who_asks_for_a_visit_is_on_that_list_only() -> None:
    ask(make_person(name="请上门"), RequestKind.VISIT)
    ask(make_person(name="请打电话"), RequestKind.CALL)
    ask(make_person(name="问"), RequestKind.QUESTION, text="药费能报吗")
    assert (names(), names(VISIT)) == (["请打电话"], ["请上门"])


def test_one_person_stands_there_once_with_every_reason() -> None:
    person = failed(retiree(), papers=2)
    ask(person)
    (one,) = rows()
    assert one.reasons == [Reason.WAITS, Reason.ASKED]


def test_who_is_held_by_a_colleague_is_not_listed() -> None:
    person, zhou = retiree(), make_person(name="周敏")
    one = taken(person, zhou)
    assert names() == []
    come_to(one, zhou)
    assert names() == []


def test_who_was_spoken_to_rests_for_a_week_unless_they_ask() -> None:
    person, zhou = retiree(), make_person(name="周敏")
    come_to(taken(person, zhou), zhou)
    later = TODAY + timedelta(days=6)
    current()
    assert contact_lists.count(CALL, later) == 0
    assert contact_lists.count(CALL, later + timedelta(days=1)) == 1
    ask(person)
    assert contact_lists.count(CALL, later) == 1


def test_rest_hides_no_change_that_came_afterwards(database: Session) -> None:
    zhou = make_person(name="周敏")
    before, after = retiree("先谈过"), retiree("后谈过")
    come_to(taken(before, zhou, at=AT - timedelta(days=1)), zhou)
    to_tell(database, before)
    to_tell(database, after)
    come_to(taken(after, zhou), zhou, Result.DECLINED)
    assert names() == ["先谈过"]


def test_lists_are_narrowed() -> None:
    ask(retiree("北京"))
    failed(retiree("不到八十"), papers=1)
    shanghai = make_person(name="上海", region="310000")
    ask(shanghai)
    assert names(region="310000") == ["上海"]
    assert names(reason="below") == ["不到八十"]
    assert names(reason="never") == ["北京"]
    key = names(department="NOSUCH")
    assert key == []


def test_what_waits_is_counted() -> None:
    retiree("没打开")
    retiree("没电话", phone="")
    ask(make_person(name="问"), RequestKind.QUESTION, text="药费能报吗", at=AT - timedelta(days=30))
    current()
    found = asked.waiting(TODAY)
    assert (found.requests, found.late) == (1, 1)
    assert [contact_lists.count(kind, TODAY) for kind in ContactKind] == [1, 1]


def test_only_who_is_still_listed_can_be_taken_on() -> None:
    person, other = retiree("甲"), retiree("乙")
    taken(other, make_person(name="周敏"))
    current()
    needs = needs_of([person.key, other.key, "NOSUCH"], CALL, TODAY)
    assert [one.person_id for one in needs] == [person.id]


@pytest.mark.parametrize("headcount", [2, 6])
def test_a_page_takes_four_statements_whatever_the_headcount(app: Flask, headcount: int) -> None:
    for _ in range(headcount):
        failed(retiree(), papers=2)
    current()
    with statements(app) as heard:
        found = contact_lists.listed(CALL, TODAY, Wanted(), page=1)
    assert found.total == headcount
    assert len(heard) == 4


def test_a_page_behind_the_last_shows_the_first() -> None:
    retiree()
    current()
    found = contact_lists.listed(CALL, TODAY, Wanted(), page=9)
    assert (found.page, found.pages, found.total) == (1, 1, 1)


def test_a_contact_taken_from_the_list_settles_what_was_asked(database: Session) -> None:
    person, zhou = retiree(), make_person(name="周敏")
    ask(person)
    (need,) = (one.need for one in rows())
    come_to(taken(person, zhou, need=need), zhou)
    with unit_of_work():
        assert asked.waiting(TODAY).requests == 0
