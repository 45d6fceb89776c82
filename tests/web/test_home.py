"""The learner's home says what is left and shows the one next thing."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.people.models import Audience
from tests.support.learning import assign, fail, finish, give_help, learner, lessons_of, read, two_courses
from tests.support.library import publish_library, publish_texts
from tests.support.quizzing import hand_in, publish_quiz, ready_learner
from tests.support.statements import statements

LEFT = 'class="next"'


@pytest.fixture
def library(database: Session) -> None:
    """The real library is live."""
    publish_library()


def next_thing(page: str) -> str:
    """The card of the one next thing."""
    return page.partition(LEFT)[2].partition("</section>")[0]


def words(html: str) -> str:
    """What one reads; headings are cut into clauses by tags."""
    return Markup(html).striptags()


def rest(page: str) -> str:
    """Everything behind that card."""
    return page.partition(LEFT)[2].partition("</section>")[2]


# -- what is left -----------------------------------------------------------------------------------------


def test_a_newcomer_sees_what_is_left_until_when_and_the_first_lesson(
    library: None, client: FlaskClient
) -> None:
    person = learner(client)
    assign(person, "onboarding", due_in=14)
    page = client.get("/my").text
    lessons = lessons_of("onboarding")
    assert f"{len(lessons) + 1} things left" in page
    assert f"Lessons: about {sum(one.minutes for one in lessons)} min" in page
    assert "finish by Mon 7 Dec" in page
    assert f"0 of {len(lessons) + 1} done" in page
    assert lessons[0].title in words(next_thing(page))
    assert 'href="/course/onboarding/two-accounts/1"' in next_thing(page)
    assert "Start learning" in next_thing(page)
    assert "overdue" not in page


def test_a_lesson_under_way_goes_on_at_the_next_page(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    read(person, lessons_of("onboarding")[0], pages=2)
    card = next_thing(client.get("/my").text)
    assert "page 3 next" in card
    assert "Go on learning" in card
    assert 'href="/course/onboarding/two-accounts/3"' in card


def test_a_lesson_that_lacks_only_its_check_goes_on_there(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    read(person, lessons_of("onboarding")[0])
    card = next_thing(client.get("/my").text)
    assert "only the quick check is left" in card
    assert 'href="/course/onboarding/two-accounts/check"' in card


def test_lessons_done_are_folded_with_their_day(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    first, second, *_ = lessons_of("onboarding")
    finish(person, first)
    page = client.get("/my").text
    assert second.title in words(next_thing(page))
    folded = page.partition("<details")[2]
    assert "1 thing done" in folded
    assert first.title in words(folded)
    assert "finished 23 Nov" in folded


def test_the_quiz_is_locked_with_the_reason_and_no_link(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    page = client.get("/my").text
    count = len(lessons_of("onboarding"))
    assert f"Opens after {count} more lessons" in page
    assert "/quiz/onboarding" not in page


def test_the_quiz_is_next_when_the_lessons_are_done(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding")
    finish(person, *lessons_of("onboarding"))
    page = client.get("/my").text
    assert "1 thing left" in page
    assert 'href="/quiz/onboarding"' in next_thing(page)
    assert "Start the quiz" in next_thing(page)
    assert "80 points to pass" in next_thing(page)


# -- overdue ----------------------------------------------------------------------------------------------


def test_what_is_overdue_says_by_how_many_days(library: None, client: FlaskClient) -> None:
    assign(learner(client), "onboarding", due_in=-2)
    page = client.get("/my").text
    assert "2 days overdue" in next_thing(page)
    assert "Make up this lesson first" in next_thing(page)
    assert "was due by Sat 21 Nov" in next_thing(page)


def test_an_assignment_turns_overdue_at_midnight_in_china(
    library: None, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    assign(learner(client), "onboarding", due_in=0)
    assert "overdue" not in client.get("/my").text
    clock.move_to(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert "1 day overdue" in client.get("/my").text


def test_the_oldest_overdue_course_comes_first(library: None, client: FlaskClient) -> None:
    person = learner(client)
    assign(person, "onboarding", due_in=3)
    assign(person, "hr-essentials", due_in=-1)
    page = client.get("/my").text
    hr, onboarding = lessons_of("hr-essentials"), lessons_of("onboarding")
    assert hr[0].title in words(next_thing(page))
    assert f"{len(hr) + len(onboarding) + 2} things left" in page
    then = rest(page)
    assert then.index("Handling staff medical insurance") < then.index(
        "Make the most of your medical insurance"
    )
    assert "finish by Thu 26 Nov" in then
    assert "1 day overdue" in then


# -- after a quiz -----------------------------------------------------------------------------------------


def test_after_a_failed_paper_the_plan_is_next(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    hand_in(client, wrong=3)
    card = next_thing(client.get("/my").text)
    assert "Catch up, then retake: First quiz" in card
    assert "3 questions to practise" in card
    assert "to read again" in card
    assert 'href="/catchup/basics"' in card
    assert "btn--primary" in card


def test_after_two_failed_papers_hr_will_be_in_touch(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    person = ready_learner(client)
    fail(person, times=2)
    page = client.get("/my").text
    assert "HR will contact you" in next_thing(page)
    assert "btn--primary" not in next_thing(page)
    assert 'href="/catchup/basics"' in next_thing(page)


def test_what_one_can_do_goes_before_what_waits_for_somebody(database: Session, client: FlaskClient) -> None:
    publish_texts(two_courses())
    person = ready_learner(client)
    fail(person, times=2)
    assign(person, "more", due_in=90)
    page = client.get("/my").text
    assert "再看一课" in next_thing(page)
    assert "HR will contact you" in rest(page)
    assert "Waiting for HR" in rest(page)


def test_after_help_the_retest_is_open(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    person = ready_learner(client)
    fail(person, times=2)
    give_help(person)
    card = next_thing(client.get("/my").text)
    assert "Retest: First quiz" in card
    assert 'href="/quiz/basics"' in card


def test_an_open_paper_is_to_be_gone_on_with(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    client.post("/quiz/basics")
    card = next_thing(client.get("/my").text)
    assert "your answers are saved" in card
    assert "Go on with the quiz" in card


def test_when_everything_is_done_the_certificate_is_at_hand(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    result = hand_in(client)
    page = client.get("/my").text
    assert "everything is done" in page
    assert "All required courses are finished" in page
    assert f'href="/certificate/{result.rpartition("/")[2]}"' in page
    assert LEFT not in page


# -- nothing to do ----------------------------------------------------------------------------------------


def test_who_has_been_assigned_nothing_is_shown_the_courses(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get("/my").text
    assert "Nothing to learn at the moment" in page
    assert 'href="/course"' in page
    assert "You can also learn" in page
    assert "/course/onboarding" in page
    assert "/course/hr-essentials" not in page, "it is written for others"


def test_a_law_to_come_is_announced_until_it_is_in_force(
    library: None, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    learner(client)
    page = client.get("/my").text
    assert "Coming into force" in page
    assert "Medical Security Law" in page
    assert "from 1 Jan 2027" in page
    clock.move_to(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    learner(client)
    assert "Coming into force" not in client.get("/my").text


def test_a_retirees_lessons_lead_into_the_easy_view(library: None, client: FlaskClient) -> None:
    assign(learner(client, audience=Audience.RETIREE), "retirement")
    page = client.get("/my", follow_redirects=True)
    assert page.request.path == "/easy"
    assert 'href="/easy/lesson/retirement/outpatient/1"' in page.text


def test_home_asks_the_database_as_often_however_much_there_is_to_do(
    library: None, client: FlaskClient, app: Flask
) -> None:
    person = learner(client)
    assign(person, "onboarding", due_in=-2)
    client.get("/my")
    with statements(app) as one:
        client.get("/my")
    assign(person, "hr-essentials")
    finish(person, *lessons_of("onboarding")[:3])
    with statements(app) as two:
        client.get("/my")
    assert len(one) == len(two) == 9
