"""What the numbers of a report say, what follows from them, and its fingerprint. No database."""

from datetime import date
from decimal import Decimal

import pytest

from lms.kernel.quarters import Quarter
from lms.people.models import Audience
from lms.quarterly.groups import Counted, groups
from lms.quarterly.rules import (
    Content,
    NextStep,
    StepKind,
    Trend,
    conclusion,
    digest,
    due_on,
    next_steps,
)
from lms.quarterly.shapes import Figures, Part
from lms.quarterly.training import Owed, Who, Written
from tests.support.quarterly import change, figures, nothing, part, topic


def test_it_is_due_fifteen_days_after_the_quarter() -> None:
    assert due_on(Quarter(2026, 4)) == date(2027, 1, 15)
    assert due_on(Quarter(2027, 1)) == date(2027, 4, 15)


# -- the sentence ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        (part(598, 720), part(79, 100), Trend.UP),
        (part(79, 100), part(598, 720), Trend.DOWN),
        (part(830, 1000), part(83, 100), Trend.SAME),
        (part(1, 2), part(0, 0), Trend.ALONE),
    ],
)
def test_completion_is_compared_with_the_quarter_before(now: Part, before: Part, trend: Trend) -> None:
    assert conclusion(figures(required=now, before=before)).trend is trend


def test_percentages_are_rounded_down() -> None:
    found = conclusion(figures())
    assert (found.completion, found.passed) == (83, 96)


def test_the_weakest_topic_is_named_and_whether_it_was_before() -> None:
    found = conclusion(figures())
    assert found.weakest is not None
    assert (found.weakest.topic, found.still) == ("a", True)
    assert not conclusion(figures(weakest_before="b")).still
    assert conclusion(figures(topics=(topic("a", 80),))).weakest is None


def test_nothing_at_all() -> None:
    found = conclusion(nothing())
    assert (found.completion, found.passed, found.weakest, found.trend) == (None, None, None, Trend.ALONE)
    assert next_steps(nothing()) == [NextStep(StepKind.GO_ON)]


def test_next_steps_come_from_the_numbers() -> None:
    found = next_steps(figures())
    assert [one.kind for one in found] == [
        StepKind.SECOND_TRAINING, StepKind.ANSWER, StepKind.VISITS, StepKind.MATERIALS,
    ]  # fmt: skip
    assert [one.count for one in found] == [0, 86, 50, 1]
    assert found[0].percent == 68
    assert found[1].percent == 100


# -- changes --------------------------------------------------------------------------------------------


def test_changes_are_judged_when_day_seven_is_over() -> None:
    assert figures().in_time == part(1, 2)
    assert figures(end=date(2026, 10, 8)).in_time == part(0, 0)
    assert figures(end=date(2026, 10, 9)).in_time == part(1, 1)
    assert change(1, tasks=part(0, 0), people=None).refreshed_in_time(date(2026, 10, 9))


# -- groups ---------------------------------------------------------------------------------------------


def _people(**counts: int) -> dict[str, int | None]:
    """Audience, or ``new`` → people of its line; ``None`` is withheld."""
    owed = {
        Who("retiree" if name == "retiree" else "hr" if name == "hr" else "employee", name == "new"): Owed(
            count, count, 0
        )
        for name, count in counts.items()
    }
    return {one.group: one.people for one in groups(Counted(owed, {}))}


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    assert _people(employee=50, hr=8, retiree=20) == {"employee": 50, "hr": 8, "retiree": 20}
    assert _people(employee=50, hr=4, retiree=20) == {"employee": 50, "hr": None, "retiree": None}
    assert _people(employee=50, retiree=20) == {"employee": 50, "retiree": 20}


def test_newcomers_stand_beside_the_other_employees() -> None:
    assert _people(employee=50, new=6)["new"] == 6
    assert _people(employee=50, new=4)["new"] is None
    assert _people(employee=3, new=40)["new"] is None
    assert _people(employee=50, new=4)["employee"] == 54


def test_papers_of_few_people_are_withheld_by_themselves() -> None:
    owed = {Who("employee", False): Owed(50, 40, 0), Who("hr", False): Owed(20, 20, 0)}
    written = {
        Who("employee", False): Written(50, 50, (1, 2, 3, 4, 40), 44, 48),
        Who("hr", False): Written(4, 4, (0, 0, 0, 0, 4), 4, 4),
    }
    employee, hr = groups(Counted(owed, written, {Audience.HR.value: None}))
    assert hr.people == 20
    assert hr.first is None
    assert employee.first is None  # else the four could be computed from the total
    assert employee.done == part(40, 50)
    assert hr.satisfied is None


# -- fingerprint ----------------------------------------------------------------------------------------


def test_the_fingerprint_depends_on_everything_that_is_signed() -> None:
    told = figures().model_dump(mode="json")
    one = Content("2026-Q4", 1, told, {"en": {"sentence": "a"}})
    assert digest(one) == digest(Content("2026-Q4", 1, dict(reversed(told.items())), dict(one.words)))
    others = [
        Content("2026-Q3", 1, told, one.words),
        Content("2026-Q4", 2, told, one.words),
        Content("2026-Q4", 1, {**told, "left": 5}, one.words),
        Content("2026-Q4", 1, told, {"en": {"sentence": "b"}}),
        Content("2026-Q4", 1, told, one.words, "a mistake"),
    ]
    assert len({digest(one), *map(digest, others)}) == 6


def test_numbers_survive_being_stored() -> None:
    found = figures()
    again = Figures.model_validate(found.model_dump(mode="json"))
    assert again == found
    assert again.budget is not None
    assert again.budget.spent == Decimal("41.5")
