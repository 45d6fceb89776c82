"""A survey is drafted, opened to the people it is for, reminded of, extended and closed."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.campaigns.selection import Selection
from lms.jobs.surveys import open_needs, tend_surveys
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.notifications.models import Message
from lms.people.models import Audience
from lms.surveys import drafting, opening, queries, reminding
from lms.surveys.drafting import Draft, Edit
from lms.surveys.queries import Turnout
from lms.surveys.refusals import (
    AlreadyReminded,
    HasFaults,
    NotADraft,
    NotExtended,
    SurveyClosed,
    SurveyExists,
    SurveyMoved,
    SurveyNotOpen,
)
from lms.surveys.rules import Fault, SurveyKind, SurveyState
from tests.support.people import leave, make_person
from tests.support.statements import statements
from tests.support.surveys import AT, JANUARY_4, QUESTIONS, answer, drafted, library, opened, people

DAY = timedelta(days=1)
HR = Selection(audiences=frozenset({"hr"}))


def told(topic: str) -> int:
    return session().scalar(select(func.count()).select_from(Message).where(Message.topic == topic)) or 0


def at_noon(day: int) -> datetime:
    """So many days after the opening."""
    return AT + day * DAY + timedelta(hours=3)


# -- drafting -------------------------------------------------------------------------------------------


def test_a_draft_is_saved_by_whoever_saw_its_last_version(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = drafted(author)
    edit = Edit(author.id, AT, 1)
    with unit_of_work():
        assert drafting.save(key, Draft(title="  午餐 ", questions=QUESTIONS[:1]), edit) == 2
    assert queries.survey(key).title == "午餐"
    with pytest.raises(SurveyMoved), unit_of_work():
        drafting.save(key, Draft(title="晚餐"), edit)
    with unit_of_work():
        drafting.discard(key, actor_id=edit.actor_id, at=AT)
    with pytest.raises(NotFound):
        queries.survey(key)


def test_what_keeps_a_survey_from_opening_is_said(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = drafted(author, title="", questions=(), selection=Selection(), closes_on=JANUARY_4 - DAY)
    with pytest.raises(HasFaults) as refusal, unit_of_work():
        opening.open_now(key, actor_id=author.id, at=AT)
    assert refusal.value.faults == [
        Fault("no-title"),
        Fault("nobody"),
        Fault("no-questions"),
        Fault("close-before-open"),
    ]


def test_once_open_it_is_as_it_is(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    edit = Edit(author.id, AT, queries.survey(key).version)
    with pytest.raises(NotADraft), unit_of_work():
        drafting.save(key, Draft(title="别的"), edit)
    with pytest.raises(NotADraft), unit_of_work():
        opening.open_now(key, actor_id=edit.actor_id, at=AT)
    with unit_of_work():
        other = drafting.copy(key, actor_id=edit.actor_id, at=AT)
    copied = queries.survey(other)
    with pytest.raises(NotADraft), unit_of_work():
        drafting.discard(key, actor_id=edit.actor_id, at=AT)
    assert (copied.state, copied.closes_on, queries.questions(copied)) == (SurveyState.DRAFT, None, QUESTIONS)


# -- opening --------------------------------------------------------------------------------------------


def test_opening_asks_those_who_are_meant_and_tells_them(database: Session) -> None:
    author, *_ = people(2, Audience.HR)
    people(3)
    gone = people(1)[0]
    leave(gone)
    key = drafted(author)
    assert drafting.people_of(queries.survey(key), JANUARY_4) == {"hr": 2, "employee": 3, "": 5}
    with unit_of_work():
        assert opening.open_now(key, actor_id=author.id, at=AT) == 5
    assert queries.turnout(key) == {"hr": Turnout(2, 0), "employee": Turnout(3, 0), "": Turnout(5, 0)}
    assert told("survey.open") == 5
    one = queries.survey(key)
    assert (one.state, one.opens_on, one.closes_on) == (SurveyState.OPEN, JANUARY_4, date(2027, 1, 11))


def test_opening_takes_as_many_statements_for_many_as_for_few(app: Flask, database: Session) -> None:
    author = make_person(audience=Audience.HR)
    few, many = drafted(author, HR), drafted(author)
    people(20)
    counts = []
    for key in (few, many):
        with statements(app) as heard, unit_of_work():
            opening.open_now(key, actor_id=author.id, at=AT)
        counts.append(len(heard))
    assert counts[0] == counts[1]


def test_for_very_many_it_is_planned_apart(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MANY", 3)
    opened(people(4)[0])
    assert told("survey.open") == 4


def test_a_survey_opens_by_itself_on_its_day(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = drafted(author)
    with unit_of_work():
        drafting.schedule(key, JANUARY_4 + DAY, Edit(author.id, AT, 1))
    tend_surveys(at_noon(0))
    assert queries.survey(key).state is SurveyState.SCHEDULED
    with pytest.raises(SurveyNotOpen) as refusal:
        queries.paper(key, author.id, JANUARY_4)
    assert refusal.value.facts == {"opens_on": "2027-01-05"}
    with pytest.raises(NotFound):
        queries.paper(key, 0, JANUARY_4)
    tend_surveys(at_noon(1))
    assert queries.survey(key).opens_on == JANUARY_4 + DAY
    assert [one.key for one in queries.open_for(author.id, JANUARY_4 + DAY)] == [key]


def test_a_day_is_taken_back_and_a_bad_one_refused(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = drafted(author)
    with pytest.raises(HasFaults) as refusal, unit_of_work():
        drafting.schedule(key, date(2027, 1, 12), Edit(author.id, AT, 1))
    assert refusal.value.faults == [Fault("close-before-open")]
    with unit_of_work():
        drafting.schedule(key, JANUARY_4 + DAY, Edit(author.id, AT, 1))
        drafting.unschedule(key, Edit(author.id, AT, 2))
    tend_surveys(at_noon(2))
    assert queries.survey(key).state is SurveyState.DRAFT


# -- the needs survey -----------------------------------------------------------------------------------


def test_the_needs_of_a_quarter_are_asked_once_of_everybody(database: Session) -> None:
    library()
    people(2), people(1, Audience.RETIREE)
    assert open_needs(AT) == 3
    assert open_needs(at_noon(1)) == 0
    one = queries.listed()[0]
    assert (one.kind, one.quarter, one.anonymous) == (SurveyKind.NEEDS, "2027-Q1", True)
    assert (one.opens_on, one.closes_on, one.invited) == (JANUARY_4, date(2027, 1, 24), 3)
    assert queries.survey(one.key).author_id is None


def test_a_draft_that_hr_has_prepared_is_opened_in_place_of_the_file(database: Session) -> None:
    library()
    author = make_person(audience=Audience.HR)
    quarter = Quarter(2027, 1)
    with unit_of_work():
        faulty = drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=author.id, at=AT)
        key = drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=author.id, at=AT)
        drafting.save(
            faulty, Draft(title="", kind=SurveyKind.NEEDS, quarter="2027-Q1"), Edit(author.id, AT, 1)
        )
    assert open_needs(AT) == 1
    assert queries.survey(key).state is SurveyState.OPEN
    assert queries.survey(faulty).state is SurveyState.DRAFT
    assert told("survey.passed-over") == 1
    with unit_of_work():
        again = drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=author.id, at=AT)
    with pytest.raises(SurveyExists), unit_of_work():
        opening.open_now(again, actor_id=author.id, at=AT)


def test_a_second_needs_survey_with_a_day_holds_nothing_else_up(database: Session) -> None:
    library()
    author = make_person(audience=Audience.HR)
    quarter = Quarter(2027, 1)
    with unit_of_work():
        twice, late = (
            drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=author.id, at=AT) for _ in range(2)
        )
        drafting.schedule(twice, JANUARY_4 + DAY, Edit(author.id, AT, 1))
    open_needs(AT)
    own = opened(author)
    session().rollback()
    with unit_of_work():
        third = drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=author.id, at=AT)
    with pytest.raises(SurveyExists), unit_of_work():
        drafting.schedule(third, JANUARY_4 + DAY, Edit(author.id, AT, 1))
    people(1)
    tend_surveys(at_noon(7))
    assert queries.survey(late).state is SurveyState.OPEN
    assert queries.survey(twice).state is SurveyState.SCHEDULED
    assert queries.turnout(late)["employee"] == Turnout(1, 0)
    assert queries.survey(own).state is SurveyState.OPEN


def test_where_there_is_no_file_nobody_is_asked(database: Session) -> None:
    author_id = people(1)[0].id
    assert open_needs(AT) == 0
    with pytest.raises(NotFound), unit_of_work():
        drafting.from_template(SurveyKind.NEEDS, Quarter(2027, 1), actor_id=author_id, at=AT)
    library()
    assert open_needs(AT) == 1


def test_who_joins_while_it_is_open_is_asked_as_well(database: Session) -> None:
    library()
    people(2)
    open_needs(AT)
    people(1)
    tend_surveys(at_noon(3))
    key = queries.listed()[0].key
    assert queries.turnout(key)["employee"] == Turnout(3, 0)
    assert told("survey.open") == 3


# -- reminding and the end ------------------------------------------------------------------------------


def test_who_has_not_answered_is_reminded_on_three_days(database: Session) -> None:
    library()
    quiet, quick = people(2)
    open_needs(AT)
    key = queries.listed()[0].key
    answers = {"employee-topics": ["code"], "employee-way": ["hr"], "sure": ["3"]}
    answer(key, quick, answers)
    for day in range(1, 25):
        tend_surveys(at_noon(day))
    subjects = session().scalars(
        select(Message.subject).where(Message.topic == "survey.reminder", Message.person_id == quiet.id)
    )
    assert sorted(subjects) == [f"{key}/2027-01-{day}" for day in (11, 18, 22)]
    assert told("survey.reminder") == 3
    assert queries.survey(key).state is SurveyState.CLOSED


def test_a_reminder_by_hand_goes_out_once_a_day(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    with unit_of_work():
        assert reminding.remind(key, actor_id=author.id, at=at_noon(1)) == 1
    with pytest.raises(AlreadyReminded), unit_of_work():
        reminding.remind(key, actor_id=author.id, at=at_noon(1))
    with unit_of_work():
        assert reminding.remind(key, actor_id=author.id, at=at_noon(2)) == 1


def test_an_open_survey_gets_a_later_last_day_and_no_other(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    author_id, key = author.id, opened(author)
    with unit_of_work():
        opening.extend(key, date(2027, 1, 20), actor_id=author_id, at=at_noon(1))
    with pytest.raises(NotExtended), unit_of_work():
        opening.extend(key, date(2027, 1, 19), actor_id=author_id, at=at_noon(1))
    with unit_of_work():
        opening.close(key, actor_id=author_id, at=at_noon(2))
    with pytest.raises(NotExtended), unit_of_work():
        opening.extend(key, date(2027, 1, 30), actor_id=author_id, at=at_noon(2))
    with pytest.raises(SurveyClosed), unit_of_work():
        opening.close(key, actor_id=author_id, at=at_noon(2))
    with pytest.raises(SurveyClosed), unit_of_work():
        reminding.remind(key, actor_id=author_id, at=at_noon(2))


def test_a_draft_is_neither_closed_nor_reminded_of(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    author_id, key = author.id, drafted(author)
    with pytest.raises(SurveyNotOpen), unit_of_work():
        opening.close(key, actor_id=author_id, at=AT)


def test_the_plan_lists_what_is_open_on_some_day(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    drafted(author)
    assert [one.key for one in queries.between(date(2027, 1, 11), date(2027, 1, 31))] == [key]
    assert queries.between(date(2027, 1, 12), date(2027, 1, 31)) == []
