"""More time or an excuse for one assignment: who asks, who decides, and what it changes."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.assignments.adjustments import (
    AlreadyDecided,
    AlreadyWaiting,
    BelongsToChange,
    DateMissing,
    NotLater,
    NotOwed,
    ReasonMissing,
    SamePerson,
    adjustment,
    adjustments_of,
    adjustments_page,
    ask_deciders,
    decide,
    request,
    waiting_adjustments,
)
from lms.assignments.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentState,
    Assignment,
    Cause,
)
from lms.assignments.operations import assign_by_hand
from lms.assignments.queries import Duty, duties_of, duty_for_course
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.notifications.models import Message
from lms.people.models import Person
from tests.support.campaigns import AT, DUE, TODAY
from tests.support.people import make_person
from tests.support.racing import race

LATER = DUE + timedelta(days=7)
EXTENSION, EXCUSE = AdjustmentKind.EXTENSION, AdjustmentKind.EXCUSE


@pytest.fixture
def hr(database: Session) -> Person:
    return make_person(name="周敏")


@pytest.fixture
def chief(database: Session) -> Person:
    return make_person(name="主管")


@pytest.fixture
def person(database: Session) -> Person:
    """Somebody who owes the basics."""
    found = make_person(name="林晓")
    given(found)
    return found


def given(person: Person) -> None:
    person_id = person.id
    with unit_of_work():
        assign_by_hand([person_id], "basics", due_on=DUE, actor_id=person_id, today=TODAY, at=AT)


def duty(person: Person) -> Duty:
    found = duty_for_course(person.id, "basics")
    assert found is not None
    return found


def ask(person: Person, by: Person, kind: AdjustmentKind = EXTENSION, *, due_on: date | None = LATER) -> str:
    key, by_id = duty(person).key, by.id
    with unit_of_work():
        return request(key, kind, due_on=due_on, reason="出差", actor_id=by_id, at=AT)


def settle(key: str, by: Person, *, granted: bool = True) -> None:
    by_id = by.id
    with unit_of_work():
        decide(key, granted=granted, note="同意", title="入门", actor_id=by_id, at=AT)


def test_a_granted_extension_moves_the_date(person: Person, hr: Person, chief: Person) -> None:
    key = ask(person, hr)
    assert duty(person).due_on == DUE
    settle(key, chief)
    assert duty(person).due_on == LATER
    one = adjustment(key)
    assert (one.state, one.was_due_on, one.due_on) == (AdjustmentState.GRANTED, DUE, LATER)
    assert (one.name, one.requested_by, one.decided_by, one.note) == ("林晓", "周敏", "主管", "同意")


def test_a_granted_excuse_lifts_the_obligation_and_keeps_the_record(
    person: Person, hr: Person, chief: Person
) -> None:
    settle(ask(person, hr, EXCUSE, due_on=None), chief)
    found = duty(person)
    assert (found.excused_at, found.is_owed, found.due_on) == (AT, False, DUE)
    assert found.overdue(DUE + timedelta(days=9)) == 0
    assert len(duties_of(person.id)) == 1


def test_who_was_excused_can_be_given_the_course_anew(person: Person, hr: Person, chief: Person) -> None:
    settle(ask(person, hr, EXCUSE, due_on=None), chief)
    given(person)
    assert [(one.cycle, one.is_owed) for one in duties_of(person.id)] == [(1, False), (2, True)]


def test_refused_nothing_changes_and_it_can_be_asked_for_again(
    person: Person, hr: Person, chief: Person
) -> None:
    settle(ask(person, hr), chief, granted=False)
    assert (duty(person).due_on, duty(person).is_owed) == (DUE, True)
    ask(person, hr)
    assert waiting_adjustments() == 1


def test_learner_and_asker_are_told(database: Session, person: Person, hr: Person, chief: Person) -> None:
    key = ask(person, hr)
    with unit_of_work():
        everybody = select(Person.id)
        assert ask_deciders(key, everybody, title="入门", at=AT) == 2
    settle(key, chief)
    rows = database.scalars(select(Message).where(Message.topic == "adjustment.decided")).all()
    assert {row.person_id: row.facts["mine"] for row in rows} == {person.id: True, hr.id: False}
    assert rows[0].facts == {
        "adjustment": key,
        "kind": "extension",
        "title": "入门",
        "due_on": LATER.isoformat(),
        "granted": True,
        "note": "同意",
        "mine": rows[0].person_id == person.id,
    }


@pytest.mark.parametrize(
    ("kind", "due_on", "reason", "refusal"),
    [
        (EXTENSION, LATER, "  ", ReasonMissing),
        (EXTENSION, None, "出差", DateMissing),
        (EXTENSION, DUE, "出差", NotLater),
        (EXTENSION, TODAY - timedelta(days=1), "出差", NotLater),
        (EXCUSE, None, "", ReasonMissing),
    ],
)
def test_what_a_request_lacks_is_refused(
    person: Person, kind: AdjustmentKind, due_on: date | None, reason: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal), unit_of_work():
        request(duty(person).key, kind, due_on=due_on, reason=reason, actor_id=person.id, at=AT)


def test_one_request_waits_at_a_time(person: Person, hr: Person) -> None:
    key = ask(person, hr)
    with pytest.raises(AlreadyWaiting) as refused:
        ask(person, hr, EXCUSE, due_on=None)
    assert refused.value.facts == {"key": key}


def test_whoever_asked_does_not_decide(person: Person, hr: Person) -> None:
    key = ask(person, hr)
    with pytest.raises(SamePerson):
        settle(key, hr)


def test_nobody_decides_about_themselves(person: Person, hr: Person, chief: Person) -> None:
    key = ask(person, hr)
    with pytest.raises(SamePerson):
        settle(key, person)
    settle(key, chief)


def test_a_date_that_has_passed_or_is_not_later_any_more_is_not_granted(
    database: Session, person: Person, hr: Person, chief: Person
) -> None:
    key, chief_id, late = ask(person, hr), chief.id, AT + timedelta(days=60)
    with pytest.raises(NotLater), unit_of_work():
        decide(key, granted=True, note="", title="入门", actor_id=chief_id, at=late)
    row = database.scalars(select(Assignment)).one()
    row.due_on = LATER + timedelta(days=1)
    database.commit()
    with pytest.raises(NotLater):
        settle(key, chief)
    settle(key, chief, granted=False)
    assert duty(person).due_on == LATER + timedelta(days=1)


def test_the_table_refuses_it_as_well(database: Session, person: Person, hr: Person) -> None:
    ask(person, hr)
    row = database.scalars(select(Adjustment)).one()
    row.decided_by = hr.id
    with pytest.raises(IntegrityError):
        database.flush()


def test_what_was_decided_or_is_excused_is_not_decided_again(
    person: Person, hr: Person, chief: Person
) -> None:
    key = ask(person, hr, EXCUSE, due_on=None)
    settle(key, chief)
    with pytest.raises(NotOwed):
        settle(key, chief)
    with pytest.raises(AlreadyDecided):
        settle(key, chief, granted=False)
    with pytest.raises(NotOwed):
        ask(person, hr)


def test_what_a_change_asks_is_excused_where_the_change_is(
    database: Session, person: Person, hr: Person
) -> None:
    row = database.scalars(select(Assignment)).one()
    row.cause = Cause.ROLLOUT
    database.commit()
    with pytest.raises(BelongsToChange):
        ask(person, hr, EXCUSE, due_on=None)
    assert ask(person, hr)


def test_two_who_decide_at_the_same_moment_decide_once(
    app: Flask, database: Session, person: Person, hr: Person, chief: Person
) -> None:
    key, first, second = ask(person, hr), chief.id, make_person().id
    results = race(
        app,
        lambda: decide(key, granted=True, note="", title="", actor_id=first, at=AT),
        lambda: decide(key, granted=False, note="", title="", actor_id=second, at=AT),
    )
    assert [type(one) for one in results].count(type(None)) == 1
    acts = database.scalars(select(Entry.act).where(Entry.act.startswith("adjustment."))).all()
    assert len(acts) == 2


def test_requests_are_listed_by_state_and_found_by_assignment(
    person: Person, hr: Person, chief: Person
) -> None:
    key = ask(person, hr)
    found, total = adjustments_page(AdjustmentState.WAITING, page=1)
    assert ([one.key for one in found], total) == ([key], 1)
    settle(key, chief)
    assert adjustments_page(AdjustmentState.WAITING, page=1) == ([], 0)
    mine = adjustments_of([duty(person).id])
    assert [one.key for one in mine[duty(person).id]] == [key]
    with pytest.raises(NotFound):
        adjustment("NONE")


def test_two_who_ask_at_the_same_moment_ask_once(app: Flask, database: Session, person: Person) -> None:
    key, first, second = duty(person).key, make_person().id, make_person().id
    results = race(
        app,
        *[
            lambda who=who: request(key, EXTENSION, due_on=LATER, reason="出差", actor_id=who, at=AT)
            for who in (first, second)
        ],
    )
    assert sorted(type(one).__name__ for one in results) == ["AlreadyWaiting", "str"]
    assert waiting_adjustments() == 1
