"""Digests over simulated days: one a person and day, each reminder once, the missed ones made up for once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Cause
from lms.campaigns import digests
from lms.campaigns.digests import last_rung
from lms.jobs.chasing import send_digests
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.notifications.models import Channel, Delivery
from lms.notifications.rules import Topic
from lms.people.models import Audience
from tests.support.chasing import (
    MONDAY,
    days,
    excuse,
    extend,
    finish,
    make_campaign,
    messages,
    morning,
    owes,
)
from tests.support.messages import post, reachable
from tests.support.people import leave, make_person

DUE = MONDAY + timedelta(days=10)
"""A Thursday, the 3rd of December."""


def day(number: int) -> date:
    """So many days from the due date."""
    return DUE + timedelta(days=number)


def told(first: int = -10, last: int = 20) -> list[int]:
    """Let days come, counted from the due date; those with a digest. One person alone."""
    return [(found - DUE).days for found, count, _ in days(day(first), day(last)) if count]


def test_who_does_nothing_is_reminded_before_at_and_after_the_due_date(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    assert told() == [-3, 0, 1, 7]
    assert [item.facts["items"][0]["late"] for item in messages(person, Topic.DIGEST)] == [7, 1, 0, 0]


def test_a_retired_person_is_never_told_of_being_late(database: Session) -> None:
    person = make_person(audience=Audience.RETIREE)
    owes(person, DUE)
    assert told() == [-3, 0, 1, 7]
    items = [item.facts["items"][0] for item in messages(person, Topic.DIGEST)]
    assert [one["late"] for one in items] == [0, 0, 0, 0]
    assert [one.get("gentle", False) for one in items] == [True, True, False, False]


def test_several_courses_come_in_one_message(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    owes(person, DUE + timedelta(days=30), course="hr-essentials")
    owes(person, DUE, course="retirement")
    assert told(-3, -3) == [-3]
    (item,) = messages(person, Topic.DIGEST)
    assert [one["course"] for one in item.facts["items"]] == ["onboarding", "retirement"]
    assert item.facts["count"] == 2


def test_reminders_fall_together_when_their_days_do(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    owes(person, DUE + timedelta(days=4), course="retirement")
    assert told() == [-3, 0, 1, 4, 5, 7, 11]
    assert [item.facts["count"] for item in messages(person, Topic.DIGEST)] == [1, 1, 1, 1, 2, 1, 1]


@pytest.mark.parametrize("how", ["done", "excused", "left"])
def test_who_owes_nothing_any_more_is_left_alone(database: Session, how: str) -> None:
    person = make_person()
    row = owes(person, DUE)
    if how == "done":
        finish(row, morning(MONDAY))
    elif how == "excused":
        excuse(row, morning(MONDAY))
    else:
        leave(person)
    assert told() == []


def test_days_without_the_job_are_made_up_for_by_the_latest_reminder_alone(database: Session) -> None:
    owes(make_person(), DUE)
    assert told(5, 20) == [5, 7]


def test_running_twice_a_day_tells_nobody_twice(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    assert send_digests(morning(DUE)).count == 1
    assert send_digests(morning(DUE, hour=18)).count == 0
    assert len(messages(person, Topic.DIGEST)) == 1


def test_more_time_begins_anew(database: Session) -> None:
    row = owes(make_person(), DUE)
    assert told(-10, 2) == [-3, 0, 1]
    extend(row, day(20))
    assert told(3, 30) == [17, 20, 21, 27]


def test_a_campaign_says_when_it_reminds(database: Session) -> None:
    owes(make_person(), DUE, campaign=make_campaign(reminders=[-5, 2]))
    assert told() == [-5, 2]


def test_a_campaign_may_want_no_reminders(database: Session) -> None:
    owes(make_person(), DUE, campaign=make_campaign(reminders=[]))
    assert told() == []


def test_a_change_of_policy_has_a_ladder_of_its_own(database: Session) -> None:
    owes(make_person(), DUE, cause=Cause.ROLLOUT)
    assert told() == []


def test_who_was_reminded_of_a_change_gets_the_digest_a_day_later(database: Session) -> None:
    person = make_person()
    owes(person, DUE)
    post(person, topic="change.reminder", at=morning(day(-3), hour=8, minute=30))
    assert told(-3, -1) == [-2]


def test_a_digest_goes_over_the_channels_of_the_campaign_out_of_its_quiet_hours(database: Session) -> None:
    person = reachable("林晓", "lin@example.org")
    person.wecom_id, person.phone = "linxiao", "13800000013"
    session().commit()
    campaign = make_campaign(reminders=[0], channels=["email", "sms"], quiet=["20:00", "09:30"])
    owes(person, DUE, campaign=campaign)
    assert told() == [0]
    rows = session().execute(select(Delivery.channel, Delivery.next_at)).all()
    waiting = {channel: at for channel, at in rows if channel is not Channel.INBOX}
    assert waiting == dict.fromkeys((Channel.EMAIL, Channel.SMS), morning(DUE, hour=9, minute=30))


def test_many_people_are_told_in_portions(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "PORTION", 2)
    for _ in range(5):
        owes(make_person(), DUE)
    assert [len(one.mine) for one in digests.digests_due(morning(DUE))] == [2, 2, 1]
    assert send_digests(morning(DUE)).count == 5


def test_the_last_reminder_is_the_latest_that_has_come() -> None:
    assert last_rung(DUE, (-3, 0, 1, 7), day(-4)) is None
    assert last_rung(DUE, (-3, 0, 1, 7), day(-2)) == day(-3)
    assert last_rung(DUE, (7, 1, 0, -3), day(5)) == day(1)
    assert last_rung(DUE, (), day(5)) is None
    assert china_date(morning(DUE)) == DUE
