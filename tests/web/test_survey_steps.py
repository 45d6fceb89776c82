"""HR's pages of what is asked after courses: figures and comments come five answers or more at a time."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.jobs.surveys import invite_satisfaction, mix_responses
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.surveys import opening, queries
from tests.conftest import MONDAY
from tests.support.client import text
from tests.support.company import hr
from tests.support.rollouts import complete, give
from tests.support.surveys import answer, library, people


@pytest.fixture
def zhou(database: Session, client: FlaskClient) -> Person:
    """HR, signed in, in English."""
    library()
    return hr(client, name="周敏")


def close(key: str, actor: Person) -> None:
    """HR ends it."""
    with unit_of_work():
        opening.close(key, actor_id=actor.id, at=MONDAY)


def test_what_is_asked_after_courses_is_published_in_steps_of_five(client: FlaskClient, zhou: Person) -> None:
    staff = people(7)
    for person in staff:
        complete(give(person, at=MONDAY).id, at=MONDAY)
    invite_satisfaction(MONDAY)
    key = queries.listed()[0].key
    address = f"/manage/surveys/{key}"
    rated = {
        "understood": ["5"],
        "useful": ["4"],
        "alone": ["3"],
        "recommend": ["10"],
        "more": ["门诊怎么报销"],
    }
    for person in staff[:5]:
        answer(key, person, rated, at=MONDAY)
    page = text(client, address)
    assert "5 people have answered" in page
    for shown in (page, text(client, f"{address}/comments")):
        assert "the first of them within an hour" in shown
        assert "门诊" not in shown
        assert "CSAT" not in shown
        assert "Nobody has" not in shown
    assert len(client.get(f"{address}.csv").data.decode("utf-8-sig").splitlines()) == 4
    mix_responses(MONDAY)
    for person in staff[5:]:
        answer(key, person, rated, at=MONDAY)
    mix_responses(MONDAY)
    page = text(client, address)
    for said in (
        "7 people have answered",
        "published in steps of 5 or more answers",
        "As of 5 answers.",
        "n = 5",
    ):
        assert said in page
    comments = text(client, f"{address}/comments")
    assert "5 comments" in comments
    assert "As of 5 answers." in comments
    table = client.get(f"{address}.csv").data.decode("utf-8-sig").splitlines()
    assert table[3].startswith('"Of these, in published figures",,,5')
    close(key, zhou)
    assert "As of 5 answers." in text(client, address)


def test_of_a_closed_one_that_fewer_than_five_answered_nothing_is_shown(
    client: FlaskClient, zhou: Person
) -> None:
    (person,) = people(1)
    complete(give(person, at=MONDAY).id, at=MONDAY)
    invite_satisfaction(MONDAY)
    key = queries.listed()[0].key
    answer(key, person, {name: ["5"] for name in ("understood", "useful", "alone", "recommend")}, at=MONDAY)
    close(key, zhou)
    page = text(client, f"/manage/surveys/{key}")
    assert "Fewer than 5 people have answered before it closed." in page
    assert "CSAT" not in page
