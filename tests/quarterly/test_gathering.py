"""The numbers of a quarter as they are gathered from what happened."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.people.models import Audience, Person, PersonState
from lms.planning.budgets import NewCost, enter, reserve
from lms.planning.rules import Category
from lms.surveys import proposals
from lms.surveys.proposals import Proposing
from lms.surveys.rules import ProposalState, Source
from lms.workshops.counting import Counter, close
from lms.workshops.rules import EventKind
from tests.support.company import failed, obliged, passed
from tests.support.events import STARTS, attended, published, sign_up
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.planning import planned, year
from tests.support.quarterly import DRAFTED, QUARTER, gathered, kept, part, signed
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, hand_in, make_up, release
from tests.support.statements import statements

DAY = timedelta(days=1)
LAST_YEAR = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def staff() -> Person:
    """Somebody of HR."""
    return make_person(name="周敏", audience=Audience.HR)


def excuse(person: Person) -> None:
    session().query(Assignment).filter_by(person_id=person.id).update({"excused_at": AT})
    session().commit()


# -- what was required ----------------------------------------------------------------------------------


def test_nothing_happened() -> None:
    found = gathered()
    assert found.required == part(0, 0)
    assert found.groups == ()
    assert found.papers.bins == (0, 0, 0, 0, 0)
    assert found.budget is None
    assert (found.end, found.until) == (date(2026, 12, 31), DRAFTED)


def test_people_done_with_all_that_was_due_of_those_with_anything_due() -> None:
    passed(obliged("甲"))
    obliged("乙")
    obliged("丙", due_in=60)  # due in the next quarter
    assert gathered().required == part(1, 2)


def test_done_after_the_end_is_not_done_in_the_quarter() -> None:
    passed(obliged("甲"), at=AT + 45 * DAY)
    assert gathered(at=DRAFTED + 30 * DAY).required == part(0, 1)


def test_who_left_and_who_was_excused_are_told_apart() -> None:
    passed(obliged("甲"))
    leave(obliged("乙"))
    excuse(obliged("丙"))
    found = gathered()
    assert (found.required, found.left, found.excused) == (part(1, 1), 1, 1)


def test_who_left_after_the_quarter_still_counts() -> None:
    person = obliged("甲")
    person.state, person.left_on = PersonState.LEFT, date(2027, 1, 3)
    session().commit()
    found = gathered()
    assert (found.required, found.left) == (part(0, 1), 0)


def test_while_the_quarter_runs_what_has_fallen_due_counts() -> None:
    obliged("甲", due_in=-3)
    obliged("乙", due_in=20)
    found = gathered(at=AT)
    assert (found.required, found.end) == (part(0, 1), date(2026, 11, 23))


def test_the_quarter_before_is_counted_or_taken_from_what_was_signed() -> None:
    obliged("甲", due_in=-60)
    assert gathered().before == part(0, 1)
    kept(quarter=Quarter(2026, 3))
    signed(staff().id, Quarter(2026, 3))
    found = gathered()
    assert (found.before, found.weakest_before) == (part(598, 720), "a")


# -- papers ---------------------------------------------------------------------------------------------


def test_first_papers_by_score_and_who_passed_in_the_end() -> None:
    passed(obliged("甲"))
    again = failed(obliged("乙"))
    make_up(again)
    hand_in(again, at=AT + 2 * DAY, seed=9)
    failed(obliged("丙"), missing=5)
    papers = gathered().papers
    assert papers.people == 3
    assert sum(papers.bins) == 3
    assert papers.bins[4] == 1
    assert sum(papers.bins[3:]) == papers.first.part == 1
    assert papers.first.whole == 3
    assert papers.final == part(2, 3)


def test_papers_of_another_quarter_are_not_counted() -> None:
    passed(obliged("甲"))
    assert gathered(Quarter(2026, 3)).papers.first == part(0, 0)
    assert gathered(Quarter(2027, 1), at=DRAFTED + 100 * DAY).papers.first == part(0, 0)


def test_groups_and_newcomers() -> None:
    company = make_department()
    for number in range(6):
        person = obliged(f"员工{number}", department=company)
        if number % 2:
            person.hired_on = LAST_YEAR
    session().commit()
    by_name = {one.group: one for one in gathered().groups}
    assert by_name["employee"].people == 6
    assert by_name["new"].people is None


# -- what people said and what was done -----------------------------------------------------------------


def test_points_raised_and_what_became_of_them() -> None:
    actor = staff().id
    raised = Proposing("", "怎么报大病", Source.QUESTION, "", str(QUARTER), 31)
    with unit_of_work():
        key = proposals.propose(raised, actor_id=actor, at=AT)
    assert [(one.title, one.raised, one.state) for one in gathered().needs] == [("怎么报大病", 31, "open")]
    with unit_of_work():
        proposals.settle(
            key, ProposalState.DONE, result="basics/outpatient", actor_id=actor, at=DRAFTED + DAY
        )
    next_one = gathered(Quarter(2027, 1), at=DRAFTED + 100 * DAY).needs
    assert [(one.state, one.result) for one in next_one] == [("done", "basics/outpatient")]
    assert next_one[0].result_title
    assert gathered(Quarter(2027, 2), at=DRAFTED + 190 * DAY).needs == ()
    assert gathered(Quarter(2026, 3)).needs == ()


def test_events_are_told_one_by_one_and_visits_together() -> None:
    boss, people = staff(), [make_person(name=name) for name in "甲乙"]
    for days, (kind, title) in enumerate(((EventKind.LECTURE, "讲座"), (EventKind.HOME_VISIT, "看望林晓"))):
        starts_at = STARTS + days * DAY
        key = published(boss, kind=kind, title=title, starts_at=starts_at, ends_at=starts_at + DAY / 24)
        sign_up(key, *people)
        attended(key, boss, *people, at=starts_at + DAY / 24)
        with unit_of_work():
            close(key, Counter(boss.id, boss.name), release_id=release(), at=AT + 9 * DAY)
    found = gathered().events
    assert [(one.kind, one.title, one.came, one.times) for one in found] == [
        ("lecture", "讲座", 2, 1), ("home_visit", "", 2, 1),
    ]  # fmt: skip
    assert "林晓" not in gathered().model_dump_json()


def test_budget_and_plan_of_the_year() -> None:
    boss = staff()
    year(boss, 2026)
    with unit_of_work():
        reserve(2026, per_head=Decimal(80), heads=10, actor_id=boss.id, at=AT)
        fee = NewCost(Category.EXPERT, Decimal(500), date(2026, 11, 20), "讲课费")
        enter(2026, fee, actor_id=boss.id, at=AT)
    planned(boss, "参观", date(2026, 11, 20))
    found = gathered()
    assert found.budget is not None
    assert (found.budget.total, found.budget.spent) == (Decimal(800), Decimal(500))
    assert found.plan.whole >= 1


@pytest.mark.parametrize("headcount", [1, 6])
def test_the_number_of_statements_does_not_grow(app: Flask, database: Session, headcount: int) -> None:
    for number in range(headcount):
        passed(obliged(f"员工{number}"))
    with statements(app) as seen:
        gathered()
    assert len(seen) <= 40
