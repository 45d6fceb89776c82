"""Pure rules of events: what fits together, when the door is open, and codes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.keys import ALPHABET
from lms.workshops.rules import (
    CODE_LENGTH,
    Counts,
    DoorCode,
    Level,
    Plan,
    code_from,
    faults,
    is_enough,
    overlap,
    verdict,
    window,
)

START = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = Plan(START, START + HOUR, START - HOUR, 20, 5, Counts.NOTHING, "")


def test_what_fits_has_no_faults() -> None:
    assert faults(PLAN) == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"ends_at": START}, "ends", "ends-before-start"),
        ({"ends_at": START + timedelta(days=6)}, "ends", "too-long"),
        ({"sign_up_until": START + HOUR}, "sign_up_until", "sign-up-after-start"),
        ({"capacity": 0}, "capacity", "bad-capacity"),
        ({"capacity": 1001}, "capacity", "bad-capacity"),
        ({"waiting_most": -1}, "waiting_most", "bad-waiting"),
        ({"counts": Counts.COURSE}, "course", "no-course"),
    ],
)
def test_what_does_not_fit_is_told_by_field(change: dict[str, object], field: str, code: str) -> None:
    (found,) = faults(replace(PLAN, **change))  # type: ignore[arg-type]
    assert (found.field, found.code) == (field, code)


def test_the_door_is_open_half_an_hour_before_and_after() -> None:
    assert window(START, START + HOUR) == (START - HOUR / 2, START + 1.5 * HOUR)


def test_one_that_begins_when_the_other_ends_is_not_at_the_same_time() -> None:
    first, second = (START, START + HOUR), (START + HOUR, START + 2 * HOUR)
    assert not overlap(first, second)
    assert overlap(first, (START + HOUR / 2, START + 2 * HOUR))


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_code_can_be_read_aloud(digest: str) -> None:
    code = code_from(digest)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)


def test_a_code_of_yesterday_is_told_from_a_wrong_one() -> None:
    assert verdict("A", today="A", before=["B"]) is DoorCode.RIGHT
    assert verdict("B", today="A", before=["B"]) is DoorCode.OLD
    assert verdict("C", today="A", before=["B"]) is DoorCode.WRONG


@pytest.mark.parametrize(
    ("level", "least", "enough"),
    [
        (Level.FULL, Level.FULL, True),
        (Level.PART, Level.FULL, False),
        (Level.PART, Level.PART, True),
        (Level.NONE, Level.NONE, False),
        (None, Level.PART, False),
    ],
)
def test_how_much_is_enough(level: Level | None, least: Level, enough: bool) -> None:
    assert is_enough(level, least) is enough
