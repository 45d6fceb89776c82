"""ID numbers, telephone numbers and addresses: what is right, what is stored, what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.people.rules import (
    check_character,
    clean_email,
    clean_id,
    clean_phone,
    email_fault,
    id_fault,
    is_spreadsheet_float,
    masked,
    masked_id,
    masked_phone,
    phone_fault,
    wecom_fault,
)

RIGHT = "11010519491231002X"
"""The example in GB 11643-1999 itself, appendix A."""


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "440524188001010014",
    ],
)
def test_right_id_numbers(text: str) -> None:
    assert id_fault(text) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105194912310021", "bad-id-check-digit"),
        ("11010519490231002X", "bad-id-date"),
        ("11010518391231002X", "bad-id-date"),
        ("110105491231002", "bad-id-shape"),
        ("01010519491231002X", "bad-id-shape"),
        ("X1010519491231002X", "bad-id-shape"),
        ("1101051949123100٢X", "bad-id-shape"),
        ("", "bad-id-shape"),
        ("1.10105194912E+17", "id-float"),
        ("1.10105E17", "id-float"),
        ("110105194912310000", "id-float"),
        ("110105194912310020.0", "id-float"),
    ],
)
def test_wrong_id_numbers(text: str, code: str) -> None:
    assert id_fault(text) == code


def test_an_id_number_that_ends_in_zeros_and_is_right_with_them_stays() -> None:
    digits = next(
        number
        for serial in range(0, 1000, 100)
        for day in range(10, 29)
        if check_character(number := f"110105199003{day}{serial:03}") == "0"
    )
    assert digits.endswith("00")
    assert id_fault(digits + "0") == ""


@given(some.integers(0, 10**17 - 1), some.integers(0, 16), some.integers(1, 9))
def test_one_digit_typed_wrong_changes_the_check_character(number: int, place: int, step: int) -> None:
    digits = f"{number:017}"
    wrong = f"{digits[:place]}{(int(digits[place]) + step) % 10}{digits[place + 1 :]}"
    assert check_character(wrong) != check_character(digits)


@pytest.mark.parametrize(
    "text", ["13800000013", "+86 138-0000-0013", "0086 13800000013", "１３８０００００013"]
)
def test_right_mobile_numbers_are_stored_as_eleven_digits(text: str) -> None:
    assert phone_fault(text) == ""
    assert clean_phone(text) == "13800000013"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12800000013", "bad-phone"),
        ("1380000001", "bad-phone"),
        ("010-62000000", "bad-phone"),
        ("1.38E+10", "phone-float"),
        ("13800000013.0", "phone-float"),
        ("1380000001٣", "bad-phone"),
    ],
)
def test_wrong_mobile_numbers(text: str, code: str) -> None:
    assert phone_fault(text) == code


@pytest.mark.parametrize("text", ["a@b.cn", "lin.xiao+hr@mail.example.com", " a@b.cn "])
def test_right_addresses(text: str) -> None:
    assert email_fault(text) == ""


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a@@b.cn", "a b@", "a..b@c.cn", "林@b.cn", f"{'a' * 60}@{'b.' * 100}cn", "a@-b.cn"],
)
def test_wrong_addresses(text: str) -> None:
    assert email_fault(text) == "bad-email"


def test_what_is_stored_is_without_spaces() -> None:
    assert clean_email(" a@b.cn\t") == "a@b.cn"
    assert clean_id(" 11010519491231002x") == RIGHT


def test_member_ids_of_wecom() -> None:
    assert wecom_fault("lin.xiao@a-b_c") == ""
    assert wecom_fault("林晓") == wecom_fault("") == wecom_fault("a" * 65) == "bad-wecom-id"


def test_spreadsheet_floats() -> None:
    assert is_spreadsheet_float("1024.0")
    assert is_spreadsheet_float("1.1E+17")
    assert not is_spreadsheet_float("1024")
    assert not is_spreadsheet_float("10.24")


def test_masks_show_the_first_three_and_the_last_four() -> None:
    assert masked_id(RIGHT) == "110***********002X"
    assert masked_phone("13800000013") == "138****0013"
    assert masked_id("") == ""


@given(some.text(max_size=30), some.integers(0, 4), some.integers(0, 4))
def test_a_mask_keeps_the_length_and_hides_at_least_three_characters_or_all(
    text: str, before: int, after: int
) -> None:
    shown = masked(text, before, after)
    assert len(shown) == len(text)
    assert shown == "*" * len(text) or shown.count("*") >= 3
