"""The easy view: one lesson, a few big rows, large type, nothing ever overdue."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.people.models import Audience, Person
from tests.support import cards
from tests.support.learning import assign, fail, finish, learner, lessons_of, read
from tests.support.library import publish_library
from tests.support.quiz_texts import COURSE, QUIZ, easy_texts
from tests.support.quizzing import hand_in, publish_quiz, ready_learner
from tests.support.statements import statements

LESSON_URL = "/easy/lesson/retirement/outpatient"


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
    found = rows(client.get("/easy").text)
    assert found == ["/easy/course", "/easy/print", "/easy/help", "/easy/me"]
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_when_all_lessons_are_seen_the_questions_are_the_thing_of_today(
    retiree: Person, client: FlaskClient
) -> None:
    assign(retiree, "retirement")
    assert "/quiz/retirement" not in client.get("/easy").text
    finish(retiree, *lessons_of("retirement"))
    page = client.get("/easy").text
    assert "Now see what you remember" in page
    assert '<a class="btn btn--primary btn--block" href="/quiz/retirement">Start answering</a>' in page
    assert rows(client.get("/easy/course/retirement").text)[0] == "/quiz/retirement"


def test_what_was_assigned_comes_first_then_what_is_mandatory(retiree: Person, client: FlaskClient) -> None:
    assert 'href="/easy/lesson/retirement/outpatient/1"' in client.get("/easy").text
    assign(retiree, "easy-fraud")
    assert 'href="/easy/lesson/easy-fraud/lend/1"' in client.get("/easy").text
    assert rows(client.get("/easy/course").text)[:2] == ["/easy/course/easy-fraud", "/easy/course/retirement"]


def test_who_waits_for_help_is_told_that_somebody_calls_and_may_look_at_other_lessons(
    retiree: Person, client: FlaskClient
) -> None:
    assign(retiree, "retirement")
    finish(retiree, *lessons_of("retirement"))
    fail(retiree, times=2)
    page = client.get("/easy").text
    assert "We will call you" in page
    assert "/quiz/retirement" not in page
    assert "Today's lesson" in Markup(page).unescape()


def test_nothing_is_ever_called_overdue(retiree: Person, client: FlaskClient) -> None:
    assign(retiree, "retirement", due_in=-30)
    finish(retiree, *lessons_of("retirement")[:1])
    for address in (
        "/easy",
        "/easy/course",
        "/easy/course/retirement",
        f"{LESSON_URL}/1",
        f"{LESSON_URL}/done",
        "/easy/me",
        "/quiz/retirement",
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


def test_when_all_is_seen_the_last_lesson_can_be_seen_again(database: Session, client: FlaskClient) -> None:
    publish_quiz(easy_texts())
    person = learner(client, audience=Audience.RETIREE)
    finish(person, *lessons_of(COURSE))
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
    assert "This lesson has no large-type form yet" in lesson
    back = unescape(re.findall(r'<a class="btn btn--second" href="([^"]+)"', lesson)[0])
    assert client.get(back).location == "/course/onboarding/two-accounts/1"
    assert client.get("/course/onboarding/two-accounts/1").status_code == 200, (
        "the standard view of this page"
    )


def test_home_asks_the_database_as_often_however_many_lessons_there_are(
    retiree: Person, client: FlaskClient, app: Flask
) -> None:
    assign(retiree, "retirement")
    client.get("/easy")
    finish(retiree, *lessons_of("retirement")[:3])
    with statements(app) as heard:
        client.get("/easy")
    assert len(heard) == 8


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


# -- which view ------------------------------------------------------------------------------------------


def test_a_retiree_may_choose_the_standard_view_and_come_back(retiree: Person, client: FlaskClient) -> None:
    assert client.get("/").location == "/easy"
    assert client.get("/my").location == "/easy"
    assert client.get("/easy/standard").location == "/my"
    assert client.get("/").location == "/my"
    standard = client.get("/my").text
    assert 'data-mode="elder"' not in standard
    assert 'href="/easy"' in standard, "the way into the easy view"
    assert 'data-mode="elder"' not in client.get("/course/retirement/outpatient/1").text
    assert 'data-mode="elder"' in client.get("/easy").text
    assert client.get("/").location == "/easy"


def test_an_employee_who_came_by_the_easy_home_stays_in_the_easy_view(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz()
    ready_learner(client)
    assert 'data-mode="elder"' not in client.get(f"/quiz/{QUIZ}").text
    client.get("/easy")
    assert 'data-mode="elder"' in client.get(f"/quiz/{QUIZ}").text
    assert client.get("/me").location == "/easy/me"
    assert client.get("/course").location == "/easy/course"
    client.get("/easy/standard")
    assert 'data-mode="elder"' not in client.get(f"/quiz/{QUIZ}").text
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_on_this_site(retiree: Person, client: FlaskClient, to: str) -> None:
    assert client.get("/easy/standard", query_string={"to": to}).location == "/my"


def test_the_sign_in_page_is_in_large_type_for_whom_wants_it(database: Session, client: FlaskClient) -> None:
    assert 'href="/easy/enter"' in client.get("/enter").text
    assert client.get("/easy/enter").location == "/enter?next=/easy"
    page = client.get("/enter?next=/easy").text
    assert 'data-mode="elder"' in page
    assert 'href="/easy/standard"' in page
    assert 'href="/card"' in page
    assert client.get("/easy/standard").location == "/enter"
    assert 'data-mode="elder"' not in client.get("/enter").text


def test_ones_own_page_shows_what_was_learnt(database: Session, client: FlaskClient) -> None:
    publish_quiz(easy_texts())
    ready_learner(client, audience=Audience.RETIREE)
    page = client.get("/easy/me").text
    assert rows(page) == ["/easy/me/learnt", "/event", "/inbox", "/easy/notices", "/easy/me?from=4"]
    assert "Nothing yet" in client.get("/easy/me/learnt").text
    hand_in(client)
    (certificate,) = rows(client.get("/easy/me/learnt").text)
    assert client.get(certificate).status_code == 200


def test_a_card_opens_nothing_but_the_easy_view(database: Session, client: FlaskClient) -> None:
    publish_library()
    person = cards.retiree()
    client.post("/card", data={"code": cards.code_for(person)})
    client.post("/card/digits", data={"digits": cards.END})
    client.set_cookie("view", "standard")
    page = client.get("/easy").text
    assert 'data-mode="elder"' in page
    for address in ("/easy", f"{LESSON_URL}/1", "/easy/me"):
        assert "/easy/standard" not in client.get(address).text
    assert "/me/password" not in client.get("/easy/me").text
    assert client.get("/easy/standard").location == "/easy"
    shown = [*rows(page), *rows(client.get("/easy/me").text)]
    assert [address for address in shown if client.get(address).status_code != 200] == []


# -- weight ----------------------------------------------------------------------------------------------


def test_an_easy_page_with_all_it_needs_is_no_more_than_60_kb(retiree: Person, client: FlaskClient) -> None:
    for address in ("/easy", f"{LESSON_URL}/2", "/easy/course"):
        page = client.get(address)
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assert len(files) == 3
        sizes = [len(client.get(one, headers={"Accept-Encoding": "gzip"}).data) for one in files]
        assert len(page.data) + sum(sizes) <= 60_000
