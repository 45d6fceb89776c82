"""HR's desk in the demo: campaigns, chasing, cases and requests, as far as they went until this morning."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.assignments.adjustments import adjustments_page
from lms.assignments.models import AdjustmentKind, AdjustmentState, Assignment
from lms.campaigns.cases import cases_page
from lms.campaigns.models import CampaignState, CaseState, RuleState, Trigger
from lms.campaigns.queries import CampaignLine, campaign, campaigns_page
from lms.campaigns.selection import Selection
from lms.campaigns.standing_rules import rules_list
from lms.item_analysis.queries import quizzes
from lms.item_analysis.rules import Sample
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.robots import robots
from lms.notifications.rules import Topic
from lms.people.models import Department, Person
from lms.people.rules import email_fault, phone_fault, wecom_fault
from lms.reports.projection import behind
from lms.reports.reconciliation import reconciliations
from tests.conftest import MONDAY
from tests.support.application import fill
from tests.support.installations import Installations

TODAY = china_date(MONDAY)
TREE = "生产与供应链：用好您的医保"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def invented(request: pytest.FixtureRequest, installations: Installations) -> Flask:
    app = installations.restored(request.param).app
    with time_machine.travel(MONDAY, tick=False):
        fill(app)
    return app


@pytest.fixture
def company(invented: Flask) -> Iterator[Flask]:
    with invented.app_context():
        yield invented
        session().rollback()


def lines() -> dict[str, CampaignLine]:
    """Every campaign by its title."""
    found, _ = campaigns_page(list(CampaignState), today=TODAY, page=1)
    return {one.title: one for one in found}


def told(topic: Topic) -> list[Message]:
    return list(session().scalars(select(Message).where(Message.topic == topic).order_by(Message.id)))


# -- people ---------------------------------------------------------------------------------------------


def test_addresses_belong_to_nobody_and_some_have_none(company: Flask) -> None:
    people = session().scalars(select(Person)).all()
    for one in people:
        assert not one.email or (one.email.endswith(".example.com") and not email_fault(one.email))
        assert not one.phone or (re.fullmatch(r"138000000\d\d", one.phone) and not phone_fault(one.phone))
        assert not one.wecom_id or not wecom_fault(one.wecom_id)
        assert not one.id_number
    reached = [bool(one.email or one.wecom_id or one.phone) for one in people]
    assert 80 < sum(reached) < len(people)


def test_an_address_that_bounces_is_noted_at_the_person(company: Flask) -> None:
    (bounced,) = session().scalars(select(Person).where(Person.email_error != "")).all()
    dead = (
        select(Message.person_id)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Delivery.state == DeliveryState.DEAD)
    )
    assert session().scalars(dead).all() == [bounced.id]


# -- campaigns and rules --------------------------------------------------------------------------------


def test_one_campaign_runs_for_a_department_tree_with_exclusions_and_is_partly_late(company: Flask) -> None:
    line = lines()[TREE]
    selection = Selection.from_json(campaign(line.key).selection)
    assert len(selection.departments) == 2
    assert selection.without_persons
    far = line.progress
    assert (line.state, line.people, far.assigned) == (CampaignState.SENT, 24, 24)
    assert 0 < far.late == far.owed < far.done


def test_one_campaign_waits_to_go_out_and_one_is_a_draft(company: Flask) -> None:
    by_state = Counter(one.state for one in lines().values())
    assert by_state[CampaignState.DRAFT] == by_state[CampaignState.QUEUED] == 1
    (queued,) = [one for one in lines().values() if one.state is CampaignState.QUEUED]
    assert queued.goes_out_at is not None
    assert china_date(queued.goes_out_at) == TODAY + timedelta(days=32)


def test_one_rule_is_for_whoever_joins_and_one_comes_back_every_year(company: Flask) -> None:
    yearly, joining = sorted(rules_list(TODAY), key=lambda rule: rule.trigger, reverse=True)
    assert (joining.trigger, joining.people, joining.state) == (Trigger.JOINING, 12, RuleState.ON)
    assert (yearly.trigger, yearly.people, yearly.state) == (Trigger.MATCHING, 18, RuleState.ON)
    assert (yearly.repeat_months, yearly.next_on and yearly.next_on > TODAY) == (12, True)


def test_some_cases_wait_and_others_are_decided(company: Flask) -> None:
    counts = {state: cases_page(state, page=1)[1] for state in CaseState}
    assert counts[CaseState.WAITING] in (2, 3)
    assert (counts[CaseState.KEPT], counts[CaseState.GIVEN]) == (1, 2)


def test_an_extension_waits_and_an_excuse_was_granted_by_somebody_else(company: Flask) -> None:
    (waiting,), _ = adjustments_page(AdjustmentState.WAITING, page=1)
    (granted,), _ = adjustments_page(AdjustmentState.GRANTED, page=1)
    assert (waiting.kind, granted.kind) == (AdjustmentKind.EXTENSION, AdjustmentKind.EXCUSE)
    assert waiting.due_on is not None
    assert waiting.due_on > TODAY
    assert granted.decided_by not in (None, granted.requested_by)
    excused = select(Assignment.key).where(Assignment.excused_at.is_not(None))
    assert session().scalars(excused).all() == [granted.assignment_key]


# -- chasing --------------------------------------------------------------------------------------------


def test_digests_went_out_one_a_person_and_day_and_heads_were_told_once(company: Flask) -> None:
    digests = Counter((one.person_id, china_date(one.created_at)) for one in told(Topic.DIGEST))
    assert len(digests) > 20
    assert set(digests.values()) == {1}
    heads = set(session().scalars(select(Department.head_id)))
    assert told(Topic.TEAM)
    assert {one.person_id for one in told(Topic.TEAM)} <= heads


def test_mail_went_out_and_what_wecom_could_not_take_says_why(company: Flask) -> None:
    rows = session().execute(
        select(Delivery.channel, Delivery.state, Delivery.error, func.count()).group_by(
            Delivery.channel, Delivery.state, Delivery.error
        )
    )
    found = {tuple(row[:3]): row[3] for row in rows}
    assert found[Channel.EMAIL, DeliveryState.SENT, ""] > 100
    assert found[Channel.WECOM, DeliveryState.SKIPPED, "channel-off"] > 100
    assert not [key for key in found if key[1] is DeliveryState.QUEUED]


def test_the_robot_is_off(company: Flask) -> None:
    (line,) = robots()
    assert (line.robot.is_on, line.waiting, line.department) == (False, 0, "生产制造部")


def test_everything_at_the_desk_happened_before_this_morning(company: Flask) -> None:
    assert session().scalars(select(func.max(Message.created_at))).one() < MONDAY


# -- numbers --------------------------------------------------------------------------------------------


def test_numbers_are_counted_up_and_agree_with_the_ledger(company: Flask) -> None:
    assert behind(TODAY, most=1) == 0
    (last,) = reconciliations(count=10)
    assert (last.differences, last.counted["lines"] > 100) == ([], True)


def test_questions_are_analysed_and_one_quiz_says_something(company: Flask) -> None:
    assert {line.found.quiz: line.sample for line in quizzes()} == {
        "onboarding": Sample.PRELIMINARY,
        "hr-essentials": Sample.TOO_FEW,
        "retirement": Sample.TOO_FEW,
    }
