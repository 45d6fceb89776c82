"""Signing up, waiting, withdrawing, being seated by HR; nobody gets a seat that there is not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.campaigns.selection import Selection
from lms.jobs.workshops import free_seats_of_leavers
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.workshops import arranging, seating, signing
from lms.workshops.clashes import overlapping
from lms.workshops.leaving import free_seats
from lms.workshops.queries import is_taken_off, open_to, past, seat_of, upcoming, visible_event
from lms.workshops.refusals import (
    EventCancelled,
    EventOver,
    NotSigned,
    Overlaps,
    SignUpOver,
    TakenOff,
    WaitingFull,
)
from lms.workshops.rules import EventKind, How, SeatState
from tests.support.events import ENDS, STARTS, draft, planned, published, sign_up, standing, withdraw
from tests.support.people import leave, make_person
from tests.support.racing import race
from tests.support.sittings import AT

SIGNED, WAITING, SUGGESTED = SeatState.SIGNED, SeatState.WAITING, SeatState.SUGGESTED


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def four(database: Session) -> list[Person]:
    return [make_person(name=name) for name in ("甲", "乙", "丙", "丁")]


def messages(database: Session, person: Person) -> list[tuple[str, str]]:
    """Topic and state of what somebody was told."""
    rows = database.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.id))
    return [(row.topic, row.facts.get("state", "")) for row in rows]


# -- signing up ----------------------------------------------------------------------------------------------


def test_two_get_seats_two_wait_and_a_fifth_finds_nothing(zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    assert sign_up(key, *four) == [SIGNED, SIGNED, WAITING, WAITING]
    assert standing(key)["丁"] == (WAITING, 2)
    with pytest.raises(WaitingFull):
        sign_up(key, make_person(name="戊"))
    assert sign_up(key, four[0]) == [SIGNED]


def test_who_withdraws_makes_room_and_the_next_one_is_told(
    database: Session, zhou: Person, four: list[Person]
) -> None:
    key = published(zhou)
    sign_up(key, *four)
    withdraw(key, four[0])
    assert standing(key) == {"乙": (SIGNED, 0), "丙": (SIGNED, 0), "丁": (WAITING, 1)}
    assert messages(database, four[2]) == [("event.seat", "signed")]
    assert seat_of(key, four[0].id) is None
    with pytest.raises(NotSigned):
        withdraw(key, four[0])
    assert sign_up(key, four[0]) == [WAITING]
    assert standing(key)["甲"] == (WAITING, 2)


def test_a_race_for_the_last_seat_has_one_winner(app: Flask, zhou: Person, four: list[Person]) -> None:
    key = published(zhou, capacity=1, waiting_most=1)
    ids = [one.id for one in four]

    def join(person_id: int) -> SeatState:
        return signing.sign_up(key, person_id, at=AT)

    found = race(app, *(lambda one=one: join(one) for one in ids))
    kinds = sorted(one.value if isinstance(one, SeatState) else type(one).__name__ for one in found)
    assert kinds == ["WaitingFull", "WaitingFull", "signed", "waiting"]


def test_what_is_not_meant_for_somebody_does_not_exist(zhou: Person, four: list[Person]) -> None:
    key = published(zhou, selection=Selection(audiences=frozenset({"hr"})))
    hidden = planned(zhou)
    for one in (key, hidden):
        with pytest.raises(NotFound):
            sign_up(one, four[0])
        with pytest.raises(NotFound):
            visible_event(one, four[0].id, AT)
    assert open_to(four[0].id, AT) == []
    assert [one.key for one in open_to(zhou.id, AT)] == [key]


def test_signing_up_ends_when_it_says(zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    late = STARTS - timedelta(hours=23)
    with pytest.raises(SignUpOver):
        sign_up(key, four[0], at=late)
    assert open_to(four[0].id, late) == []
    with pytest.raises(EventOver):
        sign_up(key, four[0], at=STARTS)


def test_two_things_at_the_same_time_are_asked_about(zhou: Person, four: list[Person]) -> None:
    first, second = published(zhou), published(zhou, title="午间微课")
    after = published(zhou, starts_at=ENDS, ends_at=ENDS + timedelta(hours=1))
    sign_up(first, four[0])
    with pytest.raises(Overlaps) as refusal:
        sign_up(second, four[0])
    assert [one.key for one in refusal.value.facts["events"]] == [first]  # type: ignore[attr-defined]
    with unit_of_work():
        assert signing.sign_up(second, four[0].id, at=AT, anyway=True) is SIGNED
    assert [one.key for one in overlapping(second, four[0].id)] == [first]
    assert sign_up(after, four[0]) == [SIGNED]
    assert [one.event.key for one in upcoming(four[0].id, AT)] == [first, second, after]
    assert past(four[0].id, ENDS)[0].event.key == second


# -- planning ------------------------------------------------------------------------------------------------


def test_more_seats_let_the_first_of_the_line_in(database: Session, zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    sign_up(key, *four)
    with unit_of_work():
        told = arranging.edit(key, draft(capacity=3), actor_id=zhou.id, at=AT)
    assert told == 0
    assert standing(key)["丙"] == (SIGNED, 0)
    assert standing(key)["丁"] == (WAITING, 1)


def test_another_place_is_told_to_everybody_concerned(
    database: Session, zhou: Person, four: list[Person]
) -> None:
    key = published(zhou)
    sign_up(key, *four[:3])
    with unit_of_work():
        assert arranging.edit(key, draft(place="三楼会议室"), actor_id=zhou.id, at=AT) == 3
    assert messages(database, four[0]) == [("event.moved", "")]
    assert messages(database, four[3]) == []


def test_a_cancelled_event_is_told_with_its_reason(
    database: Session, zhou: Person, four: list[Person]
) -> None:
    key = published(zhou)
    sign_up(key, *four)
    with unit_of_work():
        assert arranging.cancel(key, "讲师生病", actor_id=zhou.id, at=AT) == 4
    facts = database.scalars(select(Message.facts).where(Message.topic == "event.cancelled")).first()
    assert dict(facts or {})["reason"] == "讲师生病"
    with pytest.raises(EventCancelled):
        sign_up(key, four[0])
    assert upcoming(four[0].id, AT)[0].event.cancel_reason == "讲师生病"


# -- whom HR seats -------------------------------------------------------------------------------------------


def test_the_journal_never_says_whose_home_is_visited(zhou: Person) -> None:
    key = published(zhou, kind=EventKind.HOME_VISIT, title="上门：马长河")
    with unit_of_work():
        arranging.cancel(key, "改期", actor_id=zhou.id, at=AT)
    assert "马长河" not in str([one.facts for one in session().scalars(select(Entry))])


def test_who_came_and_gave_the_seat_back_has_not_come_when_they_sign_up_again(zhou: Person) -> None:
    guest = make_person()
    key = published(zhou, sign_up_until=STARTS)
    sign_up(key, guest)
    early = STARTS - timedelta(minutes=20)
    with unit_of_work():
        signing.check_in(key, guest.id, How.CODE, at=early)
    withdraw(key, guest, at=early)
    sign_up(key, guest, at=early)
    mine = seat_of(key, guest.id)
    assert mine is not None
    assert mine.checked_in_at is None


# -- who does not come back by themselves ----------------------------------------------------------------


def test_whom_hr_took_off_comes_back_by_hr_alone(zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    sign_up(key, four[0])
    with unit_of_work():
        seating.take_back(key, four[0].key, actor_id=zhou.id, at=AT)
    with pytest.raises(TakenOff):
        sign_up(key, four[0])
    with unit_of_work(), pytest.raises(TakenOff):
        signing.check_in(key, four[0].id, How.CODE, at=STARTS)
    with pytest.raises(NotSigned):
        withdraw(key, four[0])
    one = visible_event(key, four[0].id, AT)
    assert is_taken_off(one.id, four[0].id)
    assert (seat_of(key, four[0].id), open_to(four[0].id, AT), upcoming(four[0].id, AT)) == (None, [], [])
    with unit_of_work():
        assert seating.add(key, four[0].key, actor_id=zhou.id, at=AT) is SIGNED
    assert not is_taken_off(one.id, four[0].id)


def test_who_withdrew_and_is_not_meant_does_not_sign_up_again(zhou: Person, four: list[Person]) -> None:
    key = published(zhou, selection=Selection(audiences=frozenset({"hr"})))
    with unit_of_work():
        seating.add(key, four[0].key, actor_id=zhou.id, at=AT)
    withdraw(key, four[0])
    with pytest.raises(NotFound):
        sign_up(key, four[0])
    with pytest.raises(NotFound):
        visible_event(key, four[0].id, AT)


def test_who_was_taken_off_a_draft_never_hears_of_it(zhou: Person, four: list[Person]) -> None:
    key = planned(zhou, selection=Selection(audiences=frozenset({"hr"})))
    with unit_of_work():
        seating.add(key, four[0].key, actor_id=zhou.id, at=AT)
    with unit_of_work():
        seating.take_back(key, four[0].key, actor_id=zhou.id, at=AT)
    with unit_of_work():
        arranging.publish(key, actor_id=zhou.id, at=AT)
    with pytest.raises(NotFound):
        visible_event(key, four[0].id, AT)


# -- who leaves the organisation -------------------------------------------------------------------------


def test_who_leaves_frees_the_seat_and_the_next_one_is_told(
    database: Session, zhou: Person, four: list[Person]
) -> None:
    key = published(zhou)
    sign_up(key, *four)
    assert free_seats_of_leavers(AT).count == 0
    leave(four[0])
    leave(four[3])
    assert free_seats_of_leavers(AT).count == 2
    assert standing(key) == {"乙": (SIGNED, 0), "丙": (SIGNED, 0)}
    assert messages(database, four[2]) == [("event.seat", "signed")]
    assert free_seats_of_leavers(AT).count == 0
    assert "event.seats-freed" in set(database.scalars(select(Entry.act)))


def test_what_has_begun_keeps_who_was_there(zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    sign_up(key, four[0])
    leave(four[0])
    assert free_seats_of_leavers(STARTS).count == 0
    with unit_of_work():
        assert free_seats(key, at=STARTS) == 0
    assert standing(key) == {"甲": (SIGNED, 0)}
