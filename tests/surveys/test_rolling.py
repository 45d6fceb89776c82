"""Whoever completes a course is asked about it at once, and a month later what came of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.surveys import invite_satisfaction, mix_responses, tend_surveys
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.notifications.models import Message
from lms.people.models import Audience
from lms.surveys import queries, rolling
from lms.surveys.refusals import AlreadyAnswered, SurveyClosed
from lms.surveys.results import Satisfaction, follow_up, satisfaction
from lms.surveys.rules import SurveyKind
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.rollouts import complete, give
from tests.support.small_library import TEXTS
from tests.support.surveys import answer, library
from tests.support.surveys import people as some

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
QUARTER = Quarter(2026, 4)
RATING = {"understood": ["5"], "useful": ["4"], "alone": ["3"], "recommend": ["10"]}


def done(*, at: datetime = AT, audience: Audience = Audience.EMPLOYEE) -> int:
    """Somebody completes the course; their id."""
    person = make_person(audience=audience)
    complete(give(person, at=at).id, at=at)
    return person.id


def rate(person_id: int, *, at: datetime = AT) -> str:
    with unit_of_work():
        return rolling.begin(person_id, "basics", at)


# -- at once --------------------------------------------------------------------------------------------


def test_who_has_just_completed_a_course_rates_it(database: Session) -> None:
    release_id = library()
    person_id = done()
    assert rolling.may_rate(person_id, "basics", release_id, china_date(AT))
    key = rate(person_id)
    one = queries.survey(key)
    assert (one.kind, one.course, one.quarter) == (SurveyKind.SATISFACTION, "basics", "2026-Q4")
    assert one.title == "课程评价：看病报销入门"
    assert rate(person_id) == key
    assert session().scalars(select(Message)).all() == []
    person = make_person()
    assert not rolling.may_rate(person.id, "basics", release_id, china_date(AT))
    with pytest.raises(NotFound):
        rate(person.id)


def test_nobody_rates_twice_or_long_afterwards(database: Session) -> None:
    release_id = library()
    old, new = done(at=AT - 150 * DAY), done()
    with pytest.raises(SurveyClosed):
        rate(old)
    assert not rolling.may_rate(old, "basics", release_id, china_date(AT))
    person = session().get_one(type(make_person()), new)
    answer(rate(new), person, RATING, at=AT)
    assert not rolling.may_rate(new, "basics", release_id, china_date(AT))
    with pytest.raises(AlreadyAnswered):
        rate(new)


def test_without_a_file_nobody_is_asked(database: Session) -> None:
    release_id = publish_texts(TEXTS)
    person_id = done()
    assert not rolling.may_rate(person_id, "basics", release_id, china_date(AT))
    with pytest.raises(NotFound):
        rate(person_id)
    assert invite_satisfaction(AT) == 0


# -- by the clockwork -----------------------------------------------------------------------------------


def test_the_clockwork_asks_whoever_completed_something_lately_once(database: Session) -> None:
    library()
    here = done(at=AT - timedelta(minutes=3))
    rate(here, at=AT - timedelta(minutes=2))
    done(at=AT - timedelta(hours=2))
    done(at=AT - 8 * DAY)
    assert invite_satisfaction(AT) == 1
    assert invite_satisfaction(AT + timedelta(minutes=5)) == 0
    assert queries.listed()[0].invited == 2
    message = session().scalars(select(Message)).one()
    assert (message.topic, message.channels) == ("survey.open", "")


def test_what_was_completed_before_the_new_year_counts_for_the_old_quarter(database: Session) -> None:
    library()
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    old = done(at=new_year - timedelta(minutes=1))
    new = done(at=new_year)
    assert invite_satisfaction(new_year + timedelta(hours=9)) == 2
    quarters = {person: queries.survey(_only(person)).quarter for person in (old, new)}
    assert quarters == {old: "2026-Q4", new: "2027-Q1"}
    assert queries.open_for(old, Quarter(2026, 4).last + 14 * DAY)
    assert not queries.open_for(old, Quarter(2026, 4).last + 15 * DAY)


def _only(person_id: int) -> str:
    return queries.open_for(person_id, china_date(AT) + 40 * DAY)[0].key


def test_a_month_later_it_is_asked_what_came_of_it_with_names(database: Session) -> None:
    library()
    person_id = done(at=AT - 30 * DAY)
    done(at=AT - 29 * DAY)
    done(at=AT - 37 * DAY)
    tend_surveys(AT)
    tend_surveys(AT)
    one = queries.listed()[0]
    assert (one.kind, one.quarter, one.anonymous, one.invited) == (SurveyKind.FOLLOW_UP, "2026-Q4", False, 1)
    answer(
        one.key, session().get_one(type(make_person()), person_id), {"used": ["stuck"], "failed": ["papers"]}
    )
    found = follow_up(QUARTER, "basics")
    assert (found.keys, found.invited, found.n) == ([one.key], 1, 1)
    assert found.of("used") is not None
    assert follow_up(QUARTER, "other").n == 0
    assert follow_up().n == 1
    tend_surveys(AT + 7 * DAY)
    assert not session().scalars(select(Message).where(Message.topic == "survey.reminder")).all()


def test_who_was_asked_after_a_course_is_reminded_once(database: Session) -> None:
    library()
    done()
    invite_satisfaction(AT)
    for day in range(1, 20):
        tend_surveys(AT + day * DAY)
    reminders = session().scalars(select(Message.created_at).where(Message.topic == "survey.reminder"))
    assert [china_date(one) for one in reminders] == [china_date(AT) + 7 * DAY]


# -- what people think ----------------------------------------------------------------------------------


def test_satisfaction_is_told_by_audience_with_its_numbers(database: Session) -> None:
    library()
    assert satisfaction(QUARTER)[""] == Satisfaction(0, 0, None, None, None, 0)
    persons = [*some(6), *some(5, Audience.RETIREE)]
    for person in persons:
        complete(give(person, at=AT).id, at=AT)
    invite_satisfaction(AT)
    key = queries.listed()[0].key
    for person in persons[:4]:
        answer(key, person, RATING, at=AT)
    mix_responses(AT)
    assert satisfaction(QUARTER)[""] is None
    for person in persons[4:10]:
        answer(key, person, {**RATING, "recommend": ["0"]}, at=AT)
    assert satisfaction(QUARTER)[""] is None
    mix_responses(AT)
    found = satisfaction(QUARTER)
    assert found[""] == Satisfaction(11, 10, Decimal("4.00"), Decimal(20) / 30, Decimal("-20.0"), 10)
    assert (found["hr"], found["employee"], found["retiree"]) == (
        Satisfaction(0, 0, None, None, None, 0),
        None,
        None,
    )
    assert satisfaction(QUARTER, "other")[""] == Satisfaction(0, 0, None, None, None, 0)
