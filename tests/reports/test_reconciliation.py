"""The comparison of every night finds what does not agree, tells it, and mends what it can."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.jobs import reports as jobs
from lms.kernel.database import unit_of_work
from lms.notifications.models import Message
from lms.reports.models import Cell, Line, Profile, Reconciliation
from lms.reports.reconciliation import KEPT, Compared, Difference, differing, keep, reconciliations
from lms.reports.rules import Level
from tests.support.company import failed, obliged, passed
from tests.support.desk import current
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())
    passed(obliged(due_in=-2))
    failed(obliged(due_in=3), papers=2)
    current()


def compared() -> Reconciliation:
    jobs.reconcile_reports(AT)
    return reconciliations(count=1)[0]


def whats(found: Reconciliation) -> set[str]:
    return {one["what"] for one in found.differences}


def test_when_everything_agrees_nothing_is_told() -> None:
    found = compared()
    assert (found.differences, found.mended, differing()) == ([], False, 0)
    assert found.counted["assignments"] == found.counted["lines"] == found.counted["exported"] == 2


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (update(Line).values(state="learning"), {"lines", "cells", "profiles"}),
        (delete(Line), {"lines", "cells", "profiles"}),
        (
            update(Cell).where(Cell.level == Level.COMPANY).values(n=Cell.n + 1),
            {"cells", "screens", "export"},
        ),
        (update(Cell).where(Cell.level == Level.DEPARTMENT).values(of_owed=7), {"cells", "screens"}),
        (update(Profile).values(words="somebody else"), {"profiles"}),
        (update(Profile).values(standings="c"), {"profiles"}),
    ],
)
def test_what_is_spoilt_is_found_told_and_mended(
    database: Session, spoil: object, expected: set[str]
) -> None:
    hr = make_person()
    make_account(person=hr, role=Role.HR)
    with unit_of_work() as session:
        session.execute(spoil)  # type: ignore[call-overload]
    found = compared()
    assert whats(found) & expected
    assert found.mended
    told = database.scalars(select(Message).where(Message.person_id == hr.id)).one()
    assert told.facts["count"] == len(found.differences)
    assert compared().differences == []


def test_only_the_last_comparisons_are_kept(database: Session) -> None:
    wrong = [Difference("ledger", "passed-without-completion", 0, 1)]
    with unit_of_work():
        for number in range(KEPT + 2):
            at = AT + timedelta(days=number)
            keep(Compared({}, wrong), begun_at=at, at=at, mended=False)
    found = reconciliations(count=KEPT + 5)
    assert len(found) == KEPT
    assert found[0].at == AT + timedelta(days=KEPT + 1)
    assert differing() == 1
