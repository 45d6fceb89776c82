"""Relatives who may help, and the company's own numbers."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.outreach.family import Named, end_relative, family_of, name_relative
from lms.outreach.hotlines import hotline_of, hotlines, remove_hotline, set_hotline
from lms.outreach.refusals import BadDay, BadNumber
from lms.people.models import Person
from tests.support.company import TODAY
from tests.support.people import make_person
from tests.support.sittings import AT


@pytest.fixture
def chen(database: Session) -> Person:
    return make_person(name="陈桂芬")


def name(person: Person, **more: object) -> str:
    given = {"name": "陈明", "relation": "女儿", "phone": "13900000021", "consent_on": TODAY} | more
    with unit_of_work():
        return name_relative(person.id, Named(**given), actor_id=person.id, at=AT)  # type: ignore[arg-type]


def test_a_relative_is_named_with_a_masked_number(database: Session, chen: Person) -> None:
    name(chen)
    (one,) = family_of(chen.id)
    assert (one.name, one.relation, one.phone, one.consent_on) == ("陈明", "女儿", "139****0021", TODAY)
    assert "139" not in database.execute(text("SELECT phone FROM outreach_family")).scalar_one()[:20]


def test_who_no_longer_helps_is_not_offered(chen: Person) -> None:
    key = name(chen)
    for _ in range(2):
        with unit_of_work():
            end_relative(chen.id, key, actor_id=chen.id, at=AT)
    assert family_of(chen.id) == []
    with pytest.raises(NotFound), unit_of_work():
        end_relative(make_person(name="李").id, key, actor_id=chen.id, at=AT)


def test_a_number_may_be_missing_but_not_wrong(chen: Person) -> None:
    name(chen, phone="")
    with pytest.raises(BadNumber):
        name(chen, phone="ring me")
    with pytest.raises(BadDay):
        name(chen, consent_on=TODAY + timedelta(days=1))


def put(region: str, phone: str, hours: str = "") -> None:
    with unit_of_work():
        set_hotline(region, phone=phone, hours=hours, actor_id=make_person().id, at=AT)


def test_the_nearest_number_serves(database: Session) -> None:
    assert hotline_of("320100") is None
    put("", "400-000-0000")
    put("320000", "025-1111111")
    put("320100", "025-2222222", "周一至周五")
    served = {
        region: found.phone for region in ("320100", "320200", "110000", "") if (found := hotline_of(region))
    }
    assert served == {
        "320100": "025-2222222",
        "320200": "025-1111111",
        "110000": "400-000-0000",
        "": "400-000-0000",
    }


def test_a_number_is_replaced_and_removed(database: Session) -> None:
    put("", "400-000-0000", "9–17")
    put("", "400-000-1111")
    assert [(one.phone, one.hours) for one in hotlines()] == [("400-000-1111", "")]
    for _ in range(2):
        with unit_of_work():
            remove_hotline("", actor_id=make_person().id, at=AT)
    assert hotlines() == []
    with pytest.raises(BadNumber):
        put("", "nobody")
