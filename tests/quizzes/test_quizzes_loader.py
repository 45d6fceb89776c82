"""Reading question banks: what could not be asked fairly is a fault before anybody is asked."""

from datetime import date

import pytest

from lms.library.faults import Fault, Item
from lms.quizzes.computing import MOST_COMBINATIONS
from tests.support.faults import checked, faults_of
from tests.support.small_library import (
    COURSE_PATH,
    PARAMETERS,
    PARAMETERS_PATH,
    POLICY,
    POLICY_PATH,
    QUIZ,
    QUIZ_PATH,
    TEXTS,
    with_change,
)

NAME = "outpatient.deductible"
EXPLICIT = f"{NAME} region=北京 status=in_service"
EXAMPLE = f"[[{NAME} region=… status=…]]"
TYPES = "single / multiple / truefalse / numeric"
SYNTAX = "+ - * / ( ) min max"
STEM = "stem: 超过起付标准的部分才报。"
FORMULA = "    formula: cost - deductible\n"
GIVEN = "given: {cost: ['5000']}"
LATER = PARAMETERS.partition("  values:\n")[2].replace("2025-01-01", "2027-01-01").replace("1800", "1500")

# -- answers that are computed -----------------------------------------------------------------------------


def faults_with_distractors(*formulas: str, parameters: str = PARAMETERS) -> list[tuple[int, str, str]]:
    rows = "".join(f"      - {{formula: {formula}, because: x}}\n" for formula in formulas)
    texts = with_change(QUIZ_PATH, FORMULA, f"{FORMULA}    distractors:\n{rows}")
    return [
        (fault.line, fault.code, fault.found) for fault in faults_of({**texts, PARAMETERS_PATH: parameters})
    ]


def test_distractors_that_differ_are_fine() -> None:
    assert faults_with_distractors("cost", "deductible") == []


def test_a_distractor_that_equals_the_answer_is_refused() -> None:
    assert faults_with_distractors("cost - 1800", "cost") == [
        (29, "same-numbers", "{'cost': '5000'} 2026-11-23: 3200 / 3200 / 5000")
    ]


def test_distractors_that_equal_each_other_after_rounding_are_refused() -> None:
    assert faults_with_distractors("cost", "cost + 0.001") == [
        (29, "same-numbers", "{'cost': '5000'} 2026-11-23: 3200 / 5000 / 5000")
    ]


def test_zero_equals_zero_whatever_its_sign() -> None:
    assert faults_with_distractors("cost - 5000", "5000 - cost - 0.001")[0][1] == "same-numbers"


def test_every_combination_of_given_numbers_is_computed() -> None:
    texts = with_change(QUIZ_PATH, GIVEN, "given: {cost: ['5000', '3600']}")
    text = texts[QUIZ_PATH].replace(
        FORMULA, f"{FORMULA}    distractors: [{{formula: deductible, because: x}}]\n"
    )
    assert [fault.found for fault in faults_of({**texts, QUIZ_PATH: text})] == [
        "{'cost': '3600'} 2026-11-23: 1800 / 1800"
    ]


def test_an_answer_is_computed_for_the_day_on_which_an_announced_value_takes_over() -> None:
    assert faults_with_distractors("cost - 1500", parameters=PARAMETERS + LATER) == [
        (29, "same-numbers", "{'cost': '5000'} 2027-01-01: 3500 / 3500")
    ]


def test_values_of_the_past_are_nobodys_answer_any_more() -> None:
    earlier = LATER.replace("2027-01-01", "2020-01-01")
    assert faults_with_distractors("cost - 1500", parameters=PARAMETERS + earlier) == []


def test_a_question_that_could_ask_too_many_things_is_refused() -> None:
    several = ", ".join(f"'{number}'" for number in range(2000, 2040))
    texts = with_change(QUIZ_PATH, GIVEN, f"given: {{cost: [{several}], other: [{several}]}}")
    assert faults_of(texts) == [Fault(QUIZ_PATH, 26, 12, "not-allowed", "1600", f"≤ {MOST_COMBINATIONS}")]


# -- what may be scored ------------------------------------------------------------------------------------


def codes(texts: dict[str, str], *, day: date = date(2026, 11, 23)) -> list[tuple[int, int, str, str]]:
    found = faults_of(texts, day=day)
    return [(fault.line, fault.column, fault.code, fault.found) for fault in found if fault.path == QUIZ_PATH]


def test_a_source_that_is_not_verified_scores_nothing() -> None:
    assert codes({**TEXTS, POLICY_PATH: POLICY.replace("mark: law", "mark: single")}) == [
        (12, 15, "not-verified", "city-rules#1 (single)"),
        (22, 15, "not-verified", "city-rules#1 (single)"),
    ]


def test_a_source_that_is_announced_scores_nothing_until_its_day() -> None:
    texts = {**TEXTS, POLICY_PATH: POLICY.replace("effective_on: 2025-01-01", "effective_on: 2027-01-01")}
    assert codes(texts) == [
        (12, 15, "not-yet-in-force", "city-rules#1 (2027-01-01)"),
        (22, 15, "not-yet-in-force", "city-rules#1 (2027-01-01)"),
    ]
    assert codes(texts, day=date(2027, 1, 1)) == []


def test_a_question_may_ask_what_holds_on_a_day_to_come() -> None:
    texts = {
        **TEXTS,
        POLICY_PATH: POLICY.replace("effective_on: 2025-01-01", "effective_on: 2027-01-01"),
        PARAMETERS_PATH: PARAMETERS.replace("2025-01-01", "2027-01-01"),
        QUIZ_PATH: QUIZ.replace("    pages:", "    on: 2027-01-01\n    pages:"),
    }
    assert codes(texts) == []
    bodies = [item.body for item in checked(texts).items if item.kind == "question"]
    assert [body["on"] for body in bodies] == ["2027-01-01", "2027-01-01"]
    assert {"on"} & set().union(*(item.body for item in checked(TEXTS).items)) == set()


def test_a_source_that_has_been_repealed_is_no_fault_of_its_questions() -> None:
    text = "超过起付标准的部分才报。, repealed_on: 2026-11-01"
    assert codes({**TEXTS, POLICY_PATH: POLICY.replace("超过起付标准的部分才报。", text)}) == []


def test_a_number_that_is_not_verified_scores_nothing() -> None:
    assert codes({**TEXTS, PARAMETERS_PATH: PARAMETERS.replace("mark: law", "mark: seed")}) == [
        (28, 19, "not-verified", f"{NAME} (seed)")
    ]


def test_a_number_that_is_announced_scores_nothing_until_its_day() -> None:
    texts = {**TEXTS, PARAMETERS_PATH: PARAMETERS.replace("2025-01-01", "2027-01-01")}
    assert codes(texts) == [(28, 19, "no-value", f"{NAME}/110000/in_service/any")]
    assert codes(texts, day=date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("page", "right"),
    [
        ("outpatient#gone", "outpatient#card / outpatient#deductible"),
        ("travel#filing", "outpatient#card / outpatient#deductible"),
    ],
)
def test_a_question_names_pages_that_exist(page: str, right: str) -> None:
    text = QUIZ.replace("pages: [outpatient#deductible]", f"pages: [{page}]", 1)
    assert faults_of({**TEXTS, QUIZ_PATH: text}) == [Fault(QUIZ_PATH, 13, 13, "no-such-page", page, right)]


def test_a_question_names_clauses_that_exist() -> None:
    text = QUIZ.replace("clauses: [city-rules#1]", "clauses: [city-rules#1, city-rules#7]", 1)
    right = "city-rules#1 / city-rules#2"
    assert faults_of({**TEXTS, QUIZ_PATH: text}) == [
        Fault(QUIZ_PATH, 12, 29, "no-such-clause", "city-rules#7", right)
    ]


@pytest.mark.parametrize("key", ["clauses: [city-rules#1]", "pages: [outpatient#deductible]"])
def test_a_question_without_a_source_or_a_page_is_refused(key: str) -> None:
    empty = f"{key.partition(':')[0]}: []"
    found = faults_of({**TEXTS, QUIZ_PATH: QUIZ.replace(key, empty, 1)})
    assert [(fault.code, fault.found, fault.right) for fault in found] == [("wrong-value", "[]", "≥ 1")]


# -- the bank as a whole -----------------------------------------------------------------------------------


def test_a_topic_needs_enough_questions_for_a_second_paper() -> None:
    text = QUIZ.replace("size: 1", "size: 2").replace("draw: 1", "draw: 2")
    assert faults_of({**TEXTS, QUIZ_PATH: text}) == [
        Fault(QUIZ_PATH, 7, 5, "too-few-questions", "claims: 2", "≥ 4")
    ]


def test_a_topic_is_named_once_and_every_question_belongs_to_one() -> None:
    row = "  - {id: claims, title: 报销, title_en: Claims, draw: 1}\n"
    found = codes({**TEXTS, QUIZ_PATH: QUIZ.replace(row, row + row).replace("size: 1", "size: 2")})
    assert found == [(8, 10, "key-exists", "claims")]
    text = QUIZ.replace("    topic: claims", "    topic: travel", 1)
    found = codes({**TEXTS, QUIZ_PATH: text})
    assert found == [(7, 5, "too-few-questions", "claims: 1"), (10, 12, "no-such-topic", "travel")]


def test_a_quiz_is_named_once() -> None:
    other = "quizzes/other.yaml"
    assert faults_of({**TEXTS, other: QUIZ}) == [Fault(other, 1, 5, "key-exists", "basics", f"{QUIZ_PATH}:1")]


def test_the_quiz_of_a_course_is_about_this_course() -> None:
    second = {
        path.replace("basics", "more"): text.replace("id: basics\n", "id: more\n")
        for path, text in TEXTS.items()
        if "/basics/" in path
    }
    found = faults_of({**TEXTS, **second})
    path = COURSE_PATH.replace("basics", "more")
    assert found == [Fault(path, 10, 7, "no-such-quiz", "basics", "")]


def test_what_cannot_be_read_is_not_also_missing_elsewhere() -> None:
    for path, old, new in [
        (QUIZ_PATH, "size: 1", "size: one"),
        (COURSE_PATH, "kind: onboarding", "kind: weekly"),
        (QUIZ_PATH, "answer: true", "answer: perhaps"),
    ]:
        assert [fault.path for fault in faults_of(with_change(path, old, new))] == [path]


# -- what is read --------------------------------------------------------------------------------------------


def items_of(texts: dict[str, str]) -> dict[tuple[str, str], Item]:
    found = checked(texts)
    assert found.faults == []
    return {(item.kind, item.key): item for item in found.items}


def test_a_bank_knows_its_questions_in_their_order() -> None:
    quiz = items_of(dict(TEXTS))["quiz", "basics"]
    assert quiz.body == {
        "title": "入门测验",
        "title_en": "First quiz",
        "course": "basics",
        "size": 1,
        "topics": [{"id": "claims", "title": "报销", "title_en": "Claims", "draw": 1}],
        "questions": ["basics-01", "basics-02"],
    }
    assert (quiz.place.path, quiz.place.line) == (QUIZ_PATH, 1)


def test_a_numeric_question_keeps_its_formula_and_refers_to_its_parameters() -> None:
    question = items_of(dict(TEXTS))["question", "basics-02"]
    assert question.body == {
        "quiz": "basics",
        "topic": "claims",
        "type": "numeric",
        "points": 1,
        "clauses": ["city-rules#1"],
        "pages": ["basics/outpatient#deductible"],
        "stem": "小李花了{cost}元，超过起付标准多少？",
        "unit": "yuan",
        "given": {"cost": ["5000"]},
        "parameters": {"deductible": f"{NAME}/110000/in_service/any"},
        "formula": "cost - deductible",
        "places": 2,
        "distractors": [],
        "explanation": "减去[[deductible]]。",
    }
    assert question.references == {
        ("clause", "city-rules#1"),
        ("page", "basics/outpatient#deductible"),
        ("parameter", NAME),
    }


def test_a_written_question_keeps_canonical_references() -> None:
    texts = with_change(QUIZ_PATH, STEM, f"stem: 超过[[{EXPLICIT}]]的部分才报。")
    question = items_of(texts)["question", "basics-01"]
    assert question.body["stem"] == f"超过[[{NAME}/110000/in_service/any]]的部分才报。"
    assert ("parameter", NAME) in question.references
    assert question.body["options"] == [
        {"text": "true", "right": True, "because": "对。"},
        {"text": "false", "right": False, "because": "先自己付，超过才报。"},
    ]


def test_a_choice_keeps_its_options_in_the_order_of_the_file() -> None:
    old = QUIZ.partition("    answer: true")[2].partition("    explanation")[0]
    options = "    options:\n      - {text: 一, because: 错}\n      - {text: 二, right: true, because: 对}\n"
    text = QUIZ.replace("type: truefalse", "type: single").replace(f"    answer: true{old}", options)
    question = items_of({**TEXTS, QUIZ_PATH: text})["question", "basics-01"]
    assert question.body["options"] == [
        {"text": "一", "right": False, "because": "错"},
        {"text": "二", "right": True, "because": "对"},
    ]


def test_a_number_that_is_the_same_in_the_whole_country_needs_no_region() -> None:
    national = PARAMETERS.replace("region: 北京", "region: 全国").replace("status: in_service", "status: any")
    text = QUIZ.replace(STEM, f"stem: 超过[[{NAME}]]的部分才报。").replace(EXPLICIT, NAME)
    items = items_of({**TEXTS, PARAMETERS_PATH: national, QUIZ_PATH: text})
    assert items["question", "basics-01"].body["stem"] == f"超过[[{NAME}/000000/any/any]]的部分才报。"
    assert items["question", "basics-02"].body["parameters"] == {"deductible": f"{NAME}/000000/any/any"}
