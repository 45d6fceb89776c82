"""One door: a whole library goes live in one transaction, or nothing of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import db, session, unit_of_work
from lms.library import operations as library_operations
from lms.library import queries as library
from lms.library.faults import Item
from lms.library.models import Blob, Edition, Live, Reference, Release, ReleaseFile, ReleaseItem
from lms.library.operations import LiveHasMoved, edition_of
from lms.policies.queries import policies_of
from lms.publishing.differences import How
from lms.publishing.operations import Checked, HasFaults, check, publish
from lms.publishing.queries import difference, is_live
from tests.support.power import PowerCut, power_cut
from tests.support.small_library import LESSON_PATH, PARAMETERS_PATH, QUIZ_PATH, TEXTS, with_change

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TABLES = (Release, Live, Blob, ReleaseFile, Edition, ReleaseItem, Reference, Entry)
Counts = dict[str, int]


def checked(texts: dict[str, str] | None = None) -> Checked:
    files = {path: text.encode() for path, text in (texts or dict(TEXTS)).items()}
    return check(files, day=date(2026, 11, 23))


def published(texts: dict[str, str] | None = None) -> str:
    """Make these texts live; the release's id."""
    with unit_of_work():
        release_id = publish(checked(texts), author_id=None, at=NOW)
    assert release_id is not None
    return release_id


def rows() -> Counts:
    """How many rows each table of the library has."""
    session().rollback()
    counts = {
        table.__tablename__: session().scalar(select(func.count()).select_from(table)) for table in TABLES
    }
    session().rollback()
    return {name: count or 0 for name, count in counts.items()}


def statements_of_a_publish(texts: dict[str, str]) -> int:
    """How many statements it takes; nothing is kept."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1

    event.listen(db.engine, "before_cursor_execute", count)
    publish(checked(texts), author_id=None, at=NOW)
    session().rollback()
    event.remove(db.engine, "before_cursor_execute", count)
    return seen


def test_a_first_publish_that_fails_at_any_point_leaves_nothing(database: Session) -> None:
    statements = statements_of_a_publish(dict(TEXTS))
    assert statements > len(TABLES)
    for before in range(1, statements + 2):
        with power_cut(before), pytest.raises(PowerCut):
            published()
        assert set(rows().values()) == {0}, f"cut before statement {before} of {statements}"
    published()
    assert 0 not in rows().values()


def test_a_later_publish_that_fails_at_any_point_leaves_the_live_release_as_it_was(database: Session) -> None:
    live = published()
    counted = rows()
    texts = with_change(LESSON_PATH, "看病出示凭证。", "看病、取药都出示凭证。")
    for before in range(1, statements_of_a_publish(texts) + 2):
        with power_cut(before), pytest.raises(PowerCut):
            published(texts)
        assert rows() == counted
        assert library.live_release_id() == live


def test_a_library_with_faults_is_refused_with_all_of_them(database: Session) -> None:
    broken = with_change(QUIZ_PATH, "size: 1", "size: 2")
    broken[LESSON_PATH] = broken[LESSON_PATH].replace("minutes: 3", "minutes: 9")
    with pytest.raises(HasFaults) as refused, unit_of_work():
        publish(checked(broken), author_id=None, at=NOW)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        (LESSON_PATH, "wrong-value"),
        (QUIZ_PATH, "draws-differ-from-size"),
    ]
    assert set(rows().values()) == {0}


def test_who_looked_at_an_older_release_cannot_replace_the_newer_one(database: Session) -> None:
    first = published()
    second = published(with_change(LESSON_PATH, "minutes: 3", "minutes: 4"))
    late = checked(with_change(LESSON_PATH, "minutes: 3", "minutes: 5"))
    for looked_at in (first, None):
        with pytest.raises(LiveHasMoved), unit_of_work():
            library_operations.store(late.files, late.items, replaces=looked_at, author_id=None, at=NOW)
        assert library.live_release_id() == second


def test_publishing_the_live_files_again_changes_nothing(database: Session) -> None:
    published()
    counted = rows()
    with unit_of_work():
        assert publish(checked(), author_id=None, at=NOW + timedelta(days=1)) is None
    assert rows() == counted


def test_an_earlier_state_can_be_published_again_as_a_release_of_its_own(database: Session) -> None:
    first = published()
    published(with_change(LESSON_PATH, "minutes: 3", "minutes: 4"))
    again = published()
    assert again != first
    assert library.editions_by_key(again) == library.editions_by_key(first)


def test_a_publish_is_written_into_the_journal_with_what_it_replaced(database: Session) -> None:
    first = published()
    second = published(with_change(LESSON_PATH, "minutes: 3", "minutes: 4"))
    entry = session().scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.act, entry.subject, entry.at) == ("library.published", second, NOW)
    assert entry.facts == {"replaces": first, "files": len(TEXTS)}


def test_references_are_derived_from_the_texts(database: Session) -> None:
    release_id = published()
    found = {
        (row.kind, row.key, row.target_kind, row.target)
        for row in session().scalars(select(Reference).where(Reference.release_id == release_id))
    }
    assert found == {
        ("parameter", "outpatient.deductible", "clause", "city-rules#1"),
        ("page", "basics/outpatient#deductible", "clause", "city-rules#1"),
        ("page", "basics/outpatient#deductible", "parameter", "outpatient.deductible"),
        ("page", "basics/outpatient#card", "clause", "city-rules#2"),
        ("question", "basics-01", "clause", "city-rules#1"),
        ("question", "basics-01", "page", "basics/outpatient#deductible"),
        ("question", "basics-02", "clause", "city-rules#1"),
        ("question", "basics-02", "page", "basics/outpatient#deductible"),
        ("question", "basics-02", "parameter", "outpatient.deductible"),
    }
    users = library.users_of(release_id, "parameter")["outpatient.deductible"]
    assert users == [("page", "basics/outpatient#deductible"), ("question", "basics-02")]


def test_releases_share_what_did_not_change(database: Session) -> None:
    first = published()
    counted = rows()
    second = published(with_change(LESSON_PATH, "看病出示凭证。", "看病、取药都出示凭证。"))
    before, after = library.editions_by_key(first), library.editions_by_key(second)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {("page", "basics/outpatient#card")}
    assert rows()["library_editions"] == counted["library_editions"] + 1
    assert rows()["library_blobs"] == counted["library_blobs"] + 1


def test_an_older_release_stays_readable_as_it_was(database: Session) -> None:
    first = published()
    published(with_change(PARAMETERS_PATH, "value: 1800", "value: 1300"))
    assert library.files(first) == {path: text.encode() for path, text in TEXTS.items()}
    assert [str(value.value) for value in policies_of(first).parameters["outpatient.deductible"].values] == [
        "1800"
    ]


def test_an_edition_is_stored_as_it_was_checked(database: Session) -> None:
    whole = checked()
    release_id = published()
    stored = library.items(release_id, *{item.kind for item in whole.items})
    found = [Item(item.kind, item.key, item.body, whole.items[0].place) for item in stored]
    assert [edition_of(item) for item in found] == [item.edition for item in stored]
    assert [(item.kind, item.key) for item in found] == [(item.kind, item.key) for item in whole.items]


def test_only_exactly_the_live_files_are_live(database: Session) -> None:
    files = checked().files
    assert not is_live(files)
    published()
    assert is_live(files)
    assert not is_live({**files, "content/policies/more.yaml": b""})


def test_before_the_first_publish_everything_is_new(database: Session) -> None:
    whole = checked()
    found = difference(whole.items)
    assert found.added == tuple((item.kind, item.key) for item in whole.items)
    assert (found.removed, found.values, found.changed) == ((), (), ())


def test_a_new_value_is_told_with_what_was_in_force_the_day_before(database: Session) -> None:
    published()
    row = TEXTS[PARAMETERS_PATH].partition("  values:\n")[2]
    years = {"2024-01-01": "2000", "2027-01-01": "1500"}
    more = [
        row.replace("from: 2025-01-01", f"from: {day}").replace("1800", value) for day, value in years.items()
    ]
    found = difference(checked({**TEXTS, PARAMETERS_PATH: TEXTS[PARAMETERS_PATH] + "".join(more)}).items)
    assert {(one.since, one.how, one.old, one.new) for one in found.values} == {
        ("2024-01-01", How.NEW, "", "2000"),
        ("2027-01-01", How.NEW, "1800", "1500"),
    }
