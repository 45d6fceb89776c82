"""HR's workbench: a queue whose every number leads to its list, and how far everybody is."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.jobs.reports import catch_up_reports
from lms.kernel.database import unit_of_work
from lms.reports import projection
from lms.web import freshness
from tests.support.company import failed, hr, obliged, passed, tree
from tests.support.library import publish_texts
from tests.support.people import make_department, make_learner, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def queue(page: str) -> list[tuple[int, str]]:
    """Number and address of each line of the queue."""
    lines = re.findall(r'queue__n[^>]*>(\d+)<.*?href="([^"]+)"', page, re.DOTALL)
    return [(int(number), address.replace("&amp;", "&")) for number, address in lines]


def beside(page: str) -> list[int]:
    """Counts beside the navigation, which stands on the page twice: for wide screens and for phones."""
    found = [int(number) for number in re.findall(r'nav__n">(\d+)<', page)]
    half = len(found) // 2
    assert found[:half] == found[half:]
    return found[:half]


def test_each_number_of_the_queue_leads_to_a_list_of_that_length(client: FlaskClient) -> None:
    hr(client)
    obliged("逾", due_in=-1)
    obliged("久", due_in=-5)
    obliged("近", due_in=3)
    failed(obliged("等"), papers=2)
    page = client.get("/manage").text
    assert queue(page) == [
        (2, "/manage/progress?due=overdue"),
        (1, "/manage/catchup"),
        (1, "/manage/progress?due=soon"),
    ]
    assert "1 of them for more than 3 days" in page
    assert "2 people" in client.get("/manage/progress?due=overdue").text
    assert "1 person" in client.get("/manage/progress?due=soon").text
    assert beside(page) == [2, 1]


def test_what_waits_is_counted_beside_the_navigation_of_every_page(client: FlaskClient) -> None:
    hr(client)
    obliged("逾", due_in=-1)
    failed(obliged("等"), papers=2)
    for address in ("/manage/progress", "/manage/catchup", "/manage/sources"):
        assert beside(client.get(address).text) == [1, 1]


def test_shares_stand_with_both_their_numbers(client: FlaskClient) -> None:
    hr(client)
    passed(obliged())
    failed(obliged())
    page = client.get("/manage").text
    assert "1 / 2 assigned courses" in page
    assert "1 / 2 first papers handed in" in page
    assert "0 / 1 who failed the first paper" in page


def test_a_share_of_nothing_is_a_dash_with_its_reason(client: FlaskClient) -> None:
    hr(client)
    obliged()
    page = client.get("/manage").text
    assert "no paper handed in yet" in page
    assert "nobody has failed a first paper" in page


def test_a_department_leads_to_its_unfinished_rows(client: FlaskClient) -> None:
    root, production, workshop = tree()
    hr(client, department=root)
    obliged("装", department=workshop)
    passed(obliged("产", department=production))
    address = f"/manage/progress?department={production.key}&amp;state=unfinished"
    assert address in client.get("/manage").text
    page = client.get(address.replace("&amp;", "&")).text
    assert "装" in page
    assert "1 person" in page


def test_a_department_that_is_through_says_so(client: FlaskClient) -> None:
    hr(client)
    passed(obliged())
    assert "All completed" in client.get("/manage").text


def test_when_nothing_waits_the_page_says_so(client: FlaskClient) -> None:
    hr(client)
    passed(obliged())
    assert "Nothing waits for you today" in client.get("/manage").text


def test_before_the_first_assignment_the_page_says_what_will_appear(client: FlaskClient) -> None:
    hr(client)
    page = client.get("/manage").text
    assert "No course has been assigned yet" in page
    assert "stat__v" not in page
    assert "nav__n" not in page


@pytest.mark.parametrize("headcount", [5, 50])
def test_the_workbench_takes_fifteen_statements_whatever_the_headcount(
    app: Flask, client: FlaskClient, headcount: int
) -> None:
    hr(client)
    for number in range(headcount):
        obliged(number=f"N{number:03}", department=make_department(name=str(number)), due_in=-1)
    client.get("/manage")
    with statements(app) as heard:
        assert client.get("/manage").status_code == 200
    assert len(heard) == 15


def test_what_is_overdue_becomes_so_at_midnight_in_china(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    clock.move_to(AT.replace(hour=15, minute=59))
    hr(client)
    obliged(due_in=0)
    assert queue(client.get("/manage").text) == [(1, "/manage/progress?due=soon")]
    clock.shift(timedelta(minutes=1))
    assert queue(client.get("/manage").text) == [(1, "/manage/progress?due=overdue")]


def test_where_too_many_people_wait_the_page_says_as_of_when_it_is(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr(client)
    obliged(due_in=-1)
    monkeypatch.setattr(freshness, "SMALL", 0)
    assert "being counted for the first time" in client.get("/manage").text
    monkeypatch.setattr(freshness, "SMALL", 1)
    assert queue(client.get("/manage").text) == [(1, "/manage/progress?due=overdue")]
    obliged(due_in=-1)
    obliged(due_in=-1)
    page = client.get("/manage").text
    assert "These numbers are as of" in page
    assert queue(page) == [(1, "/manage/progress?due=overdue")]
    catch_up_reports(AT)
    page = client.get("/manage").text
    assert "These numbers are as of" not in page
    assert queue(page) == [(3, "/manage/progress?due=overdue")]


def test_a_page_does_not_wait_for_somebody_who_writes(app: Flask, client: FlaskClient) -> None:
    hr(client)
    obliged(due_in=-1)
    client.get("/manage")
    obliged(due_in=-1)
    holding, over = Event(), Event()

    def writes() -> None:
        with app.app_context(), unit_of_work():
            projection.catch_up(AT)
            holding.set()
            over.wait(timeout=10)

    with ThreadPoolExecutor() as pool:
        writer = pool.submit(writes)
        holding.wait(timeout=10)
        page = client.get("/manage").text
        over.set()
        writer.result()
    assert "These numbers are as of" in page
    assert queue(client.get("/manage").text) == [(2, "/manage/progress?due=overdue")]


def test_a_learner_may_not_look(client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    for address in (
        "/manage",
        "/manage/progress",
        "/manage/progress.csv",
        "/manage/catchup",
        "/manage/sources",
    ):
        assert client.get(address).status_code == 403
