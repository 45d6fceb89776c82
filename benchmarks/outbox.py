"""How fast the outbox empties over a local mail server: ``python -m benchmarks.outbox``."""

from datetime import date, datetime

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from benchmarks.engines import installation
from lms.kernel.clock import now
from lms.kernel.database import db, session, unit_of_work
from lms.kernel.settings import Settings
from lms.notifications.operations import post_to
from lms.notifications.rules import Channel, Topic, Way
from lms.people.models import Audience, Department, Person, Status
from tests.support.counting_mail import counting_mail_server
from tests.support.outbox_worker import done, go, workers
from tests.support.postgres import PROGRAMS

LETTERS = 6000
WORKERS = 4
BY_MAIL = Way(channels=(Channel.EMAIL,), quiet=None)


def print_outbox() -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for engine in ("sqlite", "postgresql"):
        if engine == "sqlite" or PROGRAMS:
            with installation(engine) as app:
                _print(engine, app)


def _print(engine: str, app: Flask) -> None:
    settings: Settings = app.extensions["xuanguan.settings"]
    with app.app_context():
        upgrade()
        _people(LETTERS)
    with counting_mail_server(settings.data_dir) as server:
        for count in (1, WORKERS):
            told = _emptied(app, settings.database_url, server.port, count)
            sent, slowest = sum(one for one, _ in told), max(seconds for _, seconds in told)
            who = "one worker" if count == 1 else f"{count} workers together"
            promised = "(promised ≥ 500 a second)" if count == 1 else ""
            print(f"{engine}: letters, {who:<19} {sent / slowest:8.0f} a second  {promised}")
        keys = server.keys()
    doubled = len(keys) - len(set(keys))
    print(f"{engine}: {len(keys):,} letters came, {doubled} of them twice    (promised none)", flush=True)


def _emptied(app: Flask, url: str, port: int, count: int) -> list[tuple[int, float]]:
    """Post a letter to everybody and let so many workers send them; what each sent, in how many seconds."""
    at = now()
    with app.app_context():
        _post(at, f"bench-{count}")
        db.session.remove()
        db.engine.dispose()
    with workers(url, port, at, count=count) as started:
        go(started)
        return done(started)


def _post(at: datetime, subject: str) -> None:
    facts = {"campaign": subject, "title": "年度培训", "course": "", "due_on": "2026-12-07", "count": 2}
    with unit_of_work():
        post_to(select(Person.id), topic=Topic.ASSIGNED, subject=subject, facts=facts, at=at, way=BY_MAIL)


def _people(count: int) -> None:
    with unit_of_work():
        department = Department(name="测量部")
        session().add(department)
        session().flush()
        same = {
            "name": "员工",
            "audience": Audience.EMPLOYEE,
            "status": Status.IN_SERVICE,
            "region": "110000",
            "department_id": department.id,
            "hired_on": date(2020, 1, 1),
        }
        rows = [{"number": f"N{n}", "email": f"n{n}@example.org", **same} for n in range(count)]
        session().execute(insert(Person), rows)


if __name__ == "__main__":
    print_outbox()
