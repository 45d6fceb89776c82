"""How people stand towards policies: on the record for any day, on one's own page, in HR's filters."""

import csv
import io
import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Change
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI, make_account, make_person, sign_in
from tests.support.policy_desk import Desk, desk
from tests.support.rollouts import DAY, LONG_AGO, complete, delivered, give, recipient, taught

RULES = "city-rules"


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    """Two cities, live for long."""
    publish_texts(TWO_CITIES, at=LONG_AGO - DAY)


def section(page: str) -> str:
    """What the record says of the policies."""
    return re.sub(r"\s+", " ", page.split('id="policies"', 1)[1].split("</section>", 1)[0])


def record(at: Desk, person: Person, on: str = "") -> str:
    return section(at.get(f"/manage/people/{person.key}{f'?on={on}' if on else ''}"))


def rolled_out() -> tuple[Change, Person]:
    """A change of Beijing's number, and somebody who was taught the old one."""
    person = taught()
    return delivered(CHEAPER_IN_BEIJING), person


# -- the record -----------------------------------------------------------------------------------------


def test_the_record_says_what_is_outdated_since_which_change(app: Flask) -> None:
    at = desk(app)
    change, person = rolled_out()
    said = record(at, person)
    for words in (
        "Outpatient rules",
        "Outdated",
        f'href="/manage/policy/{change.key}"',
        "in force from 1 Jan 2027",
        "on 0 of 1 policies",
    ):
        assert words in said
    assert "Never taught" in record(at, make_person())


def test_it_is_told_for_any_day_in_the_past(app: Flask, clock: time_machine.Traveller) -> None:
    at = desk(app)
    change, person = rolled_out()
    complete(recipient(change, person).assignment_id, at=DAY_0 + 3 * DAY)
    at.later(clock, DAY_0 + 5 * DAY)
    now = record(at, person)
    assert "on 1 of 1 policies" in now
    assert "Learned on 26 Nov" in now
    assert "learned on 26 Nov 2026" in now
    then = record(at, person, "2026-11-25")
    assert "As of 25 Nov 2026: current on 0 of 1 policies" in then
    assert "Outdated" in then
    assert "To do" in then
    before = record(at, person, "2026-11-22")
    assert "on 1 of 1 policies" in before
    assert "No change had been given to this person." in before
    assert "Never taught" in record(at, person, "2026-10-23")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("yesterday", "“yesterday” is no date"), ("2026-02-30", "is no date"), ("2026-11-24", "is yet to come")],
)
def test_a_day_that_cannot_be_is_refused_in_words(app: Flask, typed: str, said: str) -> None:
    at = desk(app)
    _, person = rolled_out()
    response = at.client.get(f"/manage/people/{person.key}?on={typed}")
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert response.text.count(said) == 2
    assert f'value="{typed}"' in response.text
    assert "As of 23 Nov 2026" in response.text


def test_an_excuse_is_there_with_its_reason(app: Flask) -> None:
    at = desk(app)
    change, person = rolled_out()
    assert change.approved_by is not None
    with unit_of_work():
        excuse(change.key, person.key, reason="长期病假", actor_id=change.approved_by, at=DAY_0)
    said = record(at, person)
    assert "Excused by 莫云帆 on 23 Nov 2026: 长期病假" in said
    assert "Outdated" in said


def test_what_is_late_says_by_how_many_days(app: Flask, clock: time_machine.Traveller) -> None:
    at = desk(app)
    _, person = rolled_out()
    assert "2 days overdue" in record(at.later(clock, DAY_0 + 16 * DAY), person)


def test_a_policy_of_another_city_is_not_on_the_record(app: Flask) -> None:
    at = desk(app)
    rolled_out()
    assert "Outpatient rules" not in record(at, taught(region=SHANGHAI))


# -- one's own page -------------------------------------------------------------------------------------


def test_ones_own_page_says_it_too(app: Flask) -> None:
    change, person = rolled_out()
    make_account(person=person, language="en")
    client = app.test_client()
    sign_in(client, number=person.number)
    said = section(client.get("/me").text)
    assert "Outdated" in said
    assert f'href="/change/{change.key}"' in said


# -- filters and exports --------------------------------------------------------------------------------


def counted(client: FlaskClient, query: str) -> int:
    found = re.search(r"(\d+) assigned course", client.get(f"/manage/progress?{query}").text)
    assert found
    return int(found[1])


def lines(client: FlaskClient, query: str) -> list[dict[str, str]]:
    text = client.get(f"/manage/progress.csv?{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("standing", ["", "current", "outdated", "never"])
def test_screen_and_exports_agree_on_who_stands_how(app: Flask, standing: str) -> None:
    client = desk(app, role=Role.HR).client
    _, _outdated = rolled_out()
    give(make_person())
    current = taught()
    complete(give(current, at=DAY_0, cycle=2).id, at=DAY_0)
    query = f"policy={RULES}&standing={standing}"
    rows = counted(client, query)
    assert rows > 0
    found = lines(client, query)
    assert len(found) == rows
    words = {"current": "Current", "outdated": "Outdated", "never": "Never taught"}
    said = {line["Policy standing: Outpatient rules"] for line in found}
    assert said == ({words[standing]} if standing else set(words.values()))
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/manage/progress.xlsx?{query}").data))
    assert len(list(book.get_sheet_by_index(0).to_python())) == rows + 1


def test_without_a_policy_there_is_no_column_and_the_page_asks_for_one(app: Flask) -> None:
    client = desk(app).client
    rolled_out()
    assert not any(name.startswith("Policy standing") for name in lines(client, "")[0])
    page = client.get("/manage/progress?standing=outdated").text
    assert "Choose a policy too" in page
    assert counted(client, "standing=outdated") == len(lines(client, "standing=outdated"))
    for query in ("standing=vague", "policy=NOSUCH"):
        assert client.get(f"/manage/progress?{query}").status_code == 404
