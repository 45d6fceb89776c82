"""The help list, and recording help: a new paper opens, once, and nothing typed is lost."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments.models import Help, HelpKind
from lms.assignments.rules import Step
from lms.journal.models import Entry
from tests.support.company import TODAY, failed, helped, hr, obliged, passed
from tests.support.library import publish_texts
from tests.support.people import make_learner, make_person, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import duty_of, standing_of
from tests.support.statements import statements

GIVEN = {"kind": "phone", "helped_on": TODAY.isoformat(), "note": "讲了起付标准，约好再练一遍"}


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def helps(database: Session) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(Help)) or 0


# -- the list -------------------------------------------------------------------------------------------


def test_the_list_says_who_waits_since_when_and_what_was_missed(client: FlaskClient) -> None:
    hr(client)
    person = failed(obliged("林晓", due_in=-2), papers=2)
    page = client.get("/manage/catchup").text
    for said in ("林晓", "First steps", "23 Nov 2026 11:00", "2 days overdue", "questions)"):
        assert said in page
    assert f"/manage/catchup/{duty_of(person).key}" in page
    assert f"/manage/people/{person.key}" in page


def test_nobody_waits(client: FlaskClient) -> None:
    hr(client)
    failed(obliged())
    assert "Nobody waits for help" in client.get("/manage/catchup").text


@pytest.mark.parametrize("headcount", [1, 5])
def test_the_list_takes_nine_statements_whatever_its_length(
    app: Flask, client: FlaskClient, headcount: int
) -> None:
    hr(client)
    for _ in range(headcount):
        failed(obliged(), papers=2)
    client.get("/manage/catchup")
    with statements(app) as heard:
        client.get("/manage/catchup")
    assert len(heard) == 9


# -- the help -------------------------------------------------------------------------------------------


def test_help_on_record_opens_a_new_paper(database: Session, client: FlaskClient) -> None:
    helper = hr(client)
    person = failed(obliged("林晓"), papers=2)
    key = duty_of(person).key
    response = client.post(f"/manage/catchup/{key}", data=GIVEN)
    assert (response.status_code, response.location) == (303, "/manage/catchup")
    database.rollback()
    assert standing_of(person).step is Step.RETAKE
    row = database.scalars(select(Help)).one()
    assert (row.helper_id, row.kind, row.helped_on, row.note) == (
        helper.id,
        HelpKind.PHONE,
        TODAY,
        GIVEN["note"],
    )
    page = client.get("/manage/catchup").text
    assert "The help for 林晓 is on record. A new paper is open now." in page
    assert "The help for" not in client.get("/manage/catchup").text


def test_help_is_in_the_journal_without_its_note(database: Session, client: FlaskClient) -> None:
    helper = hr(client)
    key = duty_of(failed(obliged(), papers=2)).key
    client.post(f"/manage/catchup/{key}", data=GIVEN)
    database.rollback()
    entry = database.scalars(select(Entry).where(Entry.act == "help.recorded")).one()
    assert (entry.actor_id, entry.subject) == (helper.id, key)
    assert entry.facts == {"after_attempt": 2, "kind": "phone"}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "", "Choose how the help was given"),
        ("kind", "telepathy", "Choose how the help was given"),
        ("helped_on", "", "Enter the day of the help"),
        ("helped_on", "yesterday", "Enter the day as in 2026-03-02"),
        ("helped_on", "2026-02-30", "Enter the day as in 2026-03-02"),
        ("helped_on", (TODAY + timedelta(days=1)).isoformat(), "Enter a day that is not after today"),
        ("note", "", "Write down what was explained"),
        ("note", " \n ", "Write down what was explained"),
        ("note", "好" * 501, "Shorten the note to 500 characters at most"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(
    database: Session, client: FlaskClient, field: str, typed: str, said: str
) -> None:
    hr(client)
    key = duty_of(failed(obliged(), papers=2)).key
    response = client.post(f"/manage/catchup/{key}", data={**GIVEN, field: typed})
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert "1 thing to correct" in response.text
    assert response.text.count(said) == 2
    if field != "note":
        assert GIVEN["note"] in response.text
    if field != "kind":
        assert 'value="phone" id="kind-2" checked' in response.text
    if field != "helped_on":
        assert f'value="{GIVEN["helped_on"]}"' in response.text
    assert helps(database) == 0


def test_everything_missing_is_said_at_once(client: FlaskClient) -> None:
    hr(client)
    key = duty_of(failed(obliged(), papers=2)).key
    page = client.post(f"/manage/catchup/{key}", data={}).text
    assert "3 things to correct" in page
    for place in ("#kind-0", "#helped_on", "#note"):
        assert f'href="{place}"' in page


def test_a_note_of_five_hundred_characters_fits(database: Session, client: FlaskClient) -> None:
    hr(client)
    key = duty_of(failed(obliged(), papers=2)).key
    note = "好" * 249 + "\r\n" + "好" * 250
    assert client.post(f"/manage/catchup/{key}", data={**GIVEN, "note": note}).status_code == 303
    assert helps(database) == 1


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(
    database: Session, client: FlaskClient
) -> None:
    hr(client, name="周敏")
    person = failed(obliged("林晓"), papers=2)
    key = duty_of(person).key
    assert "Put it on record" in client.get(f"/manage/catchup/{key}").text
    helped(person, make_person(name="王姐"), note="先打过电话了")
    response = client.post(f"/manage/catchup/{key}", data=GIVEN)
    assert response.status_code == 409
    for said in ("王姐 has already put help on record", "先打过电话了", GIVEN["note"], "has not been saved"):
        assert said in response.text
    assert helps(database) == 1


def test_a_double_click_records_help_once(database: Session, client: FlaskClient) -> None:
    hr(client)
    key = duty_of(failed(obliged(), papers=2)).key
    first, second = (client.post(f"/manage/catchup/{key}", data=GIVEN) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert helps(database) == 1


@pytest.mark.parametrize("history", [lambda person: person, failed, passed])
def test_who_does_not_wait_is_not_helped(database: Session, client: FlaskClient, history) -> None:  # type: ignore[no-untyped-def]
    hr(client)
    key = duty_of(history(obliged())).key
    page = client.get(f"/manage/catchup/{key}").text
    assert "No help is needed now" in page
    assert "Put it on record" not in page
    assert client.post(f"/manage/catchup/{key}", data=GIVEN).status_code == 409
    assert helps(database) == 0


def test_an_unknown_assignment_is_not_found(client: FlaskClient) -> None:
    hr(client)
    assert client.get("/manage/catchup/NOSUCH").status_code == 404
    assert client.post("/manage/catchup/NOSUCH", data=GIVEN).status_code == 404


def test_a_learner_cannot_help_themselves(database: Session, client: FlaskClient) -> None:
    key = duty_of(failed(obliged(), papers=2)).key
    sign_in(client, number=make_learner().number)
    assert client.post(f"/manage/catchup/{key}", data=GIVEN).status_code == 403
    assert helps(database) == 0
