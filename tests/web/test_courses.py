"""Courses in the standard view: the catalogue, a course, the end of a lesson; who may read what."""

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.courses.queries import courses_of
from lms.library.queries import live_release_id
from lms.people.models import Audience
from tests.support.learning import assign, finish, learner, lessons_of, read
from tests.support.library import publish_library
from tests.support.quizzing import hand_in, publish_quiz, ready_learner


@pytest.fixture
def library(database: Session) -> None:
    """The real library is live."""
    publish_library()


def words(html: str) -> str:
    """What one reads; headings are cut into clauses by tags."""
    return Markup(html).striptags()


# -- catalogue and course ---------------------------------------------------------------------------------


def test_the_catalogue_shows_the_courses_of_ones_own_audience(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get("/course").text
    assert 'href="/course/onboarding"' in page
    assert "Required · 7 lessons" in page
    assert "hr-essentials" not in page
    assert "retirement" not in page


def test_hr_sees_the_courses_of_others_below_their_own(library: None, client: FlaskClient) -> None:
    learner(client, audience=Audience.HR, role=Role.HR)
    page = client.get("/course").text
    own, _, others = page.partition("Courses for others")
    assert "/course/hr-essentials" in own
    assert "/course/onboarding" in others
    assert client.get("/course/onboarding").status_code == 200


def test_a_course_says_how_far_one_has_come(library: None, client: FlaskClient) -> None:
    person = learner(client)
    read(person, lessons_of("onboarding")[0], pages=1)
    assert "Under way" in client.get("/course").text
    finish(person, *lessons_of("onboarding"))
    assert "All lessons read" in client.get("/course").text


def test_a_course_tells_what_one_will_be_able_to_do_and_what_it_rests_on(
    library: None, client: FlaskClient
) -> None:
    person = learner(client)
    assign(person, "onboarding")
    page = client.get("/course/onboarding").text
    course = courses_of(live_release_id() or "")["onboarding"]
    assert all(goal in page for goal in course.goals)
    assert all(lesson.title in words(page) for lesson in course.lessons)
    assert "Start learning" in page
    assert "Opens after 7 more lessons" in page
    assert "Social Insurance Law" in page


def test_the_quiz_of_a_course_that_was_not_assigned_says_so(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get("/course/onboarding").text
    assert "Not assigned to you; the lessons are open all the same" in page


def test_the_quiz_of_a_course_shows_how_it_stands(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    assert "Ready for you" in client.get("/course/basics").text
    client.post("/quiz/basics")
    assert "Under way" in client.get("/course/basics").text
    hand_in(client, wrong=3)
    page = client.get("/course/basics").text
    assert "Catching up" in page
    assert 'href="/catchup/basics"' in page
    assert "Start the quiz" not in page


def test_a_quiz_that_was_passed_leads_to_the_certificate(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    result = hand_in(client)
    page = client.get("/course/basics").text
    assert "Passed 23 Nov · certificate" in page
    assert f'href="/certificate/{result.rpartition("/")[2]}"' in page


@pytest.mark.parametrize(
    "address",
    [
        "/course/nothing",
        "/course/hr-essentials",
        "/course/hr-essentials/registration/1",
        "/course/hr-essentials/registration/done",
        "/course/onboarding/nothing/1",
        "/course/onboarding/outpatient/0",
        "/course/onboarding/outpatient/5",
        "/course/onboarding/outpatient/check/9",
        "/course/onboarding/outpatient/at/nothing",
    ],
)
def test_what_does_not_exist_and_what_is_not_for_one_look_alike(
    library: None, client: FlaskClient, address: str
) -> None:
    learner(client)
    assert client.get(address).status_code == 404


def test_a_course_assigned_to_somebody_of_another_audience_can_be_read(
    library: None, client: FlaskClient
) -> None:
    assign(learner(client), "hr-essentials")
    assert client.get("/course/hr-essentials/registration/1").status_code == 200


# -- the end ----------------------------------------------------------------------------------------------


def test_the_end_of_a_lesson_shows_what_comes_next(library: None, client: FlaskClient) -> None:
    person = learner(client)
    first, second, *_ = lessons_of("onboarding")
    finish(person, first)
    page = client.get(f"/course/{first.key}/done").text
    assert "This lesson is finished" in page
    assert "1 of 7 lessons" in page
    assert second.title in words(page)
    assert f'href="/course/{second.key}/1"' in page


def test_the_end_says_what_is_still_missing(library: None, client: FlaskClient) -> None:
    person = learner(client)
    first = lessons_of("onboarding")[0]
    read(person, first, pages=1)
    page = client.get(f"/course/{first.key}/done").text
    assert "Almost there" in page
    assert f"{len(first.pages) - 1} pages are not read yet." in page
    assert f'href="/course/{first.key}/2"' in page
    read(person, first)
    page = client.get(f"/course/{first.key}/done").text
    assert "Only the quick check is not answered yet." in page
    assert f'href="/course/{first.key}/check"' in page


def test_the_end_of_the_last_lesson_leads_to_the_quiz(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    lessons = lessons_of("onboarding")
    finish(person, *lessons)
    assert 'href="/quiz/onboarding"' in client.get(f"/course/{lessons[-1].key}/done").text


def test_the_end_of_a_course_that_was_not_assigned_leads_home(library: None, client: FlaskClient) -> None:
    person = learner(client)
    lessons = lessons_of("onboarding")
    finish(person, *lessons)
    page = client.get(f"/course/{lessons[-1].key}/done").text
    assert "Back to My training" in page
    assert "/quiz/" not in page
