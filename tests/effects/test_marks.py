"""Papers read into marks by topic: each once, again when it is marked anew, and counted by quarter."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.effects.models import Mark, Total
from lms.effects.queries import first_right, lines, people_weak_in, topics, weak
from lms.effects.rules import Share
from lms.jobs.effects import mark_topics
from lms.kernel.database import session
from lms.people.models import Person
from lms.quizzes.queries import Sitting
from lms.quizzes.topics import topics_of
from tests.support import corrections
from tests.support.library import publish_texts
from tests.support.people import leave, make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, assigned, make_up
from tests.support.topics import Q4, TOPICS, TOPICS_PATH, marked, paper, topic_library

LATER = AT + timedelta(hours=1)
NEXT_QUARTER = AT + timedelta(days=60)


@pytest.fixture
def library(database: Session) -> None:
    topic_library()


def of(database: Session, sitting: Sitting) -> dict[str, tuple[int, int]]:
    rows = database.scalars(select(Mark).where(Mark.attempt_id == sitting.id))
    return {row.topic: (row.asked, row.right) for row in rows}


@pytest.mark.usefixtures("library")
def test_a_closed_paper_is_read_once(database: Session) -> None:
    found = paper({"claims": 2, "card": 1})
    assert marked() == 1
    assert of(database, found) == {"claims": (6, 4), "card": (4, 3)}
    assert marked() == 0


def test_without_topics_papers_wait_until_there_are_some(database: Session) -> None:
    release_id = publish_texts(quiz_texts({"claims": 6, "card": 4}))
    assert not topics_of(release_id).all
    found = paper({"claims": 2})
    assert marked() == 0
    topic_library()
    assert marked() == 1
    assert of(database, found) == {"claims": (6, 4), "card": (4, 4)}


@pytest.mark.usefixtures("library")
def test_first_papers_are_counted_apart_from_the_latest(database: Session) -> None:
    for _ in range(5):
        again(paper({"claims": 3, "card": 0}))
    marked()
    card, claims = topics(Q4)
    assert (claims.topic, card.topic) == ("claims", "card")
    assert claims.first == Share(5, 30, 15)
    assert claims.last == Share(5, 30, 30)
    assert [(one.topic, one.people, one.answers, one.right) for one in first_right(Q4)] == [
        ("claims", 5, 30, 15),
        ("card", 5, 20, 20),
    ]
    assert {one.quiz for one in lines(Q4)} == {"", "basics"}


def again(first: Sitting) -> Sitting:
    """Made up for, and everything right an hour later."""
    owner = person_of(first)
    make_up(owner)
    return paper({}, person=owner, at=LATER, seed=2)


def person_of(sitting: Sitting) -> Person:
    return session().get_one(Person, sitting.person_id)


@pytest.mark.usefixtures("library")
def test_of_fewer_than_five_people_nothing_is_said(database: Session) -> None:
    for _ in range(4):
        paper({"claims": 3})
    marked()
    assert first_right(Q4) == []
    assert weak(Q4) == []


@pytest.mark.usefixtures("library")
def test_weak_is_whose_latest_paper_is_below_the_line(database: Session) -> None:
    behind = [paper({"card": 1}) for _ in range(3)]
    better = [again(paper({"card": 3})) for _ in range(2)]
    gone = paper({"card": 2})
    leave(person_of(gone))
    paper({})
    marked()
    ids = set(database.scalars(people_weak_in("card", Q4)))
    assert ids == {one.person_id for one in behind}
    assert not ids & {one.person_id for one in better}
    (card,) = weak_lines(database)
    assert card == ("card", 3)


def weak_lines(database: Session) -> list[tuple[str, int]]:
    weak = select(Total.topic, Total.weak).where(Total.quiz == "", Total.weak > 0)
    return [(row.topic, row.weak) for row in database.execute(weak.order_by(Total.topic))]


@pytest.mark.usefixtures("library")
def test_who_never_passed_and_missed_something_of_it_is_weak_too(database: Session) -> None:
    failed = paper({"claims": 1, "card": 4})
    passed = paper({"claims": 1})
    marked()
    assert set(database.scalars(people_weak_in("claims", Q4))) == {failed.person_id}
    assert passed.person_id not in set(database.scalars(people_weak_in("card", Q4)))


@pytest.mark.usefixtures("library")
def test_a_better_paper_of_the_next_quarter_counts_for_the_one_before(database: Session) -> None:
    first = paper({"card": 3, "claims": 1})
    marked()
    assert weak_lines(database) == [("card", 1), ("claims", 1)]
    owner = person_of(first)
    make_up(owner)
    paper({}, person=owner, at=NEXT_QUARTER, seed=2)
    mark_topics(NEXT_QUARTER)
    assert weak_lines(database) == []


@pytest.mark.usefixtures("library")
def test_nobody_of_another_quarter_is_meant(database: Session) -> None:
    paper({"card": 3}, person=assigned(), at=NEXT_QUARTER)
    make_person(name="没有答过卷")
    mark_topics(NEXT_QUARTER)
    assert list(database.scalars(people_weak_in("card", Q4))) == []
    assert len(list(database.scalars(people_weak_in("card", Q4.next)))) == 1


def test_what_was_marked_anew_is_read_again(database: Session) -> None:
    publish_texts({**corrections.texts(), TOPICS_PATH: TOPICS.replace("basics#card", "basics#sums")})
    found = corrections.sat(assigned(), corrections.RIGHT)
    assert marked() == 1
    assert of(database, found) == {"claims": (3, 3), "card": (2, 0)}
    corrections.mark_anew(corrections.a_change())
    database.expire_all()
    assert marked(LATER) == 1
    database.expire_all()
    assert of(database, found) == {"claims": (3, 3), "card": (2, 2)}
    assert marked(LATER) == 0
