"""Channels are set up, tested and switched off where what is refused is told; secrets never come out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.jobs import wecom
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications import channels
from lms.notifications.rules import Channel
from lms.people.models import Person
from tests.support.gateways import Services, services
from tests.support.mail import mail_server
from tests.support.people import make_account, make_person, sign_in

SECRET = "the-secret-of-the-application-77XY"
WECOM = {"corp": "ww1a2b3c4d", "agent": "1000002", "secret": SECRET}


@pytest.fixture
def lead(database: Session, client: FlaskClient) -> Person:
    """The head of HR, signed in, who can be reached everywhere."""
    person = make_person(name="许慧")
    person.wecom_id, person.phone, person.email = "xuhui", "13800001111", "xu@example.org"
    make_account(person=person, role=Role.LEAD, language="en")
    sign_in(client, number=person.number)
    return person


@pytest.fixture
def there(app: Flask) -> Iterator[Services]:
    wecom.TOKENS.forget()
    with services(app) as found:
        yield found


def journal() -> list[tuple[str, str]]:
    session().rollback()
    rows = session().scalars(select(Entry).order_by(Entry.id))
    return [(one.act, one.subject) for one in rows if one.act.startswith("channel.")]


def test_the_page_says_what_is_set_up_and_what_is_missing(client: FlaskClient, lead: Person) -> None:
    page = client.get("/manage/channels").text
    assert page.count("Not set up") == 3
    assert "XUANGUAN_MAIL_URL" in page
    assert "XUANGUAN_SMS_URL" in page
    assert "No robot yet" in page


def test_setting_up_wecom_keeps_the_secret_to_itself(
    database: Session, client: FlaskClient, lead: Person
) -> None:
    answer = client.post("/manage/channels/wecom", data=WECOM)
    assert (answer.status_code, answer.location) == (303, "/manage/channels/wecom")
    page = client.get("/manage/channels/wecom").text
    assert "ww1a2b3c4d" in page
    assert "••••77XY" in page
    assert SECRET not in page
    assert journal() == [("channel.set-up", "wecom")]
    entry = database.scalars(select(Entry).where(Entry.act == "channel.set-up")).one()
    assert SECRET not in str(entry.facts)
    client.post("/manage/channels/wecom", data={**WECOM, "agent": "1000003", "secret": ""})
    found = channels.setup(Channel.WECOM)
    assert (found.values["agent"], found.values["secret"]) == ("1000003", SECRET)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("wecom", {**WECOM, "secret": ""}, "Enter the secret"),
        ("wecom", {**WECOM, "agent": "one"}, "An application number is digits"),
        ("wecom", {**WECOM, "corp": "a b"}, "An enterprise id is letters and digits"),
        ("sms", {"signature": "【启衡】", "secret": "key"}, "without brackets"),
        ("sms", {"signature": "启衡"}, "Enter the key"),
        ("sms", {"signature": "启衡", "secret": "钥匙"}, "letters, digits and signs"),
        ("wecom", {**WECOM, "secret": "a\u00a0b\u0007"}, "letters, digits and signs"),
    ],
)
def test_what_is_missing_or_wrong_is_told_beside_its_field(
    client: FlaskClient, lead: Person, there: Services, name: str, data: dict[str, str], said: str
) -> None:
    answer = client.post(f"/manage/channels/{name}", data=data)
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert "<title>Error:" in answer.text
    assert channels.setup(Channel(name)).values == {}


def test_a_test_to_oneself_arrives(client: FlaskClient, lead: Person, there: Services) -> None:
    client.post("/manage/channels/wecom", data=WECOM)
    answer = client.post("/manage/channels/wecom/test")
    assert answer.location == "/manage/channels"
    assert there.sent[0].body["touser"] == "xuhui"
    assert "on its way to you" in client.get("/manage/channels").text
    client.post("/manage/channels/sms", data={"signature": "启衡科技", "secret": "key"})
    client.post("/manage/channels/sms/test")
    assert there.sent[1].body["to"] == "13800001111"
    assert journal()[1::2] == [("channel.tested", "wecom"), ("channel.tested", "sms")]


def test_a_test_by_mail_arrives(app: Flask, client: FlaskClient, lead: Person) -> None:
    with mail_server(app) as box:
        client.post("/manage/channels/email/test")
    assert box.recipients == ["xu@example.org"]


def test_a_refused_secret_is_told_at_its_field_and_mended_there(
    client: FlaskClient, lead: Person, there: Services
) -> None:
    client.post("/manage/channels/wecom", data=WECOM)
    there.tokens = [{"errcode": 40001, "errmsg": "invalid credential"}]
    answer = client.post("/manage/channels/wecom/test")
    assert answer.location == "/manage/channels/wecom"
    page = client.get("/manage/channels/wecom").text
    assert 'href="#secret"' in page
    assert 'id="secret-err"' in page
    assert "WeCom refuses the secret" in page
    listed = client.get("/manage/channels").text
    assert "Refused" in listed
    assert "What waits is kept: WeCom refuses the secret" in listed
    client.post("/manage/channels/wecom", data={**WECOM, "secret": "another-secret-of-it"})
    assert "WeCom refuses the secret" not in client.get("/manage/channels/wecom").text


def test_a_refusal_that_no_field_mends_is_told_at_the_top(
    client: FlaskClient, lead: Person, there: Services
) -> None:
    client.post("/manage/channels/wecom", data=WECOM)
    there.tokens = [{"errcode": 60020, "errmsg": "not allow to access from your ip"}]
    client.post("/manage/channels/wecom/test")
    page = client.get("/manage/channels/wecom").text
    assert "add its address in WeCom" in page
    assert "secret-err" not in page


def test_without_an_address_of_ones_own_the_test_says_so(
    database: Session, client: FlaskClient, lead: Person, there: Services
) -> None:
    with unit_of_work():
        person = session().get(Person, lead.id)
        assert person is not None
        person.wecom_id = ""
    client.post("/manage/channels/wecom", data=WECOM)
    assert client.post("/manage/channels/wecom/test").location == "/manage/channels"
    assert "there is no address" in client.get("/manage/channels").text


def test_switching_off_and_on(app: Flask, client: FlaskClient, lead: Person) -> None:
    client.post("/manage/channels/wecom", data=WECOM)
    client.post("/manage/channels/wecom/switch", data={"on": "0"})
    assert wecom.opens(app.extensions["xuanguan.settings"]) is None
    page = client.get("/manage/channels").text
    assert "Switched off" in page
    client.post("/manage/channels/wecom/switch", data={"on": "1"})
    assert wecom.opens(app.extensions["xuanguan.settings"]) is not None
    assert journal()[-2:] == [("channel.switched-off", "wecom"), ("channel.switched-on", "wecom")]


def test_the_inbox_is_no_channel_that_could_be_switched(client: FlaskClient, lead: Person) -> None:
    assert client.post("/manage/channels/inbox/switch", data={"on": "0"}).status_code == 404
    assert client.get("/manage/channels/email").status_code == 404


def test_the_gateway_for_text_messages_is_not_typed_in_by_anybody(
    app: Flask, client: FlaskClient, lead: Person, there: Services
) -> None:
    page = client.get("/manage/channels/sms").text
    assert "http" not in page.partition("<main")[2]
    settings = app.extensions["xuanguan.settings"]
    app.extensions["xuanguan.settings"] = replace(settings, gateways=replace(settings.gateways, sms=""))
    client.post("/manage/channels/sms", data={"signature": "启衡科技", "secret": "key"})
    client.post("/manage/channels/sms/test")
    assert there.sent == []
