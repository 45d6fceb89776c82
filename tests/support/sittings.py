"""Learners who study, sit papers and make up for them, by operations alone. Needs an application context."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from random import Random

from lms.assignments import attempts
from lms.assignments.models import HelpKind
from lms.assignments.operations import assign_by_hand, record_help
from lms.assignments.queries import Duty, Standing, duty_for_course, ground, standing
from lms.courses import operations as courses
from lms.courses.queries import course
from lms.courses.rules import Course
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.quizzes import operations as quizzes
from lms.quizzes.queries import Sitting, open_sitting
from lms.quizzes.rules import Verdict, choices
from tests.support.people import make_person
from tests.support.quiz_texts import COURSE, QUIZ

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday morning in China; everything here happens then unless said otherwise."""
DUE = date(2026, 12, 7)
SOON = AT + timedelta(hours=1)


def release() -> str:
    """The live release's id."""
    release_id = live_release_id()
    assert release_id is not None
    return release_id


def the_course() -> Course:
    """The course of the live release."""
    return course(release(), COURSE)


def assigned(*, name: str = "林晓", studied: bool = True) -> Person:
    """Somebody with the course assigned, and studied unless said otherwise."""
    person = make_person(name=name)
    with unit_of_work():
        assign_by_hand([person.id], COURSE, due_on=DUE, actor_id=person.id, today=china_date(AT), at=AT)
    if studied:
        study(person)
    return person


def study(person: Person, *, at: datetime = AT) -> None:
    """Read every page and answer every check."""
    with unit_of_work():
        for lesson in the_course().lessons:
            for page in lesson.pages:
                courses.mark_read(person.id, lesson, page, release_id=release(), at=at)
            for check in lesson.checks:
                courses.answer_check(person.id, lesson, check, chosen=[0], at=at)


def duty_of(person: Person) -> Duty:
    """The person's assignment of the course."""
    duty = duty_for_course(person.id, COURSE)
    assert duty is not None
    return duty


def standing_of(person: Person) -> Standing:
    """Where the person stands."""
    found = ground(person.id, the_course())
    assert found is not None
    return standing(found.duty, the_course(), lessons_done=found.lessons_done)


def start(person: Person, *, at: datetime = AT, seed: int = 1) -> Sitting:
    """Open a paper, or go on with the open one."""
    with unit_of_work():
        attempts.start(person.id, QUIZ, release_id=release(), random=Random(seed), at=at)
    return open_sitting(person.id, QUIZ)


def right(sitting: Sitting, position: int) -> list[str]:
    """What has to be sent for a right answer."""
    question, drawn = sitting.questions[position - 1], sitting.paper[position - 1]
    if question.is_typed:
        return [drawn.outcome[0]]
    return [str(choice.number) for choice in choices(question, drawn) if choice.right]


def wrong(sitting: Sitting, position: int) -> list[str]:
    """What may be sent for a wrong answer."""
    question, drawn = sitting.questions[position - 1], sitting.paper[position - 1]
    if question.is_typed:
        return ["1"]
    return [str(choice.number) for choice in choices(question, drawn) if not choice.right][:1]


def filled_in(sitting: Sitting, *, wrongly: Collection[int] = ()) -> dict[int, list[str]]:
    """The whole form: these positions wrongly, the others rightly."""
    return {
        position: wrong(sitting, position) if position in wrongly else right(sitting, position)
        for position in range(1, len(sitting.paper) + 1)
    }


def hand_in(person: Person, *, missing: int = 0, at: datetime = AT, seed: int = 1) -> Verdict:
    """Sit a paper with so many wrong answers at its beginning."""
    start(person, at=at, seed=seed)
    with unit_of_work():
        sitting = open_sitting(person.id, QUIZ, changing=True)
        return attempts.submit(sitting, filled_in(sitting, wrongly=range(1, missing + 1)), at=at)


def make_up(person: Person, *, at: datetime = AT + timedelta(minutes=30)) -> None:
    """Read the pages of the remedial plan and practise until everything is right."""
    found = standing_of(person)
    assert found.plan is not None
    assert found.failed_paper is not None
    wanted = {page.page for page in found.plan.pages}
    with unit_of_work():
        for lesson in the_course().lessons:
            for page in lesson.pages:
                if page.key in wanted:
                    courses.mark_read(person.id, lesson, page, release_id=release(), at=at)
        for miss in found.plan.misses:
            values = right(found.failed_paper, miss.position)
            quizzes.practise(found.failed_paper, miss.position, values, at=at)


def help_given(person: Person, *, helped_on: date = date(2026, 11, 23)) -> None:
    """Somebody of HR explained it on the telephone."""
    helper = make_person(name="人事")
    with unit_of_work():
        record_help(
            duty_of(person),
            helper_id=helper.id,
            kind=HelpKind.PHONE,
            helped_on=helped_on,
            note="讲了起付标准",
            at=AT,
        )


def failed_twice() -> Person:
    """Somebody whose second paper has failed as well, in the same morning."""
    person = assigned()
    hand_in(person, missing=3)
    make_up(person)
    hand_in(person, missing=3, at=SOON, seed=2)
    return person
