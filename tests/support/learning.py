"""Learners of the real library, signed in and reading."""

from datetime import date, timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from lms.access.models import Role
from lms.assignments.models import HelpKind
from lms.assignments.operations import assign_by_hand, record_help
from lms.assignments.queries import duties_of
from lms.courses import operations as courses
from lms.courses.queries import course
from lms.courses.rules import Lesson
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person
from lms.quizzes.models import Attempt, AttemptState
from tests.support.people import BEIJING, make_account, make_person, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import COURSE_PATH, LESSON_PATH, QUIZ_PATH


def learner(
    client: FlaskClient,
    *,
    region: str = BEIJING,
    audience: Audience = Audience.EMPLOYEE,
    role: Role = Role.LEARNER,
    name: str = "林晓",
) -> Person:
    """Somebody with an account, signed in, who reads in English."""
    person = make_person(region=region, audience=audience, name=name)
    make_account(person=person, role=role, language="en")
    sign_in(client, number=person.number)
    return person


def assign(person: Person, name: str, *, due_in: int = 14) -> date:
    """Assign a course, due so many days from today; returns the last day."""
    now = clock.now()
    due_on = china_date(now) + timedelta(days=due_in)
    assign_by_hand([person.id], name, due_on=due_on, actor_id=person.id, today=china_date(now), at=now)
    session().commit()
    return due_on


def lessons_of(name: str) -> tuple[Lesson, ...]:
    """The lessons of a course of the live release."""
    return course(live_release_id() or "", name).lessons


def read(person: Person, lesson: Lesson, *, pages: int | None = None) -> None:
    """Read the first *pages* of a lesson; all of them unless said otherwise."""
    for page in lesson.pages[:pages]:
        courses.mark_read(person.id, lesson, page, release_id=live_release_id() or "", at=clock.now())
    session().commit()


def finish(person: Person, *lessons: Lesson) -> None:
    """Read all pages and answer all checks."""
    for lesson in lessons:
        read(person, lesson)
        for check in lesson.checks:
            courses.answer_check(person.id, lesson, check, chosen=[0], at=clock.now())
    session().commit()


def fail(person: Person, *, times: int) -> None:
    """So many failed papers of the person's first assignment, with nothing to make up for."""
    duty, at = duties_of(person.id)[0], clock.now()
    for number in range(1, times + 1):
        attempt = Attempt(
            person_id=person.id,
            series=duty.key,
            number=number,
            quiz=duty.course,
            release_id=live_release_id() or "",
            state=AttemptState.FAILED,
            pass_line=Decimal(80),
            paper="[]",
            points=10,
            earned=6,
            started_at=at,
            submitted_at=at,
        )
        session().add(attempt)
    session().commit()


def give_help(person: Person) -> None:
    """Somebody explained it to the person today."""
    at, helper = clock.now(), make_person(name="人事")
    record_help(
        duties_of(person.id)[0],
        helper_id=helper.id,
        kind=HelpKind.PHONE,
        helped_on=china_date(at),
        note="讲了起付标准",
        at=at,
    )
    session().commit()


def two_courses() -> dict[str, str]:
    """The small library with a second course, ``more``, beside ``basics``."""
    texts = quiz_texts()
    course, quiz = texts[COURSE_PATH], texts[QUIZ_PATH]
    lesson = texts[LESSON_PATH].replace("title: 门诊怎么报", "title: 再看一课")
    return {
        **texts,
        COURSE_PATH.replace("basics", "more"): course.replace("basics", "more"),
        LESSON_PATH.replace("basics", "more"): lesson,
        QUIZ_PATH.replace("basics", "more"): quiz.replace("basics", "more")
        .replace("travel#filing, ", "")
        .replace("  - id: ", "  - id: more-"),
    }
