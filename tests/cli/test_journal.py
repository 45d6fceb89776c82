"""``flask journal``: sealing, and finding what was touched."""

import re
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Delete, Update, delete, select, text, update

from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.database import is_postgresql, session, unit_of_work
from tests.conftest import MONDAY


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "en")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["journal", *words])


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Numbers of three entries, the last one too young to be sealed."""
    with app.app_context():
        with unit_of_work():
            for number, age in enumerate((2, 2, 0)):
                at = MONDAY - timedelta(hours=age)
                record("help.recorded", f"K{number}", actor_id=None, at=at)
        return list(session().scalars(select(Entry.id).order_by(Entry.id)))


def tamper(app: Flask, change: Update | Delete) -> None:
    """Change a row after taking the database's own refusal away."""
    with app.app_context(), unit_of_work():
        asleep = "ALTER TABLE journal_entries DISABLE TRIGGER USER"
        kinds = () if is_postgresql() else ("update", "delete")
        for statement in [f"DROP TRIGGER journal_entries_no_{kind}" for kind in kinds] or [asleep]:
            session().execute(text(statement))
        session().execute(change.execution_options(synchronize_session=False))
        if is_postgresql():
            session().execute(text("ALTER TABLE journal_entries ENABLE TRIGGER USER"))


def test_sealing_says_how_many(app: Flask, numbers: list[int]) -> None:
    assert run(app, "seal").output == "2 entries sealed\n"
    assert run(app, "seal").output == "0 entries sealed\n"


def test_a_journal_as_written_is_said_to_be_so_with_the_digest_to_note(
    app: Flask, numbers: list[int]
) -> None:
    before = run(app, "verify")
    assert (before.exit_code, before.output) == (
        0,
        "0 sealed entries are as written; 3 are not sealed yet\n",
    )
    run(app, "seal")
    told = run(app, "verify")
    assert told.exit_code == 0
    first, second = told.output.splitlines()
    assert first == "2 sealed entries are as written; 1 is not sealed yet"
    assert re.fullmatch(r"seal \d+ of 2026-11-23 09:00: [0-9a-f]{64}", second)


def test_what_was_touched_is_named_and_the_status_tells(app: Flask, numbers: list[int]) -> None:
    run(app, "seal")
    tamper(app, update(Entry).where(Entry.id == numbers[0]).values(subject="K9"))
    told = run(app, "verify")
    assert (told.exit_code, told.output) == (1, f"entry {numbers[0]} was changed after it was sealed\n")


def test_what_was_removed_is_named(app: Flask, numbers: list[int]) -> None:
    run(app, "seal")
    tamper(app, delete(Entry).where(Entry.id == numbers[1]))
    told = run(app, "verify")
    assert (told.exit_code, told.output) == (1, f"entry {numbers[1]} was removed after it was sealed\n")
