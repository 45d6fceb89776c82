"""Taking contacts on, who may look and record, and what a result changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.assistance import Given
from lms.assignments.models import Consent, HelpKind
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.models import Channel, Delivery, DeliveryState
from lms.outreach import contacts, family
from lms.outreach.contacts import Need
from lms.outreach.family import Named
from lms.outreach.models import Contact, Request
from lms.outreach.queries import contact_by_key, contacts_of, held, held_by, held_count
from lms.outreach.refusals import AlreadyVisited, BadDay, NotAssigned, NotOpen
from lms.outreach.rules import (
    ContactKind,
    ContactState,
    Outcome,
    Reason,
    RequestKind,
    RequestState,
    Result,
)
from lms.people.models import Person
from tests.support.company import TODAY
from tests.support.library import publish_texts
from tests.support.outreach import ADDRESS, PHONE, ask, come_to, contact_of, retiree, taken
from tests.support.people import make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT
from tests.support.statements import statements


@pytest.fixture
def chen(database: Session) -> Person:
    publish_texts(quiz_texts())
    return retiree()


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏")


@pytest.fixture
def wang(database: Session) -> Person:
    return make_person(name="王姐")


def looks(database: Session) -> list[str]:
    """Which fields were looked at, as the journal tells it."""
    entries = database.scalars(select(Entry).where(Entry.act == "contact.revealed").order_by(Entry.id))
    return [entry.facts["field"] for entry in entries]


# -- taking on -------------------------------------------------------------------------------------------


def test_who_is_taken_on_is_held_once(chen: Person, zhou: Person, wang: Person) -> None:
    taken(chen, zhou)
    taken(chen, wang)
    (holder,) = held_by(chen.id)
    assert (holder.name, holder.kind) == ("周敏", ContactKind.CALL)
    assert (held_count(), held_count(zhou.id), held_count(wang.id)) == (1, 1, 0)
    assert [one.name for one in held(zhou.id, page=1)] == ["陈桂芬"]


def test_many_are_taken_on_in_one_statement(app, chen: Person, zhou: Person) -> None:  # type: ignore[no-untyped-def]
    needs = [Need(make_person(name="李").id, [Reason.NEVER]) for _ in range(5)]
    with statements(app) as heard, unit_of_work():
        assert contacts.take(needs, ContactKind.CALL, assign_to=zhou.id, actor_id=zhou.id, at=AT) == 5
    assert sum("outreach_contacts" in one for one in heard) == 1


def test_nobody_contacts_themselves(zhou: Person) -> None:
    with unit_of_work():
        mine = [Need(zhou.id, [Reason.ASKED])]
        assert contacts.take(mine, ContactKind.CALL, assign_to=zhou.id, actor_id=zhou.id, at=AT) == 0


def test_contacts_are_handed_over(chen: Person, zhou: Person, wang: Person) -> None:
    one = taken(chen, zhou)
    with unit_of_work():
        assert contacts.assign([one.key], to=wang.id, actor_id=zhou.id, at=AT) == 1
        assert contacts.assign([one.key], to=wang.id, actor_id=zhou.id, at=AT) == 0
    assert contact_by_key(one.key).holder == "王姐"


def test_what_is_put_back_is_nobodys(chen: Person, zhou: Person) -> None:
    one = taken(chen, zhou)
    with unit_of_work():
        contacts.put_back(one.key, actor_id=zhou.id, at=AT)
    assert held_by(chen.id) == []
    assert contacts_of(chen.id) == []
    taken(chen, zhou)
    assert held_count() == 1


# -- looking ---------------------------------------------------------------------------------------------


def test_number_and_address_are_masked_for_everybody(chen: Person, zhou: Person) -> None:
    found = contact_by_key(taken(chen, zhou).key)
    assert found.phone == "138****0013"
    assert "演示路" not in found.address
    assert found.address.startswith("示例市")


def test_who_has_taken_a_person_on_sees_everything_and_each_look_is_noted(
    database: Session, chen: Person, zhou: Person
) -> None:
    ask(chen, RequestKind.VISIT, text="三楼，没有电梯")
    request = database.scalars(select(Request)).one()
    one = taken(chen, zhou, ContactKind.VISIT, need=Need(chen.id, [Reason.ASKED], request_id=request.id))
    with unit_of_work():
        daughter = family.name_relative(
            chen.id, Named("陈明", "女儿", "13900000021", TODAY), actor_id=zhou.id, at=AT
        )
    seen = {}
    for field in ("phone", "address", "asked", f"family:{daughter}"):
        with unit_of_work():
            seen[field.partition(":")[0]] = contacts.reveal(one.key, field, actor_id=zhou.id, at=AT)
    assert seen == {"phone": PHONE, "address": ADDRESS, "asked": "三楼，没有电梯", "family": "13900000021"}
    assert looks(database) == ["phone", "address", "asked", "family"]


def test_nobody_else_looks_and_no_look_is_noted(
    database: Session, chen: Person, zhou: Person, wang: Person
) -> None:
    one = taken(chen, zhou)
    with pytest.raises(NotAssigned) as refusal, unit_of_work():
        contacts.reveal(one.key, "phone", actor_id=wang.id, at=AT)
    assert refusal.value.facts == {"name": "周敏"}
    assert looks(database) == []


def test_there_is_nothing_else_to_look_at(
    database: Session, chen: Person, zhou: Person, wang: Person
) -> None:
    one = taken(chen, zhou)
    with unit_of_work():
        strange = family.name_relative(wang.id, Named("x", "y", "12393", TODAY), actor_id=zhou.id, at=AT)
        former = family.name_relative(chen.id, Named("x", "y", "12393", TODAY), actor_id=zhou.id, at=AT)
        family.end_relative(chen.id, former, actor_id=zhou.id, at=AT)
    for field in ("id_number", "asked", "", f"family:{strange}", f"family:{former}"):
        with pytest.raises(NotFound), unit_of_work():
            contacts.reveal(one.key, field, actor_id=zhou.id, at=AT)


def test_nobody_looks_after_it_is_closed(chen: Person, zhou: Person) -> None:
    one = taken(chen, zhou)
    come_to(one, zhou)
    with pytest.raises(NotOpen), unit_of_work():
        contacts.reveal(one.key, "phone", actor_id=zhou.id, at=AT)


# -- the result ------------------------------------------------------------------------------------------


def test_a_result_closes_the_contact(database: Session, chen: Person, zhou: Person) -> None:
    come_to(taken(chen, zhou), zhou, note="讲了报销", minutes=12)
    (past,) = contacts_of(chen.id)
    assert (past.state, past.result, past.minutes, past.note) == (
        ContactState.DONE, Result.TOLD, 12, "讲了报销",
    )  # fmt: skip
    assert (past.by, past.done_on, past.tries) == ("周敏", TODAY, 1)


def test_who_was_not_reached_stays_on_the_list_of_the_colleague(chen: Person, zhou: Person) -> None:
    one = taken(chen, zhou)
    come_to(one, zhou, Result.NOT_REACHED, next_on=TODAY + timedelta(days=1))
    again = contact_of(chen)
    assert (again.state, again.tries, again.next_on) == (ContactState.OPEN, 1, TODAY + timedelta(days=1))
    come_to(again, zhou, Result.GAVE_UP)
    assert contact_of(chen).state is ContactState.UNREACHED
    assert contact_of(chen).next_on is None


def test_who_is_not_assigned_records_nothing(chen: Person, zhou: Person, wang: Person) -> None:
    one = taken(chen, zhou)
    with pytest.raises(NotAssigned):
        come_to(one, wang)
    assert contact_of(chen).state is ContactState.OPEN


def test_a_result_is_recorded_once(chen: Person, zhou: Person) -> None:
    one = taken(chen, zhou)
    come_to(one, zhou)
    with pytest.raises(NotOpen):
        come_to(one, zhou)
    with pytest.raises(NotFound), unit_of_work():
        contacts.put_on_record("NOSUCH", Result.TOLD, Outcome(done_on=TODAY), actor_id=zhou.id, at=AT)


def test_a_day_that_cannot_be_is_refused(chen: Person, zhou: Person) -> None:
    with pytest.raises(BadDay) as refusal:
        come_to(taken(chen, zhou), zhou, done_on=TODAY + timedelta(days=1))
    assert refusal.value.facts["fault"] == "bad-day"


def test_a_second_visit_of_the_same_day_is_refused(chen: Person, zhou: Person, wang: Person) -> None:
    come_to(taken(chen, zhou, ContactKind.VISIT), zhou, Result.LEARNT)
    second = taken(chen, wang, ContactKind.VISIT)
    with pytest.raises(AlreadyVisited) as refusal:
        come_to(second, wang)
    assert refusal.value.facts == {"name": "周敏", "day": TODAY}
    assert contact_of(chen, ContactKind.VISIT).state is ContactState.OPEN
    come_to(second, wang, at=AT + timedelta(days=1))
    assert len(contacts_of(chen.id)) == 2


def test_a_call_on_the_day_of_a_visit_is_another_matter(chen: Person, zhou: Person) -> None:
    come_to(taken(chen, zhou, ContactKind.VISIT), zhou)
    come_to(taken(chen, zhou, ContactKind.CALL), zhou)
    assert len(contacts_of(chen.id)) == 2


def test_what_was_asked_is_done_with_the_contact(database: Session, chen: Person, zhou: Person) -> None:
    ask(chen)
    request = database.scalars(select(Request)).one()
    come_to(taken(chen, zhou, need=Need(chen.id, [Reason.ASKED], request_id=request.id)), zhou)
    database.expire_all()
    assert (request.state, request.answered_by) == (RequestState.DONE, zhou.id)


@pytest.mark.parametrize(
    ("kind", "result", "wanted"),
    [
        (ContactKind.CALL, Result.WANTS_VISIT, RequestKind.VISIT),
        (ContactKind.VISIT, Result.WANTS_CALL, RequestKind.CALL),
    ],
)
def test_who_wants_something_else_has_asked_for_it(
    database: Session, chen: Person, zhou: Person, kind: ContactKind, result: Result, wanted: RequestKind
) -> None:
    come_to(taken(chen, zhou, kind), zhou, result)
    come_to(taken(chen, zhou, kind, at=AT + timedelta(days=1)), zhou, result, at=AT + timedelta(days=1))
    (request,) = database.scalars(select(Request)).all()
    assert (request.kind, request.state, request.person_id) == (wanted, RequestState.OPEN, chen.id)


def test_a_change_told_by_telephone_is_delivered(database: Session, chen: Person, zhou: Person) -> None:
    call = Delivery(message_id=1, channel=Channel.CALL, state=DeliveryState.QUEUED, next_at=AT)
    database.add(call)
    database.commit()
    need = Need(chen.id, [Reason.CHANGE], deliveries=[call.id])
    come_to(taken(chen, zhou, need=need), zhou, Result.NOT_REACHED, next_on=TODAY)
    database.expire_all()
    assert call.state is DeliveryState.QUEUED
    come_to(contact_of(chen), zhou, Result.TOLD)
    database.expire_all()
    assert (call.state, call.sent_at) == (DeliveryState.SENT, AT)


# -- with a helper ---------------------------------------------------------------------------------------


def finish(person: Person, helper: Person, kind: HelpKind = HelpKind.VISIT) -> int:
    given = Given(
        7, "k7", person.id, helper.id, helper.name, kind, Consent.SPOKEN, "", AT, None, None, None, ""
    )
    with unit_of_work():
        return contacts.finish_by_help(given, Result.LEARNT, Outcome(20, "学了一课"), at=AT)


def test_by_telephone_nobody_is_visited(chen: Person, zhou: Person) -> None:
    taken(chen, zhou)
    taken(chen, zhou, ContactKind.VISIT)
    assert finish(chen, zhou, HelpKind.PHONE) == 1
    assert contact_of(chen).state is ContactState.DONE
    assert contact_of(chen, ContactKind.VISIT).state is ContactState.OPEN
    assert finish(chen, zhou, HelpKind.WORKSHOP) == 1


def test_a_session_with_a_helper_closes_what_the_helper_holds(
    chen: Person, zhou: Person, wang: Person
) -> None:
    taken(chen, zhou)
    taken(chen, wang, ContactKind.VISIT)
    assert finish(chen, zhou) == 1
    call, visit = contact_of(chen), contact_of(chen, ContactKind.VISIT)
    assert (call.state, call.assistance_id, call.minutes) == (ContactState.DONE, 7, 20)
    assert visit.state is ContactState.OPEN
    assert finish(chen, zhou) == 0


def test_a_session_on_the_day_of_a_visit_records_no_second_one(
    database: Session, chen: Person, zhou: Person
) -> None:
    come_to(taken(chen, zhou, ContactKind.VISIT), zhou)
    taken(chen, zhou, ContactKind.VISIT)
    assert finish(chen, zhou) == 1
    states = list(database.scalars(select(Contact.state).order_by(Contact.id)))
    assert states == [ContactState.DONE, ContactState.CANCELLED]
