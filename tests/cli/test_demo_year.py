"""The training year in the demo: asked, answered, planned and held, as far as it went until this morning."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lms.cli.demo_company import SHOWN
from lms.cli.demo_listening import asked_quarter
from lms.effects.queries import first_right, weak
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.planning.budgets import budget
from lms.planning.members import members
from lms.planning.models import Feed
from lms.planning.queries import entries, year_of
from lms.quarterly.models import ReportState
from lms.quarterly.queries import lines
from lms.surveys import queries
from lms.surveys.comments import topics
from lms.surveys.mixing import unmixed
from lms.surveys.proposals import of_quarter
from lms.surveys.results import results, satisfaction
from lms.surveys.rules import ProposalState, SurveyKind, SurveyState
from lms.workshops.held import held
from lms.workshops.queries import Event, events_between, open_to, seat_of
from lms.workshops.rules import EventKind, EventState, SeatState
from tests.conftest import MONDAY
from tests.support.application import fill
from tests.support.installations import Installations

TODAY = china_date(MONDAY)
QUARTER = Quarter.of(TODAY)


@pytest.fixture(scope="module")
def invented(installations: Installations) -> Flask:
    """On SQLite only: that it can be invented on PostgreSQL too is what the neighbours show."""
    app = installations.restored("sqlite").app
    with time_machine.travel(MONDAY, tick=False):
        fill(app)
    return app


@pytest.fixture
def company(invented: Flask) -> Iterator[Flask]:
    with invented.app_context():
        yield invented
        session().rollback()


def shown(role: str) -> Person:
    return session().scalars(select(Person).where(Person.name == SHOWN[role])).one()


def surveys(kind: SurveyKind) -> list[queries.Listed]:
    return [one for one in queries.listed() if one.kind is kind]


def coming() -> dict[EventKind, Event]:
    found = events_between(TODAY, TODAY + timedelta(days=30))
    return {one.kind: one for one in found}


# -- asked and answered ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "asked"),
    [
        (date(2026, 11, 23), Quarter(2026, 4)),
        (date(2027, 1, 1), Quarter(2026, 4)),
        (date(2027, 1, 28), Quarter(2026, 4)),
        (date(2027, 1, 29), Quarter(2027, 1)),
    ],
)
def test_needs_are_those_of_the_last_quarter_that_was_asked_to_the_end(today: date, asked: Quarter) -> None:
    assert asked_quarter(today) == asked


def test_needs_were_asked_from_the_first_workday_for_three_weeks(company: Flask) -> None:
    (needs,) = surveys(SurveyKind.NEEDS)
    assert (needs.quarter, needs.state, needs.anonymous) == (str(QUARTER), SurveyState.CLOSED, True)
    assert (needs.opens_on, needs.closes_on) == (date(2026, 10, 8), date(2026, 10, 28))
    assert (needs.invited, needs.answered) == (108, 64)


def test_one_group_is_too_small_to_be_shown_and_the_next_one_protects_it(company: Flask) -> None:
    (needs,) = surveys(SurveyKind.NEEDS)
    sure = results(needs.key).of("sure")
    assert sure is not None
    assert {audience for audience, counts in sure.audiences.items() if counts is None} == {"retiree", "hr"}


def test_of_what_was_raised_most_one_is_in_work_and_one_done(company: Flask) -> None:
    (needs,) = surveys(SurveyKind.NEEDS)
    found = of_quarter(QUARTER)
    assert [one.state for one in found] == [ProposalState.IN_WORK, ProposalState.DONE]
    assert [one.topic for one in found] == list(topics(needs.key))[:2]
    assert [one.raised for one in found] == list(topics(needs.key).values())[:2]


def test_who_completed_a_course_was_asked_at_once_and_a_month_later(company: Flask) -> None:
    assert {one.course for one in surveys(SurveyKind.SATISFACTION)} == {
        "onboarding",
        "hr-essentials",
        "retirement",
    }
    told = satisfaction(QUARTER)[queries.ALL]
    assert told is not None
    assert 0 < told.n < told.invited
    (later,) = surveys(SurveyKind.FOLLOW_UP)
    assert 5 <= later.answered <= later.invited
    assert unmixed() == []


def test_those_whose_accounts_are_shown_have_something_to_answer(company: Flask) -> None:
    for role in ("employee-on-plan", "retiree", "department-head"):
        assert queries.open_for(shown(role).id, TODAY)
    assert not queries.open_for(shown("new-hire").id, TODAY)


# -- workshops ------------------------------------------------------------------------------------------


def test_the_workshop_of_last_week_counted_as_help_for_one(company: Flask) -> None:
    (group,) = held(TODAY - timedelta(days=30), TODAY)
    assert (group.event.kind, group.came, group.helps) == (EventKind.WORKSHOP, 8, 1)


def test_what_is_coming_is_full_or_open_or_for_one_person(company: Flask) -> None:
    found = coming()
    assert {one.state for one in found.values()} == {EventState.PUBLISHED}
    workshop, visit = found[EventKind.WORKSHOP], found[EventKind.HOME_VISIT]
    assert (workshop.free, workshop.waiting) == (0, 3)
    assert (visit.capacity, visit.signed) == (1, 1)
    waiting = seat_of(workshop.key, shown("employee-on-plan").id)
    assert waiting is not None
    assert (waiting.state, waiting.place) == (SeatState.WAITING, 3)


def test_the_shown_employee_and_retiree_can_sign_up_for_something(company: Flask) -> None:
    for role, kind in (("employee-on-plan", EventKind.LUNCH), ("retiree", EventKind.LECTURE)):
        assert [one.kind for one in open_to(shown(role).id, MONDAY)] == [kind]


# -- the year -------------------------------------------------------------------------------------------


def test_this_year_and_the_next_are_planned_and_nothing_is_late(company: Flask) -> None:
    assert all(year_of(year) for year in (2026, 2027))
    assert [one.late(TODAY) for year in (2026, 2027) for one in entries(year) if one.late(TODAY)] == []
    assert len(members()) == 6
    told = budget(2026)
    assert told is not None
    assert told.left is not None
    assert 0 < told.spent < told.planned <= (told.total or 0)
    assert session().scalars(select(Feed.person_id)).all() == []


def test_marks_say_something_and_the_report_of_the_quarter_is_a_draft(company: Flask) -> None:
    assert len(first_right(QUARTER)) > 5
    assert weak(QUARTER)
    assert [(one.quarter, one.state) for one in lines(TODAY)] == [(QUARTER, ReportState.DRAFT)]
