"""The training year: opened, changed, approved; its project group, its money, and calendar addresses."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.journal.models import Entry as Act
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.planning import feeds
from lms.planning.budgets import NewCost, budget, costs, enter, heads_now, reserve, strike
from lms.planning.entries import Planned, add, change, settle, settle_standing
from lms.planning.members import Membership, assign_duty, join, leave, members
from lms.planning.queries import done, entries, entries_between, entry, standing_open, year_of, years
from lms.planning.refusals import AlreadyMember, BadDays, NoSuchPerson, NotPlanned, SpentLater
from lms.planning.rules import Category, DutyKind, EntryState, is_as_suggested, seeds, year_to_open
from lms.planning.years import approve, open_year
from tests.support.people import make_person
from tests.support.racing import race

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
TODAY = date(2026, 12, 1)
MAY = Planned("医保宣传月知识竞赛", "Quiz month", date(2027, 5, 10), date(2027, 5, 14))


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", number="5001")


@pytest.fixture
def opened(zhou: Person) -> int:
    """The year 2027, open."""
    with unit_of_work():
        open_year(2027, actor_id=zhou.id, at=AT)
    return 2027


def act(operation: object, *given: object, by: Person, at: datetime = AT, **named: object) -> object:
    with unit_of_work():
        return operation(*given, actor_id=by.id, at=at, **named)  # type: ignore[operator]


def acts(database: Session, name: str) -> int:
    return database.scalar(select(func.count()).select_from(Act).where(Act.act == name)) or 0


# -- what a year holds -------------------------------------------------------------------------------------


def test_a_year_has_two_themes_and_the_dates_of_every_quarter() -> None:
    days = {one.code: (one.starts_on, one.ends_on) for one in seeds(2027, TODAY)}
    assert len(days) == 10
    assert days["april-settlement"] == (date(2027, 4, 1), date(2027, 4, 30))
    assert days["survey-2027-Q1"] == (date(2027, 1, 4), date(2027, 1, 24))
    assert days["report-2026-Q4"] == (date(2027, 1, 4), date(2027, 1, 15))
    assert days["report-2027-Q3"][1] == date(2027, 10, 15)


def test_what_is_over_is_not_planned() -> None:
    assert [one.code for one in seeds(2026, date(2026, 11, 22))] == []
    assert [one.code for one in seeds(2026, date(2026, 10, 30))] == ["october-cross-region"]


def test_the_next_year_is_opened_in_december() -> None:
    assert (year_to_open(TODAY), year_to_open(date(2027, 1, 4))) == (2027, 2027)


def test_fifty_to_a_hundred_is_suggested() -> None:
    assert [is_as_suggested(Decimal(one)) for one in ("49.99", "50", "100", "100.01")] == [
        False, True, True, False,
    ]  # fmt: skip


# -- the plan ----------------------------------------------------------------------------------------------


def test_opening_twice_changes_nothing(database: Session, zhou: Person, opened: int) -> None:
    key = entries(opened)[0].key
    act(settle, key, EntryState.DROPPED, by=zhou, reason="没有场地")
    assert act(open_year, opened, by=zhou) == 0
    assert len(entries(opened)) == 10
    assert (entry(key).state, entry(key).note) == (EntryState.DROPPED, "没有场地")
    assert (years(), acts(database, "plan.opened")) == ([2027], 1)


def test_an_entry_is_added_changed_done_and_planned_again(zhou: Person, opened: int) -> None:
    key = str(act(add, opened, MAY, by=zhou))
    act(change, key, Planned("竞赛", "", date(2027, 6, 1), date(2027, 6, 1)), by=zhou)
    assert entry(key).late(date(2027, 6, 3)) == 2
    act(settle, key, EntryState.DONE, by=zhou)
    assert (entry(key).done_on, entry(key).late(date(2027, 6, 3))) == (TODAY, 0)
    with pytest.raises(NotPlanned):
        act(settle, key, EntryState.DROPPED, by=zhou)
    act(settle, key, EntryState.PLANNED, by=zhou)
    assert entry(key).done_on is None


def test_days_that_cannot_be_are_refused(zhou: Person, opened: int) -> None:
    for starts_on, ends_on in ((MAY.ends_on, MAY.starts_on), (date(2028, 1, 1), date(2028, 1, 2))):
        with pytest.raises(BadDays):
            act(add, opened, Planned("竞赛", "", starts_on, ends_on), by=zhou)
    with pytest.raises(NotFound):
        act(add, 2031, MAY, by=zhou)
    with pytest.raises(NotFound):
        entry("NOSUCH")


def test_what_falls_on_some_days_is_found(zhou: Person, opened: int) -> None:
    found = entries_between(date(2027, 4, 29), date(2027, 5, 2))
    assert [one.code for one in found] == ["april-settlement"]


def test_approval_knows_of_later_changes(zhou: Person, opened: int) -> None:
    act(approve, opened, by=zhou, note="跨省")
    found = year_of(opened)
    assert found
    assert (found.approved_by, found.note, found.is_changed) == ("周敏", "跨省", False)
    act(add, opened, MAY, by=zhou, at=AT + timedelta(hours=1))
    found = year_of(opened)
    assert found
    assert found.is_changed
    with pytest.raises(NotFound):
        act(approve, 2031, by=zhou, note="")


def test_what_is_spent_done_or_not_leaves_the_approval_alone(zhou: Person, opened: int) -> None:
    key = str(act(add, opened, MAY, by=zhou))
    spent = NewCost(Category.OTHER, Decimal(1), TODAY, "茶水")
    act(approve, opened, by=zhou, note="")
    later = AT + timedelta(hours=1)
    cost = str(act(enter, opened, spent, by=zhou, at=later))
    act(strike, cost, by=zhou, at=later)
    act(settle, key, EntryState.DONE, by=zhou, at=later)
    act(settle, key, EntryState.PLANNED, by=zhou, at=later)
    assert not is_changed(opened)
    with pytest.raises(NotFound):
        act(enter, 2031, spent, by=zhou)


def test_what_is_planned_or_dropped_changes_what_was_approved(zhou: Person, opened: int) -> None:
    key = str(act(add, opened, MAY, by=zhou))
    meant = NewCost(Category.EXPERT, Decimal(60), None, "宣讲")
    for hours, change_of_plan in enumerate(
        (
            lambda at: act(settle, key, EntryState.DROPPED, by=zhou, at=at),
            lambda at: act(settle, key, EntryState.PLANNED, by=zhou, at=at),
            lambda at: act(enter, opened, meant, by=zhou, at=at),
            lambda at: act(strike, costs(opened)[0].key, by=zhou, at=at),
            lambda at: act(reserve, opened, by=zhou, at=at, per_head=Decimal(80), heads=1),
        )
    ):
        at = AT + timedelta(hours=hours)
        act(approve, opened, by=zhou, note="", at=at)
        assert not is_changed(opened)
        change_of_plan(at + timedelta(minutes=1))
        assert is_changed(opened)


def is_changed(year: int) -> bool:
    found = year_of(year)
    assert found
    return found.is_changed


def test_a_standing_date_that_is_kept_leaves_the_approval_alone(zhou: Person, opened: int) -> None:
    act(approve, opened, by=zhou, note="")
    assert "survey-2027-Q1" in standing_open(date(2027, 1, 4))
    for expected in (True, False):
        with unit_of_work():
            assert settle_standing("survey-2027-Q1", date(2027, 1, 25)) is expected
    found = year_of(opened)
    assert found
    assert not found.is_changed
    assert "survey-2027-Q1" not in standing_open(date(2027, 1, 25))


def test_a_quarter_is_counted_without_what_was_dropped(zhou: Person, opened: int) -> None:
    first = Quarter(2027, 1)
    survey, report = [one.key for one in entries(opened)][:2]
    act(settle, survey, EntryState.DONE, by=zhou)
    figures = done(first, date(2027, 3, 31))
    assert (figures.planned, figures.done, figures.dropped, figures.late) == (2, 1, 0, 1)
    act(settle, report, EntryState.DROPPED, by=zhou)
    figures = done(first, date(2027, 3, 31))
    assert (figures.planned, figures.done, figures.dropped, figures.late) == (1, 1, 1, 0)
    assert done(Quarter(2031, 1), TODAY).entries == ()


# -- the group ---------------------------------------------------------------------------------------------


def member(number: str = "", name: str = "", duty: DutyKind = DutyKind.MEMBER) -> Membership:
    return Membership(number, name, "医保局" if name else "", duty, "", TODAY)


def test_a_group_of_the_house_and_of_others_who_leads_it_first(zhou: Person) -> None:
    outside = str(act(join, member(name="王老师", duty=DutyKind.AUTHORITY), by=zhou))
    act(join, member("5001", duty=DutyKind.LEAD), by=zhou)
    assert [(one.name, one.number, one.organisation != "") for one in members()] == [
        ("周敏", "5001", True),
        ("王老师", "", True),
    ]
    act(assign_duty, outside, DutyKind.EXPERT, "讲课", by=zhou)
    act(leave, outside, TODAY, by=zhou)
    assert members()[1].duty_text == "讲课"
    assert [one.is_former(TODAY + timedelta(days=1)) for one in members()] == [False, True]


def test_who_cannot_join_is_refused(zhou: Person) -> None:
    act(join, member("5001"), by=zhou)
    with pytest.raises(AlreadyMember):
        act(join, member("5001"), by=zhou)
    with pytest.raises(NoSuchPerson):
        act(join, member("0000"), by=zhou)
    with pytest.raises(BadDays):
        act(leave, members()[0].key, TODAY - timedelta(days=1), by=zhou)
    for operation, given in ((leave, (TODAY,)), (assign_duty, (DutyKind.IT, ""))):
        with pytest.raises(NotFound):
            act(operation, "NOSUCH", *given, by=zhou)


def test_two_who_enter_the_same_at_once_make_one_member(app: Flask, zhou: Person) -> None:
    zhou_id = zhou.id
    for given in (member("5001"), member(name="王老师")):
        found = race(app, *(lambda given=given: join(given, actor_id=zhou_id, at=AT) for _ in range(3)))
        assert sorted(type(one).__name__ for one in found) == ["AlreadyMember", "AlreadyMember", "str"]
    assert len(members()) == 2


def test_nobody_has_the_same_duty_twice_also_by_a_change(zhou: Person) -> None:
    key = str(act(join, member("5001"), by=zhou))
    act(join, member("5001", duty=DutyKind.IT), by=zhou)
    with pytest.raises(AlreadyMember):
        act(assign_duty, key, DutyKind.IT, "", by=zhou)
    act(leave, key, TODAY, by=zhou)
    act(assign_duty, key, DutyKind.IT, "", by=zhou)


# -- money -------------------------------------------------------------------------------------------------


def test_a_budget_counts_heads_and_what_was_spent(zhou: Person, opened: int) -> None:
    assert budget(opened) is None
    act(reserve, opened, by=zhou, per_head=Decimal(80), heads=heads_now())
    act(enter, opened, NewCost(Category.EXPERT, Decimal("60.10"), None, "宣讲"), by=zhou)
    act(enter, opened, NewCost(Category.EXPERT, Decimal("30.05"), TODAY, "首场", "EVENT234"), by=zhou)
    found = budget(opened)
    assert found
    assert (found.total, found.planned, found.spent) == (Decimal(80), Decimal("60.10"), Decimal("30.05"))
    assert (found.left, found.spent_per_head, len(found.lines)) == (Decimal("49.95"), Decimal("30.05"), 4)
    early = budget(opened, TODAY - timedelta(days=1))
    assert early
    assert (early.planned, early.spent) == (Decimal("60.10"), Decimal(0))
    assert [(one.is_spent, one.event_key, one.by) for one in costs(opened)] == [
        (False, "", "周敏"),
        (True, "EVENT234", "周敏"),
    ]


def test_an_amount_is_struck_out_and_stays_in_the_journal(
    database: Session, zhou: Person, opened: int
) -> None:
    key = str(act(enter, opened, NewCost(Category.OTHER, Decimal("9.90"), TODAY, "茶水"), by=zhou))
    found = budget(opened)
    assert found
    assert (found.per_head, found.total, found.left, found.spent_per_head) == (None,) * 4
    assert act(strike, key, by=zhou) == opened
    assert (costs(opened), acts(database, "budget.struck")) == ([], 1)
    with pytest.raises(NotFound):
        act(strike, key, by=zhou)


def test_nothing_is_spent_in_the_future(zhou: Person, opened: int) -> None:
    later = NewCost(Category.OTHER, Decimal(1), TODAY + timedelta(days=1), "茶水")
    with pytest.raises(SpentLater):
        act(enter, opened, later, by=zhou)


# -- calendar addresses ------------------------------------------------------------------------------------


def test_only_the_newest_address_opens_a_calendar(database: Session, zhou: Person) -> None:
    tokens = []
    for _ in range(2):
        with unit_of_work():
            tokens.append(feeds.renew(zhou.id, at=AT))
    assert [feeds.holder(one) for one in tokens] == [None, zhou.key]
    assert tokens[1] not in str(database.execute(text("SELECT * FROM planning_feeds")).all())
    assert feeds.made_at(zhou.id) == AT
    for _ in range(2):
        with unit_of_work():
            feeds.revoke(zhou.id, at=AT)
    assert (feeds.holder(tokens[1]), acts(database, "calendar.revoked")) == (None, 1)
