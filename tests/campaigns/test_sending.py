"""A campaign goes out after ten minutes, whole or not at all, and can be withdrawn until then."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause
from lms.campaigns.drafting import CampaignHasMoved, Edit, NotADraft
from lms.campaigns.models import CampaignState, Outcome
from lms.campaigns.queries import campaign, campaigns_page, progress_of, still_owed, targets_page
from lms.campaigns.selection import Selection
from lms.campaigns.sending import (
    HasFaults,
    TooLate,
    back_to_draft,
    due_campaigns,
    go_out,
    send,
    send_to_myself,
    withdraw,
)
from lms.jobs.campaigns import send_campaigns
from lms.journal.models import Entry
from lms.kernel.clock import CHINA
from lms.kernel.database import unit_of_work
from lms.notifications.models import Message
from lms.people.models import Audience
from tests.support.campaigns import (
    AT,
    DUE,
    EVERYBODY,
    TODAY,
    assignments,
    crowd,
    drafted,
    gone_out,
    hr_person,
    library,
    numbers_of,
    outcomes_of,
    queued,
)
from tests.support.killing import everything, killed_at_each_statement
from tests.support.people import leave, make_person
from tests.support.racing import race
from tests.support.statements import statements

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _library(database: Session) -> None:
    library()


def at_china(hour: int, *, day: date = TODAY) -> datetime:
    return datetime.combine(day, datetime.min.time(), CHINA).replace(hour=hour)


def test_it_goes_out_ten_minutes_later_and_not_before() -> None:
    people = crowd(3)
    draft = drafted(hr_person())
    goes_out_at = queued(draft)
    assert goes_out_at == AT + TEN_MINUTES
    assert send_campaigns(goes_out_at - timedelta(seconds=1)).count == 0
    assert assignments() == []
    assert send_campaigns(goes_out_at).count == 3
    assert [(one.person_id, one.course, one.due_on, one.cause) for one in assignments()] == [
        (person, "basics", DUE, Cause.BY_HAND) for person in people
    ]
    assert send_campaigns(goes_out_at + TEN_MINUTES).count == 0


@pytest.mark.parametrize(
    ("hour", "starts_on", "expected"),
    [
        (23, None, at_china(8, day=TODAY + timedelta(days=1))),
        (10, TODAY + timedelta(days=4), at_china(8, day=TODAY + timedelta(days=4))),
        (10, TODAY, at_china(10) + TEN_MINUTES),
    ],
)
def test_it_waits_for_its_first_day_and_out_of_quiet_hours(
    hour: int, starts_on: date | None, expected: datetime
) -> None:
    crowd(1)
    assert queued(drafted(hr_person(), starts_on=starts_on), at=at_china(hour)) == expected


def test_withdrawn_in_time_it_has_given_nobody_anything(database: Session) -> None:
    crowd(3)
    author = hr_person()
    draft = drafted(author)
    goes_out_at = queued(draft)
    with unit_of_work():
        withdraw(draft.key, actor_id=author.id, at=goes_out_at - timedelta(seconds=1))
    assert send_campaigns(goes_out_at).count == 0
    assert campaign(draft.key).state is CampaignState.WITHDRAWN
    assert (assignments(), database.scalar(select(func.count()).select_from(Message))) == ([], 0)
    with unit_of_work():
        back_to_draft(draft.key, actor_id=author.id, at=goes_out_at)
    assert gone_out(campaign(draft.key)) == 3


def test_once_its_time_has_come_it_cannot_be_withdrawn() -> None:
    crowd(1)
    author = hr_person()
    draft = drafted(author)
    goes_out_at = queued(draft)
    for _ in range(2):
        with pytest.raises(TooLate), unit_of_work():
            withdraw(draft.key, actor_id=author.id, at=goes_out_at)
        send_campaigns(goes_out_at)


def test_withdrawing_and_going_out_at_the_same_moment_one_of_them_wins(app: Flask) -> None:
    crowd(5)
    author = hr_person()
    draft = drafted(author)
    key, campaign_id, author_id, goes_out_at = draft.key, draft.id, author.id, queued(draft)
    just_before = goes_out_at - timedelta(seconds=1)
    results = race(
        app,
        lambda: go_out(campaign_id, goes_out_at),
        lambda: withdraw(key, actor_id=author_id, at=just_before),
    )
    given = len(assignments())
    assert given in {0, 5}
    assert (given == 5) is isinstance(results[1], TooLate)


def test_two_workers_give_it_once(app: Flask) -> None:
    crowd(20)
    draft = drafted(hr_person())
    campaign_id, goes_out_at = draft.id, queued(draft)
    counts = race(app, *[lambda: go_out(campaign_id, goes_out_at)] * 2)
    assert sorted(count for count in counts if isinstance(count, int)) == [0, 20]
    assert len(assignments()) == 20


def test_killed_at_any_statement_it_is_whole_or_has_not_gone_out(app: Flask) -> None:
    crowd(3)
    draft = drafted(hr_person())
    campaign_id, goes_out_at = draft.id, queued(draft)
    killed = killed_at_each_statement(app, lambda: go_out(campaign_id, goes_out_at), everything)
    assert killed > 8
    assert len(assignments()) == 3


def test_everybody_gets_what_is_written_for_them(database: Session) -> None:
    employee, hr = make_person(), make_person(audience=Audience.HR)
    retiree = make_person(audience=Audience.RETIREE)
    draft = drafted(hr, EVERYBODY, path="start")
    assert gone_out(draft) == 2
    assert [(one.person_id, one.course) for one in assignments()] == [
        (employee.id, "basics"),
        (hr.id, "desk"),
    ]
    assert outcomes_of(draft.id) == {Outcome.ASSIGNED: 2, Outcome.NOT_FOR_THEM: 1}
    (line,), total = targets_page(campaign(draft.key), Outcome.NOT_FOR_THEM, page=1)
    assert (line.number, line.why, total) == (retiree.number, ("audience:retiree",), 1)


def test_they_are_told_once_whatever_they_got(database: Session) -> None:
    person, author = make_person(), hr_person()
    gone_out(drafted(author))
    message = database.scalars(select(Message)).one()
    assert (message.person_id, message.topic) == (person.id, "training.assigned")
    assert message.facts == {
        "campaign": message.subject,
        "title": "年度必修",
        "course": "basics",
        "due_on": "2026-12-07",
        "count": 1,
    }


def test_the_journal_says_how_many(database: Session) -> None:
    crowd(3)
    gone_out(drafted(hr_person()))
    entry = database.scalars(select(Entry).where(Entry.act == "campaign.sent")).one()
    assert entry.facts == {"assigned": 3, "people": 3}


def test_who_left_meanwhile_gets_nothing() -> None:
    make_person()
    gone = make_person()
    draft = drafted(hr_person())
    goes_out_at = queued(draft)
    leave(gone)
    assert send_campaigns(goes_out_at).count == 1


def test_many_days_after_the_start_are_counted_from_the_day_it_goes_out() -> None:
    crowd(1)
    starts_on = TODAY + timedelta(days=10)
    gone_out(drafted(hr_person(), due_on=None, due_days=7, starts_on=starts_on))
    assert [(one.assigned_on, one.due_on) for one in assignments()] == [
        (starts_on, starts_on + timedelta(days=7))
    ]


def test_what_is_wrong_is_refused_before_it_is_queued() -> None:
    draft = drafted(hr_person(), Selection(), due_on=None)
    with pytest.raises(HasFaults) as refused:
        queued(draft)
    assert {(one.step, one.code) for one in refused.value.faults} == {
        ("people", "nobody"),
        ("time", "no-due-date"),
    }


def test_an_older_version_and_what_is_no_draft_are_refused() -> None:
    crowd(1)
    author = hr_person()
    draft = drafted(author)
    with pytest.raises(CampaignHasMoved), unit_of_work():
        send(draft.key, Edit(1, author.id, AT))
    queued(draft)
    with pytest.raises(NotADraft):
        queued(campaign(draft.key))


def test_sent_to_oneself_it_is_a_message_and_nothing_else(database: Session) -> None:
    crowd(1)
    author = hr_person()
    draft = drafted(author)
    for _ in range(2):
        with unit_of_work():
            send_to_myself(draft.key, actor_id=author.id, at=AT)
    messages = database.scalars(select(Message)).all()
    assert [(one.person_id, one.topic, one.facts["due_on"]) for one in messages] == [
        (author.id, "training.preview", "2026-12-07")
    ] * 2
    assert assignments() == []


def test_a_whole_company_takes_no_more_statements_than_three_persons(app: Flask) -> None:
    heard: list[int] = []
    for size in (3, 300):
        department = drafted(hr_person(), Selection(persons=frozenset(numbers_of(crowd(size)))))
        campaign_id, goes_out_at = department.id, queued(department)
        with statements(app) as asked, unit_of_work():
            assert go_out(campaign_id, goes_out_at) == size
        heard.append(len(asked))
    assert heard[0] == heard[1]


def test_the_list_says_how_far_it_has_come(database: Session) -> None:
    first, second = crowd(2)
    draft = drafted(hr_person())
    gone_out(draft)
    mine = assignments(person_id=first)[0]
    mine.excused_at = AT
    database.commit()
    (line,), total = campaigns_page([CampaignState.SENT], today=DUE + timedelta(days=1), page=1)
    assert (line.key, line.people, total) == (draft.key, 2, 1)
    assert line.progress == progress_of(draft.id, DUE + timedelta(days=1))
    far = line.progress
    assert (far.assigned, far.done, far.excused, far.owed, far.late) == (2, 0, 1, 1, 1)
    owing = select(Assignment.person_id).where(Assignment.id.in_(still_owed(draft.id)))
    assert database.scalars(owing).all() == [second]


def test_due_campaigns_are_those_whose_time_has_come() -> None:
    crowd(1)
    draft = drafted(hr_person())
    goes_out_at = queued(draft)
    assert due_campaigns(goes_out_at - timedelta(seconds=1)) == []
    assert due_campaigns(goes_out_at) == [draft.id]
