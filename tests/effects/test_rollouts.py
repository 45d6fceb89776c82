"""What a change came to: of people who have papers before it and since, in the topics that it touches."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.effects.comparing import topics_touched
from lms.effects.models import Kind, Mark
from lms.effects.queries import effect
from lms.effects.rules import Compared, Share
from lms.jobs.effects import find_effects
from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.quizzes.models import Attempt, AttemptState
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.rollouts import DAY, LONG_AGO, delivered, taught
from tests.support.sittings import release
from tests.support.small_library import QUIZ_PATH
from tests.support.topics import TOPICS_PATH

READY = datetime(2027, 1, 7, 1, 0, tzinfo=UTC)
"""A month after the fourteenth day of a change that was registered on the 23rd of November."""


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    bank = TWO_CITIES[QUIZ_PATH]
    name = bank.partition("topics:\n  - {id: ")[2].partition(",")[0]
    topics = (
        "topics:\n  - {id: claims, title: 门诊报销, title_en: Claims, words: [门诊], "
        f"lessons: [basics/outpatient], quiz_topics: [basics#{name}]}}\n"
    )
    publish_texts({**TWO_CITIES, TOPICS_PATH: topics})


def mark(person: Person, at: datetime, *, asked: int, right: int) -> None:
    """A paper with a mark in the topic."""
    attempt = Attempt(
        person_id=person.id,
        series=new_key(),
        number=1,
        quiz="basics",
        release_id=release(),
        state=AttemptState.PASSED,
        pass_line=Decimal(80),
        paper="[]",
        points=asked,
        earned=right,
        started_at=at,
        submitted_at=at,
    )
    session().add(attempt)
    session().flush()
    day = china_date(at)
    row = Mark(
        attempt_id=attempt.id,
        topic="claims",
        person_id=person.id,
        quiz="basics",
        number=1,
        passed=True,
        handed_in_on=day,
        quarter=str(Quarter.of(day)),
        asked=asked,
        right=right,
    )
    session().add(row)
    session().commit()


def test_people_with_papers_before_and_since_are_compared(database: Session) -> None:
    people = [taught() for _ in range(6)]
    for person in people:
        mark(person, LONG_AGO, asked=4, right=4)
        mark(person, LONG_AGO + timedelta(days=1), asked=4, right=2)
    change = delivered(CHEAPER_IN_BEIJING)
    assert topics_touched(change.id, release()) == ["claims"]
    for person in people[:5]:
        mark(person, DAY_0 + 10 * DAY, asked=4, right=4)
    find_effects(READY - DAY)
    with pytest.raises(NotFound):
        effect(Kind.ROLLOUT, change.key)
    assert find_effects(READY) == Outcome(1)
    figures = effect(Kind.ROLLOUT, change.key).figures
    assert (figures.people, figures.done) == (6, 0)
    assert figures.papers == {"claims": Compared(Share(5, 20, 10), Share(5, 20, 20))}
    assert not figures.whole.can_be_said


def test_units_are_looked_at_with_their_change_alone(database: Session) -> None:
    taught()
    change = delivered(CHEAPER_IN_BEIJING)
    find_effects(READY + 60 * DAY)
    subjects = set(database.scalars(select(Mark.quiz)))
    assert subjects == set()
    found = effect(Kind.ROLLOUT, change.key)
    assert found.quarter == Quarter(2026, 4)
    assert found.figures.people == 1
