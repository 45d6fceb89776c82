"""Taking a run out of the calendar, and putting it back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import history, to_be_skipped
from lms.jobs.rules import Job, daily, every
from lms.jobs.runner import run_due
from lms.jobs.standing import Standing, line
from lms.jobs.steering import NoReason, NotNext, skip, unskip
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.people.models import Person
from tests.support.people import make_person

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
"""When the job is next due."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHY = "年终结算，数据还没有到"


@pytest.fixture
def admin(database: Session) -> Person:
    return make_person(number="A1", name="陈静")


def tidy(*, catches_up: bool = False) -> tuple[Job, list[datetime]]:
    ran: list[datetime] = []

    def run(now: datetime) -> int:
        ran.append(now)
        return 1

    return Job("tidy", daily(6), run, catches_up=catches_up), ran


def skipped(job: Job, admin: Person, *, reason: str = WHY, at: datetime = NINE, due: datetime = SIX) -> None:
    with unit_of_work():
        skip(job, due, reason, actor_id=admin.id, at=at)


def test_a_skipped_run_does_not_take_place_and_the_next_one_does(admin: Person) -> None:
    job, ran = tidy()
    run_due(NINE, "a", [job])
    skipped(job, admin)
    assert run_due(SIX, "a", [job]) == []
    run_due(SIX + HOUR, "a", [job])
    assert ran == [NINE]
    run_due(SIX + DAY, "a", [job])
    assert ran == [NINE, SIX + DAY]
    session().rollback()
    latest = history("tidy", SIX + DAY, most=50)
    assert [one.state for one in latest] == [
        OccurrenceState.DONE,
        OccurrenceState.SKIPPED,
        OccurrenceState.DONE,
    ]
    assert (latest[1].reason, latest[1].actor_id) == (WHY, admin.id)


def test_one_that_catches_up_leaves_out_the_skipped_instant_only(admin: Person) -> None:
    job, ran = tidy(catches_up=True)
    run_due(NINE, "a", [job])
    skipped(job, admin)
    for hours in range(2):
        run_due(SIX + 2 * DAY + hours * HOUR, "a", [job])
    assert ran == [SIX - DAY, SIX + DAY, SIX + 2 * DAY]


def test_a_run_before_it_is_due_is_not_held_up_by_what_is_skipped_later(admin: Person) -> None:
    job, ran = tidy()
    skipped(job, admin, at=NINE)
    run_due(NINE + HOUR, "a", [job])
    assert ran == [NINE + HOUR]


def test_the_line_tells_of_it(admin: Person) -> None:
    job, _ = tidy()
    skipped(job, admin)
    session().rollback()
    found = line(job, NINE)
    assert found.standing is Standing.NEVER
    assert found.skipped is not None
    assert (found.skipped.due_at, found.next_at) == (SIX, SIX + DAY)
    assert history("tidy", NINE, most=50) == []


def test_what_is_skipped_can_be_put_back_until_it_is_past(admin: Person) -> None:
    job, ran = tidy()
    run_due(NINE, "a", [job])
    skipped(job, admin)
    with unit_of_work():
        unskip(job, SIX, actor_id=admin.id, at=NINE)
    assert to_be_skipped("tidy", NINE) is None
    run_due(SIX, "a", [job])
    assert ran == [NINE, SIX]
    with pytest.raises(NotNext), unit_of_work():
        unskip(job, SIX, actor_id=admin.id, at=SIX)


def test_only_the_next_run_is_skipped_once_and_with_a_reason(admin: Person) -> None:
    job, _ = tidy()
    with pytest.raises(NoReason):
        skipped(job, admin, reason="  ")
    with pytest.raises(NoReason):
        skipped(job, admin, reason="长" * 301)
    with pytest.raises(NotNext):
        skipped(job, admin, due=SIX + DAY)
    with pytest.raises(NotNext):
        skipped(Job("often", every(5), lambda now: 0), admin, due=NINE + timedelta(minutes=5))
    skipped(job, admin)
    with pytest.raises(NotNext):
        skipped(job, admin)
    assert len(session().scalars(select(Occurrence)).all()) == 1


def test_both_acts_stand_in_the_journal(admin: Person) -> None:
    job, _ = tidy()
    skipped(job, admin)
    with unit_of_work():
        unskip(job, SIX, actor_id=admin.id, at=NINE)
    entries = session().scalars(select(Entry).order_by(Entry.id)).all()
    assert [(one.act, one.subject, one.actor_id) for one in entries] == [
        ("job.skipped", "tidy", admin.id),
        ("job.unskipped", "tidy", admin.id),
    ]
    assert entries[0].facts == {"due_at": SIX.isoformat(), "reason": WHY}
