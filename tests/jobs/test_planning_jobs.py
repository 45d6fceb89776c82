"""The jobs of the training year."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from lms.jobs import planning
from lms.jobs.planning import open_planning_year, settle_plan
from lms.jobs.rules import next_due
from lms.jobs.timetable import job
from lms.kernel.database import unit_of_work
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.planning.queries import entries, years
from lms.planning.rules import EntryState
from lms.quarterly.queries import ReportDue
from lms.surveys import opening
from tests.support.people import make_person
from tests.support.surveys import library

DECEMBER = datetime(2026, 12, 1, 1, 10, tzinfo=UTC)


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏")


def test_the_next_year_opens_on_the_first_workday_of_december(database: Session) -> None:
    assert next_due(job("open-planning-year"), datetime(2026, 2, 1, tzinfo=UTC)) == DECEMBER
    assert open_planning_year(DECEMBER) == 10
    assert open_planning_year(DECEMBER) == 0
    assert years() == [2027]


def test_a_december_that_was_missed_is_made_up_for(database: Session) -> None:
    open_planning_year(datetime(2027, 1, 4, 2, tzinfo=UTC))
    assert years() == [2027]


def test_what_was_kept_is_noted(zhou: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    library()
    open_planning_year(DECEMBER)
    with unit_of_work():
        opening.open_needs(datetime(2027, 1, 4, 1, tzinfo=UTC))
    assert settle_plan(datetime(2027, 1, 5, 1, tzinfo=UTC)) == 0
    with unit_of_work():
        assert opening.close_due(datetime(2027, 1, 25, 1, tzinfo=UTC)) == 1
    signed = [ReportDue(Quarter(2026, 4), date(2027, 1, 15), True)]
    monkeypatch.setattr(planning, "dues", lambda _first, _last: signed)
    assert settle_plan(datetime(2027, 1, 25, 2, tzinfo=UTC)) == 2
    assert settle_plan(datetime(2027, 1, 26, 2, tzinfo=UTC)) == 0
    kept = [one.done_on for one in entries(2027) if one.state is EntryState.DONE]
    assert kept == [date(2027, 1, 25)] * 2


def test_an_empty_plan_costs_nothing(database: Session) -> None:
    assert settle_plan(DECEMBER) == 0
