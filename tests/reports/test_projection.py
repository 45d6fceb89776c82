"""The read model says what the ledger says, whatever happened, in whatever order, by whomever."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Completion
from lms.courses import operations as courses
from lms.kernel.clock import end_of_day
from lms.kernel.database import is_postgresql, session, snapshot, unit_of_work
from lms.people.models import Audience, Department, Person, PersonState
from lms.quizzes.models import Attempt
from lms.reports import ledger, projection, queries, touching
from lms.reports.filters import Filters
from lms.reports.models import Cell, Line, Profile, Touched
from lms.reports.reconciliation import Difference, compare
from lms.reports.rules import UNFINISHED, Due, Papers, State
from lms.rollouts.standing import Standing
from tests.support.company import TODAY, assign, failed, obliged, passed, sitting, tree
from tests.support.desk import current
from tests.support.library import publish_texts
from tests.support.people import BEIJING, NANJING
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.sittings import AT, release, the_course
from tests.support.small_library import COURSE_PATH

NOON = end_of_day(TODAY) - timedelta(hours=12)
LATER = timedelta(hours=2)
ACTS = 40


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def differences() -> Sequence[Difference]:
    """What ledger, read model, screens and export disagree in, nobody waiting to be worked out."""
    while current():
        pass
    with snapshot():
        return compare(NOON).differences


# -- acts -------------------------------------------------------------------------------------------------


def changed(model: type, key: int, **values: object) -> None:
    with unit_of_work() as database:
        database.execute(update(model).where(model.id == key).values(**values))  # type: ignore[attr-defined]


def some_assignment(random: Random) -> Assignment | None:
    found = session().scalars(select(Assignment).order_by(Assignment.id)).all()
    return random.choice(found) if found else None


def someone(random: Random) -> Person:
    return random.choice(session().scalars(select(Person).order_by(Person.id)).all())


def somewhere(random: Random) -> Department:
    return random.choice(session().scalars(select(Department).order_by(Department.id)).all())


def hires(random: Random) -> None:
    audience = random.choice([Audience.EMPLOYEE, Audience.RETIREE])
    due_in = random.randrange(-9, 12)
    obliged(random.choice("甲乙丙丁"), department=somewhere(random), audience=audience, due_in=due_in)


def assigns_another(random: Random) -> None:
    assign(
        someone(random), course=random.choice([COURSE, "another", "third"]), due_in=random.randrange(-9, 12)
    )


def reads(random: Random) -> None:
    lesson = the_course().lessons[0]
    with unit_of_work():
        courses.mark_read(someone(random).id, lesson, lesson.pages[0], release_id=release(), at=AT)


def answers_a_check(random: Random) -> None:
    lesson = the_course().lessons[0]
    with unit_of_work():
        courses.answer_check(someone(random).id, lesson, lesson.checks[0], chosen=[0], at=AT)


def passes(random: Random) -> None:
    _fresh(random, passed)


def fails(random: Random) -> None:
    papers = random.choice([1, 2])
    _fresh(random, lambda person: failed(person, papers=papers))


def opens_a_paper(random: Random) -> None:
    _fresh(random, sitting)


def _fresh(random: Random, act: Callable[[Person], object]) -> None:
    """Somebody new, so that any history is possible, who then does something."""
    act(obliged(department=somewhere(random), due_in=random.randrange(-9, 12)))


def gets_more_time(random: Random) -> None:
    if found := some_assignment(random):
        changed(Assignment, found.id, due_on=found.due_on + timedelta(days=random.randrange(-5, 9)))


def is_excused(random: Random) -> None:
    if found := some_assignment(random):
        changed(Assignment, found.id, excused_at=random.choice([AT, None]))


def is_taken_away(random: Random) -> None:
    """Only what nobody has begun ever is."""
    free = select(Assignment.id).where(
        Assignment.key.not_in(select(Attempt.series)), Assignment.id.not_in(select(Completion.assignment_id))
    )
    with unit_of_work() as database:
        chosen = database.scalar(free.order_by(func.random()).limit(1))
        database.execute(delete(Assignment).where(Assignment.id == chosen))


def moves(random: Random) -> None:
    changed(Person, someone(random).id, department_id=somewhere(random).id)


def changes_city(random: Random) -> None:
    changed(Person, someone(random).id, region=random.choice([BEIJING, NANJING]))


def is_renamed(random: Random) -> None:
    person = someone(random)
    changed(Person, person.id, name=random.choice("戊己庚"), number=f"{person.number}x")


def leaves_or_returns(random: Random) -> None:
    changed(Person, someone(random).id, state=random.choice(list(PersonState)))


DOES = (
    hires,
    assigns_another,
    reads,
    answers_a_check,
    passes,
    fails,
    opens_a_paper,
    gets_more_time,
    is_excused,
    is_taken_away,
    moves,
    changes_city,
    is_renamed,
    leaves_or_returns,
)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_acts_in_any_order_it_agrees_with_the_ledger(seed: int) -> None:
    random = Random(seed)
    tree()
    hires(random)
    for number in range(ACTS):
        random.choice(DOES)(random)
        session().rollback()
        if number % 10 == 9:
            assert differences() == []
    for filters in lists(random):
        ledgers = [row.assignment for row in queries.all_of(filters, TODAY)]
        found = queries.totals(filters, TODAY)
        assert found.rows == len(ledgers), filters
        assert found.people == people(filters), filters
        assert [row.assignment for row in queries.page_of(filters, TODAY, page=1)] == ledgers[:50], filters


def lists(random: Random) -> list[Filters]:
    """Filters of every kind, and some of them together."""
    department = somewhere(random).key
    alone: list[dict[str, Any]] = [
        *({"states": frozenset({state})} for state in State),
        {"states": UNFINISHED},
        {"states": frozenset({State.LEARNING, State.REMEDIAL})},
        *({"due": due} for due in Due),
        *({"papers": papers} for papers in Papers),
        {"course": COURSE},
        {"course": "another"},
        {"department": department},
        {"region": NANJING},
        {"audience": Audience.RETIREE},
        {"text": "甲"},
        {"text": "q1"},
        {"policy": "city-rules"},
        *({"policy": "city-rules", "standing": standing} for standing in Standing),
    ]
    both = [{**random.choice(alone), **random.choice(alone)} for _ in range(30)]
    return [Filters(**given) for given in [{}, *alone, *both]]


def people(filters: Filters) -> int:
    """People on a list, as the ledger has them."""
    statement = ledger.joined(select(func.count(Assignment.person_id.distinct())))
    statement = ledger.narrowed(statement, filters, TODAY)
    if filters.states:
        statement = statement.where(ledger.state().in_(filters.states))
    return int(session().execute(statement).scalar_one())


# -- keeping it up to date --------------------------------------------------------------------------------


def test_everything_worked_out_anew_is_what_was_kept_up() -> None:
    passed(obliged(due_in=-2))
    failed(obliged(due_in=3), papers=2)
    current()
    kept = everything()
    with unit_of_work():
        projection.rebuild(NOON)
    assert everything() == kept


def everything() -> list[list[tuple[object, ...]]]:
    tables = (Line, Cell, Profile)
    return [sorted(map(tuple, session().execute(select(*one.__table__.c))), key=repr) for one in tables]


def test_whoever_was_not_touched_is_not_worked_out_again() -> None:
    obliged()
    assert current() == 1
    assert current() == 0
    reader = obliged()
    reads_page(reader)
    assert current() == 1
    reads_page(reader)
    assert current() == 0


def reads_page(person: Person) -> None:
    lesson = the_course().lessons[0]
    with unit_of_work():
        courses.mark_read(person.id, lesson, lesson.pages[-1], release_id=release(), at=AT)


def test_more_than_a_batch_is_worked_off_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "BATCH", 2)
    for _ in range(5):
        obliged()
    assert [current(), current(), current(), current()] == [2, 2, 1, 0]
    assert differences() == []


def test_what_is_touched_and_rolled_back_touches_nobody(database: Session) -> None:
    person = obliged()
    current()
    database.execute(update(Person).where(Person.id == person.id).values(name="改"))
    database.rollback()
    assert database.scalar(select(func.count()).select_from(Touched)) == 0


def test_new_content_that_teaches_the_same_works_nobody_out_again(database: Session) -> None:
    obliged()
    current()
    reviewed = quiz_texts()[COURSE_PATH] + "# reviewed\n"
    publish_texts({**quiz_texts(), COURSE_PATH: reviewed}, at=AT)
    assert projection.behind(TODAY, most=10) == 1
    assert current() == 0
    assert projection.behind(TODAY, most=10) == 0


def test_every_trigger_exists_under_its_name(database: Session) -> None:
    table = "pg_trigger" if is_postgresql() else "sqlite_master"
    column = "tgname" if is_postgresql() else "name"
    statement = f"SELECT {column} FROM {table} WHERE {column} LIKE '%\\_touch\\_%' ESCAPE '\\'"
    assert set(database.scalars(text(statement))) >= set(touching.names())
