"""Posting: one message a person, set-based, on its way over the channels that reach them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Channel, DeliveryState
from lms.notifications.operations import mark_read, post_each, post_to
from lms.notifications.queries import inbox, message, sendings, unread_count
from lms.notifications.rules import Note
from lms.people.models import Department, Person
from tests.support.messages import AT, CHANGE, FACTS, delivery_states, post, reachable, read_counts
from tests.support.people import make_department, make_person
from tests.support.statements import statements

LATER = AT + timedelta(minutes=5)
SENT, QUEUED = DeliveryState.SENT, DeliveryState.QUEUED


def test_of_three_people_all_have_it_in_the_inbox_and_two_are_written_to(database: Session) -> None:
    people = [
        reachable("林晓", "lin@example.org"),
        reachable("王强", "wang@example.org"),
        reachable("陈桂芬"),
    ]
    assert post(*people) == 3
    assert delivery_states(CHANGE) == {
        ("change.reminder", Channel.INBOX, SENT): 3,
        ("change.reminder", Channel.EMAIL, QUEUED): 2,
    }
    assert {one.person_id for one in sendings(CHANGE) if one.channel is Channel.EMAIL} == {
        people[0].id,
        people[1].id,
    }
    assert [unread_count(person.id) for person in people] == [1, 1, 1]


def test_a_message_keeps_its_facts_and_has_a_key_of_its_own(database: Session) -> None:
    first, second = make_person(), make_person()
    post(first, second)
    (mine,), (theirs,) = inbox(first.id), inbox(second.id)
    assert (mine.topic, mine.facts, mine.created_at, mine.read_at) == ("change.reminder", FACTS, AT, None)
    assert len(mine.key) == 16
    assert mine.key != theirs.key


def test_posting_again_reaches_only_who_did_not_have_it(database: Session) -> None:
    first, second = reachable("林晓", "lin@example.org"), reachable("王强", "wang@example.org")
    assert post(first) == 1
    assert post(first, second) == 1
    assert post(first, second, at=LATER) == 0
    assert delivery_states(CHANGE)[("change.reminder", Channel.EMAIL, QUEUED)] == 2
    assert [one.created_at for one in inbox(first.id)] == [AT]


def test_another_topic_or_subject_is_another_message(database: Session) -> None:
    person = make_person()
    post(person)
    post(person, topic="change.to-learn")
    post(person, subject="ANOTHER2")
    assert unread_count(person.id) == 3


def test_a_person_selected_twice_gets_it_once_and_nobody_is_nobody(database: Session) -> None:
    person = make_person()
    make_department(head=person)
    make_department(head=person)
    make_department()
    with unit_of_work():
        assert (
            post_to(select(Department.head_id), topic="refresh.overdue", subject=CHANGE, facts=FACTS, at=AT)
            == 1
        )


def test_a_topic_that_nobody_knows_is_refused(database: Session) -> None:
    with pytest.raises(ValueError, match=r"change\.unheard-of"):
        post(make_person(), topic="change.unheard-of")


@pytest.mark.parametrize("headcount", [1, 40])
def test_posting_takes_three_statements_whatever_the_headcount(
    database: Session, app: Flask, headcount: int
) -> None:
    department = make_department()
    below = department.id
    people = [make_person(department=department) for _ in range(headcount)]
    with unit_of_work():
        database.execute(update(Person).values(email="somebody@example.org"))
    with statements(app) as heard, unit_of_work():
        everybody = select(Person.id).where(Person.department_id == below)
        posted = post_to(everybody, topic="change.to-learn", subject=CHANGE, facts=FACTS, at=AT)
    assert posted == len(people)
    assert len(heard) == 3
    assert delivery_states(CHANGE)[("change.to-learn", Channel.EMAIL, QUEUED)] == headcount


def test_what_is_rolled_back_was_never_posted(database: Session) -> None:
    identity = make_person().id

    def break_off() -> None:
        with unit_of_work():
            post_to(select(Person.id), topic="change.to-learn", subject=CHANGE, facts=FACTS, at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert unread_count(identity) == 0
    assert sendings(CHANGE) == []


# -- reading --------------------------------------------------------------------------------------------


def test_reading_is_noted_once_and_moves_the_message_down(database: Session) -> None:
    person = make_person()
    post(person)
    post(person, topic="change.to-learn", at=LATER)
    newer, older = inbox(person.id)
    with unit_of_work():
        assert mark_read(person.id, newer.key, LATER)
        assert not mark_read(person.id, newer.key, LATER + timedelta(days=1))
    assert [one.key for one in inbox(person.id)] == [older.key, newer.key]
    assert message(person.id, newer.key).read_at == LATER
    assert unread_count(person.id) == 1
    assert read_counts(CHANGE) == {"change.to-learn": 1}


def test_other_peoples_messages_do_not_exist(database: Session) -> None:
    person, stranger = make_person(), make_person()
    post(person)
    key = inbox(person.id)[0].key
    with unit_of_work():
        assert not mark_read(stranger.id, key, LATER)
    with pytest.raises(NotFound):
        message(stranger.id, key)
    assert unread_count(person.id) == 1


# -- something else for each ----------------------------------------------------------------------------


def regraded(person: Person, after: int, *, subject: str = CHANGE) -> Note:
    """The note about a paper that was marked again."""
    facts = {"quiz": "basics", "attempt": "AB12CD34", "before": 60, "after": after, "passed": after >= 80}
    return Note(person.id, subject, facts)


def test_each_person_is_told_something_else(database: Session) -> None:
    first, second = reachable("林晓", "lin@example.org"), reachable("王强")
    with unit_of_work():
        assert post_each([regraded(first, 80), regraded(second, 70)], topic="correction.regraded", at=AT) == 2
    (mine,), (theirs,) = inbox(first.id), inbox(second.id)
    assert (mine.facts["after"], theirs.facts["after"]) == (80, 70)
    assert delivery_states(CHANGE) == {
        ("correction.regraded", Channel.INBOX, SENT): 2,
        ("correction.regraded", Channel.EMAIL, QUEUED): 1,
    }


def test_nobody_is_told_the_same_thing_twice(database: Session) -> None:
    person = reachable("林晓", "lin@example.org")
    notes = [regraded(person, 80), regraded(person, 90), regraded(person, 70, subject="OTHER")]
    for expected in (2, 0):
        with unit_of_work():
            assert post_each(notes, topic="correction.regraded", at=AT) == expected
    assert sorted(one.facts["after"] for one in inbox(person.id)) == [70, 80]
    assert len(sendings(CHANGE)) == 2


@pytest.mark.parametrize("people", [1, 30])
def test_telling_more_people_takes_no_more_statements(app: Flask, database: Session, people: int) -> None:
    notes = [regraded(make_person(), 80) for _ in range(people)]
    with statements(app) as heard, unit_of_work():
        assert post_each(notes, topic="correction.regraded", at=AT) == people
    assert len([one for one in heard if one.startswith("INSERT")]) == 2


def test_telling_nobody_is_harmless(database: Session) -> None:
    with unit_of_work():
        assert post_each([], topic="correction.regraded", at=AT) == 0
