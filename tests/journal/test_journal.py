"""The journal: one row for every act, with keys and counts and nothing else."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.journal.operations import record
from tests.support.people import make_person

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_an_entry_says_who_did_what_to_what_and_when(database: Session) -> None:
    actor = make_person()
    record("help.recorded", "K7", actor_id=actor.id, at=AT, after_attempt=2, kind="phone")
    entry = database.scalars(select(Entry)).one()
    assert (entry.act, entry.subject, entry.actor_id, entry.at) == ("help.recorded", "K7", actor.id, AT)
    assert entry.facts == {"after_attempt": 2, "kind": "phone"}


def test_the_platform_acts_without_a_person(database: Session) -> None:
    record("library.published", "R1", actor_id=None, at=AT, replaces=None)
    entry = database.scalars(select(Entry)).one()
    assert (entry.actor_id, entry.facts) == (None, {"replaces": None})


def test_nobody_acts_who_does_not_exist(database: Session) -> None:
    with pytest.raises(IntegrityError):
        record("help.recorded", "K7", actor_id=999, at=AT)
