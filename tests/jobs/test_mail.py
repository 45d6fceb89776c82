"""The outbox goes out by e-mail: once each, again when that may help, never when it is final."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.jobs.mail import connected
from lms.jobs.messages import BATCH, send_messages
from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import from_environment
from lms.notifications.models import Channel, DeliveryState, Message
from lms.notifications.queries import Sending, inbox, sendings, unread_count
from lms.notifications.rules import Unreachable
from lms.people.models import Person
from tests.support.mail import Postbox, free_port, mail_server, mail_to
from tests.support.messages import AT, CHANGE, post, reachable
from tests.support.people import leave, make_account

SOON = timedelta(seconds=31)


@pytest.fixture
def box(app: Flask) -> Iterator[Postbox]:
    with mail_server(app) as found:
        yield found


def post_each(*people: Person) -> None:
    """Post to one after the other, so that they are written to in this order."""
    for person in people:
        post(person)


def mail() -> list[Sending]:
    """The deliveries by e-mail, in the order of posting."""
    session().rollback()
    return [one for one in sendings(CHANGE) if one.channel is Channel.EMAIL]


def states() -> list[tuple[DeliveryState, int, str]]:
    return [(one.state, one.tries, one.error) for one in mail()]


# -- it arrives -------------------------------------------------------------------------------------------


def test_of_three_people_the_two_with_an_address_get_a_letter(
    database: Session, app: Flask, box: Postbox
) -> None:
    post(reachable("林晓", "lin@example.org"), reachable("王强"), reachable("周敏", "zhou@example.org"))
    assert send_messages(AT) == Outcome(2, 0)
    assert sorted(box.recipients) == ["lin@example.org", "zhou@example.org"]
    assert states() == [(DeliveryState.SENT, 1, "")] * 2
    sent_at = mail()[0].sent_at
    assert sent_at is not None
    assert AT <= sent_at < AT + timedelta(minutes=1)
    assert send_messages(AT + timedelta(days=1)) == Outcome(0, 0)
    assert len(box.letters) == 2


def test_a_letter_says_what_the_inbox_says_and_leads_through_it(
    database: Session, app: Flask, box: Postbox
) -> None:
    person = reachable("林晓", "lin@example.org")
    make_account(person=person, language="en")
    post(person)
    send_messages(AT)
    (letter,) = box.letters
    key = inbox(person.id)[0].key
    assert letter["To"] == "lin@example.org"
    assert letter["From"] == "宣贯 <training@example.org>"
    assert letter["Subject"] == "Not finished yet: 门诊起付线调整"
    assert letter["Message-ID"] == f"<{key}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    assert "due by Mon 7 Dec" in text
    assert f"https://learn.example.org/inbox/{key}" in text
    assert "林晓" not in str(letter)
    assert unread_count(person.id) == 1


def test_a_letter_is_in_the_language_of_its_reader(database: Session, app: Flask, box: Postbox) -> None:
    for number, language in enumerate(("zh_Hans", "en", "")):
        person = reachable("林晓", f"somebody{number}@example.org")
        make_account(person=person, language=language)
        post(person)
    send_messages(AT)
    assert ["12月7日（周一）" in letter.get_content() for letter in box.letters] == [True, False, True]


# -- it is refused ----------------------------------------------------------------------------------------


def test_a_refusal_that_may_pass_is_tried_again_after_a_while(
    database: Session, app: Flask, box: Postbox
) -> None:
    box.answers = ["451 4.7.1 greylisted"]
    post(reachable("林晓", "lin@example.org"))
    assert send_messages(AT) == Outcome(0, 1)
    assert states() == [(DeliveryState.QUEUED, 1, "smtp-451")]
    assert send_messages(AT + timedelta(seconds=20)) == Outcome(0, 0)
    assert send_messages(AT + SOON) == Outcome(1, 0)
    assert states() == [(DeliveryState.SENT, 2, "")]
    assert len(box.letters) == 1


def test_a_final_refusal_is_given_up_and_the_others_are_sent(
    database: Session, app: Flask, box: Postbox
) -> None:
    box.answers = ["550 5.1.1 no such user"]
    post_each(reachable("林晓", "lin@example.org"), reachable("王强", "wang@example.org"))
    assert send_messages(AT) == Outcome(1, 1)
    assert states() == [(DeliveryState.DEAD, 1, "smtp-550"), (DeliveryState.SENT, 1, "")]
    assert box.recipients == ["wang@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "no address",
        "a@example.org, b@example.org",
        "a@b\r\nBcc: c@example.org",
        "@example.org",
        "lin@[example.org",
    ],
)
def test_what_is_no_address_goes_nowhere(database: Session, app: Flask, box: Postbox, address: str) -> None:
    post(reachable("林晓", address))
    assert send_messages(AT) == Outcome(0, 1)
    assert states() == [(DeliveryState.DEAD, 1, "bad-address")]
    assert box.letters == []


def test_an_address_in_other_letters_that_the_server_cannot_take_is_given_up(
    database: Session, app: Flask, box: Postbox
) -> None:
    post(reachable("林晓", "林晓@example.org"))
    assert send_messages(AT) == Outcome(0, 1)
    assert states() == [(DeliveryState.DEAD, 1, "bad-address")]


def test_who_has_left_gets_no_letter(database: Session, app: Flask, box: Postbox) -> None:
    person = reachable("林晓", "lin@example.org")
    post(person)
    leave(person)
    assert send_messages(AT) == Outcome(0, 0)
    assert states() == [(DeliveryState.SKIPPED, 0, "left")]


def test_a_message_without_words_does_not_stop_the_others(
    database: Session, app: Flask, box: Postbox
) -> None:
    first = reachable("林晓", "lin@example.org")
    post_each(first, reachable("王强", "wang@example.org"))
    with unit_of_work():
        database.execute(update(Message).where(Message.person_id == first.id).values(facts={}))
    assert send_messages(AT) == Outcome(1, 1)
    assert states() == [(DeliveryState.DEAD, 1, "no-words"), (DeliveryState.SENT, 1, "")]


# -- nobody answers ---------------------------------------------------------------------------------------


def test_a_server_that_is_down_costs_no_letter_a_try(database: Session, app: Flask) -> None:
    post_each(reachable("林晓", "lin@example.org"), reachable("王强", "wang@example.org"))
    with mail_to(app, free_port()):
        assert send_messages(AT) == Outcome(0, 1)
    assert states() == [(DeliveryState.QUEUED, 0, "connection"), (DeliveryState.QUEUED, 0, "")]
    with mail_server(app) as box:
        assert send_messages(AT + SOON) == Outcome(2, 0)
    assert sorted(box.recipients) == ["lin@example.org", "wang@example.org"]


def test_a_server_that_breaks_off_in_between_gets_the_rest_later(
    database: Session, app: Flask, box: Postbox
) -> None:
    box.answers = ["421 closing"]
    post_each(*(reachable("林晓", f"somebody{number}@example.org") for number in range(3)))
    assert send_messages(AT) == Outcome(0, 1)
    assert states() == [(DeliveryState.QUEUED, 0, "smtp-421"), *[(DeliveryState.QUEUED, 0, "")] * 2]
    assert send_messages(AT + SOON) == Outcome(3, 0)


def test_a_password_is_never_said_in_clear(database: Session, app: Flask, box: Postbox) -> None:
    server = app.extensions["xuanguan.settings"].mail
    post(reachable("林晓", "lin@example.org"))
    with mail_to(app, server.port, user="training", password="a long secret"):
        assert send_messages(AT) == Outcome(0, 1)
        with pytest.raises(Unreachable), connected(app.extensions["xuanguan.settings"].mail):
            pass
    assert states() == [(DeliveryState.QUEUED, 0, "connection")]
    assert box.letters == []


def test_without_a_mail_server_nothing_piles_up(database: Session, app: Flask) -> None:
    person = reachable("林晓", "lin@example.org")
    post(person)
    assert send_messages(AT) == Outcome(0, 0)
    assert states() == [(DeliveryState.SKIPPED, 0, "channel-off")]
    assert unread_count(person.id) == 1
    with mail_server(app) as box:
        assert send_messages(AT + timedelta(days=1)) == Outcome(0, 0)
    assert box.letters == []


# -- many, and several at once ----------------------------------------------------------------------------


def test_two_workers_send_each_letter_once(database: Session, app: Flask, box: Postbox) -> None:
    addresses = [f"somebody{number}@example.org" for number in range(12)]
    post(*(reachable("林晓", address) for address in addresses))

    session().commit()
    together = Barrier(2)

    def work(_number: int) -> Outcome:
        with app.app_context():
            together.wait(timeout=10)
            return send_messages(AT)

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(work, range(2)))
    assert sum(one.count for one in outcomes) == len(addresses), outcomes
    assert sorted(box.recipients) == sorted(addresses)


def test_a_run_goes_on_until_nothing_is_due(database: Session, app: Flask, box: Postbox) -> None:
    post(*(reachable("林晓", f"somebody{number}@example.org") for number in range(BATCH + 2)))
    assert send_messages(AT) == Outcome(BATCH + 2, 0)
    assert len(box.letters) == BATCH + 2


def test_the_log_names_messages_and_nobody(
    database: Session, app: Flask, box: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="lms")
    box.answers = ["550 lin@example.org is unknown"]
    person = reachable("林晓", "lin@example.org")
    post(person)
    send_messages(AT)
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("lms"))
    assert inbox(person.id)[0].key in written
    assert "smtp-550" in written
    assert "lin@example.org" not in caplog.text.partition("aiosmtpd")[0]
    assert "林晓" not in caplog.text


# -- settings ---------------------------------------------------------------------------------------------


def test_the_mail_server_is_read_from_one_address(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("XUANGUAN_DATA", str(tmp_path))
    monkeypatch.setenv("XUANGUAN_MAIL_URL", "smtps://train%40ing:p%3Aw@mail.example.org")
    monkeypatch.setenv("XUANGUAN_MAIL_FROM", "training@example.org")
    monkeypatch.setenv("XUANGUAN_ADDRESS", "https://learn.example.org/")
    settings = from_environment()
    assert settings.address == "https://learn.example.org"
    mail = settings.mail
    assert mail is not None
    assert (mail.host, mail.port, mail.tls) == ("mail.example.org", 465, True)
    assert (mail.user, mail.password, mail.sender) == ("train@ing", "p:w", "training@example.org")
    assert "p:w" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("mail.example.org", "training@example.org"),
        ("http://mail.example.org", "training@example.org"),
        ("smtp://", "training@example.org"),
        ("smtp://mail.example.org", ""),
    ],
)
def test_half_a_mail_server_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, url: str, sender: str
) -> None:
    monkeypatch.setenv("XUANGUAN_DATA", str(tmp_path))
    monkeypatch.setenv("XUANGUAN_MAIL_URL", url)
    monkeypatch.setenv("XUANGUAN_MAIL_FROM", sender)
    with pytest.raises(ValueError, match="XUANGUAN_MAIL_URL"):
        from_environment()
