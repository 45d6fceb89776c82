"""Whom HR seats: suggesting seats, adding somebody, moving them, taking a seat back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.campaigns.selection import Selection
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.workshops import seating
from lms.workshops.queries import upcoming
from lms.workshops.refusals import NoSeat, PersonLeft
from lms.workshops.rules import SeatState
from tests.support.events import published, sign_up, standing
from tests.support.people import leave, make_person
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


def test_a_suggested_seat_takes_none_until_it_is_accepted(
    database: Session, zhou: Person, four: list[Person]
) -> None:
    key = published(zhou, selection=Selection())
    with unit_of_work():
        chosen = select(Person.id).where(Person.id.in_([one.id for one in four[:3]]))
        assert seating.suggest(key, chosen, actor_id=zhou.id, at=AT) == 3
    assert messages(database, four[0]) == [("event.seat", "suggested")]
    assert upcoming(four[0].id, AT)[0].state is SUGGESTED
    assert sign_up(key, *four[:3]) == [SIGNED, SIGNED, WAITING]
    with pytest.raises(NotFound):
        sign_up(key, four[3])
    with unit_of_work():
        assert seating.suggest(key, chosen, actor_id=zhou.id, at=AT) == 0


def test_a_seat_is_suggested_while_one_is_free_to_those_it_is_meant_for(
    zhou: Person, four: list[Person]
) -> None:
    retired = make_person(name="戊", audience=Audience.RETIREE)
    everybody = select(Person.id).where(Person.id.in_([one.id for one in (*four, retired)]))
    key = published(zhou, capacity=1, selection=Selection(audiences=frozenset({"retiree"})))
    assert seating.suggestable(key, everybody, china_date(AT)) == 1
    with unit_of_work():
        seating.add(key, four[0].key, actor_id=zhou.id, at=AT)
    assert seating.suggestable(key, everybody, china_date(AT)) == 0
    with unit_of_work():
        assert seating.suggest(key, everybody, actor_id=zhou.id, at=AT) == 0
    assert set(standing(key)) == {four[0].name}


def test_hr_adds_moves_up_and_takes_back(database: Session, zhou: Person, four: list[Person]) -> None:
    key = published(zhou, selection=Selection())
    for one in four:
        with unit_of_work():
            seating.add(key, one.key, actor_id=zhou.id, at=AT)
    with unit_of_work():
        seating.move_up(key, four[3].key, actor_id=zhou.id, at=AT)
    assert standing(key)["丁"] == (WAITING, 1)
    with unit_of_work(), pytest.raises(NoSeat):
        seating.give_seat(key, four[2].key, actor_id=zhou.id, at=AT)
    with unit_of_work():
        seating.take_back(key, four[0].key, actor_id=zhou.id, at=AT)
    assert standing(key) == {"乙": (SIGNED, 0), "丁": (SIGNED, 0), "丙": (WAITING, 1)}
    assert messages(database, four[0]) == [("event.seat", "signed"), ("event.seat", "removed")]
    acts = set(database.scalars(select(Entry.act)))
    assert {"event.seat-given", "event.moved-up", "event.seat-taken-back"} <= acts


def test_who_has_left_gets_no_seat(zhou: Person, four: list[Person]) -> None:
    key = published(zhou)
    leave(four[0])
    with unit_of_work(), pytest.raises(PersonLeft):
        seating.add(key, four[0].key, actor_id=zhou.id, at=AT)
