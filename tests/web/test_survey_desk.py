"""Surveys at HR's desk: built question by question, looked at beforehand, opened, reminded of, closed."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.surveys import open_needs
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.people.models import Audience, Person
from lms.surveys import drafting, queries
from lms.surveys.drafting import Draft, Edit
from lms.surveys.models import Survey
from lms.surveys.rules import SurveyKind, SurveyState
from tests.conftest import MONDAY
from tests.support.client import text
from tests.support.company import hr
from tests.support.learning import learner
from tests.support.surveys import drafted, library, opened, people

TODAY = date(2026, 11, 23)
COLOUR = {"kind": "single", "text": "哪个颜色？", "options": "红 | red\n蓝 ｜ blue", "required": "y"}


@pytest.fixture
def zhou(database: Session, client: FlaskClient) -> Person:
    """HR, signed in, in English."""
    library()
    return hr(client, name="周敏")


def seen(client: FlaskClient, address: str) -> str:
    """The version that a form has shown."""
    return str(re.findall(r'name="seen"[^>]* value="(\d+)"', text(client, address))[0])


def keep(client: FlaskClient, address: str, **data: str) -> int:
    """Send a form with the version it showed; returns the status."""
    return client.post(address, data={"seen": seen(client, address), **data}).status_code


def one() -> Survey:
    """The survey that there is."""
    session().rollback()
    return session().scalars(select(Survey)).one()


# -- building ------------------------------------------------------------------------------------------------


def test_without_any_survey_the_list_says_when_one_opens(client: FlaskClient, zhou: Person) -> None:
    page = text(client, "/manage/surveys")
    for said in ("No survey is open", "first workday from 1 Jan 2027"):
        assert said in page


def test_what_a_title_says_is_not_said_beside_it_again(client: FlaskClient, zhou: Person) -> None:
    drafted(zhou, title="Our own survey")
    assert text(client, "/manage/surveys").count("Our own survey") == 1
    drafted(zhou, title="食堂")
    assert text(client, "/manage/surveys").count("Our own survey") == 2


def test_a_survey_is_built_question_by_question(client: FlaskClient, zhou: Person) -> None:
    assert client.post("/manage/surveys/new", data={"start": "own"}).status_code == 422
    response = client.post("/manage/surveys/new", data={"start": "own", "title": "食堂"})
    address = response.location
    page = text(client, address)
    for said in ("食堂", "needs at least one question", "It has no closing day"):
        assert said in page
    assert keep(client, f"{address[:-5]}/questions/new", **COLOUR) == 303
    assert keep(client, f"{address[:-5]}/questions/new", kind="scale", text="满意吗？") == 303
    (colour, mark) = queries.questions(one())
    assert [(each.id, each.text, each.text_en) for each in colour.options] == [
        ("a", "红", "red"),
        ("b", "蓝", "blue"),
    ]
    assert (mark.kind, mark.required) == ("scale", False)
    assert keep(client, address, title="食堂与茶水", names="anonymous", closes_on="2026-12-01") == 303
    assert (one().title, one().anonymous, one().closes_on) == ("食堂与茶水", True, date(2026, 12, 1))
    assert "missing before it can be opened" not in text(client, address)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({**COLOUR, "text": " "}, "Enter what is asked"),
        ({**COLOUR, "options": "红"}, "at least two answers"),
        ({**COLOUR, "options": "红\n红"}, "there twice"),
        ({**COLOUR, "options": "红\n" + "蓝" * 81}, "80 characters"),
        ({**COLOUR, "options": "\n".join("abcdefghijk")}, "10 answers at most"),
        ({**COLOUR, "kind": "poem"}, "Choose how it is answered"),
    ],
)
def test_a_question_that_makes_no_sense_is_said_beside_its_field(
    client: FlaskClient, zhou: Person, data: dict[str, str], said: str
) -> None:
    key = drafted(zhou)
    response = client.post(f"/manage/surveys/{key}/questions/new", data={**data, "seen": "1"})
    assert response.status_code == 422
    assert said in response.text
    assert "Error:" in response.text
    assert len(queries.questions(one())) == 4


def test_questions_are_changed_moved_and_removed(client: FlaskClient, zhou: Person) -> None:
    address = f"/manage/surveys/{drafted(zhou)}"
    changed = f"{address}/questions/colour"
    assert keep(client, changed, **{**COLOUR, "options": "绿\n蓝\n红"}) == 303
    options = queries.questions(one())[0].options
    assert [(each.id, each.text) for each in options] == [("a", "绿"), ("blue", "蓝"), ("red", "红")]
    version = seen(client, f"{address}/edit")
    client.post(f"{address}/questions/mark/move", data={"seen": version, "to": "up"})
    client.post(f"{address}/questions/mark/move", data={"seen": str(int(version) + 1), "to": "up"})
    client.post(f"{address}/questions/desk/remove", data={"seen": str(int(version) + 1)})
    assert [each.id for each in queries.questions(one())] == ["mark", "colour", "wish"]
    assert client.post(f"{address}/questions/desk/remove").status_code == 404


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(client: FlaskClient, zhou: Person) -> None:
    address = f"/manage/surveys/{drafted(zhou)}"
    old = seen(client, f"{address}/edit")
    assert keep(client, f"{address}/questions/new", **COLOUR) == 303
    data = {"seen": old, "title": "别的", "names": "named"}
    response = client.post(f"{address}/edit", data=data)
    assert response.status_code == 409
    assert "Somebody has changed this survey meanwhile" in response.text
    assert one().title == "食堂"
    data["seen"] = re.findall(r'name="seen"[^>]* value="(\d+)"', response.text)[-1]
    assert client.post(f"{address}/edit", data=data).status_code == 303
    assert (one().title, len(one().questions)) == ("别的", 5)


def test_who_is_asked_is_chosen_and_counted(client: FlaskClient, zhou: Person) -> None:
    people(3)
    people(2, Audience.RETIREE)
    address = f"/manage/surveys/{drafted(zhou)}"
    assert keep(client, f"{address}/people") == 422
    assert keep(client, f"{address}/people", persons="no-such-number") == 422
    assert keep(client, f"{address}/people", audiences="retiree") == 303
    assert "2 people" in text(client, f"{address}/edit")
    assert "Ask 2 people?" in text(client, f"{address}/open")


def test_the_needs_survey_of_a_quarter_can_be_prepared(client: FlaskClient, zhou: Person) -> None:
    response = client.post("/manage/surveys/new", data={"start": "2027-Q1"})
    assert response.status_code == 303
    page = text(client, response.location)
    for said in ("Quarterly needs survey", "Q1 2027", "Employees only", "three weeks"):
        assert said in page


@pytest.mark.parametrize("view", ["standard", "easy"])
def test_a_preview_shows_what_each_audience_is_asked(client: FlaskClient, zhou: Person, view: str) -> None:
    preview = f"/manage/surveys/{drafted(zhou)}/preview"
    assert "Question 1 of 4" in text(client, f"{preview}/hr/{view}/1")
    page = text(client, f"{preview}/employee/{view}/3")
    for said in ("Question 3 of 3", "还想学什么", "Preview: nothing you choose here is kept"):
        assert said in page
    assert client.get(f"{preview}/employee/{view}/4").status_code == 404
    assert client.get(f"{preview}/visitor/{view}/1").status_code == 404


def test_a_draft_is_thrown_away(client: FlaskClient, zhou: Person) -> None:
    key = drafted(zhou)
    assert client.post(f"/manage/surveys/{key}/discard").status_code == 303
    assert client.get(f"/manage/surveys/{key}").status_code == 404


# -- opening -------------------------------------------------------------------------------------------------


def test_a_survey_without_a_question_is_not_opened(client: FlaskClient, zhou: Person) -> None:
    key = drafted(zhou, questions=(), closes_on=TODAY - timedelta(days=1))
    address = f"/manage/surveys/{key}/open"
    for response in (client.get(address), client.post(address, data={"seen": "1", "when": "now"})):
        for said in ("at least one question", "It closes before it opens"):
            assert said in response.text
    assert response.status_code == 422
    assert one().state is SurveyState.DRAFT


def test_it_is_opened_now(client: FlaskClient, zhou: Person) -> None:
    people(4)
    address = f"/manage/surveys/{drafted(zhou)}"
    assert "Ask 5 people?" in text(client, f"{address}/open")
    assert keep(client, f"{address}/open", when="now") == 303
    page = text(client, address)
    for said in ("It is open. 5 people are told.", "0 of 5", "Remind who has not answered"):
        assert said in page
    assert client.get(f"{address}/edit").location == address
    assert client.post(f"{address}/questions/new", data=COLOUR).location == address


def test_it_opens_by_itself_on_a_day_and_can_be_taken_back(client: FlaskClient, zhou: Person) -> None:
    address = f"/manage/surveys/{drafted(zhou)}"
    for day in ("", TODAY.isoformat(), "soon"):
        assert keep(client, f"{address}/open", when="on", opens_on=day) == 422
    assert keep(client, f"{address}/open", when="on", opens_on="2026-11-30") == 303
    assert "It opens by itself on 30 Nov 2026." in text(client, address)
    response = client.post(f"{address}/unschedule", data={"seen": str(one().version)})
    assert response.location == f"{address}/edit"
    assert one().state is SurveyState.DRAFT


def test_what_was_changed_since_it_was_looked_at_is_not_opened(client: FlaskClient, zhou: Person) -> None:
    address = f"/manage/surveys/{drafted(zhou)}"
    response = client.post(f"{address}/open", data={"seen": "7", "when": "now"})
    assert response.location == f"{address}/edit"
    assert "Look again" in text(client, response.location)
    assert one().state is SurveyState.DRAFT


# -- while it is open ----------------------------------------------------------------------------------------


def test_reminding_extending_and_closing(client: FlaskClient, zhou: Person) -> None:
    people(2)
    address = f"/manage/surveys/{opened(zhou, at=MONDAY)}"
    client.post(f"{address}/remind")
    assert "3 people who have not answered were reminded." in text(client, address)
    client.post(f"{address}/remind")
    assert "reminded today already" in text(client, address)
    assert client.post(f"{address}/extend", data={"closes_on": "2027-01-01"}).status_code == 422
    assert client.post(f"{address}/extend", data={"closes_on": "2027-02-01"}).status_code == 303
    assert one().closes_on == date(2027, 2, 1)
    assert "0 of 3 people have answered" in text(client, f"{address}/close")
    assert client.post(f"{address}/close").status_code == 303
    assert "The survey is closed" in text(client, address)
    for path in ("extend", "close"):
        assert client.get(f"{address}/{path}").location == address
    copied = client.post(f"{address}/copy").location
    assert "食堂" in text(client, copied)


def test_a_learner_sees_nothing_of_it(client: FlaskClient, zhou: Person) -> None:
    key = opened(zhou, at=MONDAY)
    learner(client)
    assert client.get(f"/manage/surveys/{key}").status_code == 403


def test_acts_stand_in_the_journal_in_words(client: FlaskClient, zhou: Person) -> None:
    key = opened(zhou, at=MONDAY)
    client.post(f"/manage/surveys/{key}/close")
    client.get(f"/manage/surveys/{key}.csv")
    acts = session().scalars(select(Entry.act).where(Entry.subject == key)).all()
    assert {"survey.opened", "survey.closed", "survey.exported"} <= set(acts)


def test_a_needs_draft_says_what_happens_to_it(client: FlaskClient, zhou: Person) -> None:
    quarter = Quarter.of(MONDAY.date())
    with unit_of_work():
        key = drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=zhou.id, at=MONDAY)
        draft = Draft(title="", kind=SurveyKind.NEEDS, quarter=str(quarter))
        drafting.save(key, draft, Edit(zhou.id, MONDAY, 1))
    address = f"/manage/surveys/{key}/edit"
    assert "the usual survey is opened in place of this draft" in text(client, address)
    open_needs(MONDAY)
    page = text(client, address)
    assert "This draft opens no more" in page
    assert "in place of this draft" not in page
    assert "A survey that was prepared was not opened" in text(client, "/inbox")
