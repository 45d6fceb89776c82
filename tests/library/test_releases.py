"""Releases: stored once, never changed, live one at a time."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.library.faults import Item, Place
from lms.library.models import Blob, Edition, Live, Release
from lms.library.operations import LiveHasMoved, edition_of, manifest_of, sha256, store
from lms.library.queries import (
    bodies,
    editions_by_key,
    files,
    items,
    live_release_id,
    release,
    users_of,
)
from lms.policies.queries import policies_of
from tests.support.library import publish_texts
from tests.support.racing import race
from tests.support.small_library import TEXTS

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FILES = {"content/a.md": "甲\r\n".encode(), "content/b.md": b"b", "quizzes/c.yaml": b"b"}


def item(
    key: str, *, kind: str = "page", line: int = 1, uses: tuple[tuple[str, str], ...] = (), **body: object
) -> Item:
    return Item(kind, key, {"title": key, **body}, Place("content/a.md", line), frozenset(uses))


ITEMS = [
    item("z", line=7, uses=(("clause", "law#1"), ("parameter", "rate"))),
    item("a", line=3, uses=(("clause", "law#1"),)),
    item("a", kind="lesson", pages=["z", "a"], share="0.5", nothing=None),
]


def stored(*things: Item, replaces: str | None = None, contents: dict[str, bytes] | None = None) -> str:
    with unit_of_work():
        return store(contents or FILES, things, replaces=replaces, author_id=None, at=AT)


def count(database: Session, table: type[Blob | Edition | Release | Live]) -> int:
    return database.scalar(select(func.count()).select_from(table)) or 0


def test_before_the_first_release_nothing_is_live(database: Session) -> None:
    assert live_release_id() is None


def test_files_come_back_byte_for_byte(database: Session) -> None:
    assert files(stored(*ITEMS)) == FILES


def test_items_come_back_in_their_order_with_their_places(database: Session) -> None:
    release_id = stored(*ITEMS)
    assert [(one.key, one.body, one.path, one.line) for one in items(release_id, "page")] == [
        ("z", {"title": "z"}, "content/a.md", 7),
        ("a", {"title": "a"}, "content/a.md", 3),
    ]
    lesson = items(release_id, "lesson")[0].body
    assert lesson == {"title": "a", "pages": ["z", "a"], "share": "0.5", "nothing": None}
    assert [one.kind for one in items(release_id, "lesson", "page")] == ["page", "page", "lesson"]
    assert items(release_id, "quiz") == []


def test_the_first_release_is_live_and_says_when_and_by_whom(database: Session) -> None:
    release_id = stored(*ITEMS)
    assert live_release_id() == release_id
    found = release(release_id)
    assert (found.published_at, found.author_id, found.manifest) == (AT, None, manifest_of(FILES))
    with pytest.raises(NoResultFound):
        release("unknown")


def test_a_release_without_anything_in_it_can_be_stored(database: Session) -> None:
    with unit_of_work():
        release_id = store({}, [], replaces=None, author_id=None, at=AT)
    assert (files(release_id), items(release_id, "page")) == ({}, [])


def test_who_uses_what_is_known_from_the_text(database: Session) -> None:
    release_id = stored(*ITEMS)
    assert users_of(release_id, "clause") == {"law#1": [("page", "a"), ("page", "z")]}
    assert users_of(release_id, "parameter") == {"rate": [("page", "z")]}
    assert users_of(release_id, "page") == {}


def test_what_two_releases_have_in_common_is_stored_once(database: Session) -> None:
    first = stored(*ITEMS)
    assert (count(database, Blob), count(database, Edition)) == (2, 3)
    changed = item("a", line=9, text="neu")
    second = stored(ITEMS[0], changed, ITEMS[2], replaces=first, contents={**FILES, "content/b.md": b"new"})
    assert (count(database, Blob), count(database, Edition)) == (3, 4)
    before, after = editions_by_key(first), editions_by_key(second)
    assert {key for key in before if before[key] != after[key]} == {("page", "a")}
    assert bodies([before["page", "a"], after["page", "a"]]) == {
        before["page", "a"]: {"title": "a"},
        after["page", "a"]: {"title": "a", "text": "neu"},
    }


def test_an_earlier_release_stays_as_it_was(database: Session) -> None:
    first = stored(*ITEMS)
    second = stored(item("a"), replaces=first, contents={"content/a.md": b"other"})
    assert live_release_id() == second
    assert files(first) == FILES
    assert [one.key for one in items(first, "page")] == ["z", "a"]
    assert users_of(first, "parameter") == {"rate": [("page", "z")]}
    assert count(database, Live) == 1


@pytest.mark.parametrize("replaces", [None, "an-earlier-one"])
def test_a_release_replaces_only_the_one_that_its_author_compared_with(
    database: Session, replaces: str | None
) -> None:
    first = stored(*ITEMS)
    with pytest.raises(LiveHasMoved):
        stored(item("a"), replaces=replaces)
    assert live_release_id() == first
    assert count(database, Release) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_publishes_at_the_same_moment_one_goes_live(
    app: Flask, database: Session, is_first: bool
) -> None:
    before = None if is_first else stored(*ITEMS)
    results = race(
        app,
        lambda: store(FILES, [item("a")], replaces=before, author_id=None, at=AT),
        lambda: store(FILES, [item("b")], replaces=before, author_id=None, at=AT),
    )
    assert {type(result) for result in results} == {str, LiveHasMoved}
    assert live_release_id() in results
    assert count(database, Release) == (1 if is_first else 2)


def test_policies_are_read_back_from_a_release_as_they_were_loaded(database: Session) -> None:
    release_id = publish_texts(TEXTS)
    policies = policies_of(release_id)
    assert set(policies.clauses) == {"city-rules#1", "city-rules#2"}
    assert [str(value.value) for value in policies.parameters["outpatient.deductible"].values] == ["1800"]
    assert policies_of(release_id) is policies
    assert users_of(release_id, "parameter") == {
        "outpatient.deductible": [("page", "basics/outpatient#deductible"), ("question", "basics-02")]
    }


# -- hashes ------------------------------------------------------------------------------------------------

CONTENTS = st.dictionaries(st.text(min_size=1, max_size=8), st.binary(max_size=8), max_size=4)


@given(CONTENTS, CONTENTS)
def test_a_manifest_is_the_same_exactly_for_the_same_files(
    one: dict[str, bytes], two: dict[str, bytes]
) -> None:
    turned = dict(reversed(one.items()))
    assert manifest_of(turned) == manifest_of(one)
    assert (manifest_of(one) == manifest_of(two)) == (one == two)


def test_an_edition_is_known_by_kind_key_and_body_alone() -> None:
    first = item("a", line=1, text="甲")
    assert edition_of(first) == edition_of(item("a", line=9, uses=(("clause", "x"),), text="甲"))
    others = [item("b", text="甲"), item("a", kind="lesson", text="甲"), item("a", text="乙")]
    assert edition_of(first) not in {edition_of(other) for other in others}


def test_a_hash_is_sha_256() -> None:
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
