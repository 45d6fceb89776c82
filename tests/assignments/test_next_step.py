"""What comes next: from every state something does, and only a pass is an end."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lms.assignments.rules import (
    PAPERS_BEFORE_HELP,
    Facts,
    Step,
    days_overdue,
    may_open_paper,
    next_step,
)

BEGINNING = Facts(
    completed=False,
    studied=False,
    has_quiz=True,
    open_attempt=False,
    failed=0,
    failed_since_help=0,
    remedial_done=False,
)
MOST = 6
"""Failed papers that are looked at; more of them lead to nothing new."""


def after_failing(papers: int, *, since_help: int | None = None, remedial_done: bool = False) -> Facts:
    since = papers if since_help is None else since_help
    return replace(
        BEGINNING, studied=True, failed=papers, failed_since_help=since, remedial_done=remedial_done
    )


def every_state() -> Iterator[Facts]:
    for completed, studied, is_open, remedial_done in itertools.product([False, True], repeat=4):
        for failed in range(MOST):
            for since in range(failed + 1):
                yield Facts(completed, studied, True, is_open, failed, since, remedial_done)
        yield replace(BEGINNING, completed=completed, studied=studied, has_quiz=False)


_BY_STEP: dict[Step, dict[str, Any]] = {
    Step.REMEDIAL: {"remedial_done": True},
    Step.WAIT_FOR_HELP: {"failed_since_help": 0},
    Step.ACKNOWLEDGE: {"completed": True},
}


def ways_on(facts: Facts) -> list[Facts]:
    """The states that doing the next thing leads to."""
    match next_step(facts):
        case Step.STUDY:
            return [replace(facts, studied=True)]
        case Step.TAKE_QUIZ | Step.RETAKE:
            return [replace(facts, open_attempt=True)]
        case Step.CONTINUE_QUIZ:
            failed = replace(
                facts,
                open_attempt=False,
                failed=facts.failed + 1,
                failed_since_help=facts.failed_since_help + 1,
                remedial_done=False,
            )
            return [replace(facts, open_attempt=False, completed=True), failed]
        case Step.DONE:
            return []
    return [replace(facts, **_BY_STEP[next_step(facts)])]


def steps_to_the_end(facts: Facts) -> int:
    """Steps of the shortest way to a pass."""
    reached, steps = [facts], 0
    while not any(next_step(one) is Step.DONE for one in reached):
        steps += 1
        assert steps < 10, f"no way out of {facts}"
        reached = [later for one in reached for later in ways_on(one)]
    return steps


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (BEGINNING, Step.STUDY),
        (replace(BEGINNING, studied=True), Step.TAKE_QUIZ),
        (replace(BEGINNING, studied=True, open_attempt=True), Step.CONTINUE_QUIZ),
        (after_failing(1), Step.REMEDIAL),
        (after_failing(1, remedial_done=True), Step.RETAKE),
        (after_failing(2), Step.WAIT_FOR_HELP),
        (after_failing(2, remedial_done=True), Step.WAIT_FOR_HELP),
        (after_failing(2, since_help=0), Step.RETAKE),
        (after_failing(3, since_help=1), Step.REMEDIAL),
        (after_failing(3, since_help=1, remedial_done=True), Step.RETAKE),
        (after_failing(4, since_help=2), Step.WAIT_FOR_HELP),
        (replace(after_failing(2), completed=True), Step.DONE),
        (replace(BEGINNING, has_quiz=False), Step.STUDY),
        (replace(BEGINNING, has_quiz=False, studied=True), Step.ACKNOWLEDGE),
        (replace(BEGINNING, has_quiz=False, studied=True, completed=True), Step.DONE),
    ],
)
def test_the_next_step(facts: Facts, step: Step) -> None:
    assert next_step(facts) is step


def test_every_state_leads_on_to_a_pass() -> None:
    for facts in every_state():
        assert steps_to_the_end(facts) <= 5


def test_only_a_pass_is_an_end_and_it_is_one_for_ever() -> None:
    for facts in every_state():
        assert (next_step(facts) is Step.DONE) == facts.completed


def test_every_step_does_something() -> None:
    for facts in every_state():
        assert facts not in ways_on(facts)


def test_nobody_fails_more_than_two_papers_without_a_person_helping() -> None:
    for facts in every_state():
        if facts.failed_since_help >= PAPERS_BEFORE_HELP and not facts.open_attempt:
            assert not may_open_paper(next_step(facts))


def test_a_paper_that_is_open_is_never_followed_by_another() -> None:
    for facts in every_state():
        if facts.open_attempt:
            assert not may_open_paper(next_step(facts))


def test_after_help_a_paper_opens_at_once() -> None:
    for facts in every_state():
        if next_step(facts) is Step.WAIT_FOR_HELP:
            assert [next_step(later) for later in ways_on(facts)] == [Step.RETAKE]


def test_a_paper_may_be_opened_only_where_one_is_due() -> None:
    assert {step for step in Step if may_open_paper(step)} == {Step.TAKE_QUIZ, Step.RETAKE}


@pytest.mark.parametrize(
    ("failed", "since_help", "helped"), [(0, 0, False), (1, 1, False), (2, 0, True), (3, 1, False)]
)
def test_help_is_what_came_after_the_last_failed_paper(failed: int, since_help: int, helped: bool) -> None:
    assert after_failing(failed, since_help=since_help).helped is helped


@pytest.mark.parametrize(("days", "overdue"), [(-30, 0), (-1, 0), (0, 0), (1, 1), (45, 45)])
def test_the_due_date_itself_is_still_in_time(days: int, overdue: int) -> None:
    due_on = date(2026, 12, 7)
    assert days_overdue(due_on, due_on + timedelta(days=days)) == overdue
