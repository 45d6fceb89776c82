"""A second person approves: all of a change goes live with everything that follows, or nothing."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.library.models import Mark
from lms.library.operations import LiveHasMoved
from lms.library.queries import live_release_id
from lms.notifications.models import Message
from lms.people.models import Person
from lms.publishing.drafts import discard_all, drafts_of
from lms.rollouts import queries
from lms.rollouts.approval import SamePerson, approve, send_back
from lms.rollouts.models import ChangeState, Delivery, RefreshTask
from lms.rollouts.registration import (
    ChangeHasMoved,
    NothingDiffers,
    NotRegistered,
    ReasonMissing,
    register,
)
from lms.rollouts.unit_approval import is_of_unit
from tests.support.changes import (
    CHEAPER_IN_BEIJING,
    DAY_0,
    NEW_YEAR,
    REVISED,
    TWO_CITIES,
    approved,
    put,
    refused,
    registered,
    two_admins,
)
from tests.support.killing import everything
from tests.support.library import publish_texts
from tests.support.people import make_department
from tests.support.racing import race
from tests.support.small_library import PARAMETERS_PATH, POLICY_PATH


@pytest.fixture
def admins(database: Session) -> tuple[Person, Person]:
    """The library of two cities is live; who registers and who approves."""
    publish_texts(TWO_CITIES)
    return two_admins()


def test_nobody_approves_what_they_registered(admins: tuple[Person, Person]) -> None:
    change = registered(admins[0])
    refused(SamePerson, approve, change.key, version=change.version, actor_id=admins[0].id, at=DAY_0)


def test_approval_is_live_with_everything_that_follows(admins: tuple[Person, Person]) -> None:
    before = live_release_id()
    change = approved(*admins)
    assert (change.release_before, change.release_after) == (before, live_release_id())
    unit = f"change-{change.key.lower()}"
    assert [is_of_unit(one.path, unit) for one in drafts_of(change.key)] == [True] * 3
    tasks = {(task.kind, task.item) for task in session().scalars(select(RefreshTask))}
    assert tasks == {
        ("page", "basics/outpatient#deductible"),
        ("question", "basics-02"),
        ("question", "basics-03"),
        ("question", "basics-04"),
    }
    marked = {(mark.key, mark.since, mark.withheld) for mark in session().scalars(select(Mark))}
    assert marked == {
        ("basics/outpatient#deductible", NEW_YEAR, False),
        ("basics-02", NEW_YEAR, False),
        ("basics-03", NEW_YEAR, True),
        ("basics-04", NEW_YEAR, True),
    }
    delivery = session().scalars(select(Delivery)).one()
    assert (delivery.audience, delivery.course, delivery.unit) == (
        "employee",
        "basics",
        f"change-{change.key.lower()}",
    )
    message = session().scalars(select(Message).where(Message.person_id == admins[0].id)).one()
    assert (message.topic, message.facts["count"]) == ("refresh.assigned", 4)
    acts = session().scalars(select(Entry.act).where(Entry.subject == change.key).order_by(Entry.id)).all()
    assert acts == ["change.begun", "change.registered", "change.approved", *["unit.drafted"] * 3]


def test_what_was_changed_after_registering_is_not_approved(admins: tuple[Person, Person]) -> None:
    change, live = registered(admins[0]), live_release_id()
    put(change, {PARAMETERS_PATH: CHEAPER_IN_BEIJING[PARAMETERS_PATH].replace("1500", "1400")}, admins[0])
    refused(ChangeHasMoved, approve, change.key, version=change.version, actor_id=admins[1].id, at=DAY_0)
    assert (live_release_id(), queries.change(change.key).state) == (live, ChangeState.REGISTERED)
    assert session().scalar(select(func.count(RefreshTask.id))) == 0


def test_a_lesson_slipped_in_after_registering_is_not_approved(admins: tuple[Person, Person]) -> None:
    change, live = registered(admins[0]), live_release_id()
    put(change, REVISED, admins[0], at=DAY_0 + timedelta(minutes=1))
    refused(ChangeHasMoved, approve, change.key, version=change.version, actor_id=admins[1].id, at=DAY_0)
    assert live_release_id() == live


def test_a_change_whose_drafts_were_thrown_away_is_not_approved(admins: tuple[Person, Person]) -> None:
    change = registered(admins[0])
    with unit_of_work():
        discard_all(change.key)
    refused(NothingDiffers, approve, change.key, version=change.version, actor_id=admins[1].id, at=DAY_0)


def test_an_editorial_change_goes_live_and_asks_nobody_anything(admins: tuple[Person, Person]) -> None:
    dotted = {POLICY_PATH: TWO_CITIES[POLICY_PATH].replace("看病要出示凭证。", "看病，要出示凭证。")}
    change = approved(*admins, dotted)
    assert change.release_after == live_release_id()
    counts = everything()
    followed = ("rollouts_tasks", "rollouts_deliveries", "notifications_messages", "library_marks")
    assert [counts[name] for name in followed] == [0, 0, 0, 0]


def test_live_files_that_moved_meanwhile_stand_in_the_way(admins: tuple[Person, Person]) -> None:
    change = registered(admins[0])
    label = {PARAMETERS_PATH: TWO_CITIES[PARAMETERS_PATH].replace("门诊起付标准", "起付标准")}
    publish_texts({**TWO_CITIES, **label})
    found = refused(
        LiveHasMoved, approve, change.key, version=change.version, actor_id=admins[1].id, at=DAY_0
    )
    assert found.facts == {"paths": [PARAMETERS_PATH]}


def test_a_change_sent_back_is_a_draft_again_with_its_decisions(admins: tuple[Person, Person]) -> None:
    change = registered(admins[0])
    how: Any = {"version": change.version, "actor_id": admins[1].id, "at": DAY_0}
    refused(ReasonMissing, send_back, change.key, reason="", **how)
    with unit_of_work():
        send_back(change.key, reason="缺文号", **how)
    again = queries.change(change.key)
    assert (again.state, again.registered_by, again.registered_on) == (ChangeState.DRAFT, None, None)
    with unit_of_work():
        register(again.key, {}, version=again.version, actor_id=admins[0].id, at=DAY_0)
    assert queries.change(change.key).state is ChangeState.REGISTERED


def test_a_change_registered_again_asks_for_approval_again(admins: tuple[Person, Person]) -> None:
    make_department(head=admins[1])
    change = registered(admins[0])
    with unit_of_work():
        how: Any = {"version": change.version, "actor_id": admins[1].id, "at": DAY_0}
        send_back(change.key, reason="缺文号", **how)
    with unit_of_work():
        version = queries.change(change.key).version
        register(change.key, {}, version=version, actor_id=admins[0].id, at=DAY_0)
    asked = select(func.count()).where(Message.topic == "change.approval-wanted")
    assert session().scalar(asked.where(Message.person_id == admins[1].id)) == 2


def test_only_one_of_two_approvals_at_the_same_moment_counts(app: Flask) -> None:
    with app.app_context():
        publish_texts(TWO_CITIES)
        admin, approver = two_admins()
        other = two_admins()[0]
        change = registered(admin)
        key, version, ids = change.key, change.version, (approver.id, other.id)
        results = race(
            app, *(lambda who=who: approve(key, version=version, actor_id=who, at=DAY_0) for who in ids)
        )
        refusals = [one for one in results if isinstance(one, Exception)]
        assert [type(one) for one in refusals] == [NotRegistered]
        assert session().scalar(select(func.count(RefreshTask.id))) == 4
