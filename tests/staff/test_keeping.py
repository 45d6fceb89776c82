"""What the database keeps of a list while it is worked at: nothing that can be read."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.jobs.housekeeping import clean_imports
from lms.people.rules import id_fault
from lms.staff import staging
from lms.staff.models import Import, ImportPart, ImportRow, ImportState
from lms.staff.queries import recent_imports
from lms.staff.work import LOOKED_UP, UNTAKEN
from tests.support.people import make_department
from tests.support.staff import (
    AT,
    HEADERS,
    checked,
    csv,
    hr,
    id_number,
    known_cities,
    now,
    row,
    taken,
    uploaded,
)

__all__ = ["known_cities"]
pytestmark = pytest.mark.usefixtures("known_cities")


def test_nothing_of_the_file_stands_in_the_database_in_clear(database: Session) -> None:
    make_department(name="总装车间")
    secret, name = id_number(), "欧阳无双"
    headers = (*HEADERS, "手机", "身份证号")
    good = [*row("N1", name), "13800000013", secret]
    bad = [*row("N2", name), "13800000013", secret[:-1] + ("0" if secret[-1] != "0" else "1")]
    author = hr()
    key = uploaded(csv(good, bad, headers=headers), author)
    assert secret not in everything(database)
    found = checked(csv(good, bad, headers=headers), author)
    assert found.key != key
    stored = everything(database)
    assert not [one for one in (secret, secret[:-1], name, "13800000013", "工号") if one in stored]


def everything(database: Session) -> str:
    database.rollback()
    tables = ("staff_imports", "staff_import_parts", "staff_import_rows", "journal_entries")
    return "".join(str(database.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)


def test_the_file_is_thrown_away_once_its_rows_are_staged(database: Session) -> None:
    found = checked(csv(row()), hr())
    assert found.state is ImportState.CHECKED
    assert database.scalar(select(func.count()).select_from(ImportPart)) == 0


def test_large_files_are_kept_in_parts(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.staff.imports.PART", 10)
    data = csv(row())
    key = uploaded(data, hr(), name="C:\\名单\\九月.csv")
    found = recent_imports()[0]
    assert (found.key, found.file_name) == (key, "九月.csv")
    assert staging.content(found.id) == data


def test_it_is_told_how_far_it_is(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "CHUNK", 2)
    seen: list[tuple[int, int]] = []
    keep = staging.keep

    def watched(mine: object, rows: object, done: int, **at: object) -> None:
        keep(mine, rows, done, **at)  # type: ignore[arg-type]
        seen.append((done, database.execute(select(Import.rows)).scalar_one()))

    monkeypatch.setattr(staging, "keep", watched)
    found = checked(csv(*(row(f"N{n}") for n in range(5))), hr())
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert (found.rows, found.done, found.checked_at is not None) == (5, 5, True)
    assert found.checked_at is not None
    assert (found.checked_at - AT).total_seconds() < 60


def test_invented_id_numbers_are_right() -> None:
    assert id_fault(id_number()) == ""


def staged(database: Session) -> int:
    return database.scalar(select(func.count()).select_from(ImportRow)) or 0


def test_a_list_that_nobody_takes_is_forgotten_after_two_weeks(database: Session) -> None:
    key = checked(csv(row()), hr()).key
    assert clean_imports(AT + UNTAKEN - timedelta(minutes=1)) == 0
    assert clean_imports(AT + UNTAKEN + timedelta(minutes=1)) == 1
    assert (now(key).state, staged(database)) == (ImportState.DISCARDED, 0)
    assert clean_imports(AT + UNTAKEN + timedelta(minutes=1)) == 0


def test_of_a_list_that_was_taken_the_people_are_forgotten_after_a_month(database: Session) -> None:
    make_department(name="总装车间")
    found = taken(csv(row()), hr())
    assert clean_imports(AT + LOOKED_UP - timedelta(minutes=1)) == 0
    assert clean_imports(AT + LOOKED_UP + timedelta(minutes=1)) == 1
    assert (now(found.key).counts, staged(database)) == (found.counts, 0)
