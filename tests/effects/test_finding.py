"""What courses and changes came to: looked at a month after their last day, once, and told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments.operations import assign_by_hand
from lms.courses.operations import answer_check
from lms.effects.finding import coming, due
from lms.effects.models import Kind
from lms.effects.queries import effect, effects
from lms.effects.rules import Compared, Share, ready_on
from lms.jobs.effects import find_effects
from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Message
from lms.people.models import Person
from tests.support.people import make_account, make_person
from tests.support.quiz_texts import COURSE
from tests.support.sittings import AT, DUE, assigned, make_up, release, the_course
from tests.support.topics import Q4, marked, paper, topic_library

MONTH_ON = datetime(2027, 1, 7, 1, 0, tzinfo=UTC)
DAY_BEFORE = MONTH_ON - timedelta(days=1)


@pytest.fixture
def hr(database: Session) -> Person:
    topic_library()
    person = make_person(name="人事")
    make_account(person=person, role=Role.HR)
    return person


def topics_told(database: Session) -> list[str]:
    return list(database.scalars(select(Message.topic).where(Message.topic == "effect.ready")))


def test_a_month_after_the_last_day_it_is_looked_at_once(database: Session, hr: Person) -> None:
    for _ in range(5):
        first = paper({"claims": 3})
        owner = database.get_one(Person, first.person_id)
        make_up(owner)
        paper({}, person=owner, at=AT + timedelta(hours=1), seed=2)
    assigned(studied=False)
    marked()
    assert find_effects(DAY_BEFORE) == Outcome(0)
    (waits,) = coming(release(), china_date(DAY_BEFORE))
    assert (waits.subject, waits.due_on, waits.ready_on) == (COURSE, DUE, date(2027, 1, 7))
    assert find_effects(MONTH_ON) == Outcome(1)
    assert find_effects(MONTH_ON) == Outcome(0)
    assert coming(release(), china_date(MONTH_ON)) == []
    figures = effect(Kind.COURSE, COURSE, Q4).figures
    assert (figures.people, figures.done) == (6, 5)
    assert (figures.first_papers, figures.first_passed, figures.sat_again) == (5, 0, 5)
    assert figures.whole == Compared(Share(5, 50, 35), Share(5, 50, 50))
    assert figures.papers["claims"] == Compared(Share(5, 30, 15), Share(5, 30, 30))
    assert figures.papers["claims"].gain == pytest.approx(0.5)
    assert len(topics_told(database)) == 1
    assert len(effects(Q4)) == 1
    with pytest.raises(NotFound):
        effect(Kind.COURSE, "gone", Q4)


def test_first_answers_to_checks_are_compared_with_the_latest(hr: Person) -> None:
    lesson = the_course().lessons[0]
    check = lesson.checks[0]
    right = [number for number, option in enumerate(check.options) if option.right]
    wrong = [number for number, option in enumerate(check.options) if not option.right][:1]
    for number in range(6):
        person = assigned(studied=False)
        with unit_of_work():
            answer_check(person.id, lesson, check, chosen=wrong, at=AT)
            if number:
                answer_check(person.id, lesson, check, chosen=right, at=AT + timedelta(minutes=5))
    assert find_effects(MONTH_ON) == Outcome(1)
    found = effect(Kind.COURSE, COURSE, Q4).figures.checks
    assert found == {lesson.key: Compared(Share(6, 6, 0), Share(6, 6, 5))}


def test_what_was_due_later_after_all_is_looked_at_again(database: Session, hr: Person) -> None:
    assigned()
    assert find_effects(MONTH_ON) == Outcome(1)
    late = make_person(name="后来的人")
    later = date(2026, 12, 20)
    with unit_of_work():
        assign_by_hand([late.id], COURSE, due_on=later, actor_id=late.id, today=china_date(AT), at=AT)
    assert find_effects(MONTH_ON) == Outcome(0)
    assert find_effects(MONTH_ON + timedelta(days=14)) == Outcome(1)
    assert effect(Kind.COURSE, COURSE, Q4).due_on == later
    assert len(topics_told(database)) == 1


def test_nothing_is_looked_at_without_obligations(hr: Person) -> None:
    assert due(release(), china_date(MONTH_ON)) == []
    assert find_effects(MONTH_ON) == Outcome(0)


def test_a_month_is_a_month_of_the_calendar() -> None:
    assert ready_on(date(2027, 1, 31)) == date(2027, 2, 28)
    assert ready_on(date(2026, 12, 7)) == date(2027, 1, 7)
