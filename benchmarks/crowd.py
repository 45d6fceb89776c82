"""Invented employees in any number, what they were taught, and a change of policy that concerns them all.

In Beijing 1,800 yuan become 1,500 from 2027, in the real library. Half of the people passed the course, a
quarter has it open, a quarter never had it; every second one has an address for e-mail.
"""

from datetime import date, timedelta

from sqlalchemy import CTE, Date, Integer, String, cast, func, insert, literal, select, text

from benchmarks.installation import BEIJING, COURSE
from lms.access.models import Role
from lms.access.operations import open_accounts
from lms.assignments.models import Assignment, Cause, Completion
from lms.kernel.clock import china_date, now
from lms.kernel.database import UtcDateTime, is_postgresql, random_key, session, unit_of_work
from lms.kernel.settings import ROOT
from lms.library.queries import live_release_id
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.publishing.drafts import live_sha, live_text, save
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.rollouts import queries
from lms.rollouts.approval import approve
from lms.rollouts.models import RefreshTask, TaskState
from lms.rollouts.proposal import proposal
from lms.rollouts.refresh import close
from lms.rollouts.registration import Announcement, Decision, begin, register
from lms.rollouts.unit_approval import approve_unit
from lms.rollouts.unit_drafts import draft_units

PATH = "content/parameters/outpatient.yaml"
OLD = "      value: 1800\n"
NEW_VALUE = """\
    - region: 北京
      status: in_service
      level: any
      from: 2027-01-01
      value: 1500
      clause: 'beijing-outpatient-standards#standards'
      source: {title: 北京医保待遇标准, number: '', url: ''}
      mark: agreed
      checked_on: 2026-11-21
"""
DAYS_AGO = timedelta(days=60)
DEPARTMENT = 500
"""People of a department."""


def registered(people: int) -> str:
    """The library, the people and a registered change; its key."""
    at = now()
    with unit_of_work():
        publish(check(files_below(ROOT), day=china_date(at)), author_id=None, at=at - 2 * DAYS_AGO)
    with unit_of_work():
        registrar = admin()
        invent(people)
        _teach()
    if is_postgresql():
        session().execute(text("ANALYZE"))
        session().commit()
    announced = Announcement(
        "beijing-outpatient-standards", "北京门诊起付标准下调", BEIJING, None, date(2027, 1, 1)
    )
    lines = live_text(PATH) or ""
    head, _, tail = lines.partition(OLD)
    rest = tail.index("    - region")
    changed = head + OLD + tail[:rest] + NEW_VALUE + tail[rest:]
    with unit_of_work():
        key = begin(announced, actor_id=registrar, at=at).key
        save(key, PATH, changed, base=live_sha(PATH), version=0, author_id=registrar, at=at)
    found = proposal(queries.change(key), day=china_date(at))
    if found.faults:
        raise RuntimeError(str(found.faults))
    decisions = {one.item.key: Decision(one.item.proposed) for one in found.items}
    with unit_of_work():
        register(key, decisions, version=queries.change(key).version, actor_id=registrar, at=at)
    return key


def admin() -> int:
    """Two people of HR, the second with the rights of an administrator; the id of the first."""
    department = Department(name="人力资源部")
    session().add(department)
    session().flush()
    people = [
        Person(
            number=f"HR{number}",
            name="管理员",
            audience=Audience.HR,
            status=Status.IN_SERVICE,
            region=BEIJING,
            department_id=department.id,
            hired_on=date(2020, 1, 1),
        )
        for number in range(2)
    ]
    session().add_all(people)
    session().flush()
    open_accounts([people[1].id], role=Role.ADMIN, password="thrown-away-bench", must_change=False, at=now())
    return people[0].id


def numbered(count: int) -> CTE:
    """So many rows with ``n`` from 0 on."""
    numbers = select(literal(0, Integer).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count - 1))


def invent(people: int) -> None:
    """So many employees of Beijing who were never taught anything, in two statements."""
    first = (session().scalar(select(func.max(Department.id))) or 0) + 1
    departments = max(1, people // DEPARTMENT)
    session().execute(insert(Department), [{"name": f"部门{number}"} for number in range(departments)])
    numbers = numbered(people)
    n = cast(numbers.c.n, String)
    columns = {
        "key": random_key(),
        "number": literal("N") + n,
        "name": literal("员工") + n,
        "audience": literal(Audience.EMPLOYEE.value),
        "status": literal(Status.IN_SERVICE.value),
        "region": literal(BEIJING),
        "department_id": first + numbers.c.n % departments,
        "hired_on": literal(date(2020, 1, 1), Date),
        "email": func.substr(literal("somebody@example.org"), 1, 20 * (numbers.c.n % 2)),
        "state": literal(PersonState.ACTIVE.value),
    }
    session().execute(insert(Person).from_select(list(columns), select(*columns.values())))


def _teach() -> None:
    """Half have completed the course, a quarter has it open."""
    long_ago = now() - DAYS_AGO
    assigned = {
        "key": random_key(),
        "person_id": Person.id,
        "course": literal(COURSE),
        "cycle": literal(1),
        "cause": literal(Cause.ONBOARDING.value),
        "assigned_on": literal(china_date(long_ago), Date),
        "due_on": literal(china_date(long_ago + 2 * DAYS_AGO), Date),
    }
    employees = select(*assigned.values()).where(Person.audience == Audience.EMPLOYEE, Person.id % 4 < 3)
    session().execute(insert(Assignment).from_select(list(assigned), employees))
    completed = {
        "assignment_id": Assignment.id,
        "release_id": literal(live_release_id()),
        "completed_at": literal(long_ago, UtcDateTime()),
        "certificate": random_key(),
    }
    done = select(*completed.values()).where(Assignment.person_id % 4 < 2)
    session().execute(insert(Completion).from_select(list(completed), done))


def prepare(change_key: str) -> None:
    """Approve the change, close its tasks, approve its unit."""
    at, approver = now(), session().scalar(select(Person.id).where(Person.number == "HR1")) or 0
    with unit_of_work():
        approve(change_key, version=queries.change(change_key).version, actor_id=approver, at=at)
    with unit_of_work():
        draft_units(queries.change(change_key), actor_id=approver, at=at, day=china_date(at))
    tasks = session().execute(
        select(RefreshTask.key, RefreshTask.version).where(RefreshTask.state == TaskState.OPEN)
    )
    for key, version in tasks.all():
        with unit_of_work():
            close(key, TaskState.CONFIRMED, version=version, note="按日期更新", actor_id=approver, at=at)
    with unit_of_work():
        approve_unit(change_key, Audience.EMPLOYEE, actor_id=approver, at=at)
