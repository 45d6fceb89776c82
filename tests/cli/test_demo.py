"""The invented company: who is there, what they did, and who can sign in."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.access.models import Account, Role
from lms.access.operations import Claim, verify
from lms.assignments.models import Assignment, Cause, Completion, Help
from lms.assignments.queries import duties_of, standing
from lms.assignments.rules import ONBOARDING_DAYS, Step
from lms.cli import demo
from lms.courses.models import CheckAnswer, PageRead
from lms.courses.queries import course, studied_by
from lms.courses.rules import Studied, course_progress
from lms.factory import create_app
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.settings import Settings
from lms.library.models import Release
from lms.library.queries import live_release_id
from lms.people.models import Audience, Department, Person
from lms.quizzes.models import Attempt, AttemptState
from tests.conftest import MONDAY
from tests.support.application import fill
from tests.support.installations import Installations

TODAY = china_date(MONDAY)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def invented(request: pytest.FixtureRequest, installations: Installations) -> Flask:
    """The program with the demo company, invented once for all tests of this module that only look at it."""
    app = installations.restored(request.param).app
    with time_machine.travel(MONDAY, tick=False):
        fill(app)
    return app


@pytest.fixture
def company(invented: Flask) -> Iterator[Flask]:
    with invented.app_context():
        yield invented
        session().rollback()


def counted(*columns: object) -> Counter[object]:
    """How often each value (or tuple of values) of these columns occurs."""
    rows = session().execute(select(*columns)).all()  # type: ignore[call-overload]
    return Counter(row[0] if len(row) == 1 else tuple(row) for row in rows)


def steps() -> Counter[tuple[str, Step]]:
    """Course and next step of every assignment."""
    release_id = str(live_release_id())
    found: Counter[tuple[str, Step]] = Counter()
    for person_id in session().scalars(select(Person.id)).all():
        done = studied_by(person_id)
        for duty in duties_of(person_id):
            taken = course(release_id, duty.course)
            progress = course_progress(taken, done.get(duty.course, Studied({}, ())))
            lessons_done = all(one.finished for one in progress)
            found[duty.course, standing(duty, taken, lessons_done=lessons_done).step] += 1
    return found


# -- who is there ---------------------------------------------------------------------------------------


def test_the_company_has_the_people_that_were_asked_for(company: Flask) -> None:
    audiences = counted(Person.audience)
    assert audiences == {Audience.EMPLOYEE: 82, Audience.HR: 18, Audience.RETIREE: 20}
    newcomers = [
        day for day in session().scalars(select(Person.hired_on)) if day > TODAY - timedelta(days=20)
    ]
    assert len(newcomers) == 12
    assert counted(Account.role) == {Role.LEARNER: 101, Role.HR: 17, Role.LEAD: 1, Role.ADMIN: 1}


def test_people_live_in_six_cities(company: Flask) -> None:
    cities = counted(Person.region)
    assert set(cities) == {"110000", "310000", "320100", "330100", "440100", "440300"}


def test_nobody_shares_a_name(company: Flask) -> None:
    assert max(counted(Person.name).values()) == 1


def test_every_department_has_people_and_a_head_and_all_stand_in_one_tree(company: Flask) -> None:
    departments = session().scalars(select(Department)).all()
    members = counted(Person.department_id)
    roots = [one.name for one in departments if one.parent_id is None]
    assert roots == ["启衡科技（示例公司）"]
    assert all(one.head_id and members[one.id] for one in departments)


def test_inventing_a_second_time_changes_nothing(company: Flask) -> None:
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        assert not demo.invent_when_empty({}, at=MONDAY + timedelta(days=1))
    assert session().scalar(select(func.count()).select_from(Person)) == 120


# -- what they did --------------------------------------------------------------------------------------


def test_newcomers_are_due_two_weeks_after_they_were_hired_and_some_are_late(company: Flask) -> None:
    rows = (
        session()
        .execute(
            select(Assignment.due_on, Assignment.assigned_on, Person.hired_on, Completion.assignment_id)
            .join(Person, Person.id == Assignment.person_id)
            .outerjoin(Completion, Completion.assignment_id == Assignment.id)
            .where(Assignment.cause == Cause.ONBOARDING)
        )
        .all()
    )
    assert len(rows) == 12
    assert all(row.due_on == row.hired_on + timedelta(days=ONBOARDING_DAYS) for row in rows)
    assert all(row.assigned_on == row.hired_on for row in rows)
    late = [row for row in rows if row.due_on < TODAY and row.assignment_id is None]
    assert len(late) == 3


def test_everybody_has_one_course_of_their_own_audience(company: Flask) -> None:
    statement = (
        select(Person.audience, Assignment.course)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.cause != Cause.ROLLOUT)
    )
    found = Counter(tuple(row) for row in session().execute(statement))
    assert found == {
        (Audience.EMPLOYEE, "onboarding"): 82,
        (Audience.HR, "hr-essentials"): 18,
        (Audience.RETIREE, "retirement"): 20,
    }


def test_every_kind_of_standing_is_there(company: Flask) -> None:
    found = steps()
    by_step = Counter(dict.fromkeys(Step, 0))
    for (_, step), count in found.items():
        by_step[step] += count
    assert by_step[Step.WAIT_FOR_HELP] >= 4
    assert by_step[Step.DONE] >= 40
    assert all(by_step[step] >= 1 for step in Step)
    assert {name for name, step in found if step is Step.DONE} >= {
        "onboarding",
        "hr-essentials",
        "retirement",
    }


def test_who_finished_handed_in_a_paper_that_passed(company: Flask) -> None:
    states = (
        session().scalars(select(Attempt.state).join(Completion, Completion.attempt_id == Attempt.id)).all()
    )
    assert set(states) == {AttemptState.PASSED}
    assert len(states) == counted(Attempt.state)[AttemptState.PASSED]


def test_everything_happened_between_the_publishing_and_this_morning(company: Flask) -> None:
    published_at = session().scalar(select(func.min(Release.published_at)))
    assert published_at is not None
    columns = (PageRead.at, CheckAnswer.at, Attempt.started_at, Attempt.submitted_at, Help.recorded_at)
    for column in (*columns, Completion.completed_at, Account.signed_in_at):
        first, last = session().execute(select(func.min(column), func.max(column))).one()
        assert published_at < first <= last < MONDAY, column


def test_things_stand_in_the_tables_in_the_order_in_which_they_happened(company: Flask) -> None:
    for table, column in ((Attempt, Attempt.started_at), (Help, Help.recorded_at)):
        instants = session().scalars(select(column).order_by(table.id)).all()
        assert instants == sorted(instants)


# -- who can sign in ------------------------------------------------------------------------------------


def test_the_shown_accounts_can_sign_in_and_one_sets_a_password_first(company: Flask) -> None:
    shown = demo.accounts()
    assert [one.role for one in shown] == [
        "new-hire",
        "new-hire-first-sign-in",
        "new-hire-overdue",
        "employee-on-plan",
        "employee-waiting-for-help",
        "hr",
        "head-of-hr",
        "admin",
        "retiree",
        "department-head",
    ]
    claims = [Claim(one.login, one.password, "127.0.0.1", "secret") for one in shown]
    assert all(verify(claim).right for claim in claims)
    first = select(Person.name).join(Account, Account.person_id == Person.id).where(Account.must_change)
    assert session().scalars(first).all() == [shown[1].name]


def test_the_shown_accounts_are_what_they_are_called(company: Flask) -> None:
    logins = {one.role: one.login for one in demo.accounts()}
    release_id = str(live_release_id())
    people = {
        role: session().scalars(select(Person).where(Person.number == login)).one()
        for role, login in logins.items()
    }

    def step(role: str) -> Step:
        (duty,) = duties_of(people[role].id)
        return standing(duty, course(release_id, duty.course), lessons_done=False).step

    assert step("employee-on-plan") is Step.REMEDIAL
    assert step("employee-waiting-for-help") is Step.WAIT_FOR_HELP
    assert studied_by(people["new-hire"].id) == {}
    assert duties_of(people["new-hire-overdue"].id)[0].overdue(TODAY) == 3
    assert people["retiree"].audience is Audience.RETIREE
    heads = set(session().scalars(select(Department.head_id)))
    assert {people["head-of-hr"].id, people["department-head"].id} <= heads


def test_accounts_are_listed_for_people_and_for_programs(company: Flask) -> None:
    runner = company.test_cli_runner()
    listed = json.loads(runner.invoke(args=["demo", "accounts", "--json"]).stdout)
    assert [set(one) for one in listed] == [{"role", "name", "login", "password"}] * 10
    told = runner.invoke(args=["demo", "accounts"]).stdout
    assert all(f"{one['login']}  {one['password']}  {one['name']}" in told for one in listed)


def test_every_installation_has_a_password_of_its_own_that_stays(company: Flask, tmp_path: Path) -> None:
    def password(secret_key: str) -> str:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'demo.db'}",
            secret_key=secret_key,
            data_dir=tmp_path,
            data_keys=("test",),
        )
        with create_app(settings).app_context():
            return demo.password()

    assert re.fullmatch(r"demo-[a-z2-9]{4}-[a-z2-9]{4}", password("one"))
    assert password("one") == password("one") != password("another")
