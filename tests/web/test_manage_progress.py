"""The progress list on the screen: filters in the address, pages, links."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.company import failed, hr, obliged, passed, sitting, tree
from tests.support.library import publish_texts
from tests.support.people import BEIJING, NANJING, make_department
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*<a href="/manage/people/\w+">([^<]+)</a>', page)


def test_each_row_leads_to_the_person(client: FlaskClient) -> None:
    hr(client)
    person = obliged("林晓")
    page = client.get("/manage/progress").text
    assert names(page) == ["林晓"]
    assert f'href="/manage/people/{person.key}"' in page


def test_filters_are_read_from_the_address_and_stay_chosen(client: FlaskClient) -> None:
    hr(client)
    _, production, workshop = tree()
    obliged("装", department=workshop, due_in=-1)
    obliged("产", department=production)
    obliged("外")
    page = client.get(f"/manage/progress?department={production.key}&due=overdue").text
    assert names(page) == ["装"]
    assert f'<option value="{production.key}" selected>' in page
    assert '<option value="overdue" selected>' in page


def test_every_filter_works_from_the_address(client: FlaskClient) -> None:
    hr(client)
    passed(obliged("毕"))
    obliged("南", region=NANJING)
    sitting(obliged("考"))
    assert names(client.get("/manage/progress?state=done").text) == ["毕"]
    assert names(client.get("/manage/progress?state=unfinished").text) == ["南", "考"]
    assert names(client.get(f"/manage/progress?region={BEIJING}").text) == ["考", "毕"]
    assert names(client.get(f"/manage/progress?course={COURSE}&text=考").text) == ["考"]
    assert names(client.get("/manage/progress?audience=hr").text) == []


def test_empty_filters_of_the_form_are_no_filters(client: FlaskClient) -> None:
    hr(client)
    obliged("林晓")
    page = client.get("/manage/progress?state=&due=&course=&department=&region=&audience=&text=").text
    assert names(page) == ["林晓"]
    assert "Show everybody" not in page


@pytest.mark.parametrize(
    "query",
    ["state=overdue", "due=never", "course=unknown", "department=NOSUCH", "region=999999", "audience=guest"],
)
def test_a_filter_that_no_list_offers_is_not_found(client: FlaskClient, query: str) -> None:
    hr(client)
    assert client.get(f"/manage/progress?{query}").status_code == 404
    assert client.get(f"/manage/progress.csv?{query}").status_code == 404


def test_counts_by_state_keep_the_other_filters(client: FlaskClient) -> None:
    hr(client)
    passed(obliged("毕"))
    failed(obliged("补"))
    page = client.get("/manage/progress?text=Q&state=done").text
    assert "All 2" in page
    assert "/manage/progress?state=remedial&amp;text=Q" in page
    assert re.search(r'<b class="alink" aria-current="true">\s*Completed 1', page)


def test_typed_text_is_kept_and_never_taken_for_markup(client: FlaskClient) -> None:
    hr(client)
    page = client.get("/manage/progress?text=<b>").text
    assert 'value="&lt;b&gt;"' in page
    assert "Nobody matches these filters" in page


def test_a_page_behind_the_last_one_shows_the_last_one(client: FlaskClient) -> None:
    hr(client)
    for number in range(51):
        obliged(number=f"N{number:03}")
    assert len(names(client.get("/manage/progress").text)) == 50
    for page in ("2", "3", "999999"):
        assert len(names(client.get(f"/manage/progress?page={page}").text)) == 1
    for page in ("0", "-1", "x"):
        assert len(names(client.get(f"/manage/progress?page={page}").text)) == 50
    assert (
        'href="/manage/progress?page=2&amp;state=unfinished"'
        in client.get("/manage/progress?state=unfinished").text
    )


def test_before_the_first_assignment_the_page_says_what_will_appear(client: FlaskClient) -> None:
    hr(client)
    page = client.get("/manage/progress").text
    assert "No course has been assigned yet" in page
    assert "Excel table" not in page


@pytest.mark.parametrize("headcount", [5, 50])
def test_the_list_takes_nine_statements_whatever_the_headcount(
    app: Flask, client: FlaskClient, headcount: int
) -> None:
    hr(client)
    for number in range(headcount):
        obliged(number=f"N{number:03}", department=make_department(name=str(number)))
    client.get("/manage/progress")
    with statements(app) as heard:
        assert client.get("/manage/progress").status_code == 200
    assert len(heard) == 9
