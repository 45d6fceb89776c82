"""How far two wordings lie apart, and which numbers somebody wrote by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policies.rules import Unit
from lms.rollouts.rules import Wording, item_key, number, numbers_in, wording

LONG = "用人单位应当自用工之日起三十日内为其职工向社会保险经办机构申请办理登记，并按月申报和缴纳社会保险费用"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (LONG, LONG, Wording.SAME),
        ("先付，后报。", "先付 ,后报", Wording.PUNCTUATION),
        ("１８００元", "1800元", Wording.PUNCTUATION),
        ("1,800元", "1 800 元", Wording.PUNCTUATION),
        (LONG, LONG.replace("为其职工", "为职工"), Wording.SLIGHT),
        (LONG, LONG.replace("社会保险", "社会的保险"), Wording.SLIGHT),
        ("短的话", "短话", Wording.OTHER),
        (LONG, LONG.replace("职工", "新职工"), Wording.OTHER),
        ("3-5天", "35天", Wording.OTHER),
        ("年满≥60岁", "年满≤60岁", Wording.OTHER),
        (LONG, LONG.replace("三十日", "六十日"), Wording.OTHER),
        (LONG, LONG.replace("应当", "不应当"), Wording.OTHER),
        ("比例为1.5倍", "比例为15倍", Wording.OTHER),
        ("看病要出示凭证。", "看病须先出示医保码。", Wording.OTHER),
        ("", "新的一条", Wording.OTHER),
    ],
)
def test_wordings_lie_apart(old: str, new: str, found: Wording) -> None:
    assert wording(old, new) is found


@given(st.text(), st.text())
def test_a_text_is_the_same_as_itself_only(one: str, other: str) -> None:
    assert wording(one, one) is Wording.SAME
    assert (wording(one, other) is Wording.SAME) == (one == other)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("起付标准1800元。", "1800", Unit.YUAN_PER_YEAR),
        ("<p>起付标准<strong>1,800</strong> 元</p>", "1800", Unit.YUAN),
        ("１８００ 元", "1800", Unit.YUAN),
        ("0.18万元", "1800", Unit.YUAN),
        ("一千八百元", "1800", Unit.YUAN),
        ("两万块", "20000", Unit.YUAN),
        ("一万零五十元", "10050", Unit.YUAN),
        ("十五天", "15", Unit.DAYS),
        ("30个自然日", "30", Unit.DAYS),
        ("报20%", "20", Unit.PERCENT),
        ("报百分之二十", "20", Unit.PERCENT),
        ("万分之5，即5‱", "5", Unit.PER_MYRIAD_PER_DAY),
    ],
)
def test_numbers_written_by_hand_are_understood(text: str, value: str, unit: Unit) -> None:
    assert any(found == Decimal(value) and unit in units for _, found, units in numbers_in(text))


@pytest.mark.parametrize(
    "text", ["[[outpatient.deductible/110000/in_service/any]]", "第1800号", "12月30日", "零元", "百分之零"]
)
def test_what_is_no_number_with_a_unit_is_left_alone(text: str) -> None:
    assert list(numbers_in(text)) == []


def test_a_numeral_that_comes_to_nothing_is_none() -> None:
    assert number("零") is None


def test_a_difference_has_another_name_as_soon_as_it_says_something_else() -> None:
    assert item_key("clause", "a#1", "old") == item_key("clause", "a#1", "old")
    assert item_key("clause", "a#1", "old") != item_key("clause", "a#1", "new")
