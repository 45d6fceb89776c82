"""Anonymous surveys that go on for a quarter: no two looks at their figures differ by fewer than five."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.jobs.surveys import invite_satisfaction, mix_responses, tend_surveys
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST
from lms.people.models import Audience, Person
from lms.surveys import answering, mixing, opening, queries, rolling
from lms.surveys.answering import ANY, EVERY
from lms.surveys.comments import comment_topics, comments, topics
from lms.surveys.models import Comment, Survey, Tally
from lms.surveys.results import as_of, results, satisfaction
from lms.surveys.rules import SurveyState
from lms.surveys.tracing import move_comment
from tests.support.people import make_person
from tests.support.racing import race
from tests.support.rollouts import complete, give
from tests.support.surveys import answer, library, opened, people

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AFTER_ALL = datetime(2027, 1, 20, 1, 0, tzinfo=UTC)
QUARTER = Quarter(2026, 4)


def after_course(*persons: Person) -> str:
    """They have completed the course and are asked about it; the key of the survey."""
    library()
    for person in persons:
        complete(give(person, at=AT).id, at=AT)
    invite_satisfaction(AT)
    return queries.listed()[0].key


def said(random: Random, words: str = "") -> dict[str, list[str]]:
    scales = {name: [str(random.randint(1, 5))] for name in ("understood", "useful", "alone")}
    return {**scales, "recommend": [str(random.randint(0, 10))], "more": [words]}


def visible(key: str) -> tuple[Any, ...]:
    """Everything that HR can see of what was answered."""
    session().rollback()
    session().expire_all()
    found = results(key).questions, comments(key), topics(key)
    return *found, dict(satisfaction(QUARTER)), dict(comment_topics(QUARTER))


def published(key: str) -> int:
    session().rollback()
    session().expire_all()
    return as_of(queries.survey(key)) or 0


@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_is_seen_changes_until_five_more_have_answered(database: Session, seed: int) -> None:
    random = Random(seed)
    crowd = [*people(11), *people(6, Audience.RETIREE)]
    key = after_course(*crowd)
    random.shuffle(crowd)
    before, shown_of = visible(key), 0
    for count, person in enumerate(crowd, 1):
        answer(key, person, said(random, random.choice(["", f"门诊 {count}"])), at=AT)
        assert visible(key) == before
        if random.random() < 0.7:
            mix_responses(AT)
        after = visible(key)
        if after != before:
            assert count - shown_of >= LEAST
            assert results(key).questions[0].n == published(key) == count
            before, shown_of = after, count
        assert results(key).n == count
    assert shown_of >= LEAST


@pytest.mark.parametrize(("count", "shown"), [(4, 0), (5, 5), (9, 5), (10, 10)])
def test_at_the_end_the_rest_is_published_if_it_is_five(database: Session, count: int, shown: int) -> None:
    crowd = people(10)
    key = after_course(*crowd)
    for person in crowd[: min(count, 5)]:
        answer(key, person, said(Random(1), "门诊"), at=AT)
    mix_responses(AT)
    for person in crowd[5:count]:
        answer(key, person, said(Random(2), "门诊"), at=AT)
    tend_surveys(AFTER_ALL)
    mix_responses(AFTER_ALL)
    assert published(key) == shown
    assert queries.survey(key).state is SurveyState.CLOSED
    assert comments(key).count == shown
    assert comments(key).held_back == 0


def test_closing_by_hand_publishes_without_waiting_for_the_hour(database: Session) -> None:
    crowd = people(6)
    key = after_course(*crowd)
    for person in crowd:
        answer(key, person, said(Random(1)), at=AT)
    assert published(key) == 0
    with unit_of_work():
        opening.close(key, actor_id=crowd[0].id, at=AT)
    assert published(key) == 6


def test_a_comment_that_is_shown_keeps_its_key_and_one_that_is_not_gets_another(database: Session) -> None:
    crowd = people(8)
    key = after_course(*crowd)
    for person in crowd[:5]:
        answer(key, person, said(Random(1), "门诊"), at=AT)
    mix_responses(AT)
    shown = {one.key for one in comments(key).rows}
    for person in crowd[5:]:
        answer(key, person, said(Random(1), "住院"), at=AT)
    every = set(session().scalars(select(Comment.key)))
    mix_responses(AT)
    assert {one.key for one in comments(key).rows} == shown
    assert every & set(session().scalars(select(Comment.key))) == shown
    session().rollback()
    with unit_of_work():
        assert move_comment(min(shown), "away", actor_id=crowd[0].id, at=AT) == key


def test_a_course_of_fewer_than_five_adds_nothing_to_the_quarter(database: Session) -> None:
    crowd = people(8)
    key = after_course(*crowd[:5])
    for person in crowd[:5]:
        answer(key, person, said(Random(1)), at=AT)
    mix_responses(AT)
    alone = satisfaction(QUARTER)
    other = another_course(key, crowd[5:])
    for person in crowd[5:]:
        answer(other, person, said(Random(2), "门诊"), at=AT)
    mix_responses(AT)
    assert satisfaction(QUARTER) == alone
    assert satisfaction(QUARTER, "other")[""] is None
    assert comment_topics(QUARTER) == {}


def another_course(key: str, persons: list[Person]) -> str:
    """A survey like that one about another course, put to these."""
    like = queries.survey(key)
    ids = [one.id for one in persons]
    with unit_of_work():
        names = [one.key for one in Survey.__table__.columns if one.key not in {"id", "key", "published"}]
        one = Survey(**{name: getattr(like, name) for name in names} | {"course": "other", "mixed": 0})
        session().add(one)
        session().flush()
        rows = opening.invitation(one.id, AT).where(Person.id.in_(ids))
        opening.insert_invitations(rows)
        return one.key


def test_steps_are_whole_whoever_hands_in_meanwhile(app: Flask, database: Session) -> None:
    crowd = [*people(7), *people(2, Audience.RETIREE), *people(1, Audience.HR)]
    key = after_course(*crowd)
    survey_id = queries.survey(key).id

    def handing_in(person_id: int) -> Callable[[], object]:
        return lambda: answering.submit(key, person_id, said(Random(1), "门诊"), at=AT)

    mixes: list[Callable[[], object]] = [lambda: mixing.mix(survey_id)] * 4
    found = race(app, *[handing_in(one.id) for one in crowd], *mixes)
    assert not [one for one in found if isinstance(one, Exception)]
    for _again in range(2):
        session().rollback()
        session().expire_all()
        n = published(key)
        assert n == 0 or n >= LEAST
        written = select(func.count()).select_from(Comment).where(Comment.published)
        counted = select(func.sum(Tally.published)).where(Tally.question == EVERY, Tally.value == ANY)
        assert (session().scalar(written), session().scalar(counted)) == (n, n)
        mix_responses(AT)


def test_what_is_asked_once_or_with_names_does_not_come_in_steps(database: Session) -> None:
    author = make_person(audience=Audience.HR)
    assert as_of(queries.survey(opened(author, anonymous=True))) is None
    library()
    person = make_person()
    complete(give(person, at=AT).id, at=AT)
    with unit_of_work():
        key = rolling.begin(person.id, "basics", AT)
    assert as_of(queries.survey(key)) == 0
