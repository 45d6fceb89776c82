"""Reminding by hand: everybody of a list who owes something, once a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause
from lms.campaigns.chasing import NobodyOwes, Reminded, remind
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.rules import Topic
from tests.support.chasing import MONDAY, days, excuse, messages, morning, owes
from tests.support.people import make_person

NOON = morning(MONDAY, hour=12)
DUE = MONDAY + timedelta(days=5)


def by_hand(*, at_hour: int = 12, day: int = 0, course: str = "") -> Reminded:
    """Somebody of HR reminds everybody, or those who owe a course."""
    everything = select(Assignment.id)
    chosen = everything.where(Assignment.course == course) if course else everything
    actor = make_person(name="周敏").id
    at = morning(MONDAY + timedelta(days=day), hour=at_hour)
    with unit_of_work():
        return remind(chosen, actor_id=actor, at=at, filters={"course": course})


def test_everybody_who_owes_something_is_told_what(database: Session) -> None:
    first, second, third = make_person(), make_person(), make_person()
    owes(first, DUE)
    owes(first, DUE, course="retirement", cause=Cause.ROLLOUT)
    owes(second, DUE)
    excuse(owes(third, DUE), NOON)
    assert by_hand() == Reminded(told=2, had_one=0)
    (item,) = messages(first, Topic.DIGEST)
    assert {one["course"] for one in item.facts["items"]} == {"onboarding", "retirement"}
    assert messages(third, Topic.DIGEST) == []


def test_who_had_a_reminder_today_gets_no_second_one(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    assert by_hand() == Reminded(told=1, had_one=0)
    owes(make_person(), DUE)
    assert by_hand(at_hour=15) == Reminded(told=1, had_one=1)
    assert by_hand(day=1) == Reminded(told=2, had_one=0)
    assert len(messages(person, Topic.DIGEST)) == 2


def test_only_what_the_list_holds_is_named(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    owes(person, DUE, course="retirement")
    by_hand(course="retirement")
    (item,) = messages(person, Topic.DIGEST)
    assert [one["course"] for one in item.facts["items"]] == ["retirement"]


def test_a_reminder_by_hand_stands_for_the_one_that_was_due(database: Session) -> None:
    owes(make_person(), MONDAY + timedelta(days=3))
    by_hand(at_hour=7)
    assert [(day - MONDAY).days for day, count, _ in days(MONDAY, MONDAY + timedelta(days=4)) if count] == [
        3,
        4,
    ]


def test_a_list_in_which_nobody_owes_anything_is_refused(database: Session) -> None:
    excuse(owes(make_person(), DUE), NOON)
    with pytest.raises(NobodyOwes):
        by_hand()


def test_it_is_on_record_with_how_the_list_was_narrowed(database: Session) -> None:
    owes(make_person(), DUE)
    by_hand(course="onboarding")
    entry = session().scalars(select(Entry).where(Entry.act == "people.reminded")).one()
    assert entry.facts == {"told": 1, "had_one": 0, "filters": {"course": "onboarding"}}
