"""One's own training record: every assignment with its state, papers and certificate."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause, Completion, Help, HelpKind
from lms.kernel.clock import china_date, now
from lms.kernel.database import db, session
from lms.people.models import Audience, Person
from lms.quizzes.models import Attempt, AttemptState
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.small_library import TEXTS


@pytest.fixture
def learner(database: Session, client: FlaskClient) -> Person:
    """A learner who is signed in with *client*."""
    person = make_person()
    make_account(person=person)
    sign_in(client, number=person.number)
    return person


def assign(person: Person, *, course: str = "basics", due_in: int = 7, cycle: int = 1) -> Assignment:
    today = china_date(now())
    assignment = Assignment(
        person_id=person.id,
        course=course,
        cycle=cycle,
        cause=Cause.BY_HAND,
        assigned_on=today - timedelta(days=14),
        due_on=today + timedelta(days=due_in),
    )
    session().add(assignment)
    session().commit()
    return assignment


def sit(assignment: Assignment, release_id: str, *, earned: int | None, points: int = 100) -> Attempt:
    """A paper of the assignment: open, failed, or passed and with its certificate."""
    at = now() - timedelta(days=1)
    number = session().query(Attempt).filter_by(series=assignment.key).count() + 1
    passed = earned is not None and 100 * earned >= 80 * points
    state = AttemptState.PASSED if passed else AttemptState.FAILED
    attempt = Attempt(
        person_id=assignment.person_id,
        series=assignment.key,
        number=number,
        quiz="basics",
        release_id=release_id,
        state=AttemptState.OPEN if earned is None else state,
        pass_line=Decimal(80),
        paper="[]",
        started_at=at,
        submitted_at=None if earned is None else at,
        earned=earned,
        points=points,
    )
    session().add(attempt)
    session().flush()
    if passed:
        number_of_certificate = f"2026-TEST-{attempt.id}"
        session().add(
            Completion(
                assignment_id=assignment.id,
                attempt_id=attempt.id,
                completed_at=at,
                certificate=number_of_certificate,
            )
        )
    session().commit()
    return attempt


def test_a_passed_course_shows_every_paper_and_leads_to_its_certificate(
    learner: Person, client: FlaskClient
) -> None:
    release_id = publish_texts(TEXTS)
    assignment = assign(learner)
    failed, passed = (
        sit(assignment, release_id, earned=72),
        sit(assignment, release_id, earned=90),
    )
    page = client.get("/me").text
    assert "看病报销入门" in page
    assert "72" in page
    assert f"/quiz/basics/result/{failed.key}" in page
    assert f'href="/certificate/{passed.key}"' in page
    assert f'href="/certificate/{failed.key}"' not in page


def test_a_score_that_only_rounds_to_the_pass_line_is_shown_as_it_is(
    learner: Person, client: FlaskClient
) -> None:
    sit(assign(learner), publish_texts(TEXTS), earned=1999, points=2500)
    assert "79.96" in client.get("/me").text


def test_an_overdue_course_says_by_how_many_days(learner: Person, client: FlaskClient) -> None:
    publish_texts(TEXTS)
    assign(learner, due_in=-17)
    page = client.get("/me").text
    assert "tag--bad" in page
    assert "17" in page


def test_who_failed_twice_is_told_that_hr_gets_in_touch(learner: Person, client: FlaskClient) -> None:
    release_id = publish_texts(TEXTS)
    assignment = assign(learner)
    sit(assignment, release_id, earned=40)
    once = client.get("/me").text
    sit(assignment, release_id, earned=60)
    twice = client.get("/me").text
    helped(assignment)
    again = client.get("/me").text
    assert standing_of(once) == standing_of(again) != standing_of(twice)


def standing_of(page: str) -> str:
    """The text of the one tag in the record."""
    return page.partition('class="tag ')[2].partition("</svg>")[2].partition("<")[0]


def helped(assignment: Assignment) -> None:
    session().add(
        Help(
            assignment_id=assignment.id,
            after_attempt=2,
            helper_id=make_person(audience=Audience.HR).id,
            kind=HelpKind.PHONE,
            helped_on=china_date(now()),
            note="",
            recorded_at=now(),
        )
    )
    session().flush()


def test_an_open_paper_has_no_points_yet(learner: Person, client: FlaskClient) -> None:
    attempt = sit(assign(learner), publish_texts(TEXTS), earned=None)
    assert f"/result/{attempt.key}" not in client.get("/me").text


def test_a_course_that_the_library_no_longer_has_stays_in_the_record(
    learner: Person, client: FlaskClient
) -> None:
    release_id = publish_texts(TEXTS)
    sit(assign(learner, course="gone"), release_id, earned=95)
    page = client.get("/me").text
    assert "gone" in page
    assert "95" in page


def test_nobody_sees_the_record_of_somebody_else(learner: Person, client: FlaskClient) -> None:
    attempt = sit(assign(make_person(name="周敏")), publish_texts(TEXTS), earned=90)
    page = client.get("/me").text
    assert attempt.key not in page
    assert "看病报销入门" not in page


def test_the_record_takes_as_many_statements_for_one_course_as_for_five(
    learner: Person, client: FlaskClient
) -> None:
    release_id = publish_texts(TEXTS)
    sit(assign(learner), release_id, earned=90)
    client.get("/me")
    one = statements(client)
    for cycle in range(2, 6):
        sit(assign(learner, cycle=cycle), release_id, earned=90)
    assert statements(client) == one <= 6


def statements(client: FlaskClient) -> int:
    """How many statements the page takes."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    session().commit()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/me")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
