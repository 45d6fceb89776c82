"""Asking to be called or visited or to have a question answered, and what becomes of it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Message
from lms.outreach import contacts, requests
from lms.outreach.asked import own_requests, request_by_key, request_queue, waiting
from lms.outreach.contacts import Need
from lms.outreach.models import Request
from lms.outreach.refusals import AlreadyAsked, NotOpen, TooManyRequests
from lms.outreach.requests import Asking
from lms.outreach.rules import (
    MOST_OPEN,
    ContactKind,
    ContactState,
    Outcome,
    Reason,
    RequestKind,
    RequestState,
    Result,
)
from lms.people.models import Person
from tests.support.company import TODAY
from tests.support.library import publish_texts
from tests.support.outreach import ask, contact_of, retiree, taken
from tests.support.people import make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.racing import race
from tests.support.sittings import AT


@pytest.fixture
def chen(database: Session) -> Person:
    publish_texts(quiz_texts())
    return retiree()


def request(database: Session, key: str) -> Request:
    database.expire_all()
    return database.scalars(select(Request).where(Request.key == key)).one()


def test_a_request_lands_in_the_queue_with_its_promised_day(chen: Person) -> None:
    key = ask(chen, RequestKind.VISIT)
    (one,) = request_queue(page=1)
    assert (one.key, one.kind, one.name, one.holder) == (key, RequestKind.VISIT, "陈桂芬", None)
    assert one.promised_on == date(2026, 11, 30)
    assert not one.is_late(one.promised_on)
    assert one.is_late(one.promised_on + timedelta(days=1))


def test_what_was_asked_is_unreadable_in_the_database(database: Session, chen: Person) -> None:
    ask(chen, RequestKind.QUESTION, text="药费能报吗")
    stored = database.execute(text("SELECT text FROM outreach_requests")).scalar_one()
    assert "药费" not in stored
    assert own_requests(chen.id)[0].text == "药费能报吗"


def test_the_journal_says_that_something_was_asked_but_not_what(database: Session, chen: Person) -> None:
    ask(chen, RequestKind.QUESTION, text="药费能报吗")
    entry = database.scalars(select(Entry).where(Entry.act == "request.made")).one()
    assert entry.facts == {"kind": "question", "promised_on": "2026-11-25"}


@pytest.mark.parametrize("kind", [RequestKind.CALL, RequestKind.VISIT])
def test_a_call_is_promised_once(chen: Person, kind: RequestKind) -> None:
    ask(chen, kind)
    with pytest.raises(AlreadyAsked) as refusal:
        ask(chen, kind, text="又来问")
    assert refusal.value.facts["promised_on"] == own_requests(chen.id)[0].promised_on


def test_the_same_question_is_taken_once_and_another_one_too(chen: Person) -> None:
    ask(chen, RequestKind.QUESTION, text="药费能报吗")
    with pytest.raises(AlreadyAsked):
        ask(chen, RequestKind.QUESTION, text="药费能报吗")
    ask(chen, RequestKind.QUESTION, text="卡丢了怎么办")
    assert len(own_requests(chen.id)) == 2


def test_nobody_waits_for_more_than_can_be_heard(chen: Person) -> None:
    for number in range(MOST_OPEN):
        ask(chen, RequestKind.QUESTION, text=f"问题{number}")
    with pytest.raises(TooManyRequests):
        ask(chen, RequestKind.CALL)


def test_late_requests_are_counted_for_hr(chen: Person) -> None:
    ask(chen)
    ask(make_person(name="李"), at=AT - timedelta(days=10))
    found = waiting(TODAY)
    assert (found.requests, found.late) == (2, 1)


def test_an_answer_is_seen_by_who_asked_and_told_in_the_inbox(database: Session, chen: Person) -> None:
    key, helper = ask(chen, RequestKind.QUESTION, text="药费能报吗"), make_person(name="周敏")
    with unit_of_work():
        assert requests.answer(key, "能，带发票来", actor_id=helper.id, at=AT) == chen.id
    one = own_requests(chen.id)[0]
    assert (one.answer, one.is_open, one.answered_at) == ("能，带发票来", False, AT)
    assert database.scalars(select(Message.topic)).all() == ["request.answered"]
    assert request_by_key(key).answer == "能，带发票来"
    with pytest.raises(NotOpen), unit_of_work():
        requests.answer(key, "再答一次", actor_id=helper.id, at=AT)


def test_what_is_taken_back_leaves_the_list(database: Session, chen: Person) -> None:
    key = ask(chen)
    by = make_person(name="周敏")
    need = Need(chen.id, [Reason.ASKED], request_id=request(database, key).id, promised_on=TODAY)
    taken(chen, by, need=need)
    with unit_of_work():
        requests.withdraw(chen.id, key, at=AT)
    assert request(database, key).state is RequestState.WITHDRAWN
    assert contact_of(chen).state is ContactState.CANCELLED
    with pytest.raises(NotOpen), unit_of_work():
        requests.withdraw(chen.id, key, at=AT)


def test_who_is_called_for_another_reason_too_is_still_called(database: Session, chen: Person) -> None:
    key = ask(chen)
    need = Need(chen.id, [Reason.ASKED, Reason.NEVER], request_id=request(database, key).id)
    taken(chen, make_person(name="周敏"), need=need)
    with unit_of_work():
        requests.withdraw(chen.id, key, at=AT)
    contact = contact_of(chen, ContactKind.CALL)
    assert (contact.state, contact.reasons, contact.request_id) == (ContactState.OPEN, ["never"], None)


def test_nobody_takes_back_what_somebody_else_asked_for(chen: Person) -> None:
    key = ask(chen)
    with pytest.raises(NotFound), unit_of_work():
        requests.withdraw(make_person(name="李").id, key, at=AT)
    with pytest.raises(NotFound), unit_of_work():
        requests.answer("NOSUCH", "x", actor_id=chen.id, at=AT)
    with pytest.raises(NotFound):
        request_by_key("NOSUCH")


# -- at the same moment ------------------------------------------------------------------------------------


def test_a_question_that_is_sent_twice_at_once_is_kept_once(
    database: Session, app: Flask, chen: Person
) -> None:
    who = chen.id

    def send() -> str:
        return requests.ask(who, Asking(RequestKind.QUESTION, text="怎么备案"), actor_id=who, at=AT)

    found = race(app, send, send)
    assert [isinstance(one, AlreadyAsked) for one in found].count(True) == 1
    assert len(database.scalars(select(Request.id)).all()) == 1


def test_what_is_taken_back_while_it_is_recorded_is_one_or_the_other(
    database: Session, app: Flask, chen: Person
) -> None:
    zhou = make_person(name="周敏")
    key = ask(chen)
    need = Need(chen.id, [Reason.ASKED], request_id=request(database, key).id)
    contact = taken(chen, zhou, need=need)
    who, by, of = chen.id, zhou.id, contact.key
    found = race(
        app,
        lambda: requests.withdraw(who, key, at=AT),
        lambda: contacts.put_on_record(of, Result.TOLD, Outcome(done_on=TODAY), actor_id=by, at=AT),
    )
    assert [isinstance(one, NotOpen) for one in found].count(True) == 1
    both = (request(database, key).state, contact_of(chen).state)
    assert both in {
        (RequestState.WITHDRAWN, ContactState.CANCELLED),
        (RequestState.DONE, ContactState.DONE),
    }
