"""Results of surveys: counts without small groups, what was written by topic, proposals, and who wrote it."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.selection import Selection
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Person
from lms.surveys import opening, proposals
from lms.surveys.models import Comment, Proposal
from lms.surveys.rules import ProposalState
from tests.conftest import MONDAY
from tests.support.client import text
from tests.support.company import hr
from tests.support.learning import learner
from tests.support.library import publish_texts
from tests.support.surveys import answer, opened, people, with_surveys
from tests.support.topics import topic_texts

RED: Mapping[str, Sequence[str]] = {"colour": ["red"], "mark": ["5"]}
BLUE: Mapping[str, Sequence[str]] = {"colour": ["blue"], "mark": ["1"]}


@pytest.fixture
def zhou(database: Session, client: FlaskClient) -> Person:
    """HR, signed in, in English; the library has topics."""
    surveys = {path: text for path, text in with_surveys().items() if path.startswith("content/surveys/")}
    publish_texts({**topic_texts(), **surveys})
    return hr(client, name="周敏")


@pytest.fixture
def survey(zhou: Person) -> str:
    """An anonymous survey that six employees and one retiree have answered, of twelve and three."""
    staff, retired = people(12), people(3, Audience.RETIREE)
    key = opened(zhou, at=MONDAY, anonymous=True)
    for number, person in enumerate(staff[:6]):
        answer(key, person, {**(RED if number < 4 else BLUE), "wish": [f"门诊怎么报销 {number}"]}, at=MONDAY)
    answer(key, retired[0], {**BLUE, "wish": ["说不上来"]}, at=MONDAY)
    close(key, zhou)
    return key


def close(key: str, actor: Person) -> None:
    """HR ends it."""
    with unit_of_work():
        opening.close(key, actor_id=actor.id, at=MONDAY)


# -- counts --------------------------------------------------------------------------------------------------


def test_counts_by_question_with_the_rate_of_answers(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/manage/surveys/{survey}")
    for said in ("7 people have answered, 43%", "6 of 12, 50%", "4 (57%)", "CSAT", "57%", "n = 7"):
        assert said in page
    assert page.count('<svg class="chart"') == 2


def test_groups_of_fewer_than_five_are_not_shown_in_words(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/manage/surveys/{survey}")
    assert "A dash: fewer than 5 people of this group answered" in page
    cells = re.findall(r'data-l="(?:Employees|Retirees)">([^<]*)<', page)
    assert cells
    assert set(cells) == {"—"}


def test_before_five_have_answered_nothing_is_shown(client: FlaskClient, zhou: Person) -> None:
    staff = people(5)
    key = opened(zhou, at=MONDAY, anonymous=True)
    answer(key, staff[0], {**RED, "wish": ["门诊"]}, at=MONDAY)
    close(key, zhou)
    page = text(client, f"/manage/surveys/{key}")
    assert "Fewer than 5 people have answered this" in page
    assert "1 (100%)" not in page
    comments = text(client, f"/manage/surveys/{key}/comments")
    assert "too few people have answered so far" in comments
    assert "<p>门诊" not in comments


def test_while_it_is_open_nobody_sees_what_was_answered_between_two_looks(
    client: FlaskClient, zhou: Person
) -> None:
    staff = people(7)
    key = opened(zhou, at=MONDAY, anonymous=True)
    for person in staff:
        answer(key, person, {**RED, "wish": ["门诊怎么报销"]}, at=MONDAY)
    address = f"/manage/surveys/{key}"
    page = text(client, address)
    assert "7 people have answered" in page
    for said in (page, text(client, f"{address}/comments")):
        assert "Results when it has closed" in said
        assert "门诊" not in said
    assert "红" not in page
    assert len(client.get(f"{address}.csv").data.decode("utf-8-sig").splitlines()) == 3
    data = {"question": "colour", "value": "red"}
    assert client.post(f"{address}/propose", data=data).status_code == 404


def test_the_tables_to_take_away_hide_the_same(client: FlaskClient, survey: str) -> None:
    response = client.get(f"/manage/surveys/{survey}.csv")
    lines = response.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Question,Answer,Answered the question,All,Employees,HR staff,Retirees"
    assert lines[1] == "Asked to answer,,,16,12,1,3"
    (red,) = [line for line in lines if line.startswith("哪个颜色？,红,")]
    assert red.startswith("哪个颜色？,红,7,4,")
    assert red.count("not shown") == 2
    workbook = client.get(f"/manage/surveys/{survey}.xlsx").data
    assert "xl/workbook.xml" in ZipFile(BytesIO(workbook)).namelist()


def test_only_audiences_that_were_asked_have_a_column(client: FlaskClient, zhou: Person) -> None:
    staff = people(6)
    people(6, Audience.RETIREE)
    key = opened(zhou, at=MONDAY, selection=Selection(audiences=frozenset({"employee"})))
    for person in staff:
        answer(key, person, {**RED, "wish": ["门诊"]}, at=MONDAY)
    page = text(client, f"/manage/surveys/{key}")
    assert 'data-l="Employees">6 (100%)' in page
    assert "Retirees" not in page


# -- what was written ----------------------------------------------------------------------------------------


def test_what_was_written_stands_by_topic(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/manage/surveys/{survey}")
    topics = re.findall(r"comments\?topic=([a-z-]+)", page)
    assert len(topics) == 2
    assert topics[-1] == "none"
    comments = text(client, f"/manage/surveys/{survey}/comments?topic={topics[0]}")
    assert comments.count("门诊怎么报销") == 6
    assert "说不上来" not in comments
    assert "See who wrote it" not in comments


def test_a_comment_is_put_under_another_topic(client: FlaskClient, survey: str) -> None:
    comment = session().scalars(select(Comment).where(Comment.topic == "")).one()
    topic = session().scalars(select(Comment.topic).where(Comment.topic != "")).first()
    address = f"/manage/surveys/comments/{comment.key}/move"
    assert client.post(address, data={"topic": "no-such-topic"}).status_code == 404
    assert client.post(address, data={"topic": topic}).status_code == 303
    assert client.post("/manage/surveys/comments/NOBODY/move", data={"topic": topic}).status_code == 404
    session().rollback()
    assert session().scalars(select(Comment).where(Comment.topic == "")).all() == []


# -- who wrote it --------------------------------------------------------------------------------------------


def test_of_an_anonymous_survey_nobody_can_tell_who_wrote_it(client: FlaskClient, survey: str) -> None:
    comment = session().scalars(select(Comment.key)).first()
    address = f"/manage/surveys/comments/{comment}/who"
    assert client.post(address).status_code == 403
    learner(client, role=Role.LEAD)
    response = client.post(address)
    assert response.status_code == 409
    for said in ("Nobody can tell who wrote this", "never stored with the answers"):
        assert said in response.text


def test_of_a_survey_with_names_a_lead_can_and_it_is_noted(client: FlaskClient, zhou: Person) -> None:
    (person,) = people(1)
    name = person.name
    key = opened(zhou, at=MONDAY, anonymous=False)
    answer(key, person, {**RED, "wish": ["门诊没报成"]}, at=MONDAY)
    learner(client, role=Role.LEAD)
    assert "See who wrote it" in text(client, f"/manage/surveys/{key}/comments")
    comment = session().scalars(select(Comment.key)).one()
    page = client.post(f"/manage/surveys/comments/{comment}/who").text
    for said in (name, "门诊没报成", "红", "Fully agree"):
        assert said in page
    assert session().scalar(select(Entry.subject).where(Entry.act == "survey.answer-traced")) == key


# -- proposals -----------------------------------------------------------------------------------------------


def proposed(client: FlaskClient, survey: str) -> str:
    """Propose the topic most often raised; returns the address of the proposal."""
    topic = session().scalars(select(Comment.topic).where(Comment.topic != "")).first()
    response = client.post(f"/manage/surveys/{survey}/propose", data={"topic": topic})
    assert response.status_code == 303
    return str(response.location)


def test_a_topic_becomes_a_proposal_with_one_press(client: FlaskClient, survey: str) -> None:
    address = proposed(client, survey)
    assert proposed(client, survey) == address
    page = text(client, address)
    for said in ("6 times", "Q4 2026", "Nobody has taken it yet", f"/manage/surveys/{survey}"):
        assert said in page
    assert address in text(client, "/manage/proposals")


def test_an_answer_often_chosen_becomes_one_too(client: FlaskClient, survey: str) -> None:
    data = {"question": "colour", "value": "red"}
    address = client.post(f"/manage/surveys/{survey}/propose", data=data).location
    assert "4 times" in text(client, address)
    for wrong in ({"question": "colour", "value": "green"}, {"question": "desk", "value": "red"}, {}):
        assert client.post(f"/manage/surveys/{survey}/propose", data=wrong).status_code == 404


def test_it_is_taken_and_settled(client: FlaskClient, zhou: Person, survey: str) -> None:
    address = proposed(client, survey)
    client.post(f"{address}/take")
    assert "周敏" in text(client, address)
    silent = client.post(f"{address}/settle", data={"state": "done", "result": "", "note": ""})
    assert silent.status_code == 422
    assert "Say in a sentence" in silent.text
    assert client.post(f"{address}/settle", data={"state": "open"}).status_code == 422
    data = {"state": "done", "result": "basics", "note": "新增一课"}
    assert client.post(f"{address}/settle", data=data).status_code == 303
    page = text(client, address)
    for said in ("Done", "新增一课", "The quarterly report will say so"):
        assert said in page
    late = client.post(f"{address}/settle", data={"state": "declined", "result": "", "note": "不做"})
    assert late.status_code == 409
    assert "Somebody has settled it meanwhile" in late.text
    client.post(f"{address}/take")
    assert "settled meanwhile" in text(client, address)
    session().rollback()
    (found,) = session().scalars(select(Proposal))
    assert (found.state, found.result) == (ProposalState.DONE, "basics")
    assert address not in text(client, "/manage/proposals?state=open")
    assert proposals.listed_proposals(ProposalState.DONE)


def test_without_proposals_the_page_says_where_they_come_from(client: FlaskClient, zhou: Person) -> None:
    assert "Nothing has been proposed yet" in text(client, "/manage/proposals")
    assert client.get("/manage/proposals/NOBODY").status_code == 404
    assert client.post("/manage/proposals/NOBODY/take").status_code == 404
