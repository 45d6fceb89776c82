"""What is wrong with a survey or an answer, when people are reminded, and what the measures mean."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.courses.questionnaires import Option, Question, QuestionKind
from lms.surveys.rules import (
    Fault,
    SurveyKind,
    answer_faults,
    closing,
    csat,
    day_faults,
    for_audience,
    given,
    mean,
    minutes_for,
    nps,
    question_faults,
    reminder_step,
)
from tests.support.surveys import ANSWERS, COLOUR, FOR_HR, MARK, QUESTIONS, WISH

MONDAY = date(2027, 1, 4)
RECOMMEND = Question(id="tell", kind=QuestionKind.RECOMMEND, text="推荐吗？")


def days(count: int) -> timedelta:
    return timedelta(days=count)


# -- questions ------------------------------------------------------------------------------------------


def test_a_survey_without_a_question_is_a_fault() -> None:
    assert list(question_faults((), ["hr"])) == [Fault("no-questions")]
    assert list(question_faults(QUESTIONS, ["hr", "employee"])) == []


def test_an_audience_that_would_be_asked_nothing_is_a_fault() -> None:
    assert list(question_faults((FOR_HR,), ["hr", "employee"])) == [
        Fault("audience-without-question", "employee")
    ]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"text": ""}, ["no-text"]),
        ({"text": "长" * 201}, ["text-too-long"]),
        ({"audiences": ("boss",)}, ["unknown-audience"]),
        ({"options": COLOUR.options[:1]}, ["few-options"]),
        ({"options": [Option(id=f"o{n}", text=f"{n}") for n in range(11)]}, ["many-options"]),
        ({"kind": QuestionKind.SCALE}, ["options-not-wanted"]),
        ({"options": (COLOUR.options[0], Option(id="b"))}, ["option-without-text"]),
        ({"options": (COLOUR.options[0], Option(id="b", text="红"))}, ["option-twice"]),
        ({"options": (COLOUR.options[0], Option(id="b", text="长" * 81))}, ["text-too-long"]),
    ],
)
def test_what_is_wrong_with_a_question_is_named(change: dict[str, object], codes: list[str]) -> None:
    found = list(question_faults((COLOUR.model_copy(update=change),), []))
    assert found == [Fault(code, "colour") for code in codes]


def test_two_questions_of_one_name_and_too_many_are_faults() -> None:
    assert list(question_faults((MARK, MARK), [])) == [Fault("id-twice", "mark")]
    many = tuple(MARK.model_copy(update={"id": f"q{n}"}) for n in range(21))
    assert list(question_faults(many, [])) == [Fault("too-many-questions")]


def test_each_audience_has_its_own_questions_in_their_order() -> None:
    assert [one.id for one in for_audience(QUESTIONS, "hr")] == ["colour", "mark", "desk", "wish"]
    assert [one.id for one in for_audience(QUESTIONS, "retiree")] == ["colour", "mark", "wish"]
    assert minutes_for(QUESTIONS) == 2
    assert minutes_for(()) == 1


# -- days -----------------------------------------------------------------------------------------------


def test_closing_before_opening_is_a_fault() -> None:
    assert list(day_faults(MONDAY, MONDAY - days(1), MONDAY - days(5))) == [Fault("close-before-open")]
    assert list(day_faults(MONDAY, MONDAY, MONDAY)) == []
    assert list(day_faults(MONDAY, None, MONDAY)) == [Fault("no-closing")]
    assert list(day_faults(MONDAY - days(9), MONDAY - days(1), MONDAY)) == [
        Fault("open-passed"),
        Fault("close-passed"),
    ]


def test_the_needs_survey_is_open_for_three_weeks_unless_said_otherwise() -> None:
    assert closing(SurveyKind.NEEDS, MONDAY, None) == date(2027, 1, 24)
    assert closing(SurveyKind.NEEDS, MONDAY, MONDAY) == MONDAY
    assert closing(SurveyKind.OWN, MONDAY, None) is None


@pytest.mark.parametrize(
    ("today", "step"),
    [(0, None), (6, None), (7, 7), (13, 7), (14, 14), (17, 14), (18, 18), (20, 18), (25, 18)],
)
def test_reminders_are_due_a_week_two_weeks_and_two_days_before_the_end(today: int, step: int | None) -> None:
    found = reminder_step(MONDAY, MONDAY + days(20), MONDAY + days(today))
    assert found == (None if step is None else MONDAY + days(step))


def test_a_survey_of_two_days_has_no_reminder() -> None:
    assert reminder_step(MONDAY, MONDAY + days(1), MONDAY + days(1)) is None


# -- answers --------------------------------------------------------------------------------------------


def test_answers_are_checked_by_question() -> None:
    asked = (COLOUR, MARK, WISH)
    assert answer_faults(asked, ANSWERS) == {}
    assert answer_faults(asked, {}) == {"colour": "answer-missing", "mark": "answer-missing"}
    assert answer_faults(asked, {"colour": ["green"], "mark": ["6"]}) == {
        "colour": "answer-not-offered",
        "mark": "answer-not-offered",
    }
    assert answer_faults(asked, {**ANSWERS, "colour": ["red", "blue"]}) == {"colour": "answer-not-offered"}
    assert answer_faults(asked, {**ANSWERS, "wish": ["长" * 1001]}) == {"wish": "answer-too-long"}
    assert answer_faults(asked, {**ANSWERS, "desk": ["red"]}) == {"desk": "answer-not-asked"}


def test_answers_are_kept_in_the_order_in_which_they_are_offered_without_blanks() -> None:
    said = given((FOR_HR, WISH), {"desk": ["blue", " red "], "wish": ["  转诊怎么办\n"]})
    assert said.values == {"desk": ("red", "blue")}
    assert said.texts == {"wish": "转诊怎么办"}


# -- measures -------------------------------------------------------------------------------------------


def test_satisfied_are_those_who_choose_four_and_five() -> None:
    assert csat({1: 1, 3: 1, 4: 1, 5: 1}) == Decimal("0.5")
    assert mean({1: 1, 3: 1, 4: 1, 5: 2}) == Decimal("3.60")


def test_the_promoter_score_is_promoters_less_detractors() -> None:
    assert nps({10: 5, 9: 1, 8: 2, 7: 1, 6: 1, 0: 2}) == Decimal("25.0")
    assert nps({8: 3}) == Decimal("0.0")


def test_of_nobody_there_is_no_measure() -> None:
    assert csat({}) is mean({}) is nps({}) is None
    assert RECOMMEND.values[-1] == "10"
