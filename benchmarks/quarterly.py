"""What the report of a quarter costs over very many people: ``python -m benchmarks.quarterly``.

``make bench`` measures it in the company of ``benchmarks.desk``, which takes minutes to enter.
"""

import argparse
from dataclasses import dataclass
from statistics import median

from flask.testing import FlaskClient
from flask_migrate import upgrade

from benchmarks import company
from benchmarks.engines import installation, timed
from benchmarks.installation import learners
from lms.kernel.clock import china_date, now
from lms.kernel.database import db, snapshot, unit_of_work
from lms.kernel.quarters import Quarter
from lms.quarterly.gathering import gather
from lms.quarterly.operations import Act, put
from lms.reports import projection
from tests.support.postgres import PROGRAMS

PEOPLE = 20_000
_VIEWS = 5


@dataclass(frozen=True)
class Taken:
    """Seconds for gathering the numbers, for the page, and for the PDF; and what was counted."""

    gathered: float
    page: float
    pdf: float
    people: int
    papers: int


def main() -> None:
    """Enter a company on the engines asked for, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quarterly", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="default %(default)s")
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    for name in ("sqlite", "postgresql"):
        if given.engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            _in_a_company(name, given.people)


def _in_a_company(engine: str, people: int) -> None:
    with installation(engine) as app, app.app_context():
        upgrade()
        company.found(people)
        with unit_of_work():
            projection.rebuild(now())
        company.settle()
        cookie = next(learners(app)).cookie.partition("=")
        client = app.test_client()
        client.set_cookie(cookie[0], cookie[2])
        print(f"{engine}, {people:,} people")
        print_report(measured(client))


def print_report(found: Taken) -> None:
    """Print the figures of one engine."""
    for what, seconds, promised in (
        ("numbers gathered", found.gathered, "≤ 20 s, in the background"),
        ("page", found.page, "≤ 300 ms"),
        ("PDF", found.pdf, "no figure"),
    ):
        print(f"  report of a quarter: {what:<17} {1000 * seconds:8.0f} ms   (promised {promised})")
    print(f"  … of {found.people:,} people with something due and {found.papers:,} first papers", flush=True)


def measured(client: FlaskClient) -> Taken:
    """The report of the quarter of the company's papers, drafted and looked at by whoever is signed in."""
    quarter = Quarter.of(china_date(now() - company.LONG_AGO / 2))
    with snapshot():
        gathered, figures = timed(lambda: gather(quarter, now()))
    with unit_of_work():
        put(quarter, figures, Act(None, now()))
    db.session.remove()
    address = f"/manage/reports/{quarter}"
    page, pdf = _seconds(client, address), _seconds(client, f"{address}.pdf")
    return Taken(gathered, page, pdf, figures.required.whole, figures.papers.first.whole)


def _seconds(client: FlaskClient, address: str) -> float:
    """Median of a few views; the first one does not count."""
    seconds = []
    for _ in range(_VIEWS + 1):
        took, answer = timed(lambda: client.get(address))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        seconds.append(took)
    return median(seconds[1:])


if __name__ == "__main__":
    main()
