"""Learning with a helper: one session of a person at a time, and what is done in it says so for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.assignments import assistance
from lms.assignments.assistance import (
    LONGEST,
    AlreadyHelped,
    AssistanceOver,
    End,
    PersonLeft,
    Start,
    assistances_of,
    begin,
    courses_done_in,
    end,
    mark_attempt,
    waiting_for_help,
)
from lms.assignments.models import Assistance, AssistanceResult, Completion, Consent, Help, HelpKind
from lms.assignments.operations import NotByOneself
from lms.assignments.rules import Step
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from lms.quizzes.models import Attempt
from lms.quizzes.queries import history
from lms.reports import reconciliation
from lms.reports.filters import Filters
from lms.reports.models import Line
from lms.reports.projection import catch_up
from lms.reports.queries import page_of
from lms.reports.workbench import workbench
from tests.support.company import TODAY, failed, obliged
from tests.support.library import publish_texts
from tests.support.people import leave, make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, assigned, duty_of, standing_of, start
from tests.support.sittings import hand_in as hand_in_alone

DONE = End(AssistanceResult.FINISHED, 25, "念了题目")


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def helper(database: Session) -> Person:
    return make_person(name="周敏")


def started(person: Person, helper: Person, kind: HelpKind = HelpKind.PHONE) -> str:
    """The key of a session begun at ``AT``."""
    with unit_of_work():
        return begin(Start(person.id, helper.id, kind, Consent.SPOKEN, "女儿小陈"), at=AT)


def id_of(key: str, helper: Person) -> int:
    """The number under which attempts name a session."""
    return assistance.assistance(key, helper.id).id


def hand_in(person: Person, assistance_id: int | None) -> None:
    """A paper answered rightly, with help or alone."""
    sitting = start(person)
    if assistance_id:
        with unit_of_work():
            mark_attempt(sitting.id, assistance_id)
    hand_in_alone(person)


# -- beginning and ending -------------------------------------------------------------------------------


def test_a_session_says_who_how_and_what_was_agreed(database: Session, helper: Person) -> None:
    person = assigned(name="陈桂芬")
    key = started(person, helper)
    found = assistance.assistance(key, helper.id)
    assert (found.helper, found.kind, found.consent) == ("周敏", HelpKind.PHONE, Consent.SPOKEN)
    assert (found.family_name, found.begun_at, found.ended_at) == ("女儿小陈", AT, None)
    assert found.is_open(AT + LONGEST - timedelta(seconds=1))
    assert not found.is_open(AT + LONGEST)
    entry = database.scalars(select(Entry).where(Entry.act == "assistance.begun")).one()
    assert (entry.subject, entry.actor_id) == (person.key, helper.id)
    assert entry.facts == {"assistance": key, "kind": "phone", "consent": "spoken"}


def test_it_ends_once_with_minutes_and_a_note(database: Session, helper: Person) -> None:
    person = assigned()
    key = started(person, helper)
    with unit_of_work():
        end(key, helper.id, DONE, at=AT + timedelta(minutes=24))
    with pytest.raises(AssistanceOver), unit_of_work():
        end(key, helper.id, DONE, at=AT + timedelta(minutes=30))
    found = assistances_of(person.id)[0]
    assert (found.result, found.minutes, found.note) == (AssistanceResult.FINISHED, 25, "念了题目")
    assert not found.is_open(AT + timedelta(minutes=30))
    entry = database.scalars(select(Entry).where(Entry.act == "assistance.ended")).one()
    assert entry.facts == {"assistance": key, "result": "finished", "minutes": 25}


def test_nobody_elses_session_can_be_ended(database: Session, helper: Person) -> None:
    key = started(assigned(), helper)
    with pytest.raises(NotFound), unit_of_work():
        end(key, make_person(name="别人").id, DONE, at=AT)


def test_the_same_helper_goes_on_and_another_is_told_who_helps(database: Session, helper: Person) -> None:
    person = assigned()
    key = started(person, helper)
    assert started(person, helper) == key
    with pytest.raises(AlreadyHelped) as refused:
        started(person, make_person(name="王姐"))
    assert refused.value.facts == {"helper": "周敏", "since": AT}


def test_what_nobody_ended_lapses_and_can_still_be_put_on_record(database: Session, helper: Person) -> None:
    person = assigned()
    key = started(person, helper)
    with unit_of_work():
        later = Start(person.id, make_person(name="王姐").id, HelpKind.VISIT, Consent.WRITTEN)
        assert begin(later, at=AT + LONGEST) != key
    assert assistances_of(person.id)[1].result is AssistanceResult.LAPSED
    with unit_of_work():
        end(key, helper.id, DONE, at=AT + LONGEST)
    assert assistances_of(person.id)[1].minutes == 25


def test_nobody_helps_themselves_or_who_has_left(database: Session, helper: Person) -> None:
    with pytest.raises(NotByOneself):
        started(helper, helper)
    person = assigned()
    leave(person)
    with pytest.raises(PersonLeft):
        started(person, helper)
    with pytest.raises(NotFound), unit_of_work():
        begin(Start(0, helper.id, HelpKind.PHONE, Consent.SPOKEN), at=AT)


def test_the_database_itself_refuses_to_help_oneself(database: Session, helper: Person) -> None:
    row = Assistance(
        person_id=helper.id, helper_id=helper.id, kind=HelpKind.VISIT, consent=Consent.SPOKEN,
        consent_at=AT, family_name="", begun_at=AT,
    )  # fmt: skip
    database.add(row)
    with pytest.raises(IntegrityError):
        database.flush()


# -- after two papers -----------------------------------------------------------------------------------


def test_what_was_explained_is_help_and_opens_a_paper(database: Session, helper: Person) -> None:
    person = failed(obliged(), papers=2)
    [waits] = waiting_for_help(person.id)
    key = started(person, helper, HelpKind.VISIT)
    with unit_of_work():
        assistance.explain(assistance.assistance(key, helper.id), waits, "讲了起付标准", at=AT)
    assert standing_of(person).step is Step.RETAKE
    row = database.scalars(select(Help)).one()
    assert (row.helper_id, row.kind, row.note) == (helper.id, HelpKind.VISIT, "讲了起付标准")
    assert waiting_for_help(person.id) == []


def test_nobody_elses_paper_is_explained(database: Session, helper: Person) -> None:
    key = started(assigned(), helper)
    other = failed(obliged(), papers=2)
    with pytest.raises(NotFound), unit_of_work():
        assistance.explain(assistance.assistance(key, helper.id), duty_of(other), "…", at=AT)


@pytest.mark.parametrize("ticked", [True, False])
def test_ending_records_help_for_what_is_ticked(database: Session, helper: Person, ticked: bool) -> None:
    person = failed(obliged(), papers=2)
    key = started(person, helper)
    explained = [duty_of(person).key] if ticked else []
    with unit_of_work():
        end(key, helper.id, End(AssistanceResult.NOT_YET, 10, "讲了一遍", explained), at=AT)
    assert database.scalar(select(func.count()).select_from(Help)) == ticked
    assert standing_of(person).step is (Step.RETAKE if ticked else Step.WAIT_FOR_HELP)


# -- told apart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_help", [True, False])
def test_a_paper_says_for_ever_whether_somebody_helped(
    database: Session, helper: Person, with_help: bool
) -> None:
    person = assigned()
    number = id_of(started(person, helper), helper) if with_help else None
    hand_in(person, number)
    assert database.scalars(select(Attempt.assistance_id)).one() == number
    assert database.scalars(select(Completion.assistance_id)).one() == number
    duty = duty_of(person)
    assert (duty.assisted, history([duty.key])[duty.key][0].assisted) == (with_help, with_help)
    assert courses_done_in(number or 0) == ([duty.course] if with_help else [])


def test_a_closed_paper_is_not_marked_and_the_first_helper_stays(database: Session, helper: Person) -> None:
    person = assigned()
    first = id_of(started(person, helper), helper)
    hand_in(person, first)
    with unit_of_work():
        mark_attempt(database.scalars(select(Attempt.id)).one(), first + 1)
    assert database.scalars(select(Attempt.assistance_id)).one() == first


def test_lists_numbers_and_reconciliation_tell_it_apart(database: Session, helper: Person) -> None:
    alone, together = assigned(name="独自"), assigned(name="一起")
    hand_in(alone, None)
    hand_in(together, id_of(started(together, helper), helper))
    with unit_of_work():
        while catch_up(AT):
            pass
    rows = {row.name: row.assisted for row in page_of(Filters(), TODAY, page=1)}
    assert rows == {"独自": None, "一起": HelpKind.PHONE}
    total = workbench(TODAY).total
    assert (total.done, total.assisted) == (2, 1)
    assert sorted(database.scalars(select(Line.assisted))) == [False, True]
    assert reconciliation.compare(AT).differences == []
    database.execute(Line.__table__.update().values(assisted=False))  # type: ignore[attr-defined]
    assert {one.what for one in reconciliation.compare(AT).differences} == {"lines", "cells"}
