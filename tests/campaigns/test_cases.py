"""Exceptions of a campaign: what waits for a decision, and what the decision does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments.operations import assign_by_hand
from lms.campaigns.cases import CaseLine, DateHasPassed, Decision, OwnCase, cases_page, decide, waiting_cases
from lms.campaigns.cycles import apply_rules
from lms.campaigns.models import Campaign, CaseState, Outcome, Reason, Trigger
from lms.campaigns.queries import campaign
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.people.models import Person
from tests.support.campaigns import (
    AT,
    DUE,
    TODAY,
    assignments,
    drafted,
    gone_out,
    hr_person,
    library,
    outcomes_of,
    standing_rule,
)
from tests.support.chasing import finish
from tests.support.people import leave, make_person

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _library(database: Session) -> None:
    library()


@pytest.fixture
def author(database: Session) -> Person:
    return hr_person()


def has_open(person: Person, author: Person, due_on: date) -> None:
    person_id, author_id = person.id, author.id
    with unit_of_work():
        assign_by_hand([person_id], "basics", due_on=due_on, actor_id=author_id, today=TODAY, at=AT)


def waiting() -> list[CaseLine]:
    return cases_page(CaseState.WAITING, page=1)[0]


def decided(author: Person, state: CaseState, **said: object) -> int:
    author_id, keys = author.id, [one.key for one in waiting()]
    with unit_of_work():
        return decide(keys, Decision(state, **said), actor_id=author_id, at=LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "reason"), [(-1, Reason.HAS_EARLIER), (1, Reason.HAS_OTHER_DATE)])
def test_who_has_it_open_with_another_date_waits_for_a_decision(
    author: Person, days: int, reason: Reason
) -> None:
    person = make_person()
    has_open(person, author, DUE + timedelta(days=days))
    draft = drafted(author)
    assert gone_out(draft) == 0
    (case,) = waiting()
    assert (case.campaign_key, case.number, case.reason) == (draft.key, person.number, reason)
    assert (case.due_on, case.has_due_on) == (DUE, DUE + timedelta(days=days))
    assert waiting_cases() == 1
    assert [one.due_on for one in assignments()] == [DUE + timedelta(days=days)]


def test_who_has_it_with_the_same_date_is_no_case(author: Person) -> None:
    has_open(make_person(), author, DUE)
    make_person()
    draft = drafted(author)
    gone_out(draft)
    assert (outcomes_of(draft.id), waiting()) == ({Outcome.HAS_IT: 1, Outcome.ASSIGNED: 1}, [])


def test_given_the_open_one_gets_the_date_of_the_campaign(database: Session, author: Person) -> None:
    person = make_person()
    has_open(person, author, DUE + timedelta(days=5))
    draft = drafted(author)
    gone_out(draft)
    assert decided(author, CaseState.GIVEN) == 1
    assert [(one.cycle, one.due_on) for one in assignments()] == [(1, DUE)]
    assert outcomes_of(draft.id) == {Outcome.ASSIGNED: 1}
    message = database.scalars(select(Message)).one()
    assert (message.person_id, message.facts["due_on"]) == (person.id, DUE.isoformat())


def test_given_nothing_changes_for_who_is_done_or_has_left_meanwhile(
    database: Session, author: Person
) -> None:
    done, gone = make_person(), make_person()
    has_open(done, author, DUE + timedelta(days=5))
    has_open(gone, author, DUE + timedelta(days=5))
    gone_out(drafted(author))
    finish(assignments(person_id=done.id)[0], AT)
    leave(gone)
    assert decided(author, CaseState.GIVEN) == 2
    assert [one.due_on for one in assignments()] == [DUE + timedelta(days=5)] * 2
    assert database.scalar(select(func.count()).select_from(Message)) == 0


def test_nothing_is_given_to_who_has_left_meanwhile(database: Session, author: Person) -> None:
    late = make_person(hired_on=TODAY - timedelta(days=20))
    standing_rule(trigger=Trigger.JOINING, anchor_on=TODAY - timedelta(days=30))
    with unit_of_work():
        apply_rules(AT)
    leave(late)
    assert decided(author, CaseState.GIVEN) == 1
    assert assignments() == []
    assert database.scalar(select(func.count()).select_from(Message)) == 0


def test_given_another_date_that_one_counts(author: Person) -> None:
    has_open(make_person(), author, DUE + timedelta(days=5))
    gone_out(drafted(author))
    decided(author, CaseState.GIVEN, due_on=date(2027, 1, 15))
    assert [one.due_on for one in assignments()] == [date(2027, 1, 15)]
    assert session().scalars(select(Campaign.counts)).one()["people"] == 1
    with pytest.raises(DateHasPassed):
        decided(author, CaseState.GIVEN, due_on=TODAY)


@pytest.mark.parametrize("state", [CaseState.KEPT, CaseState.SKIPPED])
def test_kept_or_skipped_nothing_changes_and_it_waits_no_longer(
    database: Session, author: Person, state: CaseState
) -> None:
    has_open(make_person(), author, DUE + timedelta(days=5))
    draft = drafted(author)
    gone_out(draft)
    assert decided(author, state, note="已有更早安排") == 1
    assert [one.due_on for one in assignments()] == [DUE + timedelta(days=5)]
    (line,), total = cases_page(state, page=1, campaign_key=draft.key)
    assert (line.decided_by, line.note, line.decided_at, total) == ("周敏", "已有更早安排", LATER, 1)
    assert (waiting(), cases_page(state, page=1, campaign_key="NONE")[1]) == ([], 0)
    assert database.scalar(select(func.count()).select_from(Message)) == 0


def test_decided_once_is_decided(database: Session, author: Person) -> None:
    has_open(make_person(), author, DUE + timedelta(days=5))
    gone_out(drafted(author))
    keys, author_id = [one.key for one in waiting()], author.id
    for expected in (1, 0):
        with unit_of_work():
            assert decide(keys, Decision(CaseState.KEPT), actor_id=author_id, at=LATER) == expected
    entries = database.scalars(select(Entry.facts).where(Entry.act == "campaign.case-decided")).all()
    assert entries == [{"count": 1, "decision": "kept"}]


def test_nobody_decides_their_own_case(author: Person) -> None:
    mine, other = make_person(), make_person()
    for person in (mine, other):
        has_open(person, author, DUE + timedelta(days=5))
    gone_out(drafted(author))
    with pytest.raises(OwnCase):
        decided(mine, CaseState.SKIPPED)
    assert len(waiting()) == 2
    assert decided(author, CaseState.SKIPPED) == 2


def test_too_little_time_given_is_as_many_days_as_the_others_have(author: Person) -> None:
    late = make_person(hired_on=TODAY - timedelta(days=20))
    key = standing_rule(trigger=Trigger.JOINING, anchor_on=TODAY - timedelta(days=30))
    with unit_of_work():
        assert apply_rules(AT) == 0
    (case,) = waiting()
    assert (case.reason, case.rule_key, case.has_due_on) == (Reason.TOO_LITTLE_TIME, key, None)
    decided(author, CaseState.GIVEN)
    assert [(one.person_id, one.cause, one.due_on) for one in assignments()] == [
        (late.id, "onboarding", TODAY + timedelta(days=14))
    ]
    assert outcomes_of(campaign(case.campaign_key).id) == {Outcome.ASSIGNED: 1}
    with unit_of_work():
        assert apply_rules(AT + timedelta(days=1)) == 0
