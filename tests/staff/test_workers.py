"""Who works at a list, and who takes it over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import staff as job
from lms.kernel.database import unit_of_work
from lms.staff import imports, staging, work
from lms.staff.checking import Checked
from lms.staff.models import Import, ImportState, Rows
from tests.support.people import make_department
from tests.support.staff import (
    AT,
    checked,
    csv,
    hr,
    known_cities,
    now,
    row,
    uploaded,
)

__all__ = ["known_cities"]
pytestmark = pytest.mark.usefixtures("known_cities")
TODAY = date(2026, 11, 23)


def test_two_workers_never_take_the_same_list(database: Session) -> None:
    uploaded(csv(row()), hr())
    (import_id,) = work.waiting(AT)
    with unit_of_work():
        assert work.claim(import_id, "first", at=AT)
    with unit_of_work():
        assert work.claim(import_id, "second", at=AT) is None
    assert work.waiting(AT) == []


def test_a_list_whose_worker_fell_silent_is_taken_up_again_from_the_beginning(database: Session) -> None:
    make_department(name="总装车间")
    key = uploaded(csv(row("N1"), row("N2")), hr())
    (import_id,) = work.waiting(AT)
    with unit_of_work():
        dead = work.claim(import_id, "dead", at=AT)
    assert dead
    staged = staging.prepare(import_id, job.cities(), TODAY)
    (chunk,) = staging.chunks(staged)
    with unit_of_work():
        staging.keep(dead, chunk[:1], 1, at=AT)
    assert job.carry_imports(AT + work.SILENT - timedelta(seconds=1)).count == 0
    assert job.carry_imports(AT + work.SILENT).count == 1
    found = now(key)
    assert (found.state, found.counts["add"]) == (ImportState.CHECKED, 2)
    refused_by_time(dead, chunk)


def refused_by_time(dead: work.Claim, chunk: list[Checked]) -> None:
    with pytest.raises(work.TakenOver), unit_of_work():
        staging.keep(dead, chunk, 2, at=AT)


def test_a_worker_that_comes_back_too_late_is_told_so(database: Session) -> None:
    uploaded(csv(row()), hr())
    (import_id,) = work.waiting(AT)
    with unit_of_work():
        late = work.claim(import_id, "late", at=AT)
    with unit_of_work():
        assert work.claim(import_id, "next", at=AT + work.SILENT)
    assert late
    with pytest.raises(work.TakenOver), unit_of_work():
        work.report(late, at=AT + work.SILENT, done=1)
    assert database.execute(select(Import.done, Import.worker)).one() == (0, "next")


def test_applying_that_was_interrupted_is_done_by_the_next_worker(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    found = checked(csv(row("N1")), author)
    with unit_of_work():
        imports.confirm(found.key, rows=Rows.ALL, confirmed=True, actor_id=author.id, at=AT)
    with unit_of_work():
        late = work.claim(found.id, "late", at=AT)
    assert late
    assert job.carry_imports(AT + work.SILENT).count == 1
    assert now(found.key).state is ImportState.APPLIED
    with pytest.raises(work.TakenOver), unit_of_work():
        work.report(late, at=AT)


def test_a_list_that_kills_its_workers_is_given_up(database: Session) -> None:
    key = uploaded(csv(row()), hr())
    (import_id,) = work.waiting(AT)
    for count in range(work.MOST_TRIES):
        with unit_of_work():
            assert work.claim(import_id, f"worker-{count}", at=AT + count * work.SILENT)
    assert job.carry_imports(AT + work.MOST_TRIES * work.SILENT).failures == 1
    found = now(key)
    assert (found.state, found.error) == (ImportState.FAILED, "broke")


def test_lists_are_carried_one_after_the_other(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    first, second = uploaded(csv(row("N1")), author), uploaded(b"x", author)
    outcome = job.carry_imports(AT)
    assert (outcome.count, outcome.failures) == (1, 0)
    assert [now(key).state for key in (first, second)] == [ImportState.CHECKED, ImportState.FAILED]
