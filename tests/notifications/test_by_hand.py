"""Messages that go the way somebody asked for; letters and calls that people deliver."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.notifications import by_hand
from lms.notifications.models import Channel, Delivery
from lms.notifications.operations import claim_due, mark_read, post_to
from lms.notifications.queries import inbox
from lms.notifications.reception import Reception, Sought, numbers
from lms.notifications.requeuing import requeue
from lms.notifications.rules import AS_PREFERRED
from lms.people.models import Person, ReachBy
from tests.support.messages import AT, CHANGE, FACTS, reachable
from tests.support.reaching import deliveries_of, wants, ways_of

TOPIC = "change.to-learn"
EVERYBODY = select(Person.id)
pytestmark = pytest.mark.usefixtures("database")


def post() -> None:
    with unit_of_work():
        post_to(EVERYBODY, topic=TOPIC, subject=CHANGE, facts=FACTS, at=AT, way=AS_PREFERRED)


def follow() -> int:
    with unit_of_work():
        return by_hand.follow_wishes(EVERYBODY, [TOPIC], CHANGE, AT)


def test_each_is_written_to_in_the_way_that_they_asked_for() -> None:
    looks = reachable("自看", "looks@example.com")
    others = {reach: wants(reachable(reach, "x@example.com"), reach) for reach in ReachBy if reach != "app"}
    post()
    assert ways_of(looks) == {"email": "queued"}
    assert {reach: ways_of(person) for reach, person in others.items()} == {
        ReachBy.SMS: {"sms": "queued"},
        ReachBy.LETTER: {"letter": "queued"},
        ReachBy.CALL: {"call": "queued"},
    }
    assert all(len(inbox(person.id)) == 1 for person in (looks, *others.values()))


def test_without_an_address_nothing_waits_until_there_is_one(database: Session) -> None:
    person = wants(reachable("无址"), ReachBy.LETTER, address="")
    post()
    assert ways_of(person) == {}
    assert numbers(Sought()).by_reception[Reception.MISSED] == 1
    wants(person, ReachBy.LETTER)
    assert follow() == 1
    assert ways_of(person) == {"letter": "queued"}
    assert follow() == 0


def test_no_worker_takes_letters_and_calls() -> None:
    wants(reachable("信"), ReachBy.LETTER)
    post()
    with unit_of_work():
        assert all(
            not claim_due(one, AT + timedelta(days=9), limit=9) for one in (Channel.EMAIL, Channel.SMS)
        )


def test_a_call_is_settled_once(database: Session) -> None:
    person = wants(reachable("电话"), ReachBy.CALL)
    post()
    (row,) = database.execute(by_hand.waiting_calls()).all()
    assert (row.person_id, row.subject) == (person.id, CHANGE)
    settled = []
    for _ in range(2):
        with unit_of_work():
            settled.append(by_hand.settle([row.delivery_id], Channel.CALL, at=AT))
    assert settled == [1, 0]
    assert ways_of(person) == {"call": "sent"}
    assert not database.execute(by_hand.waiting_calls()).all()


def test_who_changes_their_mind_is_told_the_other_way_and_back() -> None:
    person = wants(reachable("改主意"), ReachBy.LETTER)
    post()
    wants(person, ReachBy.CALL)
    assert follow() == 1
    assert ways_of(person) == {"letter": "skipped", "call": "queued"}
    wants(person, ReachBy.LETTER)
    assert follow() == 1
    assert ways_of(person) == {"letter": "queued", "call": "skipped"}
    wants(person, ReachBy.APP)
    assert follow() == 0
    assert ways_of(person) == {"letter": "skipped", "call": "skipped"}


def test_what_was_posted_or_read_is_not_sent_another_way() -> None:
    posted, reader = wants(reachable("已寄"), ReachBy.LETTER), reachable("已读")
    post()
    with unit_of_work():
        by_hand.settle(deliveries_of(posted, Channel.LETTER), Channel.LETTER, at=AT)
        mark_read(reader.id, inbox(reader.id)[0].key, AT)
    wants(posted, ReachBy.CALL)
    wants(reader, ReachBy.LETTER)
    assert follow() == 0
    assert (ways_of(posted), ways_of(reader)) == ({"letter": "sent"}, {})


def test_a_letter_that_came_back_can_be_tried_again(database: Session) -> None:
    person = wants(reachable("退信"), ReachBy.LETTER)
    post()
    ids = deliveries_of(person, Channel.LETTER)
    with unit_of_work():
        by_hand.settle(ids, Channel.LETTER, at=AT)
    with unit_of_work():
        assert by_hand.take_back(ids, Channel.LETTER, "returned", at=AT) == 1
    assert ways_of(person) == {"letter": "dead"}
    assert database.get_one(Delivery, ids[0]).sent_at is None
    assert numbers(Sought()).reasons == {(Channel.LETTER, "returned"): 1}
    with unit_of_work():
        assert requeue(Sought(), AT) == 1
    assert ways_of(person) == {"letter": "queued"}
