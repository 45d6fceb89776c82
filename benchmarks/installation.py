"""An installation to measure: the real library, and invented people who have studied and may sit the quiz."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, select

from lms.access.models import Account, Role
from lms.access.operations import open_accounts
from lms.assignments.operations import assign_by_hand
from lms.courses.models import CheckAnswer, PageRead
from lms.courses.queries import course
from lms.factory import create_app
from lms.kernel.clock import china_date, now
from lms.kernel.database import session as database
from lms.kernel.database import unit_of_work
from lms.kernel.settings import ROOT, Settings
from lms.library.queries import live_release_id
from lms.people.models import Audience, Department, Person, Status
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish

COURSE = "onboarding"
BEIJING = "110000"


@dataclass(frozen=True)
class Learner:
    """A signed-in learner: the cookie, and the token that forms carry."""

    cookie: str
    token: str


def application(data: Path) -> Flask:
    """The program on the installation in *data*."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "secret_key").write_text("benchmark")
    url = f"sqlite:///{data / 'xuanguan.db'}"
    return create_app(
        Settings(database_url=url, secret_key="benchmark", data_dir=data, data_keys=("benchmark",))
    )


def build(app: Flask, people: int) -> None:
    """Publish the library and invent *people* learners who have finished all lessons."""
    with app.app_context():
        upgrade()
        at = now()
        checked = check(files_below(ROOT), day=china_date(at))
        with unit_of_work():
            publish(checked, author_id=None, at=at)
        with unit_of_work():
            ids = _people(people)
            open_accounts(ids, role=Role.LEARNER, password="thrown-away-bench", must_change=False, at=at)
            due_on = china_date(at) + timedelta(days=7)
            assign_by_hand(ids, COURSE, due_on=due_on, actor_id=ids[0], today=china_date(at), at=at)
            _study(ids)


def _people(count: int) -> list[int]:
    department = Department(name="测量部")
    database().add(department)
    database().flush()
    rows = [
        {
            "number": f"B{number:05d}",
            "name": f"学员{number}",
            "audience": Audience.EMPLOYEE,
            "status": Status.IN_SERVICE,
            "region": BEIJING,
            "department_id": department.id,
            "hired_on": china_date(now()),
        }
        for number in range(count)
    ]
    return list(database().scalars(insert(Person).returning(Person.id), rows))


def _study(ids: list[int]) -> None:
    release_id = live_release_id()
    assert release_id is not None
    at = now()
    lessons = course(release_id, COURSE).lessons
    reads = [
        {"course": COURSE, "page": page.key, "release_id": release_id, "edition": page.edition, "at": at}
        for lesson in lessons
        for page in lesson.pages
    ]
    answered = {"course": COURSE, "chosen": "0", "right": True, "at": at}
    checks = [
        {**answered, "lesson": lesson.key, "check_id": check.id, "edition": lesson.edition}
        for lesson in lessons
        for check in lesson.checks
    ]
    database().execute(insert(PageRead), [{"person_id": person, **row} for person in ids for row in reads])
    database().execute(
        insert(CheckAnswer), [{"person_id": person, **row} for person in ids for row in checks]
    )


def learners(app: Flask) -> Iterator[Learner]:
    """Every learner signed in, each once."""
    name = app.config["SESSION_COOKIE_NAME"]
    with app.app_context():
        accounts = database().execute(select(Account.id, Account.stamp).order_by(Account.id)).all()
    for account in accounts:
        with app.test_request_context():
            session["_user_id"] = f"{account.id}:{account.stamp}"
            session["_fresh"] = True
            token = generate_csrf()
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            yield Learner(f"{name}={serializer.dumps(dict(session))}", token)
