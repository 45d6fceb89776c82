"""What a change of policy costs with many people: ``python -m benchmarks.rollouts``."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from benchmarks.crowd import prepare, registered
from benchmarks.engines import installation, timed
from benchmarks.installation import learners
from lms.kernel.clock import china_date, now
from lms.kernel.database import db, session, unit_of_work
from lms.rollouts import queries
from lms.rollouts.delivery import deliver_ready, include_newcomers
from lms.rollouts.people import counts
from lms.rollouts.progress import count_up
from lms.rollouts.proposal import proposal
from tests.support.postgres import PROGRAMS

SIZES = (10_000, 100_000)
MILLION = 1_000_000
VIEWS = 9


@dataclass(frozen=True)
class Figures:
    """Seconds that things took with so many people."""

    people: int
    impact: float
    delivery: float
    newcomers: float
    counting: float
    page: float

    @property
    def a_person(self) -> float:
        """Microseconds of delivery a person."""
        return 1e6 * self.delivery / self.people


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rollouts", description=__doc__)
    parser.add_argument("--million", action="store_true", help="a million people as well (takes minutes)")
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    sizes = (*SIZES, MILLION) if given.million else SIZES
    print_rollouts(sizes, engine=given.engine)


def print_rollouts(sizes: Sequence[int] = SIZES, *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            _print(name, [_measured(name, people) for people in sizes])


def _print(engine: str, several: Sequence[Figures]) -> None:
    for one in several:
        print(f"{engine}, {one.people:,} people")
        print(f"  impact and preview           {one.impact:8.2f} s    (promised ≤ 2 s at 100,000)")
        print(f"  opening delivery             {one.delivery:8.2f} s    (promised ≤ 100 µs a person)")
        print(f"  … a person                   {one.a_person:8.1f} µs")
        print(f"  looking for newcomers        {one.newcomers:8.2f} s")
        print(f"  counting how far it has come {one.counting:8.2f} s")
        print(f"  policy page                  {1000 * one.page:8.0f} ms   (promised ≤ 150 ms at 100,000)")
    least, most = min(one.a_person for one in several), max(one.a_person for one in several)
    spread = 100 * (most - least) / (most + least)
    print(f"{engine}: a person costs the same ±{spread:.0f} %    (promised ±20 %)", flush=True)


def _measured(engine: str, people: int) -> Figures:
    with installation(engine) as app, app.app_context():
        upgrade()
        change_key = registered(people)
        impact, _ = timed(lambda: counts(_proposed(change_key)))
        prepare(change_key)
        change_id = queries.change(change_key).id
        session().rollback()
        delivery, reached = timed(lambda: _whole(deliver_ready, change_id))
        if reached < people:
            raise RuntimeError(f"only {reached} of {people} people were reached")
        newcomers, _ = timed(lambda: _whole(include_newcomers, change_id))
        counting, _ = timed(lambda: _whole(count_up, change_id))
        db.session.remove()
        return Figures(people, impact, delivery, newcomers, counting, _page(app, change_key))


def _whole(act: Callable[..., int], change_id: int) -> int:
    with unit_of_work():
        return act(change_id, now())


def _proposed(change_key: str) -> Any:
    """Whom the change reaches, from its drafts, as the page before approval shows it."""
    return proposal(queries.change(change_key), day=china_date(now())).impact.reaches


def _page(app: Flask, change_key: str) -> float:
    """Median of the page as the admin's browser gets it, after one that fills what is kept in memory."""
    cookie = next(learners(app)).cookie.partition("=")
    client = app.test_client()
    client.set_cookie(cookie[0], cookie[2])
    seconds = []
    for _ in range(VIEWS + 1):
        took, response = timed(lambda: client.get(f"/manage/policy/{change_key}"))
        if response.status_code != 200:
            raise RuntimeError(f"the page answered {response.status_code}")
        seconds.append(took)
    return median(seconds[1:])


if __name__ == "__main__":
    main()
