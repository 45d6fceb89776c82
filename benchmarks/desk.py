"""HR's desk with very many people and ten courses each: ``python -m benchmarks.desk``."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import func, select, update

from benchmarks import company, quarterly
from benchmarks.engines import installation, timed
from benchmarks.installation import learners
from lms.kernel.clock import now
from lms.kernel.database import db, session, unit_of_work
from lms.people.models import Department, Person
from lms.reports import projection
from lms.reports.models import Line
from tests.support.postgres import PROGRAMS

HUNDRED_THOUSAND, MILLION = 100_000, 1_000_000
VIEWS = 5
RARE = "330100"
"""Where nobody is but the people who moved."""
TOUCHED = 100


@dataclass(frozen=True)
class Figures:
    """What one engine took: seconds for building and keeping the read model, milliseconds for each page."""

    people: int
    lines: int
    filled: float
    rebuilt: float
    caught_up: float
    pages: Sequence[tuple[str, float]]
    report: quarterly.Taken


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--million", action="store_true", help="a million people as well (takes long)")
    parser.add_argument("--people", type=int, default=HUNDRED_THOUSAND, help="default %(default)s")
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    sizes = (given.people, MILLION) if given.million else (given.people,)
    print_desk(sizes, engine=given.engine)


def print_desk(sizes: Sequence[int] = (HUNDRED_THOUSAND,), *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            for people in sizes:
                _print(name, _measured(name, people))


def _print(engine: str, found: Figures) -> None:
    promised = 150 if found.people <= HUNDRED_THOUSAND else 400
    print(f"{engine}, {found.people:,} people, {found.lines:,} assigned courses")
    print(
        f"  read model from nothing      {found.rebuilt:8.1f} s     (company entered in {found.filled:.0f} s)"
    )
    print(f"  … after {TOUCHED} people moved    {1000 * found.caught_up:8.0f} ms")
    for name, seconds in found.pages:
        print(f"  {name:<44} {1000 * seconds:6.0f} ms   (promised ≤ {promised} ms)")
    quarterly.print_report(found.report)
    slowest = max(seconds for _, seconds in found.pages)
    print(f"{engine}: slowest page {1000 * slowest:.0f} ms    (promised ≤ {promised} ms)", flush=True)


def _measured(engine: str, people: int) -> Figures:
    with installation(engine) as app, app.app_context():
        upgrade()
        filled, _ = timed(lambda: company.found(people))
        _say(f"{engine}: company entered in {filled:.0f} s")
        rebuilt, lines = timed(_rebuild)
        company.settle()
        _say(f"{engine}: read model of {lines:,} lines in {rebuilt:.0f} s")
        caught_up, _ = timed(_move_some)
        addresses = list(_addresses())
        db.session.remove()
        client = _client(app)
        pages = [(name, _seconds(client, address)) for name, address in addresses]
        report = quarterly.measured(client)
        return Figures(people, lines, filled, rebuilt, caught_up, pages, report)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _rebuild() -> int:
    """The indexes are made afterwards: kept up row by row they would take most of the time by far."""
    every = Line.metadata.tables[Line.__tablename__].indexes
    indexes = [one for one in every if one.name != "ix_reports_lines_person"]
    for index in indexes:
        index.drop(db.engine, checkfirst=True)
    with unit_of_work():
        lines = projection.rebuild(now())
    for index in indexes:
        index.create(db.engine)
    return lines


def _move_some() -> int:
    """People move to another city, and the read model follows."""
    with unit_of_work():
        some = select(Person.id).order_by(Person.id.desc()).limit(TOUCHED).subquery()
        session().execute(update(Person).where(Person.id.in_(select(some))).values(region=RARE))
    with unit_of_work():
        return projection.catch_up(now())


def _addresses() -> Iterator[tuple[str, str]]:
    """Every page that figures are promised for, with every filter, and some of them together."""
    division = session().scalar(select(Department.key).where(Department.name == "事业部0"))
    department = session().scalar(select(Department.key).where(Department.name == "部门3"))
    person = session().scalar(select(Person.key).join(Line, Line.person_id == Person.id).limit(1))
    number = session().scalar(select(func.max(Person.number)).where(Person.number.startswith("N")))
    yield "workbench", "/manage"
    yield "record", f"/manage/people/{person}"
    yield "sources (counts beside the navigation)", "/manage/sources"
    filters = [
        "",
        *(f"state={one}" for one in ("unfinished", "not_started", "learning", "in_quiz", "remedial")),
        *(f"state={one}" for one in ("waiting_for_help", "done", "excused")),
        "due=overdue",
        "due=soon",
        "course=onboarding",
        "course=retirement",
        f"department={division}",
        f"department={department}",
        "region=310000",
        f"region={RARE}",
        "audience=hr",
        "papers=passed_at_once",
        "papers=failed_first",
        "text=王伟",
        "text=王",
        f"text={number}",
        "text=999",
        "text=nobody",
        "policy=beijing-outpatient-standards",
        "policy=beijing-outpatient-standards&standing=current",
        "policy=beijing-outpatient-standards&standing=outdated",
        "policy=beijing-outpatient-standards&standing=never",
        f"department={department}&state=unfinished",
        f"department={division}&due=overdue",
        "region=310000&due=soon",
        "course=retirement&due=soon",
        "course=onboarding&state=unfinished&audience=hr",
        "text=王伟&state=unfinished&due=overdue",
    ]
    for given in filters:
        yield (
            f"list {given.replace(str(division), 'DIVISION').replace(str(department), 'DEPARTMENT')}",
            (f"/manage/progress?{given}"),
        )


def _client(app: Flask) -> FlaskClient:
    cookie = next(learners(app)).cookie.partition("=")
    client = app.test_client()
    client.set_cookie(cookie[0], cookie[2])
    return client


def _seconds(client: FlaskClient, address: str) -> float:
    """Median of the page as the browser gets it, after one that fills what is kept in memory."""
    seconds = []
    for _ in range(VIEWS + 1):
        took, response = timed(lambda: client.get(address))
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        seconds.append(took)
    return median(seconds[1:])


if __name__ == "__main__":
    main()
