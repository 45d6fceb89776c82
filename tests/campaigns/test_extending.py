"""A later date for everybody who is not done: as for one person, with a reason, and only forward."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.assignments.adjustments import DateMissing, NotLater, ReasonMissing
from lms.assignments.models import Assignment
from lms.campaigns.drafting import CampaignHasMoved, Edit
from lms.campaigns.extending import NobodyLeft, NotRunning, extend, would_move
from lms.campaigns.models import Campaign
from lms.campaigns.queries import campaign
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from tests.support.campaigns import AT, DUE, assignments, crowd, drafted, edit, gone_out, hr_person, library

LATER = DUE + timedelta(days=10)


@pytest.fixture
def running(database: Session) -> Campaign:
    library()
    crowd(3)
    draft = drafted(hr_person())
    gone_out(draft)
    return campaign(draft.key)


def put_off(one: Campaign, due_on: date | None = LATER, *, reason: str = "停产检修") -> int:
    with unit_of_work():
        return extend(one.key, edit(one.key, one.author_id or 0), due_on, reason=reason)


def count(model: type[Entry | Message]) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_all_who_are_not_done_get_the_date_and_nobody_else(running: Campaign) -> None:
    done, later, open_one = (one.id for one in assignments())
    with unit_of_work():
        session().execute(update(Assignment).where(Assignment.id == done).values(excused_at=AT))
        values = {"due_on": LATER + timedelta(days=1)}
        session().execute(update(Assignment).where(Assignment.id == later).values(values))
    messages = count(Message)
    assert (would_move(running), would_move(running, LATER)) == (2, 1)
    assert put_off(running) == 1
    assert {one.id: one.due_on for one in assignments()} == {
        done: DUE,
        later: LATER + timedelta(days=1),
        open_one: LATER,
    }
    assert (campaign(running.key).due_on, count(Message)) == (LATER, messages)
    entry = session().scalars(select(Entry).where(Entry.act == "campaign.extended")).one()
    assert entry.facts == {"due_on": LATER.isoformat(), "reason": "停产检修", "count": 1}


@pytest.mark.parametrize(
    ("due_on", "reason", "refusal"),
    [(None, "x", DateMissing), (DUE, "x", NotLater), (LATER, "  ", ReasonMissing)],
)
def test_it_is_refused_as_for_one_person(
    running: Campaign, due_on: date | None, reason: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        put_off(running, due_on, reason=reason)
    assert {one.due_on for one in assignments()} == {DUE}


def test_a_day_that_is_past_is_refused(running: Campaign) -> None:
    late = AT + timedelta(days=60)
    with pytest.raises(NotLater), unit_of_work():
        extend(running.key, edit(running.key, 0, at=late), LATER, reason="x")


def test_nobody_left_changes_nothing(running: Campaign) -> None:
    with unit_of_work():
        session().execute(update(Assignment).values(excused_at=AT))
    with pytest.raises(NobodyLeft):
        put_off(running)
    assert campaign(running.key).due_on == DUE


def test_somebody_who_was_quicker_is_noticed(running: Campaign) -> None:
    seen = running.version
    put_off(running)
    with pytest.raises(CampaignHasMoved), unit_of_work():
        extend(running.key, Edit(seen, 0, AT), LATER + timedelta(days=1), reason="x")


def test_a_draft_has_nothing_to_put_off(database: Session) -> None:
    library()
    with pytest.raises(NotRunning):
        put_off(drafted(hr_person()))
