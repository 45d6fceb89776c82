"""Which questions may be asked on a day, and a paper as text and back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policies.queries import Policies, policies_from
from lms.quizzes.compiled import question_from
from lms.quizzes.papers import (
    canonical_references,
    combinations,
    from_part,
    from_text,
    parts,
    plain,
    ready,
    to_text,
)
from lms.quizzes.rules import Distractor, Drawn, Numeric, Question, Stamp
from tests.support.faults import checked
from tests.support.small_library import PARAMETERS, PARAMETERS_PATH, POLICY, POLICY_PATH, TEXTS, with_change

DAY = timedelta(days=1)
TODAY, TURN = date(2026, 11, 23), date(2027, 1, 1)
LATER = PARAMETERS.partition("  values:\n")[2].replace("2025-01-01", "2027-01-01").replace("1800", "1500")
CANONICAL = "outpatient.deductible/110000/in_service/any"


def policies_of(texts: dict[str, str]) -> Policies:
    return policies_from(list(checked(texts).items))


POLICIES = policies_of({**TEXTS, PARAMETERS_PATH: PARAMETERS + LATER})
QUESTIONS = {
    item.key: question_from(item.key, f"edition-of-{item.key}", item.body)
    for item in checked(TEXTS).items
    if item.kind == "question"
}
WRITTEN, NUMERIC = QUESTIONS["basics-01"], QUESTIONS["basics-02"]


def asking_for(reference: str) -> Question:
    """A written question with a parameter in its stem."""
    return replace(WRITTEN, stem=f"超过[[{reference}]]的部分才报。")


def test_a_question_is_asked_with_the_numbers_in_force_on_the_day() -> None:
    before, after = ready(NUMERIC, POLICIES, TODAY), ready(NUMERIC, POLICIES, TURN)
    assert before is not None
    assert after is not None
    assert [one.stamps[CANONICAL].value for one in (before, after)] == ["1800", "1500"]
    assert before.combinations == (({"cost": "5000"}, ("3200",)),)
    assert after.combinations == (({"cost": "5000"}, ("3500",)),)


def test_a_stamp_is_kept_for_a_number_that_is_only_read() -> None:
    found = ready(asking_for(CANONICAL), POLICIES, TODAY)
    assert found is not None
    assert found.stamps == {
        CANONICAL: Stamp("1800", "yuan_per_year", "2025-01-01", "law", "北京市医疗保障局网站")
    }
    assert found.combinations == ()


def test_a_stamp_says_when_the_first_day_is_not_known() -> None:
    unknown = PARAMETERS.replace("from: 2025-01-01", "from: null")
    found = ready(NUMERIC, policies_of({**TEXTS, PARAMETERS_PATH: unknown}), TODAY)
    assert found is not None
    assert found.stamps[CANONICAL].since == ""


@pytest.mark.parametrize(
    ("question", "texts", "day"),
    [
        (NUMERIC, TEXTS, date(2024, 12, 31)),
        (NUMERIC, with_change(PARAMETERS_PATH, "mark: law", "mark: single"), TODAY),
        (WRITTEN, with_change(POLICY_PATH, "mark: law", "mark: seed"), TODAY),
        (WRITTEN, {**TEXTS, POLICY_PATH: POLICY.replace("2025-01-01", "2027-01-01")}, TODAY),
        (replace(WRITTEN, clauses=("city-rules#9",)), TEXTS, TODAY),
        (asking_for("gone/110000/in_service/any"), TEXTS, TODAY),
        (asking_for("outpatient.deductible/110000/retired/any"), TEXTS, TODAY),
    ],
    ids=[
        "too early",
        "number unverified",
        "clause unverified",
        "announced",
        "clause gone",
        "number gone",
        "no value",
    ],
)
def test_what_does_not_count_on_the_day_is_not_asked(
    question: Question, texts: dict[str, str], day: date
) -> None:
    assert ready(question, policies_of(dict(texts)), day) is None


def test_a_question_that_cannot_be_computed_on_the_day_is_not_asked() -> None:
    assert NUMERIC.numeric is not None
    broken = replace(NUMERIC.numeric, formula="cost / (deductible - 1500)")
    assert ready(replace(NUMERIC, numeric=broken), POLICIES, TODAY) is not None
    assert ready(replace(NUMERIC, numeric=broken), POLICIES, TURN) is None


REWORDED = "看病要出示凭证。, from: 2027-01-01, earlier: [{until: 2026-12-31, text: 看病要带卡。}]"
REPEALED = "看病要出示凭证。, repealed_on: 2027-01-01"
ADDED = "看病要出示凭证。, from: 2027-01-01"


@pytest.mark.parametrize(
    ("text", "today", "later"), [(REWORDED, True, True), (REPEALED, True, False), (ADDED, False, True)]
)
def test_a_question_is_asked_while_its_clause_is_in_force(text: str, today: bool, later: bool) -> None:
    policies = policies_of(with_change(POLICY_PATH, "看病要出示凭证。", text))
    question = replace(WRITTEN, clauses=("city-rules#2",))
    asked = [ready(question, policies, day) is not None for day in (TURN - DAY, TURN)]
    assert asked == [today, later]


def test_a_question_about_a_day_is_asked_with_the_rules_of_that_day() -> None:
    policies = policies_of({**TEXTS, PARAMETERS_PATH: PARAMETERS + LATER})
    found = ready(replace(NUMERIC, on=TURN), policies, TODAY)
    assert found is not None
    assert found.combinations == (({"cost": "5000"}, ("3500",)),)
    coming = policies_of({**TEXTS, POLICY_PATH: POLICY.replace("2025-01-01", "2027-01-01")})
    assert ready(replace(WRITTEN, on=TURN), coming, TODAY) is not None
    assert ready(replace(WRITTEN, on=TURN - DAY), coming, TURN) is None


def test_a_reference_to_a_day_keeps_the_value_of_that_day() -> None:
    dated = f"{CANONICAL}/2026-12-31"
    for day in (TODAY, TURN):
        found = ready(asking_for(dated), POLICIES, day)
        assert found is not None
        assert found.stamps[dated].value == "1800"


def test_references_stand_in_all_words_of_a_question_and_each_once() -> None:
    option = replace(WRITTEN.options[0], because="因为[[b/110000/any/any]]", text="[[a/110000/any/any]]")
    question = replace(
        WRITTEN,
        stem="[[a/110000/any/any]]和[[别名]]",
        options=(option,),
        explanation="[[c/110000/any/any]]",
    )
    assert canonical_references(question) == ["a/110000/any/any", "c/110000/any/any", "b/110000/any/any"]
    assert canonical_references(NUMERIC) == [CANONICAL]


def test_every_combination_of_given_numbers_is_computed_with_its_distractors() -> None:
    numeric = Numeric(
        given={"a": ("1", "2"), "b": ("10", "20")},
        parameters={"p": "x/000000/any/any"},
        formula="a * b - p",
        places=1,
        unit="yuan",
        distractors=(Distractor("a * b", "……"),),
    )
    stamps = {"x/000000/any/any": Stamp("0.5", "yuan", "", "law", "")}
    assert list(combinations(numeric, stamps)) == [
        ({"a": "1", "b": "10"}, ("9.5", "10")),
        ({"a": "1", "b": "20"}, ("19.5", "20")),
        ({"a": "2", "b": "10"}, ("19.5", "20")),
        ({"a": "2", "b": "20"}, ("39.5", "40")),
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("3200.00", "3200"),
        ("3200.50", "3200.5"),
        ("1E+3", "1000"),
        ("0.00", "0"),
        ("-2.10", "-2.1"),
        ("100", "100"),
    ],
)
def test_a_number_is_written_as_people_write_it(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


WORDS = st.text(max_size=12)
PAPERS = st.lists(
    st.builds(
        Drawn,
        question=WORDS,
        edition=WORDS,
        topic=WORDS,
        points=st.integers(1, 100),
        order=st.lists(st.integers(0, 5)).map(tuple),
        given=st.dictionaries(WORDS, WORDS),
        stamps=st.dictionaries(WORDS, st.builds(Stamp, WORDS, WORDS, WORDS, WORDS, WORDS)),
        outcome=st.lists(WORDS).map(tuple),
    ),
    max_size=5,
).map(tuple)


@given(PAPERS)
def test_a_paper_comes_back_from_its_text_as_it_was(paper: tuple[Drawn, ...]) -> None:
    assert from_text(to_text(paper)) == paper


@given(PAPERS.filter(len))
def test_each_question_of_a_paper_can_be_read_by_itself(paper: tuple[Drawn, ...]) -> None:
    assert tuple(map(from_part, parts(to_text(paper)))) == paper


def test_no_words_on_a_paper_take_it_apart() -> None:
    seam = '},{"question":'
    stamps = {seam: Stamp(seam, seam, seam, seam, seam)}
    paper = (Drawn(seam, seam, seam, 1, (), {"question": seam}, stamps, (seam,)),) * 2
    assert tuple(map(from_part, parts(to_text(paper)))) == paper
