"""Who should have received a message and did not: why, and what trying again does."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.kernel.clock import CHINA
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Channel, DeliveryState
from lms.notifications.operations import claim_due, mark_read, settle_failed, settle_sent
from lms.notifications.queries import inbox
from lms.notifications.reception import Line, Numbers, Reception, Sought, all_of, numbers, page_of
from lms.notifications.requeuing import requeue
from lms.people.models import Person
from tests.support.messages import AT, CHANGE, post, reachable
from tests.support.people import leave, make_department, make_person
from tests.support.statements import statements

LATER = AT + timedelta(hours=1)
MISSED, WAITING, SENT, READ = Reception
NONE: dict[Reception, int] = dict.fromkeys(Reception, 0)


def found(**sought: object) -> Numbers:
    session().rollback()
    return numbers(Sought(**sought))  # type: ignore[arg-type]


def missed() -> list[Line]:
    session().rollback()
    return page_of(Sought(reception=MISSED), page=1)


def again(at: datetime = LATER, **sought: object) -> int:
    with unit_of_work():
        return requeue(Sought(**sought), at)  # type: ignore[arg-type]


def settle(*, error: str = "", retryable: bool = False) -> None:
    """What becomes of everything that waits for the mail server."""
    with unit_of_work():
        due = claim_due(Channel.EMAIL, AT, limit=100)
        if not error:
            settle_sent(due, AT)
        for one in due if error else ():
            settle_failed(one, error, retryable=retryable, at=AT)


def test_somebody_without_an_address_does_not_get_it(database: Session) -> None:
    person = make_person(name="王强")
    post(person, reachable("林晓", "lin@example.org"))
    assert found().by_reception == NONE | {MISSED: 1, WAITING: 1}
    assert found().reasons == {(None, "no-address"): 1}
    (line,) = missed()
    assert (line.person, line.name, line.topic) == (person.key, "王强", "change.reminder")
    assert [(one.channel, one.error) for one in line.tries] == [(None, "no-address")]


def test_what_has_left_is_sent_and_what_was_opened_is_read(database: Session) -> None:
    person = reachable("林晓", "lin@example.org")
    post(person)
    settle()
    assert found().by_reception == NONE | {SENT: 1}
    assert found().by_channel == {Channel.EMAIL: {DeliveryState.SENT: 1}}
    with unit_of_work():
        mark_read(person.id, inbox(person.id)[0].key, LATER)
    assert found().by_reception == NONE | {READ: 1}


def test_who_read_it_in_the_inbox_did_not_miss_it(database: Session) -> None:
    person = make_person()
    post(person)
    with unit_of_work():
        mark_read(person.id, inbox(person.id)[0].key, LATER)
    assert found().by_reception == NONE | {READ: 1}
    assert found().reasons == {}


def test_a_refusal_is_the_reason(database: Session) -> None:
    post(reachable("林晓", "lin@example.org"))
    settle(error="smtp-550")
    assert found().by_reception == NONE | {MISSED: 1}
    assert found().reasons == {(Channel.EMAIL, "smtp-550"): 1}
    assert [(one.channel, one.state, one.error) for one in missed()[0].tries] == [
        (Channel.EMAIL, DeliveryState.DEAD, "smtp-550")
    ]


def test_one_channel_is_enough(database: Session) -> None:
    person = reachable("林晓", "lin@example.org")
    person.wecom_id = "linxiao"
    session().commit()
    post(person)
    settle(error="smtp-550")
    assert found().by_reception == NONE | {WAITING: 1}
    assert found().reasons == {}


def test_nobody_asks_after_those_who_left(database: Session) -> None:
    person = make_person()
    post(person)
    leave(person)
    assert found().everything == 0


def test_the_list_is_narrowed(database: Session) -> None:
    shop = make_department(name="总装车间")
    first, second = make_person(name="王强", department=shop), make_person(name="林晓")
    post(first)
    post(second, subject=f"{CHANGE}:2026-11-23", at=LATER)
    post(second, subject="OTHER", topic="change.to-learn", at=LATER)
    assert found(subject=CHANGE).everything == 2
    assert found(topic="change.to-learn").everything == 1
    assert found(department=shop.key).everything == 1
    assert found(text="强").everything == 1
    assert found(since=LATER).everything == 2
    assert found(text="%").everything == 0


def test_pages_and_the_whole_list_hold_the_same(
    database: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.notifications.reception._BATCH", 3)
    monkeypatch.setattr("lms.notifications.reception.PAGE_SIZE", 4)
    for number in range(7):
        post(make_person(), subject=f"S{number}")
    everything = [line.message for line in all_of(Sought())]
    assert len(set(everything)) == 7
    session().rollback()
    with statements(app) as heard:
        pages = [page_of(Sought(), page=1), page_of(Sought(), page=2)]
    assert [line.message for page in pages for line in page] == everything
    assert len([one for one in heard if one.startswith("SELECT")]) == 6


# -- trying again -----------------------------------------------------------------------------------------


def mended(person: Person, email: str = "wang@example.org") -> None:
    person.email, person.email_error = email, ""
    session().commit()


def test_who_has_an_address_now_is_written_to(database: Session) -> None:
    person = make_person()
    post(person, make_person())
    mended(person)
    assert again() == 1
    assert found().by_reception == NONE | {MISSED: 1, WAITING: 1}
    with unit_of_work():
        (due,) = claim_due(Channel.EMAIL, LATER, limit=5)
    assert (due.address, due.tries) == ("wang@example.org", 1)


def test_what_was_given_up_has_all_its_tries_again(database: Session) -> None:
    person = reachable("王强", "wrong@example.org")
    post(person)
    settle(error="smtp-550")
    mended(person)
    assert again() == 1
    with unit_of_work():
        (due,) = claim_due(Channel.EMAIL, LATER, limit=5)
    assert (due.address, due.tries) == ("wang@example.org", 1)
    assert again() == 0


def test_an_address_that_is_still_refused_is_not_tried_again(database: Session) -> None:
    person = reachable("王强", "wrong@example.org")
    post(person)
    settle(error="smtp-550")
    person.email_error = "smtp-550"
    session().commit()
    assert again() == 0
    assert found().reasons == {(Channel.EMAIL, "smtp-550"): 1}


def test_only_what_was_asked_for_is_tried_again(database: Session) -> None:
    person = make_person()
    post(person)
    post(person, subject="OTHER")
    mended(person)
    assert again(subject="OTHER") == 1
    assert again(key=missed()[0].message) == 1


def test_at_night_it_waits_until_the_morning(database: Session) -> None:
    person = make_person()
    post(person)
    mended(person)
    night = datetime(2026, 11, 23, 23, 0, tzinfo=CHINA)
    assert again(at=night) == 1
    with unit_of_work():
        assert claim_due(Channel.EMAIL, night + timedelta(hours=8), limit=5) == []
        assert len(claim_due(Channel.EMAIL, night + timedelta(hours=9), limit=5)) == 1
