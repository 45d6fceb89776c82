"""The pages of effect: topics of a quarter, one topic, who is concerned, a second training, a month on."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.jobs.effects import find_effects
from lms.jobs.surveys import tend_surveys
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.people.models import Person
from lms.surveys import queries
from lms.surveys.models import Proposal
from tests.support.client import text
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import COURSE, QUIZ
from tests.support.rollouts import complete, give
from tests.support.sittings import AT, make_up
from tests.support.statements import statements
from tests.support.surveys import answer, with_surveys
from tests.support.topics import marked, paper, topic_library, topic_texts

DAY = timedelta(days=1)
MONTH_ON = datetime(2027, 1, 7, 1, 0, tzinfo=UTC)
CARD = "/manage/effects/2026-Q4/topic/card"
PEOPLE = f"{CARD}/{QUIZ}"


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    topic_library()


def staff(client: FlaskClient, role: Role = Role.LEAD, *, language: str = "en") -> Person:
    person = make_person(name="叶文瑾")
    make_account(person=person, role=role, language=language)
    sign_in(client, number=person.number)
    return person


def weak_people(count: int = 5) -> list[int]:
    found = [paper({"card": 1}).person_id for _ in range(count)]
    marked()
    return found


def test_before_the_first_paper_the_page_says_what_will_appear(client: FlaskClient) -> None:
    staff(client)
    page = text(client, "/manage/effects")
    assert "No papers in this quarter yet" in page
    assert "Nothing of this quarter is a month old yet" in page
    assert "No papers in this quarter yet" in text(client, "/manage/effects?quarter=nonsense")


def test_topics_stand_with_the_weakest_first(client: FlaskClient) -> None:
    staff(client)
    weak_people()
    page = text(client, "/manage/effects")
    assert page.index("Cards") < page.index("Outpatient claims")
    for said in ("75%", "100%", "Stayed weak", "Settled in", "a hint"):
        assert said in page


def test_a_topic_above_the_line_that_some_lack_has_not_settled_in(client: FlaskClient) -> None:
    staff(client)
    weak_people(1)
    for _ in range(5):
        paper({})
    marked()
    page = text(client, "/manage/effects")
    assert "Reached 80%" in page
    assert "Reached 80%" in text(client, CARD)


def test_fewer_than_five_people_are_not_shown(client: FlaskClient) -> None:
    staff(client)
    weak_people(4)
    page = text(client, "/manage/effects")
    assert "fewer than 5 people, not shown" in page
    assert "75%" not in page
    assert "75%" not in text(client, CARD)


def test_one_click_drafts_the_training_for_exactly_the_people(client: FlaskClient, database: Session) -> None:
    author = staff(client)
    weak = weak_people()
    paper({"claims": 1})
    marked()
    assert "Train 5 people again" in text(client, CARD)
    names = text(client, PEOPLE)
    assert "3/4" in names
    response = client.post(f"{PEOPLE}/second")
    assert response.status_code == 303
    campaign = database.scalars(select(Campaign)).one()
    assert response.location.endswith(f"/manage/assign/{campaign.key}/check")
    numbers = set(database.scalars(select(Person.number).where(Person.id.in_(weak))))
    assert (set(campaign.selection["persons"]), campaign.author_id) == (numbers, author.id)
    check = text(client, response.location)
    assert "A second training" in check
    assert "Send to 5 people" in check
    assert "See the second training" in text(client, CARD)
    again = client.post(f"{PEOPLE}/second")
    assert again.location.endswith(f"/manage/assign/{campaign.key}")
    acts = set(database.scalars(select(Entry.act)))
    assert "effect.second-drafted" in acts


def test_when_nobody_is_weak_any_more_it_says_so(client: FlaskClient, database: Session) -> None:
    staff(client)
    (person_id,) = weak_people(1)
    person = database.get_one(Person, person_id)
    make_up_and_know_it(person)
    response = client.post(f"{PEOPLE}/second", follow_redirects=True)
    assert "Nobody is below the line in it any more" in response.text


def make_up_and_know_it(person: Person) -> None:
    """Everything right in a paper for a second obligation."""
    give(person, COURSE, at=AT, cycle=2)
    paper({}, person=person, at=AT + timedelta(hours=1), seed=3)
    marked()


def test_a_weak_topic_becomes_a_proposal(client: FlaskClient, database: Session) -> None:
    staff(client)
    weak_people()
    assert client.post(f"{CARD}/propose").status_code == 303
    made = database.scalars(select(Proposal)).one()
    assert (made.topic, made.quarter, made.raised) == ("card", "2026-Q4", 5)


def test_a_month_on_a_course_is_told_before_and_after(client: FlaskClient, database: Session) -> None:
    staff(client)
    for _ in range(5):
        person = database.get_one(Person, paper({"claims": 3}).person_id)
        make_up(person)
        paper({}, person=person, at=AT + timedelta(hours=1), seed=2)
    marked()
    assert "looked at on" in text(client, "/manage/effects")
    find_effects(MONTH_ON)
    address = f"/manage/effects/2026-Q4/course/{COURSE}"
    assert address in client.get("/manage/effects").text
    page = text(client, address)
    for said in (
        "In the first papers 70% of the answers were right, in the latest 100%.",
        "50 points more",
        "What cannot be said yet",
        "nobody has answered the follow-up survey",
        "No question about them has come in.",
    ):
        assert said in page


def test_the_follow_up_of_who_finished_late_in_the_quarter_stands_with_it(client: FlaskClient) -> None:
    publish_texts({**with_surveys(), **topic_texts()})
    staff(client)
    for finished in (AT - 30 * DAY, AT + 12 * DAY):
        person = make_person()
        complete(give(person, at=finished).id, at=finished)
        tend_surveys(finished + 30 * DAY)
        (asked,) = queries.open_for(person.id, china_date(finished + 30 * DAY))
        answer(asked.key, person, {"used": ["stuck"], "failed": ["papers"]}, at=finished + 30 * DAY)
    find_effects(MONTH_ON)
    page = text(client, "/manage/effects/2026-Q4/course/basics")
    early, late = page.index("Asked in Q4 2026"), page.index("Asked in Q1 2027")
    assert early < late
    assert page.count("1 of 1 people have answered.") == 2


def test_what_there_is_not_is_not_found(client: FlaskClient) -> None:
    staff(client)
    for address in (
        "/manage/effects/2026-Q4/topic/none",
        "/manage/effects/never/topic/card",
        f"{CARD}/none",
        "/manage/effects/2026-Q4/course/none",
        "/manage/effects/rollout/none",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"{CARD}/none/second").status_code == 404
    assert client.post("/manage/effects/never/topic/card/propose").status_code == 404


def test_learners_see_nothing_of_it(client: FlaskClient) -> None:
    staff(client, Role.LEARNER)
    assert client.get("/manage/effects").status_code in {403, 404}


def test_the_page_asks_little_however_many_topics(client: FlaskClient, app: Flask) -> None:
    staff(client)
    weak_people()
    client.get("/manage/effects")
    with statements(app) as heard:
        client.get("/manage/effects?quarter=2026-Q4")
    assert len(heard) <= 30
