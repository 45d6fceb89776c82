"""Lists by which people leave: many, by mistake, or oneself."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.people.models import Audience, PersonState
from lms.staff import imports
from lms.staff.imports import ManyLeave
from lms.staff.models import Covers, Rows
from lms.staff.refusals import Yourself
from tests.support.changes import refused
from tests.support.people import make_department, make_person
from tests.support.staff import (
    AT,
    checked,
    confirm,
    csv,
    hr,
    known_cities,
    person,
)

__all__ = ["known_cities"]
pytestmark = pytest.mark.usefixtures("known_cities")
TODAY = date(2026, 11, 23)


def test_more_than_a_tenth_leaving_has_to_be_confirmed(database: Session) -> None:
    author, shop = hr(), make_department(name="总装车间")
    for number in range(19):
        make_person(number=f"P{number:02}", department=shop)
    everybody = [[author.number], *([f"P{number:02}"] for number in range(19))]
    tenth = checked(csv(*everybody[:-2], headers=("工号",)), author, covers=Covers.ALL)
    confirm(tenth, author, confirmed=False)
    assert {person(number).state for number in ("P17", "P18")} == {PersonState.LEFT}
    found = checked(csv(*everybody[:-4], headers=("工号",)), author, covers=Covers.ALL)
    error = refused(
        ManyLeave, imports.confirm, found.key, rows=Rows.ALL, confirmed=False, actor_id=author.id, at=AT
    )
    assert error.facts == {"leaving": 2, "of": 18}
    confirm(found, author, confirmed=True)
    assert (person("P15").left_on, person("P14").left_on) == (TODAY, None)


def test_while_there_are_faults_nobody_leaves_for_not_being_in_the_list(database: Session) -> None:
    author = hr()
    make_person(number="GOES")
    make_person(number="N1", name="林晓")
    found = checked(
        csv(["N1", "林小", ""], ["N2.0", "", ""], headers=("工号", "姓名", "邮箱")), author, covers=Covers.ALL
    )
    assert found.counts["missing"] == 1
    confirm(found, author, rows=Rows.GOOD, confirmed=False)
    assert (person("N1").name, person("GOES").state) == ("林小", PersonState.ACTIVE)
    entry = database.scalars(select(Entry).where(Entry.act == "staff-import.applied")).one()
    assert (entry.facts["leave"], entry.facts["change"]) == (0, 1)


def test_nobody_leaves_by_a_list_that_they_confirm(database: Session) -> None:
    author, colleague = hr(), make_person(number="HR2", audience=Audience.HR)
    found = checked(csv(["HR2", "离职"], headers=("工号", "状态")), author)
    refused(Yourself, imports.confirm, found.key, rows=Rows.ALL, confirmed=True, actor_id=colleague.id, at=AT)
