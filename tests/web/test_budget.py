"""The budget of a year on HR's desk, and as a workbook."""

import io
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from lms.people.models import Person
from lms.planning.budgets import budget, costs
from tests.support import events
from tests.support.client import text
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.planning import lead, year
from tests.support.quiz_texts import quiz_texts

BUDGET = "/manage/plan/budget?year=2027"
RESERVE, ENTER = "/manage/plan/budget/reserve?year=2027", "/manage/plan/budget/enter?year=2027"
SPENT = {
    "what": "spent",
    "category": "expert",
    "amount": "1,500.50",
    "on": "2026-11-20",
    "note": "宣讲",
    "event_key": "",
}


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def ye(client: FlaskClient) -> Person:
    """The head of HR, signed in, in English."""
    return lead(client)


def test_a_budget_belongs_to_an_open_year(client: FlaskClient, ye: Person) -> None:
    assert "has not been opened yet" in text(client, BUDGET)
    for address in (RESERVE, ENTER, "/manage/plan/budget.xlsx?year=2027"):
        assert client.get(address).status_code == 404
    year(ye)
    assert "suggests 50–100 yuan" in text(client, BUDGET)


def test_pressing_twice_enters_an_amount_once(client: FlaskClient, ye: Person) -> None:
    year(ye)
    for _ in range(2):
        assert client.post(ENTER, data=SPENT).status_code == 303
    assert client.post(ENTER, data={**SPENT, "note": "宣讲，第二场"}).status_code == 303
    assert len(costs(2027)) == 2


def test_an_amount_outside_of_what_is_suggested_is_kept_and_told(client: FlaskClient, ye: Person) -> None:
    year(ye)
    assert "1 person is with the company today" in text(client, RESERVE)
    assert client.post(RESERVE, data={"per_head": "40", "heads": "100"}).location == BUDGET
    page = text(client, BUDGET)
    assert "Outside of what is suggested" in page
    assert "4,000<small>yuan" in page
    client.post(RESERVE, data={"per_head": "80", "heads": "100"})
    assert "Outside of what is suggested" not in text(client, BUDGET)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"per_head": "", "heads": ""}, "Enter an amount a head"),
        ({"per_head": "80.005", "heads": "1"}, "Enter an amount as in"),
        ({"per_head": "NaN", "heads": "1"}, "Enter an amount as in"),
        ({"per_head": "-1", "heads": "1"}, "Enter an amount above 0"),
        ({"per_head": "80", "heads": "0"}, "Enter a number from 1"),
    ],
)
def test_a_wrong_budget_is_told(client: FlaskClient, ye: Person, typed: dict[str, str], said: str) -> None:
    year(ye)
    answer = client.post(RESERVE, data=typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_amounts_are_planned_spent_and_struck_out(client: FlaskClient, ye: Person) -> None:
    year(ye)
    client.post(RESERVE, data={"per_head": "1", "heads": "100"})
    client.post(ENTER, data={**SPENT, "what": "planned", "amount": "1000", "on": ""})
    assert client.post(ENTER, data=SPENT).location == BUDGET
    page = text(client, BUDGET)
    for said in (
        "1,500.50 yuan",
        "500.50 yuan over",
        "More was spent than is reserved",
        "Spent on 20 Nov 2026",
    ):
        assert said in page
    spent = costs(2027)[-1]
    assert client.post(f"/manage/plan/budget/{spent.key}/strike").location == BUDGET
    found = budget(2027)
    assert found
    assert found.spent == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Choose whether it is planned"),
        ({"on": ""}, "Enter the day on which it was spent"),
        ({"on": "2027-01-01"}, "not after today"),
        ({"on": "2027-01-01", "note": "", "amount": ""}, "not after today"),
        ({"note": ""}, "Say what it is for"),
        ({"amount": "much"}, "Enter an amount as in"),
        ({"event_key": "NOSUCH"}, "Choose from the list"),
    ],
)
def test_a_wrong_amount_is_told_and_what_was_typed_stays(
    client: FlaskClient, ye: Person, wrong: dict[str, str], said: str
) -> None:
    year(ye)
    answer = client.post(ENTER, data={**SPENT, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert wrong.get("amount", SPENT["amount"]) in answer.text
    assert costs(2027) == []


def test_an_amount_may_belong_to_a_workshop(client: FlaskClient, ye: Person) -> None:
    year(ye, 2026)
    key = events.published(ye, title="住院报销讲座")
    address = ENTER.replace("2027", "2026")
    assert "住院报销讲座" in text(client, address)
    client.post(address, data={**SPENT, "event_key": key})
    assert "住院报销讲座" in text(client, BUDGET.replace("2027", "2026"))


def test_the_workbook_has_the_same_numbers(client: FlaskClient, ye: Person) -> None:
    year(ye)
    client.post(RESERVE, data={"per_head": "80", "heads": "100"})
    client.post(ENTER, data={**SPENT, "note": "=1+1"})
    answer = client.get("/manage/plan/budget.xlsx?year=2027")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    sums, amounts = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert sums[1][:3] == ["Fees of experts", 0, 1500.5]
    assert [row[1] for row in sums if str(row[0]).startswith("Left (yuan)")] == [6499.5]
    assert amounts[1][2:5] == [Decimal("1500.5"), amounts[1][3], "=1+1"]


def test_who_may_not_edit_reads_only(client: FlaskClient, ye: Person) -> None:
    year(ye)
    client.post(ENTER, data=SPENT)
    hr(client)
    page = text(client, BUDGET)
    assert "宣讲" in page
    assert "Enter an amount" not in page
    assert "Take out" not in page
    assert client.get(ENTER).status_code == 403
