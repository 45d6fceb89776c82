"""Standing rules: cycles that do not drift, a dry run, and letting go whom they no longer fit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause, Completion
from lms.campaigns.cycles import apply_rules
from lms.campaigns.drafting import CampaignHasMoved, Edit
from lms.campaigns.models import Campaign, CampaignState, Outcome, RuleState, Trigger
from lms.campaigns.rules import Step
from lms.campaigns.selection import Selection
from lms.campaigns.sending import HasFaults
from lms.campaigns.standing_rules import (
    RuleForm,
    add_rule,
    dry_run,
    minus_page,
    plus_page,
    release,
    rule,
    rules_list,
    save_rule,
    turn_off,
    turn_on,
)
from lms.jobs.campaigns import apply_standing_rules
from lms.kernel.database import unit_of_work
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person
from tests.support.campaigns import (
    AT,
    EMPLOYEES,
    EVERYBODY,
    TODAY,
    assignments,
    crowd,
    hr_person,
    library,
    standing_rule,
)
from tests.support.people import leave, make_person

FORM = RuleForm(
    title="新人必修",
    path="",
    courses=["basics"],
    selection=EMPLOYEES,
    trigger=Trigger.MATCHING,
    hired_from=None,
    due_days=14,
    repeat_months=None,
    anchor_on=TODAY,
)


@pytest.fixture(autouse=True)
def _library(database: Session) -> None:
    library()


def apply(*, days: int = 0) -> int:
    with unit_of_work():
        return apply_rules(AT + timedelta(days=days))


def complete(session: Session, one: Assignment, *, days: int = 0) -> None:
    completed_at = AT + timedelta(days=days)
    session.add(
        Completion(
            assignment_id=one.id,
            release_id=live_release_id(),
            completed_at=completed_at,
            certificate=f"2026-{one.id}",
        )
    )
    session.commit()


def test_whoever_matches_gets_it_and_who_matches_later_gets_it_later() -> None:
    crowd(2)
    standing_rule()
    assert apply() == 2
    make_person()
    assert [apply(days=3), apply(days=4)] == [1, 0]
    assert [(one.cause, one.due_on) for one in assignments()] == [
        (Cause.RULE, TODAY + timedelta(days=14)),
        (Cause.RULE, TODAY + timedelta(days=14)),
        (Cause.RULE, TODAY + timedelta(days=17)),
    ]


def test_the_job_counts_people() -> None:
    crowd(2)
    standing_rule()
    found = apply_standing_rules(AT)
    assert (found.count, found.failures) == (2, 0)


def test_a_cycle_begins_on_its_day_and_not_when_somebody_was_done(database: Session) -> None:
    make_person()
    standing_rule(repeat_months=12, anchor_on=date(2026, 11, 23))
    apply()
    complete(database, assignments()[0], days=200)
    assert apply(days=364) == 0
    assert apply(days=365) == 1
    assert [(one.cycle, one.assigned_on) for one in assignments()] == [(1, TODAY), (2, date(2027, 11, 23))]
    cycles = database.scalars(select(Campaign).order_by(Campaign.id)).all()
    assert [(one.state, one.cycle_on) for one in cycles] == [
        (CampaignState.ENDED, date(2026, 11, 23)),
        (CampaignState.SENT, date(2027, 11, 23)),
    ]


def test_who_was_done_a_few_days_before_a_cycle_begins_is_spared(database: Session) -> None:
    make_person()
    standing_rule(repeat_months=12)
    apply()
    complete(database, assignments()[0], days=340)
    assert apply(days=365) == 0
    assert apply(days=400) == 0


def test_who_still_owes_the_last_cycle_is_a_case_for_decision() -> None:
    make_person()
    standing_rule(repeat_months=1)
    assert apply() == 1
    key = rules_list(TODAY)[0].key
    tried = dry_run(rule(key), TODAY + timedelta(days=40))
    assert (tried.plus, tried.cases) == (0, 1)
    assert apply(days=40) == 0
    assert len(assignments()) == 1


def test_before_its_first_day_and_switched_off_a_rule_gives_nothing() -> None:
    make_person()
    key = standing_rule(anchor_on=TODAY + timedelta(days=5))
    assert apply() == 0
    with unit_of_work():
        turn_off(key, Edit(rule(key).version, hr_person().id, AT))
    assert apply(days=6) == 0


def test_a_dry_run_says_who_would_be_added_and_who_let_go(database: Session) -> None:
    stays, goes = make_person(), make_person()
    key = standing_rule()
    apply()
    goes.audience = Audience.HR
    database.commit()
    new = make_person()
    tried = dry_run(rule(key), TODAY)
    assert (tried.cycle_on, tried.chosen, tried.plus, tried.minus) == (TODAY, 1, 1, 1)
    (plus,), total = plus_page(rule(key), TODAY, page=1)
    assert (plus.number, plus.why, plus.outcome, total) == (
        new.number,
        ("audience:employee",),
        Outcome.ASSIGNED,
        1,
    )
    (minus,), total = minus_page(rule(key), TODAY, page=1)
    assert (minus.number, minus.due_on, total) == (goes.number, TODAY + timedelta(days=14), 1)
    with unit_of_work():
        assert release(key, actor_id=stays.id, at=AT) == 1
    assert dry_run(rule(key), TODAY).minus == 0
    assert [one.excused_at for one in assignments(person_id=goes.id)] == [AT]
    assert [one.excused_at for one in assignments(person_id=stays.id)] == [None]


def test_who_left_or_is_done_is_not_among_those_let_go(database: Session) -> None:
    gone, done = make_person(), make_person()
    key = standing_rule()
    apply()
    complete(database, assignments(person_id=done.id)[0])
    done.audience = Audience.HR
    leave(gone)
    assert dry_run(rule(key), TODAY).minus == 0


def test_a_dry_run_before_anything_was_given() -> None:
    crowd(3)
    with unit_of_work():
        key = add_rule(replace(FORM, anchor_on=TODAY + timedelta(days=30)), actor_id=None, at=AT)
    tried = dry_run(rule(key), TODAY)
    assert (tried.cycle_on, tried.plus, tried.minus) == (None, 3, 0)


# -- setting them -----------------------------------------------------------------------------------------


def turned_on(form: RuleForm, author: Person, *, confirmed: bool = False) -> str:
    with unit_of_work():
        key = add_rule(form, actor_id=author.id, at=AT)
    with unit_of_work():
        turn_on(key, Edit(rule(key).version, author.id, AT), confirmed=confirmed)
    return key


def test_a_rule_is_off_until_it_is_switched_on() -> None:
    author = hr_person()
    crowd(2)
    with unit_of_work():
        key = add_rule(FORM, actor_id=author.id, at=AT)
    assert (rule(key).state, apply()) == (RuleState.OFF, 0)
    with unit_of_work():
        turn_on(key, Edit(1, author.id, AT), confirmed=False)
    assert (rule(key).state, apply()) == (RuleState.ON, 2)


@pytest.mark.parametrize(
    ("selection", "code"),
    [(EVERYBODY, "everybody"), (Selection(regions=frozenset({"999999"})), "nobody")],
)
def test_a_rule_for_nobody_or_everybody_has_to_be_confirmed(selection: Selection, code: str) -> None:
    author = hr_person()
    crowd(2)
    form = replace(FORM, selection=selection)
    with pytest.raises(HasFaults) as refused:
        turned_on(form, author)
    assert [(one.step, one.code) for one in refused.value.faults] == [(Step.PEOPLE, code)]
    assert rule(turned_on(form, author, confirmed=True)).state is RuleState.ON


def test_a_joining_rule_for_all_who_join_is_not_one_for_everybody() -> None:
    author = hr_person()
    crowd(2)
    form = replace(FORM, selection=EVERYBODY, trigger=Trigger.JOINING, hired_from=TODAY)
    assert rule(turned_on(form, author)).state is RuleState.ON


def test_a_course_that_is_gone_cannot_be_confirmed() -> None:
    author = hr_person()
    crowd(2)
    with pytest.raises(HasFaults) as refused:
        turned_on(replace(FORM, courses=["gone"]), author, confirmed=True)
    assert [one.code for one in refused.value.faults] == ["unknown-course"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"courses": []}, "no-course"),
        ({"selection": Selection()}, "nobody"),
        ({"trigger": Trigger.JOINING}, "no-hired-from"),
        ({"due_days": 2}, "too-soon"),
        ({"repeat_months": 0}, "no-months"),
    ],
)
def test_what_a_form_lacks_is_named(change: dict[str, object], code: str) -> None:
    with pytest.raises(HasFaults) as refused, unit_of_work():
        add_rule(replace(FORM, **change), actor_id=None, at=AT)  # type: ignore[arg-type]
    assert [one.code for one in refused.value.faults] == [code]


def test_a_rule_is_saved_by_whoever_saw_its_present_version() -> None:
    author = hr_person()
    with unit_of_work():
        key = add_rule(FORM, actor_id=author.id, at=AT)
        save_rule(key, Edit(1, author.id, AT), replace(FORM, title="改", due_days=7))
    assert (rule(key).title, rule(key).due_days, rule(key).version) == ("改", 7, 2)
    with pytest.raises(CampaignHasMoved), unit_of_work():
        save_rule(key, Edit(1, author.id, AT), FORM)


def test_the_list_says_when_the_next_cycle_begins_and_how_many_got_it() -> None:
    crowd(2)
    key = standing_rule(repeat_months=12)
    apply()
    (line,) = rules_list(TODAY)
    assert (line.key, line.state, line.cycle_on, line.next_on, line.people) == (
        key,
        RuleState.ON,
        TODAY,
        date(2027, 11, 23),
        2,
    )


def test_a_path_gives_each_what_is_written_for_them() -> None:
    make_person()
    hr_person()
    form = replace(FORM, courses=["basics"], path="start", selection=EVERYBODY)
    turned_on(form, make_person(), confirmed=True)
    assert apply() == 3
    assert sorted(one.course for one in assignments()) == ["basics", "basics", "desk"]
