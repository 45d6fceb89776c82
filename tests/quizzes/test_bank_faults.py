"""Faults in a question bank, each named where it stands."""

import pytest

from lms.policies.rules import Unit
from tests.support.faults import Case
from tests.support.small_library import (
    PARAMETERS,
    QUIZ_PATH,
)

NAME = "outpatient.deductible"
EXPLICIT = f"{NAME} region=北京 status=in_service"
SLOTS = "region=北京 status=in_service"
EXAMPLE = f"[[{NAME} region=… status=…]]"
TYPES = "single / multiple / truefalse / numeric"
SYNTAX = "+ - * / ( ) min max"
STEM = "stem: 超过起付标准的部分才报。"
FORMULA = "    formula: cost - deductible\n"
GIVEN = "given: {cost: ['5000']}"
LATER = PARAMETERS.partition("  values:\n")[2].replace("2025-01-01", "2027-01-01").replace("1800", "1500")

BANK: list[Case] = [
    Case("id: basics\n", "id: Basics\n", 1, 5, "wrong-value", "Basics", "^[a-z0-9][a-z0-9-]*$"),
    Case("course: basics", "course: other", 4, 9, "no-such-course", "other", "basics"),
    Case("size: 1", "size: 2", 5, 7, "draws-differ-from-size", "2", "1"),
    Case("size: 1", "size: 51", 5, 7, "wrong-value", "51", "≤ 50"),
    Case("draw: 1", "draw: 0", 7, 53, "wrong-value", "0", "≥ 1"),
    Case("- id: basics-02", "- id: basics-01", 19, 9, "key-exists", "basics-01", f"{QUIZ_PATH}:9"),
    Case("- id: basics-01", "- 什么\n  - id: basics-01", 9, 5, "not-allowed", "什么", TYPES),
]
QUESTION: list[Case] = [
    Case("type: truefalse", "type: essay", 11, 11, "not-allowed", "essay", TYPES),
    Case("type: truefalse", "type: [single]", 11, 11, "not-allowed", "['single']", TYPES),
    Case("    type: truefalse\n", "", 9, 5, "not-allowed", "null", TYPES),
    Case("answer: true", "answer: perhaps", 15, 13, "wrong-value", "perhaps", "true / false"),
    Case("    because_true: 对。\n", "", 9, 5, "missing-key", "because_true"),
    Case("type: numeric", "type: numeric\n    points: 0", 22, 13, "wrong-value", "0", "≥ 1"),
    Case("type: numeric", "type: numeric\n    points: 101", 22, 13, "wrong-value", "101", "≤ 100"),
    Case("unit: yuan", "unit: euro", 25, 11, "not-allowed", "euro", " / ".join(Unit)),
]
WORDS: list[Case] = [
    Case(STEM, "stem: 先付1800元。", 14, 13, "number-by-hand", "1800元", f"[[{NAME}]]"),
    Case(STEM, "stem: 超过[[outpatient.rate]]。", 14, 13, "no-such-parameter", "outpatient.rate", NAME),
    Case(STEM, f"stem: 超过[[{NAME}]]。", 14, 13, "not-explicit", NAME, EXAMPLE),
    Case(STEM, f"stem: 付[[{NAME} region=北京]]。", 14, 12, "not-explicit", NAME, EXAMPLE),
    Case(
        STEM,
        f"stem: 付[[{NAME} region=全国 status=any]]。",
        14,
        12,
        "no-value",
        f"{NAME}/000000/any/any",
        SLOTS,
    ),
    Case(
        "because_true: 对。",
        f"because_true: 对，[[{NAME}]]。",
        16,
        21,
        "not-explicit",
        NAME,
        EXAMPLE,
    ),
    Case(
        "explanation: 减去",
        "explanation: 先付1800元，减去",
        30,
        20,
        "number-by-hand",
        "1800元",
        f"[[{NAME}]]",
    ),
    Case("小李花了{cost}元", "小李花了{cost}元，付1800元", 24, 24, "number-by-hand", "1800元", f"[[{NAME}]]"),
]
NUMERIC: list[Case] = [
    Case("cost - deductible", "cost -", 29, 14, "bad-formula", "cost -", SYNTAX),
    Case("cost - deductible", "cost - deductible.real", 29, 21, "bad-formula", "deductible.real", SYNTAX),
    Case("cost - deductible", "cost ** 2", 29, 14, "bad-formula", "cost ** 2", SYNTAX),
    Case("cost - deductible", "cost - 起付线", 29, 14, "unknown-name", "起付线", "cost / deductible"),
    Case(
        "cost - deductible",
        "cost / (deductible - 1800)",
        29,
        14,
        "cannot-compute",
        "cost / (deductible - 1800)",
    ),
    Case("{cost}", "{costs}", 24, 11, "unknown-name", "{costs}", "cost"),
    Case("{cost}", "[[answer]]", 24, 11, "unknown-name", "[[answer]]", "deductible"),
    Case("[[deductible]]", "[[rate]]", 30, 18, "unknown-name", "[[rate]]", "answer / deductible"),
    Case(GIVEN, "given: {cost: []}", 26, 19, "wrong-value", "[]", "≥ 1"),
    Case(GIVEN, "given: {cost: [five]}", 26, 20, "wrong-value", "five", "1800 / 0.5"),
    Case(GIVEN, "given: {cost: ['5000'], deductible: ['1']}", 28, 19, "key-twice", "deductible"),
    Case(EXPLICIT, f"{NAME} region=北京", 28, 19, "not-explicit", NAME, EXAMPLE),
    Case(
        EXPLICIT,
        f"{NAME} region=北京 status=retired",
        28,
        19,
        "no-value",
        f"{NAME}/110000/retired/any",
        SLOTS,
    ),
    Case(EXPLICIT, "a.b", 28, 19, "no-such-parameter", "a.b", NAME),
    Case(FORMULA, f"{FORMULA}    places: 5\n", 30, 13, "wrong-value", "5", "≤ 4"),
    Case(
        FORMULA,
        f"{FORMULA}    distractors:\n      - {{formula: cost +, because: 加}}\n",
        31,
        19,
        "bad-formula",
        "cost +",
        SYNTAX,
    ),
]


@pytest.mark.parametrize("case", [*BANK, *QUESTION, *WORDS, *NUMERIC])
def test_a_fault_in_a_bank(case: Case) -> None:
    case.check(QUIZ_PATH)
