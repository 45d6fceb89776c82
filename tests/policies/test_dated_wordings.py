"""Reading wordings with their days, and numbers that cannot be of their unit."""

from datetime import date

import pytest

from lms.policies.queries import Policies, policies_from
from lms.policies.rules import Wording
from tests.support.faults import Case, checked, faults_of
from tests.support.small_library import PARAMETERS_PATH, POLICY_PATH, TEXTS, with_change

CLAUSE = "text: 看病要出示凭证。"


def dated(*, since: str = "2027-01-01", until: str = "2026-12-31", text: str = "看病要带卡。") -> str:
    """The second clause with an earlier wording."""
    return f"{CLAUSE}, from: {since}, earlier: [{{until: {until}, text: {text}}}]"


WORDINGS: list[Case] = [
    Case(CLAUSE, f"{CLAUSE}, from: 2024-12-31", 14, 63, "effect-before-issue", "2024-12-31", "≥ 2025-01-01"),
    Case(CLAUSE, f"{CLAUSE}, from: soon", 14, 63, "wrong-value", "soon", "2026-01-31"),
    Case(CLAUSE, dated(until="2026-12-30"), 14, 93, "wording-order", "2026-12-30", "2026-12-31"),
    Case(CLAUSE, dated(until="2027-01-01"), 14, 93, "wording-order", "2027-01-01", "2026-12-31"),
    Case(CLAUSE, dated(text="看病要出示凭证。"), 14, 111, "wording-twice", "看病要出示凭证。"),
    Case(CLAUSE, dated(text="''"), 14, 112, "wrong-value", "", "…"),
    Case(CLAUSE, f"{CLAUSE}, earlier: [{{text: 旧}}]", 14, 67, "missing-key", "until"),
    Case(
        CLAUSE,
        f"{CLAUSE}, repealed_on: 2025-01-01",
        14,
        70,
        "repealed-before-effective",
        "2025-01-01",
        "> 2025-01-01",
    ),
]
NUMBERS: list[Case] = [
    Case("value: 1800", "value: -1", 11, 14, "wrong-unit", "-1 yuan_per_year", "≥ 0 (yuan_per_year)"),
    Case("unit: yuan_per_year", "unit: percent", 11, 14, "wrong-unit", "1800 percent", "≤ 100 (percent)"),
]


@pytest.mark.parametrize("case", WORDINGS)
def test_a_fault_in_the_days_of_a_clause(case: Case) -> None:
    case.check(POLICY_PATH)


@pytest.mark.parametrize("case", NUMBERS)
def test_a_number_that_cannot_be_of_its_unit(case: Case) -> None:
    case.check(PARAMETERS_PATH)


@pytest.mark.parametrize(
    ("unit", "number", "right"),
    [
        ("days", "30.5", "30 / 31 (days)"),
        ("months", "0.5", "0 / 1 (months)"),
        ("percentage_points", "101", "≤ 100 (percentage_points)"),
        ("percent", "100", ""),
        ("percent", "70.5", ""),
        ("workdays", "30", ""),
        ("yuan", "0.05", ""),
    ],
)
def test_shares_end_at_the_whole_and_days_are_whole(unit: str, number: str, right: str) -> None:
    text = TEXTS[PARAMETERS_PATH].replace("yuan_per_year", unit).replace("value: 1800", f"value: {number}")
    found = [fault for fault in faults_of({**TEXTS, PARAMETERS_PATH: text}) if fault.path == PARAMETERS_PATH]
    assert [(fault.code, fault.right) for fault in found] == ([("wrong-unit", right)] if right else [])


def test_a_parameter_may_say_that_its_number_is_greater_than_its_unit_suggests() -> None:
    text = TEXTS[PARAMETERS_PATH].replace("unit: yuan_per_year", "unit: percent\n  at_most: 110")
    for number, faults in (("110", []), ("111", ["≤ 110 (percent)"])):
        texts = {**TEXTS, PARAMETERS_PATH: text.replace("value: 1800", f"value: {number}")}
        found = [fault.right for fault in faults_of(texts) if fault.code == "wrong-unit"]
        assert found == faults


def test_earlier_wordings_stand_in_their_order() -> None:
    two = "earlier: [{until: 2026-12-31, text: 一}, {until: 2026-12-31, text: 二}]"
    texts = with_change(POLICY_PATH, CLAUSE, f"{CLAUSE}, from: 2027-01-01, {two}")
    found = [(fault.column, fault.code, fault.found, fault.right) for fault in faults_of(texts)]
    assert found == [(123, "wording-order", "2026-12-31", "> 2026-12-31")]


def test_wordings_that_follow_each_other_are_no_fault() -> None:
    two = "earlier: [{until: 2025-12-31, text: 一}, {until: 2026-12-31, text: 二}]"
    assert faults_of(with_change(POLICY_PATH, CLAUSE, f"{CLAUSE}, from: 2027-01-01, {two}")) == []


def test_what_was_said_before_needs_the_day_from_which_something_else_is_said() -> None:
    text = TEXTS[POLICY_PATH].replace("effective_on: 2025-01-01", "effective_on: null")
    text = text.replace(CLAUSE, f"{CLAUSE}, earlier: [{{until: 2026-12-31, text: 旧}}]")
    found = faults_of({**TEXTS, POLICY_PATH: text})
    assert [(fault.line, fault.column, fault.code, fault.found) for fault in found] == [
        (14, 5, "missing-key", "from")
    ]


def test_a_clause_is_named_once_in_its_document() -> None:
    found = faults_of(with_change(POLICY_PATH, "{key: '2',", "{key: '1',"))
    assert (found[-1].line, found[-1].code, found[-1].right) == (14, "key-exists", f"{POLICY_PATH}:13")


# -- what is read ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policies() -> Policies:
    texts = with_change(POLICY_PATH, CLAUSE, f"{dated()}, repealed_on: 2030-01-01")
    return policies_from(list(checked(texts).items))


def test_a_clause_is_read_with_its_days_and_earlier_words(policies: Policies) -> None:
    clause = policies.clauses["city-rules#2"]
    assert clause.since == date(2027, 1, 1)
    assert clause.earlier == (Wording(date(2026, 12, 31), "看病要带卡。"),)
    assert clause.repealed_on == date(2030, 1, 1)
    assert clause.words_on(date(2026, 12, 31)) == "看病要带卡。"


def test_a_clause_without_days_is_compiled_as_it_was_before_there_were_any(policies: Policies) -> None:
    bodies = {item.key: item.body for item in checked(TEXTS).items if item.kind == "clause"}
    assert set(bodies["city-rules#1"]) == {"article", "title", "text", "mark", "document"}
    assert policies.clauses["city-rules#1"].starts == date(2025, 1, 1)
