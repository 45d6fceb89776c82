"""The unscored questions of a lesson: asked, recorded, explained."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.courses.models import CheckAnswer
from lms.courses.queries import courses_of
from lms.library.queries import live_release_id
from lms.people.models import Audience
from tests.support.learning import learner, lessons_of
from tests.support.library import publish_library

LESSON_URL = "/course/onboarding/outpatient"


@pytest.fixture
def library(database: Session) -> None:
    """The real library is live."""
    publish_library()


def test_a_check_is_asked_without_giving_the_answer_away(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get(f"{LESSON_URL}/check").text
    check = lessons_of("onboarding")[1].checks[0]
    assert check.stem in page
    assert "Quick check · not scored" in page
    assert not [option.because for option in check.options if option.because in page]
    assert "choice--" not in page


def test_an_answer_is_recorded_and_explained(library: None, client: FlaskClient, database: Session) -> None:
    learner(client)
    check = lessons_of("onboarding")[1].checks[0]
    response = client.post(f"{LESSON_URL}/check", data={"choice": "0"})
    assert response.status_code == 303
    assert response.location == f"{LESSON_URL}/check?chosen=0"
    row = database.scalars(select(CheckAnswer)).one()
    assert (row.check_id, row.chosen, row.right) == (check.id, "0", False)
    page = client.get(response.location).text
    assert "Not quite; here is why" in page
    assert "Your choice" in page
    assert "Right answer" in page
    assert check.options[0].because in page
    assert check.options[2].because in page
    assert check.options[1].because not in page
    assert check.explanation in page
    assert f'href="{LESSON_URL}/4"' in page, "the page that explains it"
    assert "Basis: Beijing Outpatient Benefit Standards" in page


def test_a_right_answer_says_so(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get(f"{LESSON_URL}/check/2?chosen=1").text
    assert "That is right" in page
    assert "<title>That is right" in page
    assert "Finish the lesson" in page
    assert f'href="{LESSON_URL}/done"' in page


def test_the_first_check_leads_to_the_second_and_can_be_done_again(
    library: None, client: FlaskClient
) -> None:
    learner(client)
    page = client.get(f"{LESSON_URL}/check?chosen=2").text
    assert f'href="{LESSON_URL}/check/2"' in page
    assert f'href="{LESSON_URL}/check"' in page
    assert "Do it again" in page


@pytest.mark.parametrize("choice", [[], ["9"], ["x"], ["0", "1"], ["-1"], ["99999999999999999999"]])
def test_what_is_no_answer_is_asked_for_again_and_not_recorded(
    library: None, client: FlaskClient, database: Session, choice: list[str]
) -> None:
    learner(client)
    response = client.post(f"{LESSON_URL}/check", data={"choice": choice})
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert 'class="errsum" role="alert"' in response.text
    assert 'href="#choice-0"' in response.text
    assert database.scalar(select(func.count()).select_from(CheckAnswer)) == 0


def test_an_address_with_a_choice_that_does_not_exist_asks_the_question(
    library: None, client: FlaskClient
) -> None:
    learner(client)
    assert "Check my answer" in client.get(f"{LESSON_URL}/check?chosen=7").text


def test_a_check_with_several_right_options_says_how_many(library: None, client: FlaskClient) -> None:
    learner(client, audience=Audience.HR, role=Role.HR)
    several = [
        (f"/course/{lesson.key}/check/{number}", sum(option.right for option in check.options))
        for course in courses_of(live_release_id() or "").values()
        for lesson in course.lessons
        for number, check in enumerate(lesson.checks, 1)
        if check.type == "multiple"
    ]
    for address, count in several[:2]:
        page = client.get(address, follow_redirects=True).text
        assert f"choose {count}" in page
        assert 'type="checkbox"' in page


def test_a_check_that_changed_meanwhile_is_asked_again(
    library: None, client: FlaskClient, database: Session
) -> None:
    learner(client)
    response = client.post(f"{LESSON_URL}/check", data={"choice": "0", "edition": "another"})
    assert response.location == f"{LESSON_URL}/check"
    assert database.scalar(select(func.count()).select_from(CheckAnswer)) == 0
