"""Application messages of WeCom: one token, equal letters as one message, and who was not reached."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.jobs import wecom
from lms.jobs.gateway import written
from lms.jobs.trials import try_channel
from lms.kernel.database import session, unit_of_work
from lms.notifications import channels
from lms.notifications.rules import Channel, Letter, NotTaken, Unreachable
from tests.support.gateways import AT, Services, services

ACCOUNT = {"corp": "ww1a2b3c4d", "agent": "1000002", "secret": "the-secret-of-it"}


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    wecom.TOKENS.forget()
    with unit_of_work():
        channels.set_up(Channel.WECOM, ACCOUNT)
    with services(app) as found:
        yield found


def letter(member: str, *, title: str = "请学习", body: str = "12月7日前完成", key: str = "") -> Letter:
    site = "https://learn.example.org"
    key = key or f"KEY-{member}"
    return Letter(key, member, title, "", body, f"{site}/inbox/{key}", f"{site}/course/onboarding")


def send(app: Flask, *letters: Letter) -> list[tuple[str, bool] | None]:
    """What became of each: ``None`` when it was taken, else code and whether to try again."""
    connect = wecom.opens(app.extensions["xuanguan.settings"])
    assert connect is not None
    with connect() as post:
        return [(one.code, one.retryable) if isinstance(one, NotTaken) else None for one in post(letters)]


def test_one_letter_is_a_card_that_leads_through_the_inbox(there: Services, app: Flask) -> None:
    assert send(app, letter("zhangsan")) == [None]
    asked, sent = there.heard
    assert asked.params == {"corpid": "ww1a2b3c4d", "corpsecret": "the-secret-of-it"}
    assert (sent.path, sent.params) == ("/cgi-bin/message/send", {"access_token": "token-1"})
    assert sent.body == {
        "touser": "zhangsan",
        "msgtype": "textcard",
        "agentid": 1000002,
        "textcard": {
            "title": "请学习",
            "description": "12月7日前完成",
            "url": "https://learn.example.org/inbox/KEY-zhangsan",
        },
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }


def test_equal_letters_go_out_as_one_message_of_at_most_a_thousand(there: Services, app: Flask) -> None:
    letters = [letter(f"member{number:04}") for number in range(1001)]
    assert send(app, *letters, letter("other", title="另一封")) == [None] * 1002
    assert [len(one.body["touser"].split("|")) for one in there.sent] == [1000, 1, 1]
    assert there.sent[0].body["textcard"]["url"] == "https://learn.example.org/course/onboarding"


def test_the_same_group_is_the_same_message_at_every_try(there: Services, app: Flask) -> None:
    send(app, letter("b"), letter("a"), letter("c"))
    send(app, letter("c"), letter("b"), letter("a"))
    first, second = there.sent
    assert first.body == second.body


def test_a_token_is_asked_for_once_and_renewed_when_it_is_no_longer_good(there: Services, app: Flask) -> None:
    send(app, letter("a"), letter("b", title="另一封"))
    send(app, letter("c"))
    assert len(there.heard) - len(there.sent) == 1
    there.answers = [{"errcode": 42001, "errmsg": "access_token expired"}]
    assert send(app, letter("d")) == [None]
    assert [one.params["access_token"] for one in there.sent[-2:]] == ["token-1", "token-2"]


def test_a_token_that_is_refused_twice_stops_the_channel(there: Services, app: Flask) -> None:
    there.answers = [{"errcode": 40014, "errmsg": "invalid access_token"}] * 2
    with pytest.raises(Unreachable, match="wecom-40014"):
        send(app, letter("a"))
    assert len(there.sent) == 2
    session().rollback()
    assert channels.setup(Channel.WECOM).error == "wecom-40014"
    with pytest.raises(Unreachable, match="wecom-40014"):
        wecom.opens(app.extensions["xuanguan.settings"])


def test_a_wrong_secret_stops_the_channel_until_it_is_mended(there: Services, app: Flask) -> None:
    there.tokens = [{"errcode": 40001, "errmsg": "invalid credential"}]
    with pytest.raises(Unreachable, match="wecom-40001"):
        send(app, letter("a"))
    assert there.sent == []
    with unit_of_work():
        channels.set_up(Channel.WECOM, ACCOUNT)
    assert send(app, letter("a")) == [None]


def test_whom_wecom_does_not_know_is_told_apart_whatever_the_case_of_letters(
    there: Services, app: Flask
) -> None:
    there.answers = [
        {"errcode": 0, "errmsg": "ok", "invaliduser": "lisi|WangWu", "unlicenseduser": "zhaoliu"}
    ]
    found = send(app, letter("zhangsan"), letter("LiSi"), letter("wangwu"), letter("zhaoliu"))
    assert found == [None, ("invalid-user", False), ("invalid-user", False), ("unlicensed-user", False)]


@pytest.mark.parametrize("code", [81013, 82001])
def test_when_nobody_is_known_the_channel_goes_on(there: Services, app: Flask, code: int) -> None:
    there.answers = [{"errcode": code, "errmsg": "user & party & tag all invalid"}]
    assert send(app, letter("a"), letter("b")) == [("invalid-user", False)] * 2
    assert channels.setup(Channel.WECOM).error == ""


@pytest.mark.parametrize("address", ["@all", "a|b", "a b", "", "林晓", "a" * 65])
def test_what_is_not_one_member_goes_nowhere(there: Services, app: Flask, address: str) -> None:
    assert send(app, letter(address), letter("b")) == [("bad-address", False), None]
    assert [one.body["touser"] for one in there.sent] == ["b"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"errcode": 45009, "errmsg": "reach max api daily quota limit"}, "wecom-45009"),
        ({"errcode": -1}, "wecom--1"),
        (Response("bad gateway", 502), "http-502"),
        (Response("slow down", 429), "http-429"),
    ],
)
def test_what_may_pass_breaks_off_and_is_not_held_against_the_channel(
    there: Services, app: Flask, answer: object, code: str
) -> None:
    there.answers = [answer]  # type: ignore[list-item]
    with pytest.raises(Unreachable, match=code):
        send(app, letter("a"))
    session().rollback()
    assert channels.setup(Channel.WECOM).error == ""
    assert send(app, letter("a")) == [None]


def test_what_does_not_fit_is_the_fault_of_these_letters(there: Services, app: Flask) -> None:
    there.answers = [{"errcode": 40058}]
    assert send(app, letter("a"), letter("b", title="另一封")) == [("wecom-40058", False), None]


def test_what_wecom_would_drop_without_a_word_waits(there: Services, app: Flask) -> None:
    found = [send(app, letter("a", title=f"第{number}封")) for number in range(12)]
    assert found == [[None]] * 10 + [[("member-limit", True)]] * 2
    assert len(there.sent) == 10


def test_a_card_is_cut_to_what_it_takes(there: Services, app: Flask) -> None:
    send(app, letter("a", title="长" * 200, body="<b>" + "长" * 600))
    card = there.sent[0].body["textcard"]
    assert len(card["title"].encode()) <= 128
    assert len(card["description"].encode()) <= 512
    assert card["description"].startswith("＜b>")
    assert there.sent[0].size == len(written(there.sent[0].body))


def test_off_is_off(there: Services, app: Flask) -> None:
    settings = app.extensions["xuanguan.settings"]
    with unit_of_work():
        channels.switch(Channel.WECOM, on=False)
    assert wecom.opens(settings) is None
    assert try_channel(Channel.WECOM, settings, letter("a"), AT) == ""
    with unit_of_work():
        channels.set_up(Channel.WECOM, {"corp": "ww1a2b3c4d"})
        channels.switch(Channel.WECOM, on=True)
    assert wecom.opens(settings) is None
    assert try_channel(Channel.WECOM, settings, letter("a"), AT) == "not-set-up"


def test_a_test_mends_what_was_refused(there: Services, app: Flask) -> None:
    settings = app.extensions["xuanguan.settings"]
    with unit_of_work():
        channels.note_refused(Channel.WECOM, "wecom-60020", AT - timedelta(days=1))
    assert try_channel(Channel.WECOM, settings, letter(""), AT) == "no-address"
    assert try_channel(Channel.WECOM, settings, letter("a"), AT) == ""
    session().rollback()
    found = channels.setup(Channel.WECOM)
    assert (found.error, found.checked_at) == ("", AT)


def test_the_secret_is_not_readable_in_the_database(there: Services, database: Session) -> None:
    rows = database.execute(text("SELECT settings FROM notifications_channels")).all()
    assert "secret" not in str(rows)
    assert "the-secret-of-it" not in repr(channels.setup(Channel.WECOM))
