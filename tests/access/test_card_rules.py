"""What is typed of a card, what it opens on a day, how long it lasts."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules import (
    CARD_LENGTH,
    CardState,
    card_code,
    card_code_fault,
    card_state,
    months_later,
    phone_end,
    shown_code,
)
from lms.kernel.clock import china_date
from lms.kernel.keys import ALPHABET
from tests.support.cards import (
    AT,
    END,
)

TODAY = china_date(AT)


# -- what is typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["7K3M 9QWX", "7k3m9qwx", " ７Ｋ３Ｍ　９ｑｗｘ ", "7k3m-9qwx", "7K3M.9QWX"])
def test_a_code_is_typed_in_many_ways(typed: str) -> None:
    assert card_code(typed) == "7K3M9QWX"
    assert card_code_fault(card_code(typed)) == ""


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "bad-card-length"),
        ("7K3M 9QW", "bad-card-length"),
        ("7K3M 9QWXX", "bad-card-length"),
        ("7K3M 9QW0", "bad-card-characters"),
        ("7K3M 9QWU", "bad-card-characters"),
        ("七K3M 9QWX", "bad-card-characters"),
    ],
)
def test_what_can_be_no_code_is_told_apart_by_its_shape(typed: str, fault: str) -> None:
    assert card_code_fault(card_code(typed)) == fault


@given(st.text(ALPHABET, min_size=CARD_LENGTH, max_size=CARD_LENGTH))
def test_a_code_is_read_back_from_how_it_is_shown(code: str) -> None:
    assert card_code(shown_code(code)) == code
    assert card_code(shown_code(code).lower()) == code


@pytest.mark.parametrize("typed", ["6672", " 66 72 ", "６６７２", "66-72"])
def test_four_digits_are_typed_in_many_ways(typed: str) -> None:
    assert phone_end(typed) == END


def test_other_digits_than_ours_are_none() -> None:
    assert phone_end("٦٦٧٢") == ""


def test_codes_have_no_look_alikes() -> None:
    assert not set("01ILOU") & set(ALPHABET)
    assert set(ALPHABET) <= set(string.digits + string.ascii_uppercase)


@pytest.mark.parametrize(
    ("revoked", "locked", "expires_on", "uses_left", "state"),
    [
        (False, False, TODAY, None, CardState.LIVING),
        (False, False, TODAY, 1, CardState.LIVING),
        (False, False, TODAY, 0, CardState.USED_UP),
        (False, False, TODAY - timedelta(days=1), 0, CardState.EXPIRED),
        (False, True, TODAY - timedelta(days=1), 0, CardState.LOCKED),
        (True, True, TODAY, None, CardState.REVOKED),
    ],
)
def test_what_a_card_opens(
    revoked: bool, locked: bool, expires_on: date, uses_left: int | None, state: CardState
) -> None:
    found = card_state(
        revoked=revoked, locked=locked, expires_on=expires_on, uses_left=uses_left, today=TODAY
    )
    assert found is state


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
