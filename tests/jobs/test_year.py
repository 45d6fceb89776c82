"""Days and a year of the clockwork, by a clock that is moved."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.rules import Job, first_workday, quarterly, yearly
from lms.jobs.timetable import JOBS
from lms.kernel.clock import CHINA, china_date, now
from lms.kernel.database import session
from tests.support.library import publish_library
from tests.support.people import make_person
from tests.support.year import drive

NOT_OF_THE_YEAR = {"speak-lessons"}
"""An outside program reads lessons aloud; the calendar has no part in it."""


def test_a_year_passes_in_seconds_and_each_rule_is_kept(database: Session) -> None:
    seen: list[tuple[str, datetime]] = []

    def noting(name: str) -> Callable[[datetime], int]:
        def run(at: datetime) -> int:
            seen.append((name, now()))
            return 1

        return run

    rules = {"monthly": first_workday("month", 9), "quarterly": quarterly(9), "plan": yearly(12, 1, 9)}
    jobs = [Job(name, rule, noting(name)) for name, rule in rules.items()]
    driven = drive(date(2027, 1, 1), date(2028, 1, 1), jobs)
    assert driven.runs == Counter(monthly=12, quarterly=4, plan=1)
    assert [china_date(at) for name, at in seen if name == "quarterly"] == [
        date(2027, 1, 4),
        date(2027, 4, 1),
        date(2027, 7, 1),
        date(2027, 10, 6),
    ]
    assert [at.astimezone(CHINA) for name, at in seen if name == "plan"] == [
        datetime(2027, 12, 1, 9, tzinfo=CHINA)
    ]
    assert set(session().scalars(select(Occurrence.state))) == {OccurrenceState.DONE}


def test_the_real_timetable_comes_through_the_turn_of_the_year(database: Session) -> None:
    publish_library()
    for number in range(6):
        make_person(number=f"Y{number}", name=f"员工{number}", hired_on=date(2020, 1, 1))
    jobs = [one for one in JOBS if one.name not in NOT_OF_THE_YEAR]
    driven = drive(date(2027, 1, 2), date(2027, 1, 5), jobs, pulse=timedelta(days=1))
    assert driven.failed == []
    assert {one.name for one in jobs if not driven.runs[one.name]} == {
        one.name for one in jobs if one.trigger.cadence.month == 12
    }
    opened = select(Occurrence.due_at).where(Occurrence.job == "open-needs")
    session().rollback()
    assert session().scalars(opened).all() == [datetime(2027, 1, 4, 9, tzinfo=CHINA)]
