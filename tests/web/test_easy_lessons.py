"""Lessons in the easy view: rows that lead to them, a message a page, the check, the end, paper, family."""

import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import CheckAnswer, PageRead
from lms.people.models import Audience, Person
from tests.support.learning import finish, learner, lessons_of
from tests.support.library import publish_library

LESSON_URL = "/easy/lesson/retirement/outpatient"
SHENZHEN = "440300"


@pytest.fixture
def retiree(database: Session, client: FlaskClient) -> Person:
    """A retired person in Beijing, signed in; the real library is live."""
    publish_library()
    return learner(client, audience=Audience.RETIREE, name="陈桂芬")


def words(html: str) -> str:
    """What one reads; headings are cut into clauses by tags."""
    return Markup(html).striptags()


def rows(page: str) -> list[str]:
    """Addresses of the big rows."""
    return re.findall(r'<a class="erow" href="([^"]+)"', page)


def test_retirees_are_led_from_the_standard_addresses_to_the_easy_ones(
    retiree: Person, client: FlaskClient
) -> None:
    for standard, easy in (
        ("/course/retirement", "/easy/course/retirement"),
        ("/course/retirement/outpatient/2", f"{LESSON_URL}/2"),
        ("/course/retirement/outpatient/check", f"{LESSON_URL}/check"),
        ("/course/retirement/outpatient/done", f"{LESSON_URL}/done"),
        ("/course/retirement/outpatient/at/threshold", f"{LESSON_URL}/2"),
        ("/easy/lesson/retirement/outpatient/at/threshold?back=catchup", f"{LESSON_URL}/2?back=catchup"),
    ):
        assert client.get(standard).location == easy


def test_courses_are_big_rows_and_so_are_their_lessons(retiree: Person, client: FlaskClient) -> None:
    finish(retiree, lessons_of("retirement")[0])
    page = client.get("/easy/course/retirement").text
    assert len(rows(page)) == len(lessons_of("retirement")) == 5
    assert "Seen; you can see it again" in page
    assert "Not seen yet, about 3 min" in page
    found, address = [], "/easy/course"
    while address:
        shown = rows(client.get(address).text)
        assert len(shown) <= 5
        found += [one for one in shown if "?" not in one]
        address = next((one for one in shown if "?" in one), "")
    assert found[0] == "/easy/course/retirement"
    assert len(found) == len(set(found)) == 9


@pytest.mark.parametrize("start", ["99", "-1", "x", "1" * 50, "٣"])
def test_a_screen_of_rows_that_does_not_exist_does_no_harm(
    retiree: Person, client: FlaskClient, start: str
) -> None:
    assert client.get("/easy/course", query_string={"from": start}).status_code == 200


def test_a_page_shows_one_message_and_the_retirees_own_number(retiree: Person, client: FlaskClient) -> None:
    page = client.get(f"{LESSON_URL}/2").text
    assert "Page 2 of 4" in page
    assert "1300元" in page
    assert f'href="{LESSON_URL}/1"' in page
    assert "Print this lesson" in page
    assert "What this page rests on" in page
    assert re.search(r'class="print-only">Basis: Social Insurance Law, Article 28', page)


def test_a_page_where_the_city_has_no_number_still_reads(database: Session, client: FlaskClient) -> None:
    publish_library()
    learner(client, audience=Audience.RETIREE, region=SHENZHEN)
    page = client.get(f"{LESSON_URL}/2").text
    assert "no verified figure for your region yet" in page
    assert "You are insured in Shenzhen" in page


def test_pages_checks_and_the_end_follow_one_another(
    retiree: Person, client: FlaskClient, database: Session
) -> None:
    for number in (1, 2, 3):
        assert client.post(f"{LESSON_URL}/{number}").location == f"{LESSON_URL}/{number + 1}"
    assert client.post(f"{LESSON_URL}/4").location == f"{LESSON_URL}/check"
    assert client.post(f"{LESSON_URL}/check").status_code == 422
    judged = client.post(f"{LESSON_URL}/check", data={"choice": "1"})
    assert judged.status_code == 303
    page = client.get(judged.location).text
    assert 'data-mode="elder"' in page
    assert "Not quite; here is why" in page
    assert f'href="{LESSON_URL}/done"' in page
    end = client.get(f"{LESSON_URL}/done").text
    assert "You have finished this lesson" in words(end)
    assert lessons_of("retirement")[1].title in words(end)
    assert len(database.scalars(select(PageRead)).all()) == 4
    assert len(database.scalars(select(CheckAnswer)).all()) == 1


def test_a_lesson_that_is_not_finished_says_so_gently(retiree: Person, client: FlaskClient) -> None:
    page = client.get(f"{LESSON_URL}/done").text
    assert "Almost there" in page
    assert "A part of it is still missing" in page
    assert f'href="{LESSON_URL}/1"' in page


def test_a_lesson_prints_on_one_sheet_with_its_sources(retiree: Person, client: FlaskClient) -> None:
    page = client.get("/easy/print/retirement/outpatient").text
    assert all(one.title in words(page) for one in lessons_of("retirement")[0].pages)
    assert page.count("Basis: ") == 4
    assert "Version of 23 Nov 2026" in page


@pytest.mark.parametrize(
    "address",
    [
        "/easy/course/nothing",
        "/easy/course/hr-essentials",
        "/easy/lesson/retirement/nothing/1",
        "/easy/lesson/hr-essentials/registration/1",
        f"{LESSON_URL}/9",
        f"{LESSON_URL}/check/9",
        "/easy/print/retirement/nothing",
    ],
)
def test_what_does_not_exist_and_what_is_not_for_one_look_alike(
    retiree: Person, client: FlaskClient, address: str
) -> None:
    assert client.get(address).status_code == 404


def test_a_lesson_is_sent_to_the_family_as_a_text_message(retiree: Person, client: FlaskClient) -> None:
    finish(retiree, lessons_of("retirement")[0])
    assert f'href="{LESSON_URL}/family"' in client.get(f"{LESSON_URL}/done").text
    page = client.get(f"{LESSON_URL}/family").text
    sent = unquote(re.findall(r'href="sms:\?&amp;body=([^"]+)"', page)[0])
    assert lessons_of("retirement")[0].pages[0].title in sent
    assert sent.endswith(f"{LESSON_URL}/1")
    assert "陈桂芬" not in sent


def test_a_page_kept_for_who_asked_for_its_head_alone_is_whole(client: FlaskClient, retiree: Person) -> None:
    page = f"{LESSON_URL}/1"
    client.head(page)
    assert f'href="{page}?lang=' in client.get(page).text
