"""The button that reminds everybody whom the progress list holds."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.database import session
from lms.notifications.queries import inbox
from lms.people.models import Person
from lms.web.manage import reminding
from tests.support.company import hr, obliged, passed, tree
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import quiz_texts


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def told(person: Person) -> int:
    session().rollback()
    return len([one for one in inbox(person.id) if one.topic == "training.digest"])


def test_everybody_unfinished_in_the_list_is_reminded_once_a_day(client: FlaskClient) -> None:
    hr(client)
    late, soon, done = obliged("林晓", due_in=-2), obliged("王强"), obliged("陈桂芬")
    passed(done)
    response = client.post("/manage/progress/remind")
    assert (response.status_code, response.location) == (303, "/manage/progress")
    client.post("/manage/progress/remind")
    assert [told(person) for person in (late, soon, done)] == [1, 1, 0]


def test_only_whom_the_filters_leave_is_reminded(client: FlaskClient) -> None:
    hr(client)
    _, _, workshop = tree()
    inside, outside = obliged("装", department=workshop, due_in=-1), obliged("外")
    data = {"department": workshop.key, "due": "overdue", "state": "unfinished"}
    response = client.post("/manage/progress/remind", data=data)
    assert response.location == f"/manage/progress?state=unfinished&due=overdue&department={workshop.key}"
    assert [told(inside), told(outside)] == [1, 0]


def test_it_is_said_how_many_were_reminded_and_how_many_had_one(client: FlaskClient) -> None:
    hr(client)
    obliged("林晓")
    client.post("/manage/progress/remind")
    obliged("王强")
    client.post("/manage/progress/remind?lang=en")
    with client.session_transaction() as kept:
        said = [text for _, text in kept["_flashes"]]
    assert len(said) == 2
    assert "1" in said[1]


def test_a_long_list_is_noted_and_reminded_behind(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "AT_ONCE", 1)
    hr(client)
    late, soon, done = obliged("林晓", due_in=-2), obliged("王强"), obliged("陈桂芬")
    passed(done)
    client.get("/manage/progress?lang=en")
    client.post("/manage/progress/remind", data={"state": "unfinished"})
    assert "The journal will say how many were told" in client.get("/manage/progress").text
    assert [told(person) for person in (late, soon, done)] == [1, 1, 0]
    client.post("/manage/progress/remind", data={"due": "overdue"})
    assert "1 person had a reminder today already." in client.get("/manage/progress").text
    assert [told(person) for person in (late, soon, done)] == [1, 1, 0]


def test_a_list_in_which_everybody_is_done_says_so(client: FlaskClient) -> None:
    hr(client)
    passed(obliged("林晓"))
    assert client.post("/manage/progress/remind").status_code == 303


@pytest.mark.parametrize("data", [{"state": "x"}, {"department": "x"}, {"course": "x"}])
def test_a_value_that_no_list_offers_is_not_found(client: FlaskClient, data: dict[str, str]) -> None:
    hr(client)
    assert client.post("/manage/progress/remind", data=data).status_code == 404


def test_learners_remind_nobody(client: FlaskClient) -> None:
    person = make_person(number="L1")
    make_account(person=person)
    sign_in(client, number="L1")
    assert client.post("/manage/progress/remind").status_code in {403, 404}
