"""Standing rules: setting them, trying them out first, letting go whom they no longer fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Subquery, cast, func, literal, null, or_, select, update

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import owed
from lms.assignments.rules import ONBOARDING_DAYS
from lms.campaigns.checking import content_faults
from lms.campaigns.cycles import plan_of_rule, present_cycle
from lms.campaigns.drafting import CampaignHasMoved, Edit
from lms.campaigns.models import Campaign, Outcome, Rule, RuleState, Target, Trigger
from lms.campaigns.outcomes import Plan
from lms.campaigns.preview import Line, lines, plan_page, preview_of
from lms.campaigns.rules import LEAST_DAYS, REMINDERS, Fault, Step, cycle_on, next_cycle_on
from lms.campaigns.selection import Selection, chosen, size_of, sizes
from lms.campaigns.sending import HasFaults
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.people.models import Audience, Person, PersonState


@dataclass(frozen=True, kw_only=True)
class RuleForm:
    """What a rule says. ``hired_from`` is of joining rules only; ``repeat_months`` empty: once."""

    title: str
    path: str
    courses: Sequence[str]
    selection: Selection
    trigger: Trigger
    hired_from: date | None
    due_days: int
    repeat_months: int | None
    anchor_on: date
    reminders: Sequence[int] = REMINDERS

    def values(self) -> dict[str, Any]:
        """As they are stored."""
        joins = self.trigger is Trigger.JOINING
        return {
            **vars(self),
            "title": self.title.strip(),
            "courses": list(self.courses),
            "selection": self.selection.to_json(),
            "hired_from": self.hired_from if joins else None,
            "reminders": sorted(set(self.reminders)),
        }


@dataclass(frozen=True)
class RuleLine:
    """A rule in a list. ``people`` were given something in the present cycle."""

    key: str
    title: str
    path: str
    courses: Sequence[str]
    trigger: Trigger
    hired_from: date | None
    due_days: int
    repeat_months: int | None
    cycle_on: date | None
    next_on: date | None
    state: RuleState
    people: int


@dataclass(frozen=True)
class DryRun:
    """What a rule would do today: people whom it ``chosen``, assignments that it would add (``plus``), cases
    for decision, and open assignments that it gave to people who match no more (``minus``)."""

    cycle_on: date | None
    chosen: int
    plus: int
    cases: int
    minus: int


# -- setting them -----------------------------------------------------------------------------------------


def add_rule(form: RuleForm, *, actor_id: int | None, at: datetime) -> str:
    """A new rule, off; returns its key. Raises ``HasFaults``."""
    _check(form)
    row = Rule(key=new_key(), author_id=actor_id, created_at=at, **form.values())
    session().add(row)
    session().flush()
    record("rule.set", row.key, actor_id=actor_id, at=at)
    return row.key


def save_rule(key: str, edit: Edit, form: RuleForm) -> None:
    """Change a rule; what it has given stays. Raises ``NotFound``, ``HasFaults`` and ``CampaignHasMoved``."""
    _check(form)
    _change(key, edit, **form.values())
    record("rule.saved", key, actor_id=edit.actor_id, at=edit.at)


def _check(form: RuleForm) -> None:
    found = list(_form_faults(form))
    if found:
        raise HasFaults(found)


def _form_faults(form: RuleForm) -> Iterator[Fault]:
    if not form.courses and not form.path:
        yield Fault(Step.CONTENT, "no-course")
    if form.selection.is_empty:
        yield Fault(Step.PEOPLE, "nobody")
    if form.trigger is Trigger.JOINING and form.hired_from is None:
        yield Fault(Step.PEOPLE, "no-hired-from")
    if form.due_days < LEAST_DAYS:
        yield Fault(Step.TIME, "too-soon", {"days": form.due_days})
    if form.repeat_months is not None and form.repeat_months < 1:
        yield Fault(Step.TIME, "no-months")


def _change(key: str, edit: Edit, **values: Any) -> None:
    changed = session().execute(
        update(Rule)
        .where(Rule.key == key, Rule.version == edit.version)
        .values(version=edit.version + 1, **values)
        .returning(Rule.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise CampaignHasMoved(version=rule(key).version)


def turn_on(key: str, edit: Edit, *, confirmed: bool) -> None:
    """Let a rule give from the next run of the job on.

    Raises ``NotFound``, ``CampaignHasMoved``, and ``HasFaults``; nobody and everybody can be *confirmed*.
    """
    one, today = rule(key), china_date(edit.at)
    found = [fault for fault in rule_faults(one, today) if fault.blocks]
    if confirmed:
        found = [fault for fault in found if fault.step is not Step.PEOPLE]
    if found:
        raise HasFaults(found)
    _change(key, edit, state=RuleState.ON)
    record("rule.turned-on", key, actor_id=edit.actor_id, at=edit.at, confirmed=confirmed)


def turn_off(key: str, edit: Edit) -> None:
    """Let a rule give nothing any more; what it has given stays. Raises as ``save_rule`` does."""
    _change(key, edit, state=RuleState.OFF)
    record("rule.turned-off", key, actor_id=edit.actor_id, at=edit.at)


def rule_faults(one: Rule, today: date) -> list[Fault]:
    """What is wrong with a rule as the library and the people are today.

    A rule for whoever joins may well be for all who join, and reaches nobody on most days.
    """
    found = list(content_faults(one.path, one.courses, today))
    selection = Selection.from_json(one.selection)
    selected, everybody = size_of(selection, today), sizes(today).everybody
    reached = preview_of(replace(_plan(one, today), besides=None)).chosen
    joins = one.trigger is Trigger.JOINING
    if not (selected if joins else reached):
        found.append(Fault(Step.PEOPLE, "nobody"))
    elif (reached if joins else selected) >= everybody:
        found.append(Fault(Step.PEOPLE, "everybody", {"count": everybody}))
    return found


def set_joining_rule(course: str, *, hired_from: date, at: datetime) -> None:
    """From *hired_from* on, whoever is hired gets *course*; an existing rule for the course stays."""
    joining = session().scalars(select(Rule.courses).where(Rule.trigger == Trigger.JOINING))
    if any(courses == [course] for courses in joining):
        return
    form = RuleForm(
        title="",
        path="",
        courses=[course],
        selection=Selection(audiences=frozenset(audience.value for audience in Audience)),
        trigger=Trigger.JOINING,
        hired_from=hired_from,
        due_days=ONBOARDING_DAYS,
        repeat_months=None,
        anchor_on=hired_from,
    )
    key = add_rule(form, actor_id=None, at=at)
    session().execute(update(Rule).where(Rule.key == key).values(state=RuleState.ON))


# -- reading and trying out -------------------------------------------------------------------------------


def rule(key: str) -> Rule:
    """A rule by its key. Raises ``NotFound``."""
    by_key = select(Rule).where(Rule.key == key).execution_options(populate_existing=True)
    found = session().scalar(by_key)
    if found is None:
        raise NotFound(kind="rule", key=key)
    return found


def rules_list(today: date) -> list[RuleLine]:
    """All rules, those that are on first, the newest first; in two statements."""
    every = session().scalars(select(Rule).order_by(Rule.state.desc(), Rule.id.desc())).all()
    cycles = select(Campaign.rule_id, Campaign.cycle_on, Campaign.counts).where(Campaign.rule_id.is_not(None))
    people = {(row.rule_id, row.cycle_on): row.counts.get("people", 0) for row in session().execute(cycles)}
    return [_line(one, people.get((one.id, _begins(one, today)), 0), today) for one in every]


def _begins(one: Rule, today: date) -> date | None:
    return cycle_on(one.anchor_on, one.repeat_months, today)


def _line(one: Rule, people: int, today: date) -> RuleLine:
    about = (one.key, one.title, one.path, one.courses, one.trigger, one.hired_from, one.due_days)
    next_on = next_cycle_on(one.anchor_on, one.repeat_months, today)
    return RuleLine(*about, one.repeat_months, _begins(one, today), next_on, one.state, people)


def _plan(one: Rule, today: date) -> Plan:
    """What the rule would give today; before its first cycle, what it would give if that began today."""
    begins = _begins(one, today) or today
    return plan_of_rule(one, begins, today, besides=present_cycle(one, today))


def dry_run(one: Rule, today: date) -> DryRun:
    """What the next run would do; nothing is given."""
    found = preview_of(_plan(one, today))
    minus = session().scalar(select(func.count()).select_from(_fits_no_more(one, today))) or 0
    plus, cases = found.of(Outcome.ASSIGNED), found.of(Outcome.EXCEPTION)
    return DryRun(_begins(one, today), found.chosen, plus, cases, minus)


def plus_page(one: Rule, today: date, *, page: int) -> tuple[list[Line], int]:
    """Who would be given something, by employee number, and how many they are."""
    return plan_page(_plan(one, today), Outcome.ASSIGNED, page=page)


def minus_page(one: Rule, today: date, *, page: int) -> tuple[list[Line], int]:
    """Who still owes what the rule gave and matches no more, by employee number, and how many they are."""
    rows = _fits_no_more(one, today)
    total = session().scalar(select(func.count()).select_from(rows)) or 0
    return lines(rows, literal(None), [], page), total


def _fits_no_more(one: Rule, today: date) -> Subquery:
    """What the rule gave, is owed, and would not be given to these people any more."""
    fits = chosen(Selection.from_json(one.selection), today).subquery()
    plan = _plan(one, today)
    outside: list[ColumnElement[bool]] = [
        (Target.course == course) & Person.audience.not_in(sorted(audiences))
        for course, audiences in plan.courses.items()
    ]
    return (
        select(
            Target.person_id,
            Target.course,
            Target.why,
            Target.outcome,
            Assignment.id.label("assignment_id"),
            Assignment.due_on.label("due_on"),
            cast(null(), Date).label("has_due_on"),
        )
        .join(Campaign, Campaign.id == Target.campaign_id)
        .join(Assignment, Assignment.key == Target.assignment_key)
        .join(Person, Person.id == Target.person_id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(
            Campaign.rule_id == one.id,
            Target.outcome == Outcome.ASSIGNED,
            Person.state == PersonState.ACTIVE,
            owed(),
            or_(Target.person_id.not_in(select(fits.c.person_id)), *outside),
        )
        .subquery()
    )


def release(key: str, *, actor_id: int, at: datetime) -> int:
    """Excuse everybody from what the rule gave them who matches no more; returns how many assignments."""
    gone = select(_fits_no_more(rule(key), china_date(at)).c.assignment_id)
    excused = update(Assignment).where(Assignment.id.in_(gone)).values(excused_at=at)
    count = session().connection().execute(excused).rowcount
    if count:
        record("rule.released", key, actor_id=actor_id, at=at, count=count)
    return count
