"""What a report says about others' work: changes of policy, topics, satisfaction, questions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lms.jobs.surveys import mix_responses
from lms.kernel.database import unit_of_work
from lms.kernel.quarters import Quarter
from lms.outreach.requests import Asking, ask
from lms.outreach.rules import RequestKind
from lms.surveys import rolling
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quarterly import DRAFTED, gathered, part
from tests.support.rollouts import complete, delivered, give, recipient, running, taught
from tests.support.surveys import answer, library
from tests.support.surveys import people as several
from tests.support.topics import marked, paper, topic_library

DAY = timedelta(days=1)
RATING = {"understood": ["5"], "useful": ["4"], "alone": ["4"], "recommend": ["10"]}


# -- changes of policy ----------------------------------------------------------------------------------


def test_a_change_with_its_day_seven_and_day_fourteen(database: Session) -> None:
    publish_texts(TWO_CITIES)
    people = [taught() for _ in range(6)]
    change = delivered(CHEAPER_IN_BEIJING)
    for days, person in zip((3, 14, 15), people, strict=False):
        complete(recipient(change, person).assignment_id, at=DAY_0 + days * DAY)
    (found,) = gathered().changes
    assert (found.refresh_due, found.delivery_due) == (date(2026, 11, 30), date(2026, 12, 7))
    assert found.tasks.part == found.tasks.whole > 0
    assert found.people == part(2, 6)
    assert gathered().in_time == part(1, 1)
    assert gathered(Quarter(2027, 1), at=DRAFTED + 90 * DAY).changes == ()


def test_materials_that_were_not_ready_and_too_few_people(database: Session) -> None:
    publish_texts(TWO_CITIES)
    taught()
    running(CHEAPER_IN_BEIJING)
    (early,) = gathered(at=DAY_0 + 3 * DAY).changes
    assert early.refreshed_in_time(date(2026, 11, 26)) is None
    found = gathered()
    assert found.in_time == part(0, 1)
    assert found.changes[0].people is None


# -- topics ---------------------------------------------------------------------------------------------


def test_topics_that_were_answered_wrongly_stand_in_front(database: Session) -> None:
    topic_library()
    for seed in range(5):
        paper({"claims": 3}, seed=seed + 1)
    marked()
    found = gathered().topics
    assert [(one.topic, one.title_en, one.right) for one in found] == [
        ("claims", "Outpatient claims", part(15, 30)),
        ("card", "Cards", part(20, 20)),
    ]
    assert gathered(Quarter(2027, 1), at=DRAFTED + 90 * DAY).weakest_before == "claims"


# -- what people said -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [4, 6])
def test_satisfaction_after_courses(database: Session, count: int) -> None:
    library()
    for person in several(count):
        complete(give(person, at=DAY_0).id, at=DAY_0)
        with unit_of_work():
            key = rolling.begin(person.id, "basics", DAY_0)
        answer(key, person, RATING, at=DAY_0)
    mix_responses(DAY_0)
    found = gathered().satisfaction
    if count < 5:
        assert found is None
    else:
        assert found is not None
        assert (found.n, found.csat, found.nps) == (6, Decimal(1), Decimal(100))


def test_questions_by_topic(database: Session) -> None:
    topic_library()
    person = make_person()
    for words in ("门诊怎么报", "医保卡丢了怎么办", "门诊报销比例是多少", "天气"):
        with unit_of_work():
            asking = Asking(RequestKind.QUESTION, words)
            ask(person.id, asking, actor_id=person.id, at=DAY_0)
    found = [(one.topic, one.title, one.questions, one.comments) for one in gathered().asked]
    assert found == [("claims", "门诊报销", 2, 0), ("", "", 1, 0), ("card", "凭证", 1, 0)]
