"""Papers marked by a wrong number of ours: found, and marked anew by the policy that was declared."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.queries import Duty, attempts_of, duty_by_key, plan_for
from lms.assignments.regrading import Declaration, Regraded, affected, marker, regrade
from lms.assignments.wrong_numbers import Correction
from lms.kernel.database import unit_of_work
from lms.quizzes.models import RegradePolicy
from lms.quizzes.queries import Sitting, open_sitting
from tests.support.corrections import (
    RIGHT,
    WRONG,
    again,
    as_stored,
    author,
    corrected,
    correction,
    filled_in,
    put_right,
    sat,
    texts,
)
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ
from tests.support.sittings import AT, assigned, duty_of, make_up, start, the_course
from tests.support.small_library import PARAMETERS_PATH

FULL, BOTH, NEW, WITHDRAW = RegradePolicy
LATER = AT + timedelta(hours=2)


@pytest.fixture
def wrong_number(database: Session) -> None:
    """The library with the wrong number is live."""
    publish_texts(texts())


def withdrawn() -> dict[str, str]:
    """The library without any value for Beijing."""
    found = texts("上海")
    head, _, rest = found[PARAMETERS_PATH].partition("    - region: 北京")
    return {**found, PARAMETERS_PATH: head + "    - region: 上海" + rest.partition("    - region: 上海")[2]}


def shown(paper: Sitting) -> tuple[float, float]:
    """The score as it was given first, and as it counts now."""
    first, now = again(paper).first_verdict, again(paper).verdict
    assert first is not None
    assert now is not None
    return float(first.shown), float(now.shown)


def duty_of_owner(paper: Sitting) -> Duty:
    """The assignment that a paper was for."""
    return duty_by_key(paper.series)


def mark_anew(found: Correction, policy: RegradePolicy) -> list[Regraded]:
    declared = Declaration(policy, "起付标准写错了", author())
    with unit_of_work():
        return regrade(found, declared, at=LATER)


# -- which papers ---------------------------------------------------------------------------------------


def test_papers_before_the_correction_are_found_and_those_after_it_are_not(wrong_number: None) -> None:
    before = sat(assigned(), WRONG)
    found = put_right()
    after = sat(assigned(), RIGHT)
    assert [(one.paper.key, len(one.questions)) for one in affected(found)] == [(before.key, 2)]
    assert after.verdict is not None
    assert after.verdict.passed


def test_a_paper_about_another_city_with_the_same_number_is_left_alone(database: Session) -> None:
    publish_texts(texts("上海"))
    sat(assigned(), WRONG)
    assert list(affected(put_right("上海"))) == []


def test_another_value_of_the_parameter_is_left_alone(wrong_number: None) -> None:
    sat(assigned(), WRONG)
    assert list(affected(correction(publish_texts(corrected()), value="1700"))) == []


def test_a_city_that_was_answered_by_the_nation_is_found_by_the_nations_value(database: Session) -> None:
    national = {
        PARAMETERS_PATH: texts()[PARAMETERS_PATH]
        .replace("fallback: false", "fallback: true")
        .replace("region: 北京", "region: 全国")
    }
    publish_texts({**texts(), **national})
    paper = sat(assigned(), WRONG)
    right = {PARAMETERS_PATH: national[PARAMETERS_PATH].replace("value: 1800", "value: 1500", 1)}
    found = correction(publish_texts({**texts(), **right}))
    assert list(affected(found)) == []
    nation = replace(found, wrongs=[replace(found.wrongs[0], region="000000")])
    assert [one.paper.key for one in affected(nation)] == [paper.key]


def test_an_open_paper_waits_until_it_is_handed_in(wrong_number: None) -> None:
    person = assigned()
    key = start(person).key
    found = put_right()
    assert list(affected(found)) == []
    assert [one.paper.key for one in affected(found, handed_in=False)] == [key]
    with unit_of_work():
        paper = open_sitting(person.id, QUIZ, changing=True)
        attempts.submit(paper, filled_in(paper, RIGHT), at=AT)
    assert [one.paper.key for one in affected(found)] == [key]


def test_many_papers_are_read_in_batches_and_none_is_lost(
    wrong_number: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [sat(assigned(), sums, seed=seed) for seed, sums in enumerate((RIGHT, WRONG, "1", RIGHT, WRONG))]
    monkeypatch.setattr("lms.assignments.regrading._BATCH", 2)
    found = list(affected(put_right()))
    assert [one.paper.key for one in found] == [paper.key for paper in papers]
    assert [{answer for _, answer, _ in one.questions.values()} for one in found] == [
        {RIGHT},
        {WRONG},
        {"1"},
        {RIGHT},
        {WRONG},
    ]


def test_a_day_that_was_wrong_while_the_number_was_right_changes_no_paper(wrong_number: None) -> None:
    sat(assigned(), WRONG)
    other_day = texts()
    other_day[PARAMETERS_PATH] = other_day[PARAMETERS_PATH].replace("2025-01-01", "2025-07-01", 1)
    assert list(affected(correction(publish_texts(other_day)))) == []


# -- how they are marked --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sums", "words_wrong", "before", "after"),
    [
        (RIGHT, 0, 60, {FULL: 100, BOTH: 100, NEW: 100, WITHDRAW: 100}),
        ("1", 0, 60, {FULL: 100, BOTH: 60, NEW: 60, WITHDRAW: 100}),
        (WRONG, 2, 60, {FULL: 60, BOTH: 60, NEW: 20, WITHDRAW: 33.3}),
        (WRONG, 0, 100, {FULL: 100, BOTH: 100, NEW: 100, WITHDRAW: 100}),
    ],
    ids=["knew better", "wrong anyway", "failed by words", "passed by the wrong number"],
)
@pytest.mark.parametrize("policy", list(RegradePolicy))
def test_the_score_follows_from_the_policy(
    wrong_number: None,
    sums: str,
    words_wrong: int,
    before: float,
    after: dict[RegradePolicy, float],
    policy: RegradePolicy,
) -> None:
    paper = sat(assigned(), sums, words_wrong=words_wrong)
    stored = as_stored(paper)
    (one,) = mark_anew(put_right(), policy)
    assert (float(one.before.shown), float(one.after.shown)) == (before, after[policy])
    now = again(paper)
    assert now.verdict == one.after
    assert now.first_verdict == paper.verdict
    assert as_stored(paper) == stored


def test_without_a_right_value_everybody_gets_full_credit(wrong_number: None) -> None:
    sat(assigned(), "1")
    (one,) = mark_anew(correction(publish_texts(withdrawn())), NEW)
    assert one.after.shown == 100
    assert {mark.policy for mark in one.remarks.values()} == {FULL}


# -- once -----------------------------------------------------------------------------------------------


def test_marking_anew_twice_changes_nothing(wrong_number: None) -> None:
    paper = sat(assigned(), RIGHT)
    found = put_right()
    assert len(mark_anew(found, NEW)) == 1
    verdict, certificate = again(paper).verdict, duty_of_owner(paper).certificate
    assert mark_anew(found, NEW) == []
    assert (again(paper).verdict, duty_of_owner(paper).certificate) == (verdict, certificate)


def test_looking_at_what_a_policy_would_do_changes_nothing(wrong_number: None) -> None:
    paper = sat(assigned(), RIGHT)
    found = put_right()
    assert [marker(policy)(case).after.shown for policy in RegradePolicy for case in affected(found)] == [
        100,
        100,
        100,
        100,
    ]
    assert not again(paper).is_regraded


def test_a_second_correction_starts_from_the_first_one(wrong_number: None) -> None:
    paper = sat(assigned(), "1", words_wrong=1)
    found = put_right()
    mark_anew(found, NEW)
    assert shown(paper) == (40, 40)
    mark_anew(replace(found, key="CORRECT2"), FULL)
    assert shown(paper) == (40, 80)
    mark_anew(replace(found, key="CORRECT3"), NEW)
    assert shown(paper) == (40, 80)
    mark_anew(replace(found, key="CORRECT4"), WITHDRAW)
    assert shown(paper) == (40, 66.7)


# -- what follows ---------------------------------------------------------------------------------------


def test_who_passes_now_has_completed_the_course(wrong_number: None) -> None:
    person = assigned()
    paper = sat(person, RIGHT)
    assert duty_of(person).certificate is None
    (one,) = mark_anew(put_right(), NEW)
    assert one.completes
    duty = duty_of(person)
    assert (duty.completed_at, bool(duty.certificate)) == (LATER, True)
    assert attempts_of([duty])[duty.key][0].key == paper.key


def test_a_certificate_is_never_taken_back(wrong_number: None) -> None:
    person = assigned()
    paper = sat(person, WRONG)
    certificate = duty_of(person).certificate
    assert certificate
    mark_anew(put_right(), NEW)
    assert duty_of(person).certificate == certificate
    assert again(paper).verdict == again(paper).first_verdict


def test_of_two_papers_that_pass_now_the_first_completes(wrong_number: None) -> None:
    person = assigned()
    sat(person, RIGHT)
    make_up(person)
    sat(person, RIGHT, at=AT + timedelta(hours=1), seed=2)
    assert [one.completes for one in mark_anew(put_right(), FULL)] == [True, False]


def test_who_had_another_paper_open_can_still_hand_it_in(wrong_number: None) -> None:
    person = assigned()
    sat(person, RIGHT)
    make_up(person)
    found = put_right()
    start(person, at=AT + timedelta(hours=1), seed=2)
    mark_anew(found, NEW)
    certificate = duty_of(person).certificate
    with unit_of_work():
        paper = open_sitting(person.id, QUIZ, changing=True)
        assert attempts.submit(paper, filled_in(paper, RIGHT), at=LATER).passed
    assert duty_of(person).certificate == certificate


def test_nobody_has_to_practise_a_question_with_a_wrong_number(wrong_number: None) -> None:
    paper = sat(assigned(), WRONG, words_wrong=2)
    assert len(plan_for(paper, the_course()).misses) == 2
    mark_anew(put_right(), NEW)
    now = again(paper)
    assert sorted(one.points for one in now.marked() if not one.right) == [1, 1, 1, 1]
    assert {miss.position for miss in plan_for(now, the_course()).misses}.isdisjoint(now.remarks)


def test_a_withdrawn_question_is_no_longer_on_the_list_of_what_counts(wrong_number: None) -> None:
    paper = sat(assigned(), WRONG, words_wrong=2)
    mark_anew(put_right(), WITHDRAW)
    assert len(again(paper).marked()) == 3
