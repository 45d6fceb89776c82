"""The easy view: one lesson, a few big rows, large type, nothing ever overdue."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import CheckAnswer, PageRead
from lms.people.models import Audience, Person
from tests.support.learning import assign, finish, learner, lessons_of, read
from tests.support.library import publish_library
from tests.support.statements import statements

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


# -- home -------------------------------------------------------------------------------------------------


def test_home_greets_and_offers_one_lesson(retiree: Person, client: FlaskClient) -> None:
    page = client.get("/easy").text
    first = lessons_of("retirement")[0]
    assert 'data-mode="elder"' in page
    assert "Hello 陈桂芬" in words(page)
    assert f"Today's lesson, about {first.minutes} min" in Markup(page).unescape()
    assert first.title in words(page)
    assert f'href="{LESSON_URL}/1"' in page
    assert "Read it to me" in page


def test_home_has_at_most_four_rows_and_each_of_them_leads_somewhere(
    retiree: Person, client: FlaskClient
) -> None:
    assign(retiree, "retirement")
    finish(retiree, *lessons_of("retirement"))
    found = rows(client.get("/easy").text)
    assert len(found) == 4
    assert "/quiz/retirement" in found
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_the_quiz_is_no_row_before_it_is_open(retiree: Person, client: FlaskClient) -> None:
    assign(retiree, "retirement")
    assert "/quiz/retirement" not in client.get("/easy").text


def test_nothing_is_ever_called_overdue(retiree: Person, client: FlaskClient) -> None:
    assign(retiree, "retirement", due_in=-30)
    finish(retiree, *lessons_of("retirement")[:1])
    for address in (
        "/easy",
        "/easy/course",
        "/easy/course/retirement",
        f"{LESSON_URL}/1",
        f"{LESSON_URL}/done",
    ):
        page = client.get(address).text
        assert "overdue" not in page
        assert "was due" not in page
        assert "Make up" not in page


def test_a_lesson_under_way_goes_on(retiree: Person, client: FlaskClient) -> None:
    read(retiree, lessons_of("retirement")[0], pages=2)
    page = client.get("/easy").text
    assert "page 3 is next" in page
    assert f'href="{LESSON_URL}/3"' in page


def test_when_all_is_seen_the_last_lesson_can_be_seen_again(retiree: Person, client: FlaskClient) -> None:
    finish(retiree, *lessons_of("retirement"))
    page = client.get("/easy").text
    assert "Nothing new at the moment" in page
    assert "Read it again" in page


def test_an_employee_may_use_the_easy_view_for_their_own_lessons(
    database: Session, client: FlaskClient
) -> None:
    publish_library()
    person = learner(client)
    assign(person, "onboarding", due_in=-3)
    page = client.get("/easy").text
    assert 'href="/easy/lesson/onboarding/two-accounts/1"' in page
    assert "overdue" not in page
    lesson = client.get("/easy/lesson/onboarding/two-accounts/1").text
    assert 'data-mode="elder"' in lesson
    assert 'href="/course/onboarding/two-accounts/1"' in lesson, "back to the standard view of this page"


def test_home_asks_the_database_as_often_however_many_lessons_there_are(
    retiree: Person, client: FlaskClient, app: Flask
) -> None:
    assign(retiree, "retirement")
    client.get("/easy")
    finish(retiree, *lessons_of("retirement")[:3])
    with statements(app) as heard:
        client.get("/easy")
    assert len(heard) == 5


# -- type size --------------------------------------------------------------------------------------------


def test_the_type_size_is_chosen_by_a_link_and_remembered(retiree: Person, client: FlaskClient) -> None:
    assert 'data-size="l"' in client.get("/easy").text
    response = client.get(f"{LESSON_URL}/1?size=xxl&back=catchup")
    assert response.status_code == 302
    assert response.location == f"{LESSON_URL}/1?back=catchup"
    assert 'data-size="xxl"' in client.get("/easy").text


def test_a_type_size_that_does_not_exist_changes_nothing(retiree: Person, client: FlaskClient) -> None:
    page = client.get("/easy?size=huge")
    assert page.status_code == 200
    assert 'data-size="l"' in page.text


# -- lessons ----------------------------------------------------------------------------------------------


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


def test_the_lessons_of_a_course_are_big_rows(retiree: Person, client: FlaskClient) -> None:
    finish(retiree, lessons_of("retirement")[0])
    for address in ("/easy/course", "/easy/course/retirement"):
        page = client.get(address).text
        assert len(rows(page)) == len(lessons_of("retirement"))
        assert "Seen; you can see it again" in page
        assert "Not seen yet, about 3 min" in page


def test_a_page_shows_one_message_and_the_retirees_own_number(retiree: Person, client: FlaskClient) -> None:
    page = client.get(f"{LESSON_URL}/2").text
    assert "Page 2 of 4" in page
    assert "1300元" in page
    assert f'href="{LESSON_URL}/1"' in page
    assert "Print this page" in page
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
