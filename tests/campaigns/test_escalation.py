"""Heads of departments: told three days after the due date, once, and not about themselves."""

from datetime import timedelta

from sqlalchemy.orm import Session

from lms.assignments.models import Cause
from lms.jobs.chasing import escalate_overdue
from lms.kernel.database import session
from lms.notifications.rules import Topic
from lms.people.models import Audience, Department, Person, Status
from tests.support.chasing import MONDAY, days, excuse, extend, messages, morning, owes
from tests.support.people import leave, make_department, make_person

DUE = MONDAY


def company() -> tuple[Person, Person, Department]:
    """A head of production with an assembly shop below that has a head of its own: both, and the shop."""
    production = make_department(name="生产制造部")
    shop = make_department(name="总装车间", parent=production)
    top = make_person(name="周敏", department=production)
    below = make_person(name="王强", department=shop)
    production.head_id, shop.head_id = top.id, below.id
    session().commit()
    return top, below, shop


def told() -> list[tuple[int, int]]:
    """Let four weeks pass: days after the due date on which heads were told, and how many."""
    return [((day - DUE).days, heads) for day, _, heads in days(DUE, DUE + timedelta(days=28)) if heads]


def test_the_head_is_told_three_days_after_the_due_date_and_once(database: Session) -> None:
    _, head, shop = company()
    first, second = make_person(department=shop), make_person(department=shop)
    owes(first, DUE)
    owes(first, DUE, course="retirement")
    owes(second, DUE + timedelta(days=1))
    assert told() == [(3, 1), (4, 1)]
    later, earlier = messages(head, Topic.TEAM)
    assert earlier.facts == {"people": 1, "courses": 2, "late": 3, "day": "2026-11-26"}
    assert later.facts == {"people": 1, "courses": 1, "late": 3, "day": "2026-11-27"}


def test_what_was_missed_for_days_comes_in_one_message(database: Session) -> None:
    _, head, shop = company()
    for late in range(3):
        owes(make_person(department=shop), DUE + timedelta(days=late))
    assert escalate_overdue(morning(DUE + timedelta(days=9))) == 1
    (item,) = messages(head, Topic.TEAM)
    assert (item.facts["people"], item.facts["late"]) == (3, 9)


def test_nobody_answers_for_themselves(database: Session) -> None:
    top, head, _ = company()
    owes(head, DUE)
    assert told() == [(3, 1)]
    assert messages(head, Topic.TEAM) == []
    assert len(messages(top, Topic.TEAM)) == 1


def test_the_head_above_is_told_where_the_head_has_left(database: Session) -> None:
    top, head, shop = company()
    owes(make_person(department=shop), DUE)
    leave(head)
    assert told() == [(3, 1)]
    assert len(messages(top, Topic.TEAM)) == 1


def test_the_head_above_is_told_where_the_head_is_retired(database: Session) -> None:
    top, head, shop = company()
    owes(make_person(department=shop), DUE)
    head.audience, head.status = Audience.RETIREE, Status.RETIRED
    session().commit()
    assert told() == [(3, 1)]
    assert len(messages(top, Topic.TEAM)) == 1


def test_it_waits_until_somebody_answers(database: Session) -> None:
    shop = make_department()
    owes(make_person(department=shop), DUE)
    assert told() == []
    head = make_person(department=shop)
    shop.head_id = head.id
    session().commit()
    assert escalate_overdue(morning(DUE + timedelta(days=40))) == 1


def test_more_time_and_late_again_is_told_again(database: Session) -> None:
    _, _, shop = company()
    row = owes(make_person(department=shop), DUE)
    assert escalate_overdue(morning(DUE + timedelta(days=3))) == 1
    extend(row, DUE + timedelta(days=10))
    assert told() == [(13, 1)]


def test_what_is_excused_or_asked_for_by_a_change_is_not_told(database: Session) -> None:
    _, _, shop = company()
    owes(make_person(department=shop), DUE, cause=Cause.ROLLOUT)
    excuse(owes(make_person(department=shop), DUE), morning(DUE))
    assert told() == []


def test_a_head_is_told_once_a_day_and_the_rest_the_day_after(database: Session) -> None:
    _, head, shop = company()
    owes(make_person(department=shop), DUE)
    third = DUE + timedelta(days=3)
    assert escalate_overdue(morning(third)) == 1
    owes(make_person(department=shop), DUE)
    assert escalate_overdue(morning(third, hour=12)) == 0
    assert escalate_overdue(morning(third + timedelta(days=1))) == 1
    assert len(messages(head, Topic.TEAM)) == 2
