"""Letters: printed together, posted on a day, thrown away, brought back by the post."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.outreach import letter_lists, letters
from lms.outreach.letters import AlreadyPosted, BadPostingDay, NothingToPrint
from lms.people.models import Person, ReachBy
from lms.rollouts.models import Change
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import leave
from tests.support.reaching import wants, ways_of
from tests.support.rollouts import DAY, complete, delivered, excused, recipient, taught


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def letter_writers(number: int = 2) -> tuple[Change, list[Person]]:
    people = [wants(taught(), ReachBy.LETTER) for _ in range(number)]
    return delivered(CHEAPER_IN_BEIJING), people


def printed(change: Change) -> str:
    with unit_of_work():
        return letters.print_letters(change.key, "请看后面", actor_id=change.created_by, at=DAY_0)


def post(change: Change, mailing: str, days: int = 1) -> int:
    at = DAY_0 + days * DAY
    with unit_of_work():
        return letters.post(change.key, mailing, on=china_date(at), actor_id=change.created_by, at=at)


def come_back(change: Change, mailing: str, person: Person) -> bool:
    with unit_of_work():
        return letters.come_back(change.key, mailing, person.key, actor_id=change.created_by, at=DAY_0)


def of(change: Change) -> tuple[int, int, int, int]:
    (one,) = letter_lists.overview(change.key)
    return one.to_print, one.printed, one.posted, one.returned


def test_letters_go_from_printing_to_the_post() -> None:
    change, people = letter_writers()
    assert of(change) == (2, 0, 0, 0)
    mailing = printed(change)
    assert of(change) == (0, 2, 0, 0)
    assert post(change, mailing) == 2
    assert of(change) == (0, 0, 2, 0)
    assert [ways_of(person) for person in people] == [{"letter": "sent"}] * 2
    (line,) = letter_lists.mailings_of(change.key)
    assert (line.letters, line.posted_on, line.returned) == (2, TODAY + timedelta(days=1), 0)


def test_they_are_posted_on_the_day_that_was_named(database: Session) -> None:
    change, _ = letter_writers(1)
    mailing = printed(change)
    at = DAY_0 + 5 * DAY
    on = china_date(DAY_0 + 2 * DAY)
    with unit_of_work():
        letters.post(change.key, mailing, on=on, actor_id=change.created_by, at=at)
    acts = database.scalars(select(Entry).where(Entry.act.startswith("letters.")).order_by(Entry.id)).all()
    assert [(one.act, one.facts["count"]) for one in acts] == [("letters.printed", 1), ("letters.posted", 1)]
    assert acts[1].facts["on"] == on.isoformat()


@pytest.mark.parametrize("days", [-1, 2])
def test_not_before_they_were_printed_and_not_on_a_day_to_come(days: int) -> None:
    change, _ = letter_writers(1)
    mailing = printed(change)
    on = TODAY + timedelta(days=days)
    with pytest.raises(BadPostingDay), unit_of_work():
        letters.post(change.key, mailing, on=on, actor_id=change.created_by, at=DAY_0 + DAY)


def test_they_are_posted_once() -> None:
    change, _ = letter_writers(1)
    mailing = printed(change)
    post(change, mailing)
    with pytest.raises(AlreadyPosted):
        post(change, mailing)
    with pytest.raises(AlreadyPosted), unit_of_work():
        letters.throw_away(change.key, mailing, actor_id=change.created_by, at=DAY_0)


def test_nothing_is_printed_twice() -> None:
    change, _ = letter_writers()
    printed(change)
    with pytest.raises(NothingToPrint):
        printed(change)


def test_what_was_thrown_away_is_printed_anew() -> None:
    change, _ = letter_writers()
    first = printed(change)
    with unit_of_work():
        letters.throw_away(change.key, first, actor_id=change.created_by, at=DAY_0)
    assert of(change) == (2, 0, 0, 0)
    with pytest.raises(NotFound):
        letters.mailing(change.key, first)
    assert len(letter_lists.addressees(letters.mailing(change.key, printed(change)).id)) == 2


def test_a_letter_that_came_back_is_printed_with_later_ones() -> None:
    change, (one, other) = letter_writers()
    first = printed(change)
    post(change, first)
    assert come_back(change, first, one)
    assert not come_back(change, first, one)
    assert of(change) == (0, 0, 1, 1)
    with unit_of_work():
        assert letters.print_again(one.key, at=DAY_0) == 1
    assert of(change) == (1, 0, 1, 0)
    second = printed(change)
    assert post(change, second, days=2) == 1
    assert of(change) == (0, 0, 2, 0)
    (line, older) = letter_lists.mailings_of(change.key)
    assert (line.letters, older.letters) == (1, 2)
    assert ways_of(other) == {"letter": "sent"}


def test_who_left_gets_no_letter() -> None:
    change, (one, _) = letter_writers()
    leave(one)
    assert letters.how_many_to_print(change.key) == 1


def test_who_is_done_or_excused_gets_no_letter() -> None:
    change, (one, other) = letter_writers()
    complete(recipient(change, one).assignment_id, at=DAY_0 + DAY)
    assert letters.how_many_to_print(change.key) == 1
    assert of(change) == (1, 0, 0, 0)
    excused(change, other)
    assert letters.how_many_to_print(change.key) == 0
    with pytest.raises(NothingToPrint):
        printed(change)


def test_a_mailing_belongs_to_its_change() -> None:
    change, _ = letter_writers(1)
    mailing = printed(change)
    with pytest.raises(NotFound):
        letters.mailing("OTHER", mailing)


def test_the_list_is_looked_through_page_by_page() -> None:
    change, (one, _) = letter_writers()
    mailing = letters.mailing(change.key, printed(change))
    rows, count = letter_lists.letters_of(mailing.id, text="", page=1)
    assert (len(rows), count) == (2, 2)
    rows, count = letter_lists.letters_of(mailing.id, text=one.number, page=1)
    assert ([row.number for row in rows], count) == ([one.number], 1)


def test_whom_nothing_can_reach_is_named() -> None:
    wants(taught(), ReachBy.APP, address="", phone="")
    on_paper = wants(taught(), ReachBy.LETTER, address="")
    by_call = wants(taught(), ReachBy.CALL, phone="")
    found, count = letter_lists.lacking()
    assert count == 2
    assert {one.number: one.reach for one in found} == {
        on_paper.number: ReachBy.LETTER,
        by_call.number: ReachBy.CALL,
    }
