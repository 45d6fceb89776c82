"""Content that is not checked stands in the way, or is said, with whose it is to check it."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.campaigns.checking import content_faults
from lms.campaigns.rules import Fault
from lms.courses.queries import course
from lms.kernel.database import session, unit_of_work
from lms.library.marks import Stale, mark_all, unmark
from lms.quizzes.queries import quiz
from lms.rollouts.models import Change, RefreshTask
from tests.support.campaigns import AT, TODAY, hr_person, library

CAUSE = "CHANGE01"
DUE_ON = TODAY + timedelta(days=5)


@pytest.fixture
def release(database: Session) -> str:
    return library()


def marked(kind: str, *keys: str, withheld: bool, since: date | None = None) -> None:
    """Marks of a change, with an open task each for somebody called 钱瑶."""
    owner = hr_person("钱瑶")
    with unit_of_work():
        change = Change(
            key=CAUSE, document="law", title="变更", region="000000", created_at=AT, created_by=owner.id
        )
        session().add(change)
        session().flush()
        for key in keys:
            task = RefreshTask(
                change_id=change.id,
                kind=kind,
                item=key,
                edition="e" * 64,
                reasons=[],
                owner_id=owner.id,
                due_on=DUE_ON,
            )
            session().add(task)
        mark_all(CAUSE, [Stale(kind, key, since, withheld) for key in keys])


def found(today: date = TODAY) -> list[Fault]:
    return list(content_faults("", ["basics"], today))


def told(fault: Fault) -> tuple[str, bool, int, list[str], date | None]:
    facts = fault.facts
    return fault.code, fault.blocks, facts["count"], facts["owners"], facts["due_on"]


def questions(release: str) -> list[str]:
    return [one.id for one in quiz(release, "basics").questions]


def a_page(release: str) -> str:
    return course(release, "basics").lessons[0].pages[0].key


def test_what_nobody_doubts_has_no_fault(release: str) -> None:
    assert found() == []


def test_a_text_that_may_be_out_of_date_is_said_with_its_owner(release: str) -> None:
    marked("page", a_page(release), withheld=False)
    assert [told(one) for one in found()] == [("stale", False, 1, ["钱瑶"], DUE_ON)]
    with unit_of_work():
        unmark(CAUSE, "page", a_page(release))
    assert found() == []


def test_a_text_that_is_kept_back_stands_in_the_way(release: str) -> None:
    marked("page", a_page(release), withheld=True)
    assert [told(one) for one in found()] == [("kept-back", True, 1, ["钱瑶"], DUE_ON)]


def test_without_enough_questions_for_a_paper_it_cannot_be_given(release: str) -> None:
    every = questions(release)
    marked("question", *every, withheld=True)
    assert [told(one) for one in found()] == [("cannot-draw", True, len(every), ["钱瑶"], DUE_ON)]


def test_until_rules_differ_a_mark_says_nothing(release: str) -> None:
    marked("question", *questions(release), withheld=True, since=TODAY + timedelta(days=1))
    assert found() == []
    assert [one.code for one in found(TODAY + timedelta(days=1))] == ["cannot-draw"]


def test_other_courses_are_not_touched(release: str) -> None:
    marked("page", a_page(release), withheld=True)
    assert list(content_faults("", ["desk"], TODAY)) == []
    assert [one.code for one in content_faults("start", [], TODAY)] == ["kept-back"]
