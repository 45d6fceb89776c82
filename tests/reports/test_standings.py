"""The progress list narrowed to how people stand towards a policy."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.kernel.clock import end_of_day
from lms.kernel.database import session
from lms.people.models import Audience
from lms.reports import queries
from lms.reports.filters import Filters
from lms.reports.models import Profile
from lms.reports.queries import all_of
from lms.reports.reconciliation import compare
from lms.rollouts.standing import Standing
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TODAY, TWO_CITIES
from tests.support.crowds import crowd
from tests.support.desk import current, page_of, totals
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI, make_person
from tests.support.rollouts import DAY, LONG_AGO, complete, give, running, taught
from tests.support.statements import statements

RULES = "city-rules"
MOMENT = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES, at=LONG_AGO - DAY)


def numbers(filters: Filters) -> list[str]:
    found = [row.number for row in page_of(filters, TODAY, page=1)]
    assert found == [row.number for row in all_of(filters, TODAY)]
    assert totals(filters, TODAY).rows == len(found)
    return found


def test_a_policy_narrows_the_list_to_people_whom_it_concerns() -> None:
    here, there, hr = make_person(), make_person(region=SHANGHAI), make_person(audience=Audience.HR)
    for person in (here, there, hr):
        give(person)
    assert numbers(Filters(policy=RULES)) == [here.number]
    assert len(numbers(Filters())) == 3
    assert numbers(Filters(policy="other-rules")) == []


def test_how_they_stand_narrows_it_further_and_is_in_the_rows() -> None:
    outdated, never, up_to_date = taught(), make_person(), taught()
    give(never)
    running(CHEAPER_IN_BEIJING)
    complete(give(up_to_date, at=DAY_0, cycle=2).id, at=DAY_0)
    for person, standing in (
        (outdated, Standing.OUTDATED),
        (never, Standing.NEVER),
        (up_to_date, Standing.CURRENT),
    ):
        filters = Filters(policy=RULES, standing=standing)
        assert set(numbers(filters)) == {person.number}
        assert {row.standing for row in page_of(filters, TODAY, page=1)} == {standing}


def test_the_comparison_of_every_night_finds_people_to_stand_as_their_profiles_say() -> None:
    taught()
    give(make_person())
    running(CHEAPER_IN_BEIJING)
    current(TODAY)
    told = set(session().scalars(select(Profile.standings)))
    assert len(told) == 2
    assert compare(end_of_day(TODAY) - MOMENT).differences == []
    session().execute(update(Profile).values(standings=func.replace(Profile.standings, "o", "c")))
    assert [one.what for one in compare(end_of_day(TODAY) - MOMENT).differences] == ["profiles"]


def test_without_a_policy_rows_say_nothing_about_it() -> None:
    give(make_person())
    assert [row.standing for row in page_of(Filters(), TODAY, page=1)] == [None]


def test_it_takes_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    crowd(2)
    running(CHEAPER_IN_BEIJING)
    filters = Filters(policy=RULES, standing=Standing.OUTDATED)
    current(TODAY)
    with statements(app) as few:
        assert len(queries.page_of(filters, TODAY, page=1)) == queries.totals(filters, TODAY).rows == 2
    crowd(20)
    current(TODAY)
    with statements(app) as many:
        assert len(queries.page_of(filters, TODAY, page=1)) == queries.totals(filters, TODAY).rows == 22
    assert len(many) == len(few)
