"""A change from its draft to day 0: decided item by item."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.people.models import Person
from lms.publishing.drafts import drafts_of
from lms.publishing.operations import Checked, HasFaults, check
from lms.rollouts import queries
from lms.rollouts.approval import approve
from lms.rollouts.models import Change, ChangeState, Severity
from lms.rollouts.proposal import proposal
from lms.rollouts.registration import (
    Announcement,
    ChangeHasMoved,
    Decision,
    EffectBeforeIssue,
    NoSuchDocument,
    NotADraft,
    NothingDiffers,
    NotRegistered,
    ReasonMissing,
    UndecidedItems,
    begin,
    decide,
    register,
    register_from_files,
    update,
    withdraw,
)
from lms.rollouts.rules import DELIVERY_DAYS
from tests.support.changes import (
    ANNOUNCED,
    CHEAPER_IN_BEIJING,
    DAY_0,
    NEW_YEAR,
    TODAY,
    TWO_CITIES,
    as_proposed,
    begun,
    put,
    refused,
    registered,
    two_admins,
)
from tests.support.library import publish_texts
from tests.support.people import make_department
from tests.support.small_library import LESSON_PATH, PARAMETERS_PATH


@pytest.fixture
def admins(database: Session) -> tuple[Person, Person]:
    """The library of two cities is live; who registers and who approves."""
    publish_texts(TWO_CITIES)
    return two_admins()


def test_a_draft_says_what_differs_with_a_severity_proposed(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0])
    found = proposal(change, day=TODAY)
    (one,) = found.items
    assert (one.item.kind, one.item.item) == ("parameter", "outpatient.deductible")
    assert (one.item.region, one.item.status, one.item.since) == ("110000", "in_service", NEW_YEAR)
    assert (one.item.old, one.item.new, one.item.proposed) == ("1800", "1500", Severity.SUBSTANTIVE)
    assert one.severity is None


def test_faults_of_the_drafts_are_told_and_stand_in_the_way(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0], {PARAMETERS_PATH: "- name: x\n"})
    assert proposal(change, day=TODAY).faults
    found = refused(
        HasFaults, register, change.key, {}, version=change.version, actor_id=admins[0].id, at=DAY_0
    )
    assert PARAMETERS_PATH in {fault.path for fault in found.faults}
    assert queries.change(change.key).state is ChangeState.DRAFT


def test_no_document_takes_effect_before_it_is_issued(admins: tuple[Person, Person]) -> None:
    wrong = Announcement("city-rules", "倒着的日子", "110000", NEW_YEAR, TODAY)
    refused(EffectBeforeIssue, begin, wrong, actor_id=admins[0].id, at=DAY_0)


def test_two_who_edit_the_announcement_do_not_overwrite_each_other(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0])
    seen = change.version
    with unit_of_work():
        update(change.key, ANNOUNCED, version=seen, actor_id=admins[0].id, at=DAY_0)
    refused(ChangeHasMoved, update, change.key, ANNOUNCED, version=seen, actor_id=admins[1].id, at=DAY_0)


def test_decisions_are_kept_while_it_is_a_draft(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0])
    (key,) = as_proposed(change)
    reasoned = {key: Decision(Severity.CLARIFYING, "只涉及少数人")}
    with unit_of_work():
        decide(change.key, reasoned, version=change.version, actor_id=admins[0].id, at=DAY_0)
    (one,) = proposal(queries.change(change.key), day=TODAY).items
    assert (one.severity, one.reason) == (Severity.CLARIFYING, "只涉及少数人")


def test_a_decision_is_about_the_difference_that_was_seen(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0])
    seen = as_proposed(change)
    put(change, {PARAMETERS_PATH: CHEAPER_IN_BEIJING[PARAMETERS_PATH].replace("1500", "1400")}, admins[0])
    refused(
        UndecidedItems, register, change.key, seen, version=change.version, actor_id=admins[0].id, at=DAY_0
    )


def test_a_draft_without_a_difference_keeps_no_decisions(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0], {})
    with unit_of_work():
        decide(change.key, {}, version=change.version, actor_id=admins[0].id, at=DAY_0)
    assert queries.items_of(change.id) == []


def test_another_severity_than_proposed_needs_a_reason(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0])
    (key,) = as_proposed(change)
    light = {key: Decision(Severity.EDITORIAL, " ")}
    found = refused(
        ReasonMissing, register, change.key, light, version=change.version, actor_id=admins[0].id, at=DAY_0
    )
    assert found.facts == {"keys": [key]}


def test_what_says_nothing_new_is_not_registered(admins: tuple[Person, Person]) -> None:
    change = begun(admins[0], {})
    refused(NothingDiffers, register, change.key, {}, version=change.version, actor_id=admins[0].id, at=DAY_0)


def test_the_document_of_a_change_is_in_the_library(admins: tuple[Person, Person]) -> None:
    nowhere = Announcement("elsewhere", "别处的规定", "110000", None, None)
    change = begun(admins[0], announced=nowhere)
    given = as_proposed(change)
    refused(
        NoSuchDocument, register, change.key, given, version=change.version, actor_id=admins[0].id, at=DAY_0
    )


def test_registering_is_day_0_and_asks_the_head_of_hr(admins: tuple[Person, Person]) -> None:
    make_department(name="人力资源部", head=admins[1])
    change = registered(admins[0])
    assert (change.state, change.registered_on, change.registered_by) == (
        ChangeState.REGISTERED,
        TODAY,
        admins[0].id,
    )
    message = session().scalars(select(Message)).one()
    assert (message.person_id, message.topic) == (admins[1].id, "change.approval-wanted")
    due_on = date.fromordinal(TODAY.toordinal() + DELIVERY_DAYS).isoformat()
    assert message.facts == {
        "change": change.key,
        "title": change.title,
        "due_on": due_on,
        "course": "",
        "count": 1,
    }
    assert [one.key for one in queries.waiting_for_approval(admins[1].id)] == [change.key]
    assert queries.waiting_for_approval(admins[0].id) == []
    refused(NotADraft, update, change.key, ANNOUNCED, version=change.version, actor_id=admins[0].id, at=DAY_0)


@pytest.mark.parametrize("made", [begun, registered])
def test_a_change_is_given_up_with_its_drafts(
    admins: tuple[Person, Person], made: Callable[[Person], Change]
) -> None:
    change = made(admins[0])
    refused(ReasonMissing, withdraw, change.key, reason=" ", version=change.version, actor_id=1, at=DAY_0)
    with unit_of_work():
        withdraw(change.key, reason="文件撤回", version=change.version, actor_id=admins[0].id, at=DAY_0)
    assert queries.change(change.key).state is ChangeState.WITHDRAWN
    assert drafts_of(change.key) == []
    refused(NotRegistered, approve, change.key, version=change.version + 1, actor_id=admins[1].id, at=DAY_0)


def read_from(texts: Mapping[str, str]) -> Checked:
    return check({path: text.encode() for path, text in texts.items()}, day=TODAY)


def test_files_that_differ_become_a_draft_of_a_change(admins: tuple[Person, Person]) -> None:
    texts = {**TWO_CITIES, **CHEAPER_IN_BEIJING}
    with unit_of_work():
        change = register_from_files(
            read_from(texts), "起付标准下调", document="city-rules", actor_id=admins[0].id, at=DAY_0
        )
        key = change.key
    change = queries.change(key)
    assert (change.state, change.region, change.effective_on) == (
        ChangeState.DRAFT,
        "110000",
        date(2025, 1, 1),
    )
    assert [one.path for one in drafts_of(key)] == [PARAMETERS_PATH]
    with unit_of_work():
        register(key, as_proposed(change), version=change.version, actor_id=admins[0].id, at=DAY_0)


def test_files_without_a_change_of_policy_are_no_change(admins: tuple[Person, Person]) -> None:
    how = {"actor_id": admins[0].id, "at": DAY_0}
    other = {**TWO_CITIES, LESSON_PATH: TWO_CITIES[LESSON_PATH].replace("minutes: 3", "minutes: 4")}
    files = read_from(other)
    refused(NothingDiffers, register_from_files, files, "没变", document="city-rules", **how)
    refused(NoSuchDocument, register_from_files, files, "没有", document="nowhere", **how)
    refused(HasFaults, register_from_files, read_from({"x": ""}), "坏的", document="city-rules", **how)
    assert session().scalar(select(func.count(Change.id))) == 0
