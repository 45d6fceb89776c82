"""What is promised by when, which days a result can have, and whose hotline serves whom."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.workdays import is_workday
from lms.outreach.rules import (
    ENDS,
    ContactState,
    Outcome,
    RequestKind,
    Result,
    clean_number,
    day_fault,
    is_number,
    places_around,
    promised_on,
    tel,
)

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("kind", "asked_on", "promised"),
    [
        (RequestKind.CALL, MONDAY, date(2026, 11, 25)),
        (RequestKind.QUESTION, MONDAY, date(2026, 11, 25)),
        (RequestKind.VISIT, MONDAY, date(2026, 11, 30)),
        (RequestKind.CALL, FRIDAY, date(2026, 12, 1)),
        (RequestKind.CALL, date(2026, 11, 28), date(2026, 12, 1)),
        (RequestKind.CALL, date(2026, 9, 30), date(2026, 10, 9)),  # over the National Day
        (RequestKind.VISIT, date(2026, 2, 12), date(2026, 2, 26)),  # Saturday the 14th is worked
    ],
)
def test_a_promise_counts_working_days(kind: RequestKind, asked_on: date, promised: date) -> None:
    assert promised_on(kind, asked_on) == promised


@given(kind=st.sampled_from(RequestKind), asked_on=st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_nothing_is_promised_for_a_day_off(kind: RequestKind, asked_on: date) -> None:
    promise = promised_on(kind, asked_on)
    assert is_workday(promise)
    assert timedelta(days=2) <= promise - asked_on <= timedelta(days=20)


def test_every_result_says_what_becomes_of_the_contact() -> None:
    assert set(ENDS) == set(Result)
    assert ENDS[Result.NOT_REACHED] is ContactState.OPEN


@pytest.mark.parametrize(
    ("result", "outcome", "fault"),
    [
        (Result.TOLD, Outcome(done_on=MONDAY), ""),
        (Result.TOLD, Outcome(), "bad-day"),
        (Result.TOLD, Outcome(done_on=FRIDAY), "bad-day"),
        (Result.TOLD, Outcome(done_on=MONDAY - timedelta(days=1)), "bad-day"),
        (Result.NOT_REACHED, Outcome(done_on=MONDAY), "bad-next-day"),
        (Result.NOT_REACHED, Outcome(done_on=MONDAY, next_on=MONDAY - timedelta(days=1)), "bad-next-day"),
        (Result.NOT_REACHED, Outcome(done_on=MONDAY, next_on=MONDAY + timedelta(days=31)), "bad-next-day"),
        (Result.NOT_REACHED, Outcome(done_on=MONDAY, next_on=FRIDAY), ""),
    ],
)
def test_days_that_cannot_be_are_named(result: Result, outcome: Outcome, fault: str) -> None:
    assert day_fault(result, outcome, taken_on=MONDAY, today=MONDAY) == fault


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("320100", ("320100", "320000", "")),
        ("110000", ("110000", "")),
        ("", ("",)),
    ],
)
def test_the_nearest_hotline_serves(region: str, places: tuple[str, ...]) -> None:
    assert places_around(region) == places


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("400-000-0000", "tel:4000000000"),
        ("12393", "tel:12393"),
        ("010 8888 0000 转 21", "tel:01088880000"),
        ("+86 138 0000 0013", "tel:+8613800000013"),
    ],
)
def test_a_number_can_be_dialled(phone: str, address: str) -> None:
    assert is_number(clean_number(phone))
    assert tel(phone) == address


@pytest.mark.parametrize("phone", ["", "12", "call me", "１３８０００１３", "1" * 21, "138+0000"])
def test_what_is_no_number_is_told(phone: str) -> None:
    assert not is_number(phone)
