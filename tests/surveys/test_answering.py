"""A survey is answered once, while it is open, by whom it asks; anonymous where it says so."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lms.jobs.surveys import mix_responses, tend_surveys
from lms.journal.models import Entry
from lms.kernel.database import db, session, unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Audience
from lms.surveys import answering, queries
from lms.surveys.models import Comment, Invitation, Response, Tally
from lms.surveys.queries import Turnout
from lms.surveys.refusals import (
    AlreadyAnswered,
    AnonymousAnswer,
    AnswersRefused,
    SurveyClosed,
)
from lms.surveys.tracing import move_comment, trace
from tests.support.people import make_person
from tests.support.racing import race
from tests.support.surveys import ANSWERS, AT, JANUARY_4, answer, drafted, opened, people

WISHES = {**ANSWERS, "wish": ["转诊怎么办？"]}


def test_a_person_is_asked_the_questions_of_their_audience(database: Session) -> None:
    officer, clerk = people(1, Audience.HR)[0], people(1)[0]
    key = opened(officer, anonymous=True)
    found = queries.paper(key, clerk.id, JANUARY_4)
    assert [one.id for one in found.questions] == ["colour", "mark", "wish"]
    assert (found.audience, found.anonymous, found.minutes) == ("employee", True, 2)
    assert queries.open_for(officer.id, JANUARY_4)[0].questions == 4
    assert [one.id for one in queries.preview(queries.survey(key), "hr")][2] == "desk"


def test_an_answer_is_kept_counted_and_not_taken_twice(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    clerk = people(1)[0]
    key = opened(author)
    answer(key, clerk, WISHES)
    response = session().scalars(select(Response)).one()
    assert (response.person_id, response.region, response.answered_at) == (clerk.id, "110000", AT)
    assert response.answers == {"colour": ["red"], "mark": ["4"]}
    counted = {(one.question, one.value): one.n for one in session().scalars(select(Tally))}
    assert counted == {
        ("", "*"): 1,
        ("colour", "*"): 1,
        ("colour", "red"): 1,
        ("mark", "*"): 1,
        ("mark", "4"): 1,
        ("wish", "*"): 1,
    }
    assert queries.turnout(key)["employee"] == Turnout(1, 1)
    assert queries.open_for(clerk.id, JANUARY_4) == []
    with pytest.raises(AlreadyAnswered):
        answer(key, clerk)
    with pytest.raises(AlreadyAnswered):
        queries.paper(key, clerk.id, JANUARY_4)


def test_of_two_windows_at_once_one_is_taken(app: Flask, database: Session) -> None:
    author = make_person(audience=Audience.HR)
    clerk_id = people(1)[0].id
    key = opened(author)
    found = race(app, *[lambda: answering.submit(key, clerk_id, ANSWERS, at=AT)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["AlreadyAnswered", "NoneType"]
    assert len(session().scalars(select(Response)).all()) == 1


def test_many_at_once_are_all_counted(app: Flask, database: Session) -> None:
    author = make_person(audience=Audience.HR)
    ids = [one.id for one in people(4)]
    key = opened(author)

    def handing_in(person_id: int):  # type: ignore[no-untyped-def]
        return lambda: answering.submit(key, person_id, ANSWERS, at=AT)

    assert race(app, *[handing_in(one) for one in ids]) == [None] * 4
    assert session().scalar(select(Tally.n).where(Tally.question == "mark", Tally.value == "4")) == 4


def test_answers_after_the_end_are_refused_even_before_the_clockwork_closes_it(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    late = AT + timedelta(days=8)
    with pytest.raises(SurveyClosed) as refusal:
        answer(key, author, at=late)
    assert refusal.value.facts == {"closes_on": "2027-01-11"}
    tend_surveys(late)
    with pytest.raises(SurveyClosed):
        answer(key, author, at=AT)
    assert session().scalars(select(Response)).all() == []


def test_nobody_answers_what_they_are_not_asked(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    stranger = make_person()
    with pytest.raises(NotFound):
        answer(key, stranger)
    with pytest.raises(NotFound):
        answer(drafted(author), author)


def test_what_is_missing_is_said_by_question_and_nothing_is_kept(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    with pytest.raises(AnswersRefused) as refusal:
        answer(key, author, {"colour": ["green"], "desk": ["red"]})
    assert refusal.value.faults == {"colour": "answer-not-offered", "mark": "answer-missing"}
    assert queries.turnout(key)[""].answered == 0


# -- anonymity ------------------------------------------------------------------------------------------


def test_of_an_anonymous_answer_nothing_says_who_where_or_when(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    clerk = people(1)[0]
    key = opened(author, anonymous=True)
    before = len(session().scalars(select(Entry)).all())
    answer(key, clerk, WISHES)
    response, comment = session().scalars(select(Response)).one(), session().scalars(select(Comment)).one()
    assert (response.person_id, response.region, response.answered_at) == (None, None, None)
    assert comment.person_id is None
    assert len(session().scalars(select(Entry)).all()) == before
    invitation = session().get_one(Invitation, (response.survey_id, clerk.id))
    assert invitation.answered
    columns = {column["name"] for column in inspect(db.engine).get_columns("surveys_invitations")}
    assert columns == {"survey_id", "person_id", "audience", "answered", "invited_at", "reminded_on"}
    with pytest.raises(AnonymousAnswer), unit_of_work():
        trace(response.key, actor_id=author.id, at=AT)


def test_mixing_leaves_the_answers_and_neither_their_keys_nor_their_transactions(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    crowd = people(12)
    key, named = opened(author, anonymous=True), opened(author)
    for number, person in enumerate(crowd):
        answer(key, person, {**WISHES, "mark": [str(1 + number % 5)]})
    answer(named, crowd[0])
    session().expire_all()
    before = {row.key: row.answers for row in session().scalars(select(Response))}
    assert mix_responses(AT) == 1
    assert mix_responses(AT) == 0
    session().expire_all()
    after = {row.key: row.answers for row in session().scalars(select(Response))}
    assert sorted(map(str, before.values())) == sorted(map(str, after.values()))
    assert len(before.keys() & after.keys()) == 1  # the one with a name
    assert {row.text for row in session().scalars(select(Comment))} == {"转诊怎么办？"}
    if db.engine.dialect.name == "postgresql":
        for table in ("surveys_responses", "surveys_comments"):
            rows = (
                session()
                .connection()
                .exec_driver_sql(f"SELECT DISTINCT xmin::text FROM {table} WHERE person_id IS NULL")
            )
            assert len(rows.all()) == 1


def test_after_mixing_no_transaction_ties_what_was_chosen_to_who_chose_it(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    crowd = people(6)
    key = opened(author, anonymous=True)
    for number, person in enumerate(crowd):
        answer(key, person, {**ANSWERS, "colour": ["red" if number else "blue"]})
    before = {(one.question, one.value): one.n for one in session().scalars(select(Tally))}
    mix_responses(AT)
    session().expire_all()
    assert {(one.question, one.value): one.n for one in session().scalars(select(Tally))} == before
    if db.engine.dialect.name == "postgresql":
        tied = "SELECT 1 FROM surveys_invitations i JOIN surveys_tallies t ON t.xmin::text = i.xmin::text"
        assert session().connection().exec_driver_sql(tied).all() == []


def test_the_layout_on_disk_has_no_order_of_coming(database: Session) -> None:
    if db.engine.dialect.name == "sqlite":
        for table in ("surveys_responses", "surveys_comments", "surveys_invitations"):
            made = (
                session()
                .connection()
                .exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table}'")
            )
            assert re.search(r"WITHOUT ROWID", made.scalar_one()), table


def test_an_answer_with_a_name_is_traced_on_record(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    clerk = people(1)[0]
    key = opened(author)
    answer(key, clerk, WISHES)
    comment = session().scalars(select(Comment)).one()
    with unit_of_work():
        found = trace(comment.key, actor_id=author.id, at=AT)
    assert (found.survey, found.person_id, found.answered_at) == (key, clerk.id, AT)
    assert (found.answers, found.texts) == (
        {"colour": ["red"], "mark": ["4"]},
        {"wish": "转诊怎么办？"},
    )
    entry = session().scalars(select(Entry).where(Entry.act == "survey.answer-traced")).one()
    assert entry.facts == {"person": clerk.key}
    with pytest.raises(NotFound), unit_of_work():
        trace("nothing", actor_id=author.id, at=AT)


def test_a_comment_is_put_under_another_topic(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    key = opened(author)
    answer(key, author, {**WISHES, "desk": ["red"]})
    comment = session().scalars(select(Comment)).one()
    with unit_of_work():
        assert move_comment(comment.key, "away", actor_id=author.id, at=AT) == key
    session().expire_all()
    assert session().scalars(select(Comment)).one().topic == "away"
    with pytest.raises(NotFound), unit_of_work():
        move_comment("nothing", "away", actor_id=author.id, at=AT)
