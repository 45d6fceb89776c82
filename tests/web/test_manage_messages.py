"""The page of messages that should have been received: reasons, where they are mended, trying again."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel import clock
from lms.kernel.database import session, unit_of_work
from lms.notifications import reception
from lms.notifications.models import Channel, DeliveryState
from lms.notifications.operations import claim_due, settle_failed
from lms.notifications.queries import sendings
from lms.people.models import Person
from lms.people.operations import note_bounce
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.messages import CHANGE, post, reachable
from tests.support.people import make_account, make_department, make_person, sign_in
from tests.support.quiz_texts import quiz_texts


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def names(page: str) -> list[str]:
    return re.findall(r'<a class="nowrap" href="/manage/people/\w+">([^<]+)</a>', page)


def today(*people: Person, subject: str = CHANGE) -> None:
    post(*people, subject=subject, at=clock.now())


def bounced(person: Person) -> None:
    """The mail server refused the only letter for good."""
    with unit_of_work():
        for due in claim_due(Channel.EMAIL, clock.now() + timedelta(days=1), limit=9):
            settle_failed(due, "smtp-550", retryable=False, at=clock.now())
        note_bounce(person.id, person.email, "smtp-550")


def waiting() -> int:
    session().rollback()
    return sum(one.state is DeliveryState.QUEUED for one in sendings(CHANGE))


def test_who_did_not_receive_it_is_named_with_the_reason_and_where_it_is_mended(client: FlaskClient) -> None:
    hr(client)
    person = make_person(name="王强")
    today(person, reachable("林晓", "lin@example.org"))
    page = client.get("/manage/messages").text
    assert names(page) == ["王强"]
    assert "没有填写" in page or "no address" in page or "地址" in page
    assert f'href="/manage/people/{person.key}/edit"' in page


def test_a_bounced_address_is_told_where_it_can_be_mended(client: FlaskClient) -> None:
    hr(client)
    person = reachable("王强", "wrong@example.org")
    today(person)
    bounced(person)
    page = client.get("/manage/messages?lang=en", follow_redirects=True).text
    assert "the mail server refused it (answer 550)" in page
    assert f'href="/manage/people/{person.key}/edit"' in page


def test_the_tabs_show_the_others(client: FlaskClient) -> None:
    hr(client)
    today(make_person(name="王强"), reachable("林晓", "lin@example.org"))
    assert names(client.get("/manage/messages?reception=waiting").text) == ["林晓"]
    assert names(client.get("/manage/messages?reception=all").text) == ["林晓", "王强"]
    assert names(client.get("/manage/messages?reception=read").text) == []


def test_filters_are_read_from_the_address(client: FlaskClient) -> None:
    hr(client)
    shop = make_department(name="总装车间")
    today(make_person(name="王强", department=shop), make_person(name="林晓"))
    today(make_person(name="陈桂芬"), subject="OTHER")
    assert names(client.get(f"/manage/messages?department={shop.key}").text) == ["王强"]
    assert sorted(names(client.get(f"/manage/messages?subject={CHANGE}").text)) == ["林晓", "王强"]
    assert names(client.get("/manage/messages?text=陈").text) == ["陈桂芬"]
    assert len(names(client.get("/manage/messages?topic=change.reminder&period=1").text)) == 3
    assert names(client.get("/manage/messages?topic=change.to-learn").text) == []


@pytest.mark.parametrize("query", ["topic=x", "reception=x", "period=2", "department=x", "period=x"])
def test_a_value_that_no_list_offers_is_not_found(client: FlaskClient, query: str) -> None:
    hr(client)
    assert client.get(f"/manage/messages?{query}").status_code == 404


def test_old_messages_are_outside_of_the_period_unless_their_subject_is_asked_for(
    client: FlaskClient,
) -> None:
    hr(client)
    post(make_person(name="王强"), at=clock.now() - timedelta(days=20))
    assert names(client.get("/manage/messages").text) == []
    assert names(client.get("/manage/messages?period=30").text) == ["王强"]
    assert names(client.get(f"/manage/messages?subject={CHANGE}").text) == ["王强"]


def test_what_is_mended_goes_out_again(client: FlaskClient) -> None:
    hr(client)
    person = reachable("王强", "wrong@example.org")
    today(person)
    bounced(person)
    assert waiting() == 0
    client.post("/manage/messages/again")
    assert waiting() == 0
    person.email, person.email_error = "wang@example.org", ""
    session().commit()
    response = client.post("/manage/messages/again", data={"topic": "change.reminder"})
    assert (response.status_code, response.location) == (303, "/manage/messages?topic=change.reminder")
    assert waiting() == 1
    assert "1" in client.get(response.location).text


def test_one_message_alone_goes_out_again(client: FlaskClient) -> None:
    hr(client)
    first, second = make_person(name="王强"), make_person(name="林晓")
    today(first, second)
    for person in (first, second):
        person.email = f"{person.number}@example.org"
    session().commit()
    page = client.get("/manage/messages?text=王强").text
    (key,) = re.findall(r'name="key" value="(\w+)"', page)
    client.post("/manage/messages/again", data={"key": key})
    assert waiting() == 1


def test_the_list_can_be_taken_away(client: FlaskClient) -> None:
    hr(client)
    today(make_person(name="王强", number="Q7"))
    response = client.get("/manage/messages.csv?lang=zh")
    lines = client.get("/manage/messages.csv").get_data().decode("utf-8-sig").splitlines()
    assert response.status_code in {200, 302}
    assert len(lines) == 2
    assert lines[1].startswith("Q7,王强,")
    assert client.get("/manage/messages.xlsx").status_code == 200


def test_learners_do_not_see_it(client: FlaskClient) -> None:
    person = make_person(number="L1")
    make_account(person=person)
    sign_in(client, number="L1")
    assert client.get("/manage/messages").status_code in {403, 404}
    assert client.post("/manage/messages/again").status_code in {403, 404}


def test_nothing_sent_is_said_so(client: FlaskClient) -> None:
    hr(client)
    assert client.get("/manage/messages").status_code == 200
    assert client.get("/manage/messages?page=99").status_code == 200


def test_of_very_many_the_newest_are_counted_and_it_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "MOST_COUNTED", 1)
    hr(client)
    today(make_person(name="王强"))
    today(make_person(name="林晓"), subject="later")
    client.get("/manage/messages?lang=en")
    page = client.get("/manage/messages").text
    assert names(page) == ["林晓"]
    assert "Counted and listed are the newest 1." in page
