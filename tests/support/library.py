"""Libraries to test with: the real one of this repository, and small invented ones."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache

from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.settings import ROOT
from lms.library.queries import live_release_id
from lms.publishing.files import files_below
from lms.publishing.operations import Checked, check, publish

READ_ON = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""The Monday on which time stands still in tests: two days after the numbers of the real library were
checked. Before that Saturday most of them have no value."""


@cache
def real_library() -> Checked:
    """``content/`` and ``quizzes/`` of this repository, read once in a test process."""
    return check(files_below(ROOT), day=china_date(READ_ON))


def publish_library(*, at: datetime = READ_ON) -> str:
    """Make the real library live; returns the release's id. Needs an application context."""
    return _live(real_library(), at)


def publish_texts(texts: Mapping[str, str], *, at: datetime = READ_ON) -> str:
    """Make a library of these files (path → text) live; returns the release's id."""
    return _live(_checked(tuple(texts.items()), china_date(at)), at)


@lru_cache(maxsize=64)
def _checked(texts: tuple[tuple[str, str], ...], day: date) -> Checked:
    """The same few libraries are published in nearly every test, and reading them is pure."""
    return check({path: text.encode() for path, text in texts}, day=day)


def _live(library: Checked, at: datetime) -> str:
    with unit_of_work():
        publish(library, author_id=None, at=at)
    release_id = live_release_id()
    assert release_id is not None
    return release_id
