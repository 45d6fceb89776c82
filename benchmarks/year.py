"""What a year of the clockwork costs for 1,000 people: ``python -m benchmarks.year``.

The clock is moved from 2027-01-01 to 2028-01-01. Three standing rules give courses, some people learn each
day, two surveys a person and quarter are sent, reports are drafted: whatever the timetable holds, all of it.
"""

import argparse
import cProfile
import gc
import pstats
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import time_machine
from flask_migrate import upgrade
from sqlalchemy import Integer, Row, case, cast, func, insert, select, update

from benchmarks.crowd import admin, invent
from benchmarks.engines import installation, timed
from lms.assignments.models import Assignment, Completion
from lms.campaigns.models import Rule, RuleState, Trigger
from lms.campaigns.selection import Selection
from lms.campaigns.standing_rules import RuleForm, add_rule
from lms.cli.serving import COLLECT_AFTER
from lms.jobs.timetable import JOBS
from lms.kernel.clock import china_date, start_of_day
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.kernel.settings import ROOT
from lms.kernel.workdays import is_workday
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person, Status
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.quizzes.models import Answer, Attempt, AttemptState
from lms.quizzes.papers import parts, to_text
from lms.quizzes.queries import quizzes_of, ready_questions
from lms.quizzes.rules import PASS_LINE, draw
from tests.support.postgres import PROGRAMS
from tests.support.year import Driven, drive

PEOPLE = 1000
FIRST, END = date(2027, 1, 1), date(2028, 1, 1)
LEFT_OUT = {"speak-lessons"}
"""An outside program reads lessons aloud: it would be measured, not the year."""
RULES = (("onboarding", "employee", 6), ("hr-essentials", "hr", 12), ("retirement", "retiree", 12))
"""Course, audience, and after how many months it is given again."""
A_PULSE = timedelta(days=1)
"""What is due every few minutes runs so often: the year has the same to do, in larger portions."""
A_DAY = 12
"""On a workday one in so many of those who owe something passes."""
DRAWN = 40
"""Papers of each course that are handed out again and again."""
SHOWN = 12
"""So many of the jobs that cost the processor most are named."""


def main() -> None:
    """Measure on the engine asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--months", type=int, default=12, help="of 2027 (default %(default)s)")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    given = parser.parse_args()
    until = date(2027, given.months + 1, 1) if given.months < 12 else END
    profile = cProfile.Profile() if given.profile else None
    print_year(given.people, engine=given.engine, until=until, profile=profile)
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def print_year(
    people: int = PEOPLE,
    *,
    engine: str = "sqlite",
    until: date = END,
    profile: cProfile.Profile | None = None,
) -> None:
    """Print how long the year took, and which jobs took most of it."""
    if engine == "postgresql" and not PROGRAMS:
        return
    driven, seconds = _measured(people, engine, until, profile)
    if driven.failed:
        raise RuntimeError(str(driven.failed[:3]))
    print(f"{engine}, a year of the clockwork for {people:,} people until {until}")
    print(f"  all jobs                     {driven.total:8.1f} s    (promised ≤ 60 s)")
    print(f"  … on the processor           {sum(driven.processor.values()):8.1f} s")
    print(f"  with what people do          {seconds:8.1f} s")
    print(f"  runs                         {driven.runs.total():8,}")
    for name, took in sorted(driven.processor.items(), key=lambda one: -one[1])[:SHOWN]:
        print(f"  … {name:<26} {took:8.1f} s    {driven.runs[name]:6,} runs", flush=True)


def _measured(
    people: int, engine: str, until: date, profile: cProfile.Profile | None
) -> tuple[Driven, float]:
    jobs = [one for one in JOBS if one.name not in LEFT_OUT]
    with installation(engine) as app, app.app_context():
        upgrade()
        with time_machine.travel(start_of_day(FIRST - timedelta(days=30)), tick=False):
            _found(people, start_of_day(FIRST - timedelta(days=30)))
        if profile:
            profile.enable()
        crowd = _Crowd(live_release_id() or "", FIRST)
        gc.freeze()  # as the program does when it begins to serve
        gc.set_threshold(*COLLECT_AFTER)
        seconds, driven = timed(lambda: drive(FIRST, until, jobs, pulse=A_PULSE, at_day=crowd.learn))
        if profile:
            profile.disable()
        return driven, seconds


def _found(people: int, at: datetime) -> None:
    """The library, the company, three audiences in it, and the rules by which they are taught."""
    with unit_of_work():
        publish(check(files_below(ROOT), day=china_date(at)), author_id=None, at=at)
    with unit_of_work():
        author = admin()
        invent(people)
        part = cast(func.substr(Person.number, 2), Integer) % 100
        audience = case((part < 80, Audience.EMPLOYEE), (part < 97, Audience.RETIREE), else_=Audience.HR)
        status = case((part.between(80, 96), Status.RETIRED), else_=Status.IN_SERVICE)
        session().execute(
            update(Person).where(Person.number.startswith("N")).values(audience=audience, status=status)
        )
    with unit_of_work():
        for course, audience_name, months in RULES:
            add_rule(_rule(course, audience_name, months), actor_id=author, at=at)
        session().execute(update(Rule).values(state=RuleState.ON))


def _rule(course: str, audience: str, months: int) -> RuleForm:
    return RuleForm(
        title="",
        path="",
        courses=[course],
        selection=Selection(audiences=frozenset({audience})),
        trigger=Trigger.MATCHING,
        hired_from=None,
        due_days=14,
        repeat_months=months,
        anchor_on=date(2027, 1, 11),
    )


# -- what people do --------------------------------------------------------------------------------------


class _Crowd:
    """Those who owe something; on each workday some of them pass a paper."""

    def __init__(self, release_id: str, day: date) -> None:
        self._release_id = release_id
        self._random = Random(1)
        self._papers = {course: self._drawn(course, day) for course, _, _ in RULES}

    def _drawn(self, course: str, day: date) -> list[str]:
        bank, ready = quizzes_of(self._release_id)[course], ready_questions(self._release_id, course, day)
        return [to_text(draw(bank, ready, {}, self._random)) for _ in range(DRAWN)]

    def learn(self, at: datetime) -> None:
        """What they do on the day that begins."""
        if not is_workday(china_date(at)):
            return
        done = select(Completion.assignment_id).where(Completion.assignment_id == Assignment.id).exists()
        owed = select(Assignment.id, Assignment.key, Assignment.person_id, Assignment.course).where(~done)
        with unit_of_work():
            rows = [row for row in session().execute(owed) if not self._random.randrange(A_DAY)]
            for row in rows:
                self._pass(row, at)

    def _pass(self, row: Row[*tuple[Any, ...]], at: datetime) -> None:
        paper = self._random.choice(self._papers[row.course])
        attempt = Attempt(
            person_id=row.person_id,
            series=row.key,
            number=1,
            quiz=row.course,
            release_id=self._release_id,
            state=AttemptState.PASSED,
            pass_line=PASS_LINE,
            paper=paper,
            started_at=at,
            submitted_at=at,
            earned=9,
            points=len(parts(paper)),
        )
        session().add(attempt)
        session().flush()
        values = [str(self._random.randrange(3)) for _ in parts(paper)]
        common = {"attempt_id": attempt.id, "seq": 1, "saved_at": at}
        answers = [{**common, "position": n, "value": value} for n, value in enumerate(values, 1)]
        session().execute(insert(Answer), answers)
        done = {"assignment_id": row.id, "attempt_id": attempt.id, "completed_at": at}
        session().execute(insert(Completion), [{**done, "certificate": new_key()}])


if __name__ == "__main__":
    main()
