"""Drafting, signing and correcting a report, and the jobs behind it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from lms.access.models import Role
from lms.jobs.quarterly import count_reports, draft_reports, remind_of_reports
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.quarterly import operations, queries
from lms.quarterly.models import Report, ReportState
from lms.quarterly.operations import (
    Act,
    ChangedMeanwhile,
    NoDraft,
    NothingSigned,
    OtherWords,
    QuarterNotOver,
)
from lms.quarterly.shapes import Step
from tests.support.company import obliged
from tests.support.people import make_account, make_person
from tests.support.quarterly import BY_ITSELF, DRAFTED, QUARTER, WORDS, figures, kept, part, signed, tampered
from tests.support.racing import race

DAY = timedelta(days=1)


@pytest.fixture
def lead(database: Session) -> Person:
    person = make_person(name="叶文瑾", audience=Audience.HR)
    make_account(person=person, role=Role.LEAD)
    return person


def acts() -> list[str]:
    session().rollback()
    return list(
        session().scalars(select(Entry.act).where(Entry.act.startswith("report.")).order_by(Entry.id))
    )


def messages(topic: str) -> int:
    return session().scalar(select(func.count()).where(Message.topic == topic)) or 0


# -- operations -----------------------------------------------------------------------------------------


def test_signing_freezes_an_edition(lead: Person) -> None:
    kept()
    fingerprint = signed(lead.id)
    report = queries.edition(QUARTER)
    assert (report.state, report.sha256, report.signed_by) == (ReportState.SIGNED, fingerprint, lead.id)
    assert queries.is_as_signed(report)
    assert queries.signer(report) == "叶文瑾"
    with pytest.raises(NoDraft), unit_of_work():
        operations.put(QUARTER, figures(left=9), BY_ITSELF)
    with pytest.raises(NoDraft), unit_of_work():
        operations.write(QUARTER, "别的话", None, BY_ITSELF, seen="")
    assert acts() == ["report.drafted", "report.signed"]


def test_what_was_changed_by_other_ways_shows(lead: Person) -> None:
    kept()
    signed(lead.id)
    tampered()
    assert not queries.is_as_signed(queries.edition(QUARTER))


@pytest.mark.parametrize("act", [update(Report).values(sentence="别的话"), delete(Report)])
def test_the_database_refuses_to_change_what_is_signed(lead: Person, act: Update | Delete) -> None:
    kept()
    session().execute(update(Report).values(sentence="草稿可以改"))
    session().commit()
    signed(lead.id)
    with pytest.raises(DBAPIError, match="does not change"), unit_of_work():
        session().execute(act.execution_options(synchronize_session=False))
    assert queries.is_as_signed(queries.edition(QUARTER))


def test_only_what_was_looked_at_is_signed(lead: Person) -> None:
    kept()
    with pytest.raises(ChangedMeanwhile), unit_of_work():
        operations.sign(QUARTER, WORDS, seen="something else", act=Act(lead.id, DRAFTED))


def test_a_quarter_that_was_not_over_when_counted_is_not_signed(lead: Person) -> None:
    kept(figures(until=DRAFTED - 10 * DAY))
    with pytest.raises(QuarterNotOver):
        signed(lead.id)


def test_a_correction_is_another_edition(lead: Person) -> None:
    kept()
    with pytest.raises(NothingSigned), unit_of_work():
        operations.correct(QUARTER, "算错了", Act(lead.id, DRAFTED))
    signed(lead.id)
    with unit_of_work():
        assert operations.correct(QUARTER, "漏了一个班", Act(lead.id, DRAFTED)) == 2
    with unit_of_work():
        operations.put(QUARTER, figures(required=part(600, 720)), Act(lead.id, DRAFTED))
    signed(lead.id)
    first, second = queries.editions(QUARTER)
    assert (first.reason, second.reason) == ("", "漏了一个班")
    assert [queries.figures_of(one).required.part for one in (first, second)] == [598, 600]
    assert first.sha256 != second.sha256
    assert all(map(queries.is_as_signed, (first, second)))


def test_two_who_begin_a_draft_at_once_begin_one(app: Flask, lead: Person) -> None:
    found, act = figures(), Act(lead.id, DRAFTED)
    begun = race(app, *[lambda: operations.put(QUARTER, found, act)] * 4)
    assert sorted(map(str, begun)) == ["False", "False", "False", "True"]
    signed(lead.id)
    corrected = race(app, *[lambda: operations.correct(QUARTER, "算错了", act)] * 2)
    assert sorted(type(one).__name__ for one in corrected) == ["NothingSigned", "int"]


def test_a_correction_may_be_thrown_away_a_first_edition_not(lead: Person) -> None:
    kept()
    with pytest.raises(NoDraft), unit_of_work():
        operations.discard(QUARTER, BY_ITSELF)
    signed(lead.id)
    with unit_of_work():
        operations.correct(QUARTER, "看错了", Act(lead.id, DRAFTED))
    with unit_of_work():
        operations.discard(QUARTER, Act(lead.id, DRAFTED))
    assert [one.edition for one in queries.editions(QUARTER)] == [1]


def test_words_stay_until_they_are_taken_back(lead: Person) -> None:
    kept()
    with unit_of_work():
        operations.write(QUARTER, "我们自己的话", [Step(title="做一件事")], Act(lead.id, DRAFTED), seen="")
    kept(figures(left=9))
    report = queries.edition(QUARTER)
    assert (report.sentence, report.next_steps) == ("我们自己的话", [{"title": "做一件事", "text": ""}])
    with unit_of_work():
        operations.write(QUARTER, "", None, Act(lead.id, DRAFTED), seen=operations.written(report))
    assert queries.edition(QUARTER).next_steps is None


def test_nobody_writes_over_words_that_they_have_not_seen(lead: Person) -> None:
    kept()
    act = Act(lead.id, DRAFTED)
    for _ in range(2):
        with unit_of_work():
            operations.write(QUARTER, "甲写的", [], act, seen="")
    with pytest.raises(OtherWords), unit_of_work():
        operations.write(QUARTER, "乙写的", [], act, seen="")
    report = queries.edition(QUARTER)
    assert report.sentence == "甲写的"
    with unit_of_work():
        operations.write(QUARTER, "乙写的", [], act, seen=operations.written(report))
    assert queries.edition(QUARTER).sentence == "乙写的"


# -- reads ----------------------------------------------------------------------------------------------


def test_quarters_that_are_to_have_a_report_are_listed(database: Session) -> None:
    assert queries.lines(date(2026, 11, 23)) == []
    obliged()
    assert [str(one.quarter) for one in queries.lines(date(2027, 1, 4))] == ["2027-Q1", "2026-Q4"]
    kept()
    line = queries.lines(date(2027, 1, 4))[1]
    assert (line.edition, line.state, line.due_on) == (1, ReportState.DRAFT, date(2027, 1, 15))


def test_a_quarter_before_anything_began_has_no_due_date(database: Session) -> None:
    assert queries.dues(date(2026, 1, 1), date(2027, 12, 31)) == []
    obliged()
    found = queries.dues(date(2026, 1, 1), date(2027, 1, 31))
    assert [str(one.quarter) for one in found] == ["2026-Q4"]


def test_due_dates_of_reports_drafted_and_not(lead: Person) -> None:
    obliged()
    kept()
    found = queries.dues(date(2027, 1, 1), date(2027, 12, 31))
    assert [(str(one.quarter), one.due_on.isoformat(), one.signed) for one in found] == [
        ("2026-Q4", "2027-01-15", False), ("2027-Q1", "2027-04-15", False),
        ("2027-Q2", "2027-07-15", False), ("2027-Q3", "2027-10-15", False),
    ]  # fmt: skip
    with unit_of_work():
        operations.set_due(QUARTER, date(2027, 1, 20), Act(lead.id, DRAFTED))
    signed(lead.id)
    assert [(one.due_on.day, one.signed) for one in queries.dues(date(2027, 1, 1), date(2027, 1, 31))] == [
        (20, True)
    ]


# -- jobs -----------------------------------------------------------------------------------------------


def test_the_draft_is_made_once_and_told(lead: Person) -> None:
    assert draft_reports(DRAFTED) == 0  # nobody was ever assigned anything
    obliged(due_in=10)
    assert draft_reports(DRAFTED) == 1
    assert draft_reports(DRAFTED + DAY) == 0
    report = queries.edition(QUARTER)
    assert queries.figures_of(report).required == part(0, 1)
    assert messages("report.drafted") == 1
    assert acts() == ["report.drafted"]


def test_a_draft_begun_early_is_counted_when_the_quarter_is_over(lead: Person) -> None:
    kept(figures(until=DRAFTED - 30 * DAY))
    assert draft_reports(DRAFTED) == 1
    assert draft_reports(DRAFTED + DAY) == 0
    assert queries.edition(QUARTER).data_until == DRAFTED
    assert messages("report.drafted") == 1


def test_newer_numbers_are_counted_when_they_are_wanted(lead: Person) -> None:
    kept()
    assert count_reports(DRAFTED) == 0
    with unit_of_work():
        operations.want(QUARTER, Act(lead.id, DRAFTED))
    assert count_reports(DRAFTED + DAY) == 1
    report = queries.edition(QUARTER)
    assert report.wanted_at is None
    assert queries.figures_of(report).required == part(0, 0)


def test_it_is_reminded_of_a_week_before_on_the_day_and_after_it(lead: Person) -> None:
    kept()
    told = [remind_of_reports(DRAFTED + days * DAY) for days in range(16)]
    assert [day for day, count in enumerate(told, 4) if count] == [8, 15, 16]
    signed(lead.id)
    assert remind_of_reports(DRAFTED + 20 * DAY) == 0
    assert queries.waiting(date(2027, 2, 1)) is None


def test_an_old_report_that_nobody_signs_keeps_no_reminder_from_the_next_one(lead: Person) -> None:
    kept(quarter=QUARTER.previous)
    remind_of_reports(DRAFTED)
    kept()
    assert remind_of_reports(DRAFTED + 4 * DAY) == 1


def test_nothing_of_a_quarter_not_drafted_waits(database: Session) -> None:
    assert queries.waiting(date(2027, 2, 1)) is None
    assert queries.draft(Quarter(2026, 1)) is None
