"""What somebody was excused from is not asked of them any more, on any page of theirs."""

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from tests.support.learning import assign, learner
from tests.support.library import publish_library


def excused(client: FlaskClient) -> None:
    """A learner with an overdue course, excused from it."""
    publish_library()
    assign(learner(client), "onboarding", due_in=-3)
    with unit_of_work() as database:
        database.execute(update(Assignment).values(excused_at=clock.now()))


def test_home_asks_for_nothing_and_offers_the_course_all_the_same(
    client: FlaskClient, database: Session
) -> None:
    excused(client)
    page = client.get("/my").text
    assert "overdue" not in page
    assert "/course/onboarding" in page


def test_the_record_says_so(client: FlaskClient, database: Session) -> None:
    excused(client)
    page = client.get("/me").text
    assert "Excused" in page
    assert "no longer asked of you" in page
    assert "days overdue" not in page


def test_the_quiz_names_no_last_day(client: FlaskClient, database: Session) -> None:
    excused(client)
    page = client.get("/quiz/onboarding").text
    assert "Was due" not in page
    assert "To be passed by" not in page
