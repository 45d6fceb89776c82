"""What questions are about: by the lesson, else by their words; changed by hand; counted by day."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.outreach import requests
from lms.outreach.asked import questions_by_topic, request_by_key
from lms.outreach.requests import Asking
from lms.outreach.rules import RequestKind
from lms.people.models import Person
from tests.support.client import text
from tests.support.company import hr
from tests.support.outreach import ask, retiree
from tests.support.sittings import AT
from tests.support.topics import topic_library

TODAY = china_date(AT)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    topic_library()


def topic_of(asking: Asking, person: Person) -> str:
    with unit_of_work():
        key = requests.ask(person.id, asking, actor_id=person.id, at=AT)
    return request_by_key(key).topic


def test_the_lesson_says_it_else_the_words() -> None:
    person = retiree()
    from_lesson = Asking(RequestKind.QUESTION, text="门诊能报吗", lesson="basics/travel")
    assert topic_of(from_lesson, person) == "card"
    assert topic_of(Asking(RequestKind.QUESTION, text="门诊怎么报", lesson="basics/gone"), person) == "claims"
    assert topic_of(Asking(RequestKind.QUESTION, text="今天吃什么"), person) == ""
    assert topic_of(Asking(RequestKind.CALL, text="门诊"), person) == ""


def test_questions_are_counted_by_the_days_on_which_they_were_asked() -> None:
    ask(retiree(), RequestKind.QUESTION, text="医保卡丢了")
    ask(retiree(), RequestKind.QUESTION, text="医保卡没带")
    ask(retiree(), RequestKind.QUESTION, text="今天吃什么")
    taken_back = retiree()
    key = ask(taken_back, RequestKind.QUESTION, text="门诊")
    with unit_of_work():
        requests.withdraw(taken_back.id, key, at=AT)
    ask(retiree(), RequestKind.CALL)
    assert questions_by_topic(TODAY, TODAY) == {"card": 2, "": 1}
    assert questions_by_topic(TODAY + timedelta(days=1), date(2027, 1, 1)) == {}


def test_hr_says_what_a_question_is_about(client: FlaskClient) -> None:
    hr(client, name="周敏")
    key = ask(retiree(), RequestKind.QUESTION, text="今天吃什么")
    address = f"/manage/contacts/requests/{key}"
    assert "none of the topics" in text(client, address)
    assert client.post(f"{address}/topic", data={"topic": "card"}).status_code == 303
    assert request_by_key(key).topic == "card"
    assert "The topic is saved" in text(client, address)
    assert client.post(f"{address}/topic", data={"topic": "gone"}).status_code == 404
    assert client.post(f"{address}/topic", data={"topic": ""}).status_code == 303
    assert request_by_key(key).topic == ""


def test_only_questions_have_topics() -> None:
    person = retiree()
    key = ask(person, RequestKind.CALL)
    with pytest.raises(NotFound), unit_of_work():
        requests.set_topic(key, "card", actor_id=person.id, at=AT)
