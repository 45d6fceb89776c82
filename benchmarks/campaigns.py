"""What assigning costs with many people: ``python -m benchmarks.campaigns``."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flask_migrate import upgrade
from sqlalchemy import text

from benchmarks.crowd import admin, invent
from benchmarks.engines import installation, timed
from benchmarks.installation import COURSE
from lms.campaigns.cycles import apply_rules
from lms.campaigns.drafting import Edit, new_draft, save_content, save_people, save_time
from lms.campaigns.preview import preview, preview_page
from lms.campaigns.queries import campaign
from lms.campaigns.selection import Selection
from lms.campaigns.sending import go_out, send
from lms.campaigns.standing_rules import set_joining_rule
from lms.kernel.clock import china_date, now
from lms.kernel.database import is_postgresql, session, unit_of_work
from lms.kernel.settings import ROOT
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from tests.support.postgres import PROGRAMS

PEOPLE = 100_000
Result = TypeVar("Result")


@dataclass(frozen=True)
class Figures:
    """Seconds that things took."""

    count: float
    names: float
    assigning: float
    rules: float


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaigns", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    print_campaigns(given.people, engine=given.engine)


def print_campaigns(people: int = PEOPLE, *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            one = _measured(name, people)
            print(f"{name}, {people:,} people selected")
            print(f"  counting them with reasons   {one.count:8.2f} s")
            print(f"  a page of names              {one.names:8.2f} s")
            print(f"  assigning to all of them     {one.assigning:8.2f} s    (promised ≤ 5 s at 100,000)")
            print(f"  a rule that meets nobody new {one.rules:8.2f} s", flush=True)


def _measured(engine: str, people: int) -> Figures:
    with installation(engine) as app, app.app_context():
        upgrade()
        key, at = _drafted(people), now()
        draft, today = campaign(key), china_date(at)
        count, found = timed(lambda: preview(draft, today))
        if found.people != people:
            raise RuntimeError(f"{found.people} of {people} people would get it")
        names, _ = timed(lambda: preview_page(draft, today, None, page=1))
        with unit_of_work():
            goes_out_at = send(key, Edit(draft.version, draft.author_id or 0, at))
        campaign_id = campaign(key).id
        session().rollback()
        assigning, given = timed(lambda: _whole(lambda: go_out(campaign_id, goes_out_at)))
        if given != people:
            raise RuntimeError(f"only {given} of {people} people were given it")
        with unit_of_work():
            set_joining_rule(COURSE, hired_from=today - timedelta(days=9999), at=at)
        _whole(lambda: apply_rules(goes_out_at))
        later = goes_out_at + timedelta(minutes=5)
        rules, _ = timed(lambda: _whole(lambda: apply_rules(later)))
        return Figures(count, names, assigning, rules)


def _drafted(people: int) -> str:
    """The library, the people, and a draft for all of them."""
    at = now()
    with unit_of_work():
        publish(check(files_below(ROOT), day=china_date(at)), author_id=None, at=at)
    with unit_of_work():
        author = admin()
        invent(people)
    if is_postgresql():
        session().execute(text("ANALYZE"))
        session().commit()
    with unit_of_work():
        key = new_draft(author_id=author, at=at)
        save_content(key, Edit(1, author, at), title="年度必修", path="", courses=[COURSE])
        employees = Selection(audiences=frozenset({"employee"}))
        save_people(key, Edit(2, author, at), employees, everybody=True)
        save_time(key, Edit(3, author, at), starts_on=None, due_on=None, due_days=14)
    return key


def _whole(act: Callable[[], Result]) -> Result:
    with unit_of_work():
        return act()


if __name__ == "__main__":
    main()
