"""Second training: for exactly the people concerned, also those who completed the course lately."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause
from lms.campaigns import drafting
from lms.campaigns.drafting import Edit
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.sending import send
from lms.effects.second import AlreadyDrafted, NobodyWeak, TooMany, Wanted, draft, seconds
from lms.jobs.campaigns import send_campaigns
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from tests.support.people import make_person
from tests.support.quiz_texts import COURSE, QUIZ
from tests.support.sittings import AT, release, study
from tests.support.topics import Q4, marked, paper, topic_library

CARD = Wanted("card", Q4, QUIZ)
LATER = AT + timedelta(minutes=30)
NEXT_WEEK = AT + timedelta(days=7)


@pytest.fixture
def hr(database: Session) -> Person:
    topic_library()
    return make_person(name="人事")


def drafted(hr: Person, wanted: Wanted = CARD) -> str:
    with unit_of_work():
        return draft(wanted, "第二次培训：凭证", release_id=release(), actor_id=hr.id, at=LATER)


def test_the_draft_names_exactly_who_is_still_weak(database: Session, hr: Person) -> None:
    behind = [paper({"card": 1}), paper({"card": 2})]
    paper({"claims": 1})
    marked()
    found = campaign_by_key(drafted(hr))
    numbers = select(Person.number).where(Person.id.in_([one.person_id for one in behind]))
    assert set(found.selection["persons"]) == set(database.scalars(numbers))
    assert (found.courses, found.title) == ([COURSE], "第二次培训：凭证")
    assert (found.due_days, found.again) == (14, True)
    with pytest.raises(AlreadyDrafted):
        drafted(hr)


def test_who_completed_it_lately_is_given_it_again_and_what_changed_is_seen(
    database: Session, hr: Person
) -> None:
    first = [paper({"card": 1}) for _ in range(5)]
    marked()
    key = drafted(hr)
    with unit_of_work():
        send(key, Edit(campaign_by_key(key).version, hr.id, LATER))
    send_campaigns(LATER + timedelta(hours=1))
    given = database.scalars(select(Assignment).where(Assignment.cause == Cause.SECOND)).all()
    assert {one.person_id for one in given} == {one.person_id for one in first}
    assert {one.cycle for one in given} == {2}
    for one in first:
        owner = database.get_one(Person, one.person_id)
        study(owner, at=NEXT_WEEK)
        paper({}, person=owner, at=NEXT_WEEK, seed=3)
    marked(NEXT_WEEK)
    (line,) = seconds(Q4)
    assert (line.people, line.given, line.done) == (5, 5, 5)
    assert (line.papers.before.right, line.papers.before.asked) == (15, 20)
    assert (line.papers.after.right, line.papers.after.asked) == (20, 20)
    with pytest.raises(NobodyWeak):
        drafted(hr, Wanted("claims", Q4, QUIZ))


def test_a_draft_thrown_away_can_be_made_anew(hr: Person) -> None:
    paper({"card": 1})
    marked()
    key = drafted(hr)
    with unit_of_work():
        drafting.discard(key, Edit(campaign_by_key(key).version, hr.id, LATER))
    assert seconds(Q4) == []
    assert drafted(hr) != key


def test_a_quiz_that_is_gone_and_too_many_people_are_refused(
    hr: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper({"card": 1})
    marked()
    with pytest.raises(NotFound):
        drafted(hr, Wanted("card", Q4, "gone"))
    monkeypatch.setattr("lms.effects.second.MOST", 0)
    with pytest.raises(TooMany):
        drafted(hr)
