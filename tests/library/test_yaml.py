"""YAML with positions: everything has its place, nothing is guessed, every fault is collected."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from lms.library.faults import Fault, Place
from lms.library.yaml import DEEPEST, Document, Shape, entries, parse, shaped


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class InnerShape(Shape):
    title: Annotated[str, Field(min_length=1)]


class OuterShape(Shape):
    name: Annotated[str, Field(pattern=r"^[a-z]+$")]
    count: Annotated[int, Field(ge=1, le=5)] = 1
    amount: Decimal | None = None
    since: Annotated[date | None, Field(alias="from")] = None
    fixed: bool = False
    colour: Colour = Colour.RED
    side: Literal["left", "right"] = "left"
    inner: InnerShape | None = None
    inners: Annotated[list[InnerShape], Field(min_length=1)] | None = None


def read(text: str, *, first_line: int = 1) -> Document:
    faults: list[Fault] = []
    document = parse("a.yaml", text, faults, first_line=first_line)
    assert faults == []
    assert document is not None
    return document


def faults_in(text: str, *, first_line: int = 1) -> list[Fault]:
    faults: list[Fault] = []
    document = parse("a.yaml", text, faults, first_line=first_line)
    if document is not None:
        assert shaped(OuterShape, document, faults) is None or faults
    return faults


# -- plain data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing", None),
        ("a: 1800", {"a": "1800"}),
        ("a: 0.10", {"a": "0.10"}),
        ("a: true", {"a": "true"}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: null", {"a": None}),
        ("a: '~'", {"a": "~"}),
        ('a: "null"', {"a": "null"}),
        ("a: ''", {"a": ""}),
        ("- 1\n- {b: 2}\n- []", ["1", {"b": "2"}, []]),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: &x 1", {"a": "1"}),
        ("a: !!int 1", {"a": "1"}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": "1"}),
        ("\ufeffa: 1", {"a": "1"}),
    ],
)
def test_scalars_stay_text_so_that_no_number_passes_through_a_float(text: str, data: Any) -> None:
    assert read(text).data == data


def test_every_part_knows_its_line_and_column() -> None:
    document = read("a: 1\nb:\n  - c: '2'\n    d:\n      e\n", first_line=10)
    assert document.at() == Place("a.yaml", 10, 1)
    assert document.at("a") == Place("a.yaml", 10, 4)
    assert document.at("b", 0, "c") == Place("a.yaml", 12, 9)
    assert document.at("b", 0, "d") == Place("a.yaml", 14, 7)
    assert document.key_at("b", 0, "d") == Place("a.yaml", 13, 5)


def test_what_is_missing_is_at_the_nearest_part_that_exists() -> None:
    document = read("a: 1\nb:\n  - c: 2\n")
    assert document.at("b", 0, "x", "y") == document.at("b", 0)
    assert document.at("z") == document.at()
    assert document.key_at("b", 0, "x") == document.at("b", 0)


def test_a_text_is_fetched_where_there_is_one() -> None:
    document = read("a: 1\nb:\n  - c: 2\n")
    assert [document.text("a"), document.text("b", 0, "c")] == ["1", "2"]
    assert [document.text("x"), document.text("b"), document.text("a", "x"), document.text("a", 0)] == [
        ""
    ] * 4


# -- no YAML -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("name: a: b", 1, 8, "mapping values are not allowed in this context"),
        ("name: [a, b", 2, 1, "did not find expected ',' or ']'"),
        ("name:\n\t- a", 2, 1, "found character that cannot start any token"),
        ("name: 'a", 1, 9, "found unexpected end of stream"),
        ("name: a\n---\nname: b", 2, 1, "---"),
        ("name: &x a\nother: *x", 2, 8, "*x"),
        ("&x [*x]", 1, 5, "*x"),
        ("? [a]\n: b", 1, 3, "? …"),
        ("name: a\x08b", 1, 8, "U+0008"),
        ("name: a\nother: é\x00", 2, 9, "U+0000"),
        ("[" * 100_000, 1, DEEPEST + 2, "[ {"),
    ],
)
def test_what_is_no_yaml_is_one_fault_where_it_is(text: str, line: int, column: int, found: str) -> None:
    assert faults_in(text) == [Fault("a.yaml", line, column, "yaml", found)]


def test_a_part_of_a_file_counts_from_its_first_line() -> None:
    assert faults_in("name: a: b", first_line=20) == [
        Fault("a.yaml", 20, 8, "yaml", "mapping values are not allowed in this context")
    ]


@given(st.text(alphabet="ab:-[]{}'\"|>&*!%#?,~ \n\t0é\x08", max_size=40))
def test_any_text_is_data_or_a_fault(text: str) -> None:
    faults: list[Fault] = []
    document = parse("a.yaml", text, faults)
    assert (document is None) == any(fault.code == "yaml" for fault in faults)
    for fault in faults:
        assert 1 <= fault.line <= text.count("\n") + 2
        assert fault.column >= 1


# -- shapes ------------------------------------------------------------------------------------------------


def test_a_file_that_fits_becomes_typed_values() -> None:
    faults: list[Fault] = []
    text = "name: a\ncount: 5\namount: 1800.50\nfrom: 2026-01-31\nfixed: true\ncolour: blue\nside: right\n"
    shape = shaped(OuterShape, read(text), faults)
    assert shape is not None
    assert (shape.count, shape.amount, shape.since) == (5, Decimal("1800.50"), date(2026, 1, 31))
    assert (shape.fixed, shape.colour, shape.side) == (True, Colour.BLUE, "right")
    assert faults == []


KEYS = "name / count / amount / from / fixed / colour / side / inner / inners"


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "found", "right"),
    [
        ("name: a\nname: b", 2, 1, "key-twice", "name", ""),
        ("count: 1", 1, 1, "missing-key", "name", ""),
        ("name: a\ncolor: red", 2, 1, "unknown-key", "color", KEYS),
        ("name: a\ncolor:\n  - red", 2, 1, "unknown-key", "color", KEYS),
        ("name: a\nsince: 2026-01-01", 2, 1, "unknown-key", "since", KEYS),
        ("name: a\ninner: {titel: x, title: y}", 2, 9, "unknown-key", "titel", "title"),
        ("name: a\ninner: {}", 2, 8, "missing-key", "title", ""),
        ("name: a\ninner: {title: ''}", 2, 17, "wrong-value", "", "…"),
        ("name: a\ninner: x", 2, 8, "wrong-value", "x", "key: value"),
        ("name: a\ninners: x", 2, 9, "wrong-value", "x", "- …"),
        ("name: a\ninners: []", 2, 9, "wrong-value", "[]", "≥ 1"),
        ("name: a\ninners:\n  - title: x\n  - title: [y]", 4, 12, "wrong-value", "['y']", "…"),
        ("name: A", 1, 7, "wrong-value", "A", "^[a-z]+$"),
        ("name: null", 1, 7, "wrong-value", "null", "…"),
        ("name: a\ncount: six", 2, 8, "wrong-value", "six", "10"),
        ("name: a\ncount: 6", 2, 8, "wrong-value", "6", "≤ 5"),
        ("name: a\ncount: 0", 2, 8, "wrong-value", "0", "≥ 1"),
        ("name: a\namount: much", 2, 9, "wrong-value", "much", "1800 / 0.5"),
        ("name: a\namount: NaN", 2, 9, "wrong-value", "NaN", "1800 / 0.5"),
        ("name: a\nfrom: 2026-02-30", 2, 7, "wrong-value", "2026-02-30", "2026-01-31"),
        ("name: a\nfrom: 20260131", 2, 7, "wrong-value", "20260131", "2026-01-31"),
        ("name: a\nfixed: maybe", 2, 8, "wrong-value", "maybe", "true / false"),
        ("name: a\ncolour: green", 2, 9, "not-allowed", "green", "red / blue"),
        ("name: a\nside: up", 2, 7, "not-allowed", "up", "left / right"),
        ("- name: a", 1, 1, "wrong-value", "[{'name': 'a'}]", "key: value"),
        ("", 1, 1, "wrong-value", "null", "key: value"),
    ],
)
def test_a_misfit_is_named_where_it_stands_with_what_would_be_right(
    text: str, line: int, column: int, code: str, found: str, right: str
) -> None:
    assert faults_in(text) == [Fault("a.yaml", line, column, code, found, right)]


def test_all_misfits_are_named_at_once() -> None:
    found = faults_in("name: A\ncount: 9\nfixed: maybe\nextra: 1")
    assert [(fault.line, fault.code) for fault in sorted(found)] == [
        (1, "wrong-value"),
        (2, "wrong-value"),
        (3, "wrong-value"),
        (4, "unknown-key"),
    ]


def test_a_part_of_a_file_is_read_by_its_own_shape() -> None:
    document = read("rows:\n  - title: one\n  - titel: two\n")
    faults: list[Fault] = []
    assert list(entries(document, faults, "rows")) == [0, 1]
    assert shaped(InnerShape, document, faults, "rows", 0) == InnerShape(title="one")
    assert shaped(InnerShape, document, faults, "rows", 1) is None
    assert [(fault.line, fault.column, fault.code) for fault in faults] == [
        (3, 5, "missing-key"),
        (3, 5, "unknown-key"),
    ]


def test_what_is_no_list_has_no_entries() -> None:
    faults: list[Fault] = []
    assert list(entries(read("rows: x"), faults, "rows")) == []
    assert faults == [Fault("a.yaml", 1, 7, "wrong-value", "str", "- …")]
