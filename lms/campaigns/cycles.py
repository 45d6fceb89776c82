"""Applying standing rules: each cycle is a campaign, which takes in whoever matches and is not in it yet."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from lms.assignments.models import Cause
from lms.campaigns.drafting import QUIET
from lms.campaigns.giving import give
from lms.campaigns.models import Campaign, CampaignState, Rule, RuleState, Trigger
from lms.campaigns.outcomes import Plan, courses_named, offered
from lms.campaigns.rules import cycle_on
from lms.campaigns.selection import Selection
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.keys import new_key
from lms.notifications.rules import DEFAULT_CHANNELS


def rules_on() -> Sequence[int]:
    """Ids of the rules that are on."""
    return session().scalars(select(Rule.id).where(Rule.state == RuleState.ON).order_by(Rule.id)).all()


def apply_rules(at: datetime) -> int:
    """Give what all rules say; returns how many people got something. Safe to run again."""
    return sum(apply_rule(rule_id, at) for rule_id in rules_on())


def apply_rule(rule_id: int, at: datetime) -> int:
    """Give what a rule says to whoever matches and is not in the present cycle; returns how many got it.

    Whoever was met once in a cycle is not met again in it: a rule never gives the same thing twice.
    """
    rule, today = session().get_one(Rule, rule_id, populate_existing=True), china_date(at)
    begins = cycle_on(rule.anchor_on, rule.repeat_months, today)
    if rule.state is not RuleState.ON or begins is None:
        return 0
    cycle = _cycle(rule, begins, at)
    plan = plan_of_rule(rule, begins, today, besides=cycle.id)
    if not plan.courses or plan.selection.is_empty:
        return 0
    given = give(cycle, plan, cause_of(rule), at)
    if given.counts:
        counts = given.as_json()
        cycle.counts = {
            name: cycle.counts.get(name, 0) + counts.get(name, 0) for name in {*cycle.counts, *counts}
        }
        session().flush()
        record("rule.applied", rule.key, actor_id=None, at=at, cycle=begins.isoformat(), **counts)
    return given.people


def cause_of(rule: Rule) -> Cause:
    """How what a rule gives is named."""
    return Cause.ONBOARDING if rule.trigger is Trigger.JOINING else Cause.RULE


def plan_of_rule(rule: Rule, begins: date, today: date, *, besides: int | None) -> Plan:
    """What a rule gives on a day of the cycle that begins on *begins*.

    Who joins has their days from hiring; who matches has them from the day on which the rule meets them.
    """
    joins = rule.trigger is Trigger.JOINING
    return Plan(
        selection=Selection.from_json(rule.selection),
        courses=offered(courses_named(rule.path, rule.courses)),
        today=today,
        due_on=(begins if joins else today) + timedelta(days=rule.due_days),
        hired_from=rule.hired_from if joins else None,
        hire_days=rule.due_days if joins else None,
        is_rule=True,
        once=rule.repeat_months is None,
        besides=besides,
    )


def present_cycle(rule: Rule, today: date) -> int | None:
    """The id of the campaign of the present cycle; ``None`` when it has given nothing yet."""
    begins = cycle_on(rule.anchor_on, rule.repeat_months, today)
    return session().scalar(
        select(Campaign.id).where(Campaign.rule_id == rule.id, Campaign.cycle_on == begins)
    )


def _cycle(rule: Rule, begins: date, at: datetime) -> Campaign:
    """The campaign of a cycle, made when it is not there yet, which ends those before it.

    The row is held until the transaction ends, so that two workers never meet the same people.
    """
    row = upsert(Campaign).values(
        key=new_key(),
        title=rule.title,
        state=CampaignState.SENT,
        path=rule.path,
        courses=list(rule.courses),
        selection=rule.selection,
        due_days=rule.due_days,
        reminders=list(rule.reminders),
        channels=[channel.value for channel in DEFAULT_CHANNELS],
        quiet=list(QUIET),
        rule_id=rule.id,
        cycle_on=begins,
        author_id=rule.author_id,
        created_at=at,
        sent_at=at,
        counts={},
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Campaign.id)).scalar()
    if made is not None:
        before = update(Campaign).where(Campaign.rule_id == rule.id, Campaign.cycle_on < begins)
        session().execute(before.values(state=CampaignState.ENDED))
    own = select(Campaign).where(Campaign.rule_id == rule.id, Campaign.cycle_on == begins)
    return session().scalars(own.with_for_update().execution_options(populate_existing=True)).one()
