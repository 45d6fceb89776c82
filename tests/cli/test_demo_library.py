"""The library of the demo before its two changes of policy: sound, and different only in what changed."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import pytest

from lms.cli.demo_library import before_law, before_pooling
from lms.kernel.settings import ROOT
from lms.policies.queries import Policies, policies_from
from lms.publishing.files import files_below
from lms.publishing.operations import Checked, check

TODAY = date(2026, 11, 23)
POOLING, LAW = "cross-province-pooling-2025", "medical-security-law"


@cache
def state(step: int) -> Checked:
    """The library at the beginning, after the notice, and after the law."""
    files = files_below(ROOT)
    steps: list[Callable[[Mapping[str, bytes]], Mapping[str, bytes]]] = [before_pooling, before_law, dict]
    return check(steps[step](files), day=TODAY)


def policies(step: int) -> Policies:
    return policies_from(list(state(step).items))


def differing(before: int, after: int) -> set[str]:
    """Paths that one of two states has otherwise."""
    old, new = state(before).files, state(after).files
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


@pytest.mark.parametrize("step", [0, 1, 2])
def test_each_state_of_the_library_is_without_faults(step: int) -> None:
    assert state(step).faults == []


def test_the_notice_changes_the_pooling_rules_and_the_lesson_about_them() -> None:
    assert differing(0, 1) == {
        f"content/policies/{POOLING}.yaml",
        "content/courses/onboarding/05-code-and-family.md",
        "content/courses/easy-family/03-other-province.md",
    }


def test_the_law_brings_its_document_and_what_two_lessons_say_of_it() -> None:
    assert differing(1, 2) == {
        f"content/policies/{LAW}.yaml",
        "content/courses/onboarding/05-code-and-family.md",
        "content/courses/hr-essentials/01-registration.md",
    }


def test_the_notice_words_two_clauses_anew_and_adds_two_on_a_day_that_nobody_knows() -> None:
    was, now = policies(0).clauses, policies(1).clauses
    for key in ("who", "relation"):
        assert was[f"{POOLING}#{key}"].text != now[f"{POOLING}#{key}"].text
        assert now[f"{POOLING}#{key}"].since is None
    assert was[f"{POOLING}#uses"].text == now[f"{POOLING}#uses"].text
    added = {key.partition("#")[2] for key in now.keys() - was.keys()}
    assert added == {"quota", "clearing"}


def test_nothing_of_the_notice_may_be_scored() -> None:
    clauses = [one for one in policies(2).clauses.values() if one.document.id == POOLING]
    assert clauses
    assert not [one for one in clauses if one.mark.may_be_scored]


def test_before_the_law_there_is_nothing_of_it() -> None:
    assert LAW not in policies(1).documents
    assert policies(2).documents[LAW].is_announced(TODAY)
