"""An invented company of any size, with ten courses each: what HR's desk is measured on.

Departments of 500 below divisions, each mostly in one city. Nine courses are due on three days each, the
tenth two weeks after hiring. What was due is mostly done; what is owed stands everywhere.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    SQLColumnExpression,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
)

from benchmarks.crowd import admin
from lms.assignments.models import Assignment, Cause, Completion
from lms.courses.models import PageRead
from lms.kernel.clock import china_date, now
from lms.kernel.database import UtcDateTime, db, is_postgresql, random_key, session, unit_of_work
from lms.kernel.settings import ROOT
from lms.library.models import Edition
from lms.library.queries import live_release_id
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.quizzes.models import Attempt, AttemptState

COURSES = ("onboarding", "hr-essentials", "retirement", *(f"topic-{number}" for number in range(7)))
CITIES = ("110000", "310000", "320100", "440100", "440300")
DEPARTMENT, DIVISION = 500, 20
"""People of a department, departments of a division."""
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建文"
LONG_AGO = timedelta(days=90)


def found(people: int) -> None:
    """Publish the library and enter the company, in a few dozen statements."""
    at = now()
    with unit_of_work():
        publish(check(files_below(ROOT), day=china_date(at)), author_id=None, at=at - 2 * LONG_AGO)
    with unit_of_work():
        admin()
        _unwatched()
        _hire(people, _departments(people), china_date(at))
    for number, course in enumerate(COURSES):
        with unit_of_work():
            _unwatched()
            _assign(number, course, china_date(at))
            _learn(number, course, china_date(at))
    settle()


def _unwatched() -> None:
    """Enter rows without notes of whom they touch, for this transaction: what is read is built afterwards."""
    if is_postgresql():
        session().execute(text("SET LOCAL session_replication_role = 'replica'"))


def settle() -> None:
    """Let the engine look at its tables, as it does by itself from time to time."""
    session().commit()
    if is_postgresql():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _departments(people: int) -> tuple[int, int]:
    """The first department and how many there are; the company and its divisions stand above them."""
    count = max(1, people // DEPARTMENT)
    company = Department(name="启衡科技")
    session().add(company)
    session().flush()
    divisions = [{"name": f"事业部{n}", "parent_id": company.id} for n in range(-(-count // DIVISION))]
    ids = sorted(session().scalars(insert(Department).returning(Department.id), divisions))
    rows = [{"name": f"部门{n}", "parent_id": ids[n // DIVISION]} for n in range(count)]
    return min(session().scalars(insert(Department).returning(Department.id), rows)), count


def _hire(people: int, departments: tuple[int, int], today: date) -> None:
    numbers = select(literal(0, Integer).label("n")).cte("numbers", recursive=True)
    n = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < people - 1)).c.n
    first, count = departments
    part = n % 100
    audience = case((part < 80, "employee"), (part < 97, "retiree"), else_="hr")
    columns = {
        "key": random_key(),
        "number": literal("N") + cast(1_000_000 + n, String),
        "name": _letter(SURNAMES, n) + _letter(GIVEN, n // 10) + _letter(GIVEN, n // 310),
        "audience": audience,
        "status": case((audience == Audience.RETIREE, Status.RETIRED.value), else_=Status.IN_SERVICE.value),
        "region": case(
            *((_city(n, count) == number, code) for number, code in enumerate(CITIES)), else_=CITIES[0]
        ),
        "department_id": first + n % count,
        "hired_on": _after(literal(today, Date), 0 - n % 1800 * 7919 % 1800),
        "state": literal(PersonState.ACTIVE.value),
    }
    session().execute(insert(Person).from_select(list(columns), select(*columns.values())))


def _letter(letters: str, n: ColumnElement[Any]) -> ColumnElement[str]:
    return func.substr(letters, cast(n, Integer) % len(letters) + 1, 1, type_=String)


def _city(n: ColumnElement[int], departments: int) -> ColumnElement[int]:
    """That of the department; one in twenty is somewhere else."""
    return case((n % 20 == 7, n // 20 % len(CITIES)), else_=n % departments % len(CITIES))


def _after(day: SQLColumnExpression[Any], days: ColumnElement[int]) -> ColumnElement[Any]:
    """The day so many days later."""
    if is_postgresql():
        return day + days
    return func.date(day, cast(days, String) + " days", type_=String)


def _assign(number: int, course: str, today: date) -> None:
    """The first course two weeks after hiring; each other one ten days later than the one before."""
    days = literal(10 * number - 60) + 7 * (Person.department_id % 3)
    due_on = _after(literal(today, Date), days) if number else _after(Person.hired_on, literal(14))
    columns = {
        "key": random_key(),
        "person_id": Person.id,
        "course": literal(course),
        "cycle": literal(1),
        "cause": literal(Cause.BY_HAND.value if number else Cause.ONBOARDING.value),
        "assigned_on": literal(today - LONG_AGO, Date),
        "due_on": due_on,
    }
    everybody = select(*columns.values()).where(Person.number.startswith("N"))
    session().execute(insert(Assignment).from_select(list(columns), everybody))


def _learn(number: int, course: str, today: date) -> None:
    """Of a hundred, whatever the department: so many done, by which paper, and where the others stand."""
    chance = (Assignment.person_id % 100 * 7919 + number * 104729) % 100
    late = Assignment.due_on < today
    done, rest = case((late, 85), else_=40), (Assignment.person_id * 31 + number * 17) % 20
    owes = (Assignment.course == course) & (chance >= done)
    has_done = (Assignment.course == course) & (chance < done)
    _papers(1, AttemptState.PASSED, has_done & (rest < 14))
    _papers(1, AttemptState.FAILED, has_done & rest.between(14, 17))
    _papers(2, AttemptState.PASSED, has_done & rest.between(14, 17))
    _papers(1, AttemptState.FAILED, owes & (rest < 3))
    _papers(2, AttemptState.FAILED, owes & (rest < 1))
    _papers(1, AttemptState.OPEN, owes & rest.between(3, 4))
    _reads(owes & rest.between(5, 9))
    _complete(has_done)


def _papers(number: int, state: AttemptState, where: ColumnElement[bool]) -> None:
    at = literal(now() - LONG_AGO / 2, UtcDateTime())
    is_open = state is AttemptState.OPEN
    columns = {
        "key": random_key(),
        "person_id": Assignment.person_id,
        "series": Assignment.key,
        "number": literal(number),
        "quiz": Assignment.course,
        "release_id": literal(live_release_id()),
        "state": literal(state.value),
        "pass_line": literal(80),
        "paper": literal("[]"),
        "started_at": at,
        "submitted_at": null() if is_open else at,
        "earned": null() if is_open else literal(9 if state is AttemptState.PASSED else 5),
        "points": literal(10),
    }
    session().execute(insert(Attempt).from_select(list(columns), select(*columns.values()).where(where)))


def _reads(where: ColumnElement[bool]) -> None:
    edition = session().scalar(select(Edition.sha256).limit(1))
    columns = {
        "person_id": Assignment.person_id,
        "course": Assignment.course,
        "page": Assignment.course + "/first#page",
        "release_id": literal(live_release_id()),
        "edition": literal(edition),
        "at": literal(now() - LONG_AGO / 2, UtcDateTime()),
    }
    session().execute(insert(PageRead).from_select(list(columns), select(*columns.values()).where(where)))


def _complete(where: ColumnElement[bool]) -> None:
    """By the paper that was passed, or acknowledged where there is none."""
    passed = (Attempt.series == Assignment.key) & (Attempt.state == AttemptState.PASSED)
    release = case((Attempt.id.is_(None), live_release_id()), else_=null())
    columns = {
        "assignment_id": Assignment.id,
        "attempt_id": Attempt.id,
        "release_id": release,
        "completed_at": literal(now() - LONG_AGO / 2, UtcDateTime()),
        "certificate": random_key(),
    }
    done = select(*columns.values()).outerjoin(Attempt, passed).where(where)
    session().execute(insert(Completion).from_select(list(columns), done))
