"""Formulas: what they compute exactly, and what they refuse to be."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.benefits.rules import MAX_LENGTH, MAX_NODES, BadFormula, CannotCompute, formula, rounded

CENTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def computed(text: str, *, places: int = 2, **values: str) -> str:
    decimals = {name: Decimal(value) for name, value in values.items()}
    return str(formula(text).compute(decimals, places=places))


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("(cost - deductible) * rate / 100", {"cost": "5000", "deductible": "1800", "rate": "70"}, "2240.00"),
        ("cost - deductible * rate", {"cost": "10", "deductible": "2", "rate": "3"}, "4.00"),
        ("-(a - b)", {"a": "1", "b": "3"}, "2.00"),
        ("min(a, b, 7)", {"a": "9", "b": "8"}, "7.00"),
        ("max(0, a - b)", {"a": "1", "b": "3"}, "0.00"),
        ("max(a, min(b, 2))", {"a": "1", "b": "3"}, "2.00"),
        ("费用 - 起付线", {"费用": "5000", "起付线": "1800"}, "3200.00"),
    ],
)
def test_a_formula_is_computed_as_people_read_it(text: str, values: dict[str, str], result: str) -> None:
    decimals = {name: Decimal(one) for name, one in values.items()}
    assert str(formula(text).compute(decimals, places=2)) == result


def test_a_formula_knows_the_names_it_needs() -> None:
    assert formula("max(0, cost - deductible) * rate / 100").names == {"cost", "deductible", "rate"}


def test_a_name_without_a_value_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        formula("cost").compute({}, places=2)


def test_decimals_are_exact_where_binary_floats_are_not() -> None:
    assert computed("a + 0.2", a="0.1", places=20) == "0.30000000000000000000"


def test_a_number_written_with_many_digits_keeps_every_one() -> None:
    assert computed("1.00000000000000000000000001 * a", a="1", places=26) == "1.00000000000000000000000001"


@given(CENTS, CENTS, CENTS)
def test_sums_and_products_are_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    result = formula("(a - b) * c").compute({"a": a, "b": b, "c": c}, places=4)
    assert Fraction(result) == (Fraction(a) - Fraction(b)) * Fraction(c)


@given(CENTS, CENTS, CENTS)
def test_the_precision_of_the_thread_changes_nothing(a: Decimal, b: Decimal, c: Decimal) -> None:
    plain = formula("a * b - c").compute({"a": a, "b": b, "c": c}, places=2)
    with decimal.localcontext(prec=3):
        assert formula("a * b - c").compute({"a": a, "b": b, "c": c}, places=2) == plain


@pytest.mark.parametrize(
    ("value", "places", "result"),
    [
        ("2.345", 2, "2.35"),
        ("2.344999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-0.001", 2, "0.00"),
        ("1E+3", 2, "1000.00"),
    ],
)
def test_halves_are_rounded_up_and_zero_has_no_sign(value: str, places: int, result: str) -> None:
    assert str(rounded(Decimal(value), places)) == result


@given(CENTS, st.integers(0, 4))
def test_rounding_moves_a_number_by_half_a_place_at_most(value: Decimal, places: int) -> None:
    result = rounded(value, places)
    assert abs(result - value) <= Decimal(5).scaleb(-places - 1)
    assert -result.as_tuple().exponent == places  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a.real", 1),
        ("a.__class__.__bases__", 1),
        ("a[0]", 2),
        ("a ** 9", 1),
        ("9 ** 9 ** 9", 1),
        ("a // b", 1),
        ("a % b", 3),
        ("a @ b", 3),
        ("a << 9", 3),
        ("a < b", 3),
        ("a == b", 3),
        ("not a", 1),
        ("a and b", 1),
        ("a if b else c", 1),
        ("+a", 1),
        ("~a", 1),
        ("abs(a)", 1),
        ("min(a)", 1),
        ("min()", 1),
        ("min(*a, b)", 5),
        ("min(a, key=b)", 11),
        ("min(a, b).real", 1),
        ("(min)(a, b) + open(a, b)", 15),
        ("__import__(a, b)", 1),
        ("lambda: a", 7),
        ("lambda a", 1),
        ("[a]", 1),
        ("{a}", 1),
        ("(a, b)", 1),
        ("a := b", 3),
        ("f'{a}'", 2),
        ("'a'", 1),
        ("True", 1),
        ("None", 1),
        ("...", 1),
        ("0x10", 1),
        ("1_000", 1),
        ("007", 1),
        ("1e5", 1),
        ("5j", 1),
        ("１＋２", 2),
        ("１２", 1),
        ("起付线 + 比例.real", 7),
        ("await a", 1),
        ("yield a", 1),
        ("import os", 1),
        ("a; b", 2),
        ("(a\n+ b)", 3),
        ("a # b", 3),
        ("a \\", 3),
        ("\x00", 1),
        ("\ud800", 1),
        ("a b", 3),
        (")", 1),
        ("", 1),
    ],
)
def test_whatever_is_more_than_arithmetic_is_refused_where_it_stands(text: str, column: int) -> None:
    with pytest.raises(BadFormula) as refused:
        formula(text)
    assert refused.value.args[0] == column


def test_brackets_that_never_end_are_refused() -> None:
    with pytest.raises(BadFormula):
        formula("(" * 250)


def test_a_formula_is_short() -> None:
    assert formula("a" * MAX_LENGTH).names == {"a" * MAX_LENGTH}
    with pytest.raises(BadFormula) as refused:
        formula("a" * (MAX_LENGTH + 1))
    assert refused.value.args[0] == MAX_LENGTH + 1


def test_a_formula_has_few_parts() -> None:
    longest = "+".join(["1"] * ((MAX_NODES + 2) // 3))
    assert formula(longest).names == frozenset()
    with pytest.raises(BadFormula):
        formula(f"{longest}+1")


@pytest.mark.parametrize(
    ("text", "a"),
    [("1 / a", "0"), ("0 / a", "0"), ("a * a", "1E+999999"), ("a + 1", "1E+60"), ("-a", "sNaN")],
)
def test_a_result_that_no_amount_can_have_is_refused(text: str, a: str) -> None:
    with pytest.raises(CannotCompute):
        computed(text, a=a)


@given(st.text(alphabet="ab01.+-*/() ,min", max_size=30))
def test_any_text_is_either_refused_or_computed(text: str) -> None:
    try:
        found = formula(text)
    except BadFormula as refused:
        column, _found = refused.args
        assert 1 <= column <= len(text) + 1
        return
    try:
        result = found.compute(dict.fromkeys(found.names, Decimal(3)), places=2)
    except CannotCompute:
        return
    assert result.is_finite()
