"""What HR does to one person, and what the journal keeps of it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.access.queries import asker
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState
from lms.people.operations import note_bounce
from lms.staff import persons
from lms.staff.persons import Contact
from lms.staff.refusals import BadContact, BadDay, Yourself
from tests.support.changes import refused
from tests.support.people import make_account, make_department, make_person
from tests.support.staff import hr, person

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def last_entry(database: Session) -> Entry:
    database.rollback()
    return database.scalars(select(Entry).order_by(Entry.id.desc())).all()[0]


def change(one: Person, contact: Contact, actor: Person) -> frozenset[str]:
    with unit_of_work():
        return persons.change_contact(one.key, contact, actor_id=actor.id, at=AT)


def test_only_what_differs_is_changed_and_noted(database: Session) -> None:
    one, actor = make_person(number="N1"), hr()
    changed = change(one, Contact(" a@b.cn ", "+86 138 0000 0013", "lin"), actor)
    assert changed == {"email", "phone", "wecom_id"}
    assert change(one, Contact("a@b.cn", None, "lin"), actor) == frozenset()
    assert change(one, Contact("", None, "lin"), actor) == {"email"}
    found = person("N1")
    assert (found.email, found.phone, found.wecom_id) == ("", "13800000013", "lin")
    entry = last_entry(database)
    assert (entry.act, entry.subject, entry.facts) == (
        "person.contact-changed",
        found.key,
        {"fields": ["email"]},
    )
    stored = database.execute(text("SELECT phone FROM people_persons WHERE number = 'N1'")).scalar_one()
    assert "138" not in stored


def test_contacts_that_cannot_be_right_are_refused_all_at_once(database: Session) -> None:
    one, actor = make_person(number="N1"), hr()
    error = refused(
        BadContact, persons.change_contact, one.key, Contact("x", "1", "微信"), actor_id=actor.id, at=AT
    )
    assert error.facts["faults"] == {"email": "bad-email", "phone": "bad-phone", "wecom_id": "bad-wecom-id"}


def test_a_new_address_forgets_that_the_old_one_was_refused(database: Session) -> None:
    one, actor = make_person(number="N1"), hr()
    with unit_of_work():
        note_bounce(one.id, "", "550")
    change(one, Contact("", "13800000013", ""), actor)
    assert person("N1").email_error == "550"
    change(one, Contact("b@b.cn", None, ""), actor)
    assert person("N1").email_error == ""


def test_leaving_ends_access_and_leaves_the_department_without_a_head(database: Session) -> None:
    one, actor = make_person(number="N1"), hr()
    account, shop = make_account(person=one), make_department(head=one)
    assert asker(account.id, account.stamp)
    with unit_of_work():
        persons.leave(one.key, on=date(2026, 11, 20), actor_id=actor.id, at=AT)
    assert asker(account.id, account.stamp) is None
    assert (person("N1").state, person("N1").left_on) == (PersonState.LEFT, date(2026, 11, 20))
    entry = last_entry(database)
    assert (entry.act, entry.facts) == ("person.left", {"on": "2026-11-20", "vacant": [shop.key]})
    with unit_of_work():
        persons.leave(one.key, on=TODAY, actor_id=actor.id, at=AT)
    assert person("N1").left_on == date(2026, 11, 20)
    with unit_of_work():
        persons.come_back(one.key, actor_id=actor.id, at=AT)
    with unit_of_work():
        persons.come_back(one.key, actor_id=actor.id, at=AT)
    assert asker(account.id, account.stamp)
    assert (person("N1").left_on, last_entry(database).act) == (None, "person.came-back")
    assert len(database.scalars(select(Entry).where(Entry.subject == one.key)).all()) == 2


def test_the_last_day_lies_between_the_first_and_today(database: Session) -> None:
    one, actor = make_person(number="N1", hired_on=date(2026, 11, 16)), hr()
    for on in (date(2026, 11, 15), date(2026, 11, 24)):
        error = refused(BadDay, persons.leave, one.key, on=on, actor_id=actor.id, at=AT)
        assert error.facts == {"since": date(2026, 11, 16), "until": TODAY}


def test_nobody_enters_their_own_leaving(database: Session) -> None:
    actor = hr()
    refused(Yourself, persons.leave, actor.key, on=TODAY, actor_id=actor.id, at=AT)
    refused(NotFound, persons.leave, "NOBODY", on=TODAY, actor_id=actor.id, at=AT)


@pytest.mark.parametrize(("field", "full"), [("phone", "13800000013"), ("id_number", "11010519491231002X")])
def test_each_look_at_what_is_masked_stands_in_the_journal(database: Session, field: str, full: str) -> None:
    one, actor = make_person(number="N1"), hr()
    one.phone, one.id_number = "13800000013", "11010519491231002X"
    database.commit()
    with unit_of_work():
        shown = persons.reveal(one.key, field, actor_id=actor.id, at=AT)  # type: ignore[arg-type]
    assert shown == full
    entry = last_entry(database)
    assert (entry.act, entry.subject, entry.actor_id) == ("person.revealed", one.key, actor.id)
    assert entry.facts == {"field": field}
