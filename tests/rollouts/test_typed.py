"""What is found between two libraries: clauses and values, each with a severity proposed for it."""

from datetime import date
from typing import Any

import pytest

from lms.publishing.operations import check
from lms.rollouts.impact import shelf_from
from lms.rollouts.models import How, Severity
from lms.rollouts.proposal import differences
from lms.rollouts.typed import TypedItem
from tests.support.changes import CHEAPER_IN_BEIJING, NEW_YEAR, TODAY, TWO_CITIES
from tests.support.small_library import PARAMETERS_PATH, POLICY_PATH, QUIZ_PATH

FIRST, SECOND = "city-rules#1", "city-rules#2"
SECOND_LINE = "  - {key: '2', article: 第二条, title: 凭证, text: 看病要出示凭证。}\n"


def found(*, backwards: bool = False, **replaced: str) -> list[TypedItem]:
    """The difference that these files make in the library of two cities, or that taking them back makes."""
    paths = {"policy": POLICY_PATH, "parameters": PARAMETERS_PATH, "quiz": QUIZ_PATH}
    texts = {**TWO_CITIES, **{paths[name]: text for name, text in replaced.items()}}
    shelves = []
    for library in (TWO_CITIES, texts):
        checked = check({path: text.encode() for path, text in library.items()}, day=TODAY)
        assert not checked.faults, checked.faults
        shelves.append(shelf_from(checked.items))
    return differences(*reversed(shelves)) if backwards else differences(*shelves)


def policy(old: str, new: str) -> str:
    assert old in TWO_CITIES[POLICY_PATH]
    return TWO_CITIES[POLICY_PATH].replace(old, new)


def parameters(old: str, new: str) -> str:
    assert old in TWO_CITIES[PARAMETERS_PATH]
    return TWO_CITIES[PARAMETERS_PATH].replace(old, new, 1)


def told(one: TypedItem) -> tuple[Any, ...]:
    return (one.item, one.how, one.old, one.new, one.proposed)


def test_equal_libraries_have_no_difference() -> None:
    assert found() == []


def test_a_new_value_is_substantive_and_knows_what_held_before() -> None:
    (one,) = found(parameters=CHEAPER_IN_BEIJING[PARAMETERS_PATH])
    assert told(one) == ("outpatient.deductible", How.NEW, "1800", "1500", Severity.SUBSTANTIVE)
    assert (one.region, one.status, one.level, one.since) == ("110000", "in_service", "any", NEW_YEAR)


def test_the_same_number_from_a_new_day_is_editorial() -> None:
    same = CHEAPER_IN_BEIJING[PARAMETERS_PATH].replace("value: 1500", "value: 1800")
    (one,) = found(parameters=same)
    assert told(one) == ("outpatient.deductible", How.NEW, "1800", "1800", Severity.EDITORIAL)


def test_another_number_for_the_same_day_is_our_own_mistake() -> None:
    (one,) = found(parameters=parameters("value: 1800", "value: 1300"))
    assert told(one) == ("outpatient.deductible", How.CORRECTED, "1800", "1300", Severity.SUBSTANTIVE)
    assert one.since == date(2025, 1, 1)


def test_a_value_that_is_gone_is_withdrawn() -> None:
    shanghai = TWO_CITIES[PARAMETERS_PATH].partition("    - region: 上海")[0]
    (one,) = found(parameters=shanghai)
    assert told(one) == ("outpatient.deductible", How.WITHDRAWN, "500", "", Severity.SUBSTANTIVE)


def test_another_proof_of_the_same_number_is_editorial() -> None:
    (one,) = found(parameters=parameters("北京市医疗保障局网站", "京医保发〔2026〕1号"))
    assert told(one)[:2] == ("outpatient.deductible", How.REWORDED)
    assert (one.new, one.proposed) == ("京医保发〔2026〕1号 · city-rules#1 · law", Severity.EDITORIAL)


def test_another_day_of_the_check_is_no_difference() -> None:
    assert found(parameters=parameters("checked_on: 2026-11-21", "checked_on: 2026-11-22")) == []


def test_another_unit_is_substantive() -> None:
    items = found(parameters=parameters("unit: yuan_per_year", "unit: yuan"))
    assert [told(one) for one in items] == [
        ("outpatient.deductible", How.REWORDED, "yuan_per_year", "yuan", Severity.SUBSTANTIVE)
    ]


@pytest.mark.parametrize(
    ("new", "severity"),
    [
        ("看病，要出示凭证", Severity.EDITORIAL),
        ("看病不要出示凭证。", Severity.SUBSTANTIVE),
        ("看病须先出示医保码。", Severity.SUBSTANTIVE),
    ],
)
def test_a_reworded_clause_weighs_as_much_as_its_words_differ(new: str, severity: Severity) -> None:
    (one,) = found(policy=policy("text: 看病要出示凭证。", f"text: {new}"))
    assert told(one) == (SECOND, How.REWORDED, "看病要出示凭证。", new, severity)


@pytest.mark.parametrize(
    ("new", "severity"), [("医保凭证", Severity.CLARIFYING), ("“凭证”", Severity.EDITORIAL)]
)
def test_another_title_clarifies(new: str, severity: Severity) -> None:
    (one,) = found(policy=policy("title: 凭证", f"title: {new}"))
    assert told(one) == (SECOND, How.REWORDED, "凭证", new, severity)


def test_another_number_of_the_article_is_editorial() -> None:
    (one,) = found(policy=policy("第二条", "第三条"))
    assert told(one) == (SECOND, How.REWORDED, "第二条 · law", "第三条 · law", Severity.EDITORIAL)


def test_dated_words_are_reworded_from_their_day() -> None:
    dated = """\
  - key: '2'
    article: 第二条
    title: 凭证
    text: 看病须先出示医保码。
    from: 2027-01-01
    earlier:
      - {until: 2026-12-31, text: 看病要出示凭证。}
"""
    (one,) = found(policy=policy(SECOND_LINE, dated))
    assert told(one)[:2] == (SECOND, How.REWORDED)
    assert one.since == NEW_YEAR


def test_the_same_words_from_another_day_are_substantive() -> None:
    items = found(policy=policy("effective_on: 2025-01-01", "effective_on: 2025-02-01"))
    assert [(one.item, one.since, one.proposed) for one in items] == [
        (FIRST, date(2025, 2, 1), Severity.SUBSTANTIVE),
        (SECOND, date(2025, 2, 1), Severity.SUBSTANTIVE),
    ]


def test_a_clause_with_an_end_is_repealed_from_that_day() -> None:
    ends = SECOND_LINE.replace("}", ", repealed_on: 2027-01-01}")
    (one,) = found(policy=policy(SECOND_LINE, ends))
    assert told(one) == (SECOND, How.REPEALED, "看病要出示凭证。", "", Severity.SUBSTANTIVE)
    assert one.since == NEW_YEAR


NEW_LINE = "  - {key: '3', article: 第三条, title: 代办, text: 可以请人代办。}\n"


def test_a_new_clause_that_nothing_uses_clarifies() -> None:
    (one,) = found(policy=policy(SECOND_LINE, SECOND_LINE + NEW_LINE))
    assert told(one) == ("city-rules#3", How.NEW, "", "可以请人代办。", Severity.CLARIFYING)


def test_a_new_clause_that_a_question_rests_on_is_substantive() -> None:
    used = TWO_CITIES[QUIZ_PATH].replace("clauses: [city-rules#2]", "clauses: [city-rules#3]")
    (one,) = found(policy=policy(SECOND_LINE, SECOND_LINE + NEW_LINE), quiz=used)
    assert told(one) == ("city-rules#3", How.NEW, "", "可以请人代办。", Severity.SUBSTANTIVE)


def test_a_clause_that_is_gone_is_repealed() -> None:
    (one,) = found(policy=policy(SECOND_LINE, SECOND_LINE + NEW_LINE), backwards=True)
    assert told(one) == ("city-rules#3", How.REPEALED, "可以请人代办。", "", Severity.SUBSTANTIVE)
