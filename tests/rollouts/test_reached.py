"""A change counts as delivered when it got to people in the way that they asked for."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.jobs.rollouts import deliver_changes
from lms.kernel.database import unit_of_work
from lms.notifications import by_hand
from lms.notifications.models import Channel
from lms.notifications.operations import mark_read
from lms.notifications.queries import inbox
from lms.outreach.rules import ContactKind
from lms.people.models import Person, ReachBy
from lms.reports import contact_lists
from lms.rollouts import progress
from lms.rollouts.models import Change, Tally
from lms.rollouts.progress import Numbers, numbers
from lms.rollouts.roster import Filters, Outcome, Row, all_of, total
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import leave
from tests.support.reaching import deliveries_of, wants, ways_of
from tests.support.rollouts import DAY, complete, delivered, excused, recipient, taught
from tests.support.statements import statements

LATER = DAY_0 + DAY


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def of_four() -> tuple[Change, dict[ReachBy, Person]]:
    """A change given to four people, each told in another way."""
    people = {reach: wants(taught(), reach) for reach in ReachBy}
    return delivered(CHEAPER_IN_BEIJING), people


def counted(change: Change) -> Numbers:
    (found,) = numbers(change, today=TODAY)
    return found


def hand_over(person: Person, channel: Channel) -> None:
    with unit_of_work():
        assert by_hand.settle(deliveries_of(person, channel), channel, at=LATER) == 1


def row(change: Change, person: Person) -> Row:
    (found,) = [one for one in all_of(change, Filters(), today=TODAY) if one.person == person.key]
    return found


def test_who_looks_has_it_at_once_and_others_when_it_got_to_them() -> None:
    change, people = of_four()
    found = counted(change)
    assert (found.concerned, found.delivered, found.not_reached, found.remaining) == (4, 1, 3, 4)
    assert found.ways == {"app": 1, "-call": 1, "-letter": 1, "-sms": 1}
    hand_over(people[ReachBy.LETTER], Channel.LETTER)
    hand_over(people[ReachBy.CALL], Channel.CALL)
    found = counted(change)
    assert (found.delivered, found.not_reached, found.opened, found.done) == (3, 1, 0, 0)
    assert found.ways == {"app": 1, "call": 1, "letter": 1, "-sms": 1}


def test_who_opened_it_or_is_done_has_it() -> None:
    change, people = of_four()
    reader, doer = people[ReachBy.LETTER], people[ReachBy.CALL]
    with unit_of_work():
        mark_read(reader.id, inbox(reader.id)[0].key, LATER)
    complete(recipient(change, doer).assignment_id, at=LATER)
    found = counted(change)
    assert found.ways == {"app": 1, "opened": 2, "-sms": 1}
    assert (found.delivered, found.opened, found.done) == (3, 2, 1)


def test_nobody_has_to_reach_who_is_excused_or_gone() -> None:
    change, people = of_four()
    excused(change, people[ReachBy.LETTER])
    leave(people[ReachBy.CALL])
    found = counted(change)
    assert found.ways == {"app": 1, "none": 2, "-sms": 1}
    assert found.delivered - found.excused - found.left == 1


def test_the_roster_says_how_and_when_each_was_reached() -> None:
    change, people = of_four()
    letter = people[ReachBy.LETTER]
    assert (row(change, letter).way, row(change, letter).got_at) == ("-letter", None)
    assert row(change, letter).outcome is Outcome.ON_ITS_WAY
    hand_over(letter, Channel.LETTER)
    found = row(change, letter)
    assert (found.way, found.got_at, found.outcome) == ("letter", LATER, Outcome.DELIVERED)
    looks = row(change, people[ReachBy.APP])
    assert (looks.way, looks.got_at, looks.outcome) == ("app", looks.given_at, Outcome.DELIVERED)
    assert total(change, Filters(outcome=Outcome.ON_ITS_WAY), today=TODAY) == 2


def test_a_letter_that_came_back_counts_no_more() -> None:
    change, people = of_four()
    letter = people[ReachBy.LETTER]
    hand_over(letter, Channel.LETTER)
    with unit_of_work():
        by_hand.take_back(deliveries_of(letter, Channel.LETTER), Channel.LETTER, "returned", at=LATER)
    assert counted(change).ways["-letter"] == 1
    assert row(change, letter).got_at is None


def test_nobody_is_called_about_what_they_have_done() -> None:
    change, people = of_four()
    call = people[ReachBy.CALL]
    assert contact_lists.count(ContactKind.CALL, TODAY) == 1
    complete(recipient(change, call).assignment_id, at=LATER)
    assert contact_lists.count(ContactKind.CALL, TODAY) == 0
    assert contact_lists.needs_of([call.key], ContactKind.CALL, TODAY) == []


def test_the_job_follows_who_asks_for_another_way() -> None:
    change, people = of_four()
    person = people[ReachBy.APP]
    wants(person, ReachBy.LETTER)
    deliver_changes(LATER)
    assert ways_of(person) == {"letter": "queued"}
    wants(person, ReachBy.APP)
    deliver_changes(LATER)
    assert ways_of(person) == {"letter": "skipped"}
    assert counted(change).ways["app"] == 1


def test_what_the_job_counted_says_how_too(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    change, _ = of_four()
    deliver_changes(LATER)
    monkeypatch.setattr(progress, "COUNTED_AT_ONCE", 1)
    found = counted(change)
    assert found.counted_at == LATER
    assert (found.delivered, found.ways["-letter"]) == (1, 1)
    tally = database.query(Tally).one()
    tally.ways = None
    database.commit()
    assert counted(change).not_reached == 0


def test_as_many_statements_however_people_are_told(app: Flask) -> None:
    change, _ = of_four()
    with statements(app) as heard:
        counted(change)
    assert len([one for one in heard if "rollouts_recipients" in one]) == 2
