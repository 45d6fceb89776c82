"""Reminding a list of very many people: noted, and done behind in portions, each person told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.campaigns import reminding
from lms.campaigns.models import Reminding
from lms.campaigns.reminding import GIVEN_UP_AFTER, ask, waiting
from lms.jobs import chasing
from lms.jobs.chasing import carry_remindings
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.rules import Topic
from lms.people.models import Person
from lms.reports.filters import Filters, as_json, from_json
from lms.reports.rules import UNFINISHED, Due, Papers
from tests.support.chasing import MONDAY, make_campaign, messages, morning, owes
from tests.support.people import make_person

NOON = morning(MONDAY, hour=12)
DUE = MONDAY + timedelta(days=5)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "PORTION", 2)


def asked(filters: dict[str, object] | None = None) -> bool:
    """Somebody of HR wants everybody reminded."""
    actor = make_person(name="周敏").id
    with unit_of_work():
        return ask(filters or as_json(Filters()), {"due": "overdue"}, actor_id=actor, at=NOON)


def people(count: int) -> list[Person]:
    found = [make_person() for _ in range(count)]
    for person in found:
        owes(person, DUE)
    return found


def told(everybody: list[Person]) -> list[int]:
    return [len(messages(person, Topic.DIGEST)) for person in everybody]


def entries() -> list[dict[str, object]]:
    session().rollback()
    return list(session().scalars(select(Entry.facts).where(Entry.act == "people.reminded")))


def test_everybody_is_told_once_and_it_is_on_record_at_the_end(database: Session) -> None:
    everybody = people(5)
    assert asked()
    assert carry_remindings(NOON) == 5
    assert told(everybody) == [1] * 5
    assert entries() == [{"told": 5, "had_one": 0, "filters": {"due": "overdue"}}]
    assert carry_remindings(NOON + timedelta(minutes=1)) == 0
    assert waiting(NOON) == []


def test_the_same_list_is_not_noted_twice_and_a_later_one_tells_nobody_again(database: Session) -> None:
    everybody = people(3)
    assert [asked(), asked()] == [True, False]
    assert carry_remindings(NOON) == 3
    assert asked()
    assert carry_remindings(NOON + timedelta(hours=1)) == 0
    assert told(everybody) == [1] * 3
    assert entries()[-1] == {"told": 0, "had_one": 3, "filters": {"due": "overdue"}}


def test_a_worker_that_dies_in_the_middle_leaves_the_rest_to_the_next_one(
    database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody, real = people(5), reminding.tell_portion
    asked()

    def dies_at_the_second(portion: reminding.Portion, at: object) -> int | None:
        done = real(portion, NOON)
        if portion.after:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(chasing, "tell_portion", dies_at_the_second)
        with pytest.raises(Killed):
            carry_remindings(NOON)
    assert sorted(told(everybody)) == [0, 0, 0, 1, 1]
    assert carry_remindings(NOON + timedelta(minutes=1)) == 3
    assert told(everybody) == [1] * 5
    assert entries() == [{"told": 5, "had_one": 0, "filters": {"due": "overdue"}}]


def test_two_workers_at_one_list_tell_nobody_twice(
    database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody, real = people(5), reminding.portions_of
    asked()
    other: list[int] = []

    def overtaken(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        if not other:
            session().rollback()
            other.append(0)
            other[0] = carry_remindings(NOON)
        return found

    monkeypatch.setattr(chasing, "portions_of", overtaken)
    assert carry_remindings(NOON) == 0
    assert other == [5]
    assert told(everybody) == [1] * 5
    assert len(entries()) == 1


def test_what_a_campaign_gave_can_be_the_list(database: Session) -> None:
    campaign = make_campaign(reminders=[])
    inside, outside = make_person(), make_person()
    owes(inside, DUE, campaign=campaign)
    owes(outside, DUE)
    asked({"campaign": campaign.key})
    assert carry_remindings(NOON) == 1
    assert told([inside, outside]) == [1, 0]


def test_after_a_day_nobody_is_reminded_any_more(database: Session) -> None:
    people(1)
    asked()
    assert carry_remindings(NOON + GIVEN_UP_AFTER) == 0
    assert session().scalars(select(Reminding.finished_at)).all() == [None]


def test_filters_come_back_as_they_were_kept() -> None:
    filters = Filters(states=UNFINISHED, due=Due.SOON, papers=Papers.FAILED_FIRST, text="王", head=7)
    assert from_json(as_json(filters)) == filters
    assert from_json(as_json(Filters())) == Filters()
