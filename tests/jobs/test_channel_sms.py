"""Text messages: one part, through the organisation's own gateway, and no guess about what it answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.jobs import sms
from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import Gateways, from_environment
from lms.notifications import channels
from lms.notifications.rules import Channel, Letter, NotTaken, Unreachable
from tests.support.gateways import Services, services

LINK = "https://learn.example.org/inbox/K7M2QX9AK7M2"


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    with unit_of_work():
        channels.set_up(Channel.SMS, {"signature": "启衡科技", "secret": "gateway-key-1"})
    with services(app) as found:
        yield found


def letter(phone: str, title: str = "还没有完成：门诊起付线调整") -> Letter:
    return Letter("K7M2QX9AK7M2", phone, title, "", "", LINK, LINK)


def send(app: Flask, *letters: Letter) -> list[tuple[str, bool] | None]:
    connect = sms.opens(app.extensions["xuanguan.settings"])
    assert connect is not None
    with connect() as post:
        return [(one.code, one.retryable) if isinstance(one, NotTaken) else None for one in post(letters)]


def test_a_text_message_is_handed_to_the_gateway_with_its_key(there: Services, app: Flask) -> None:
    assert send(app, letter("13800001111")) == [None]
    (heard,) = there.sent
    assert heard.path == "/messages"
    assert heard.headers["Authorization"] == "Bearer gateway-key-1"
    text = f"【启衡科技】还没有完成：门诊起付线调整 {LINK}"
    assert heard.body == {"id": "K7M2QX9AK7M2", "to": "13800001111", "text": text}


@given(st.text(max_size=200))
def test_it_is_always_one_part_and_the_link_is_whole(title: str) -> None:
    text = sms.text_of(letter("13800001111", title), "启衡科技")
    assert sms.parts(text) == 1
    assert text.endswith(f" {LINK}")


def test_a_link_that_leaves_no_room_costs_a_second_part() -> None:
    long = replace(letter("13800001111"), link=f"https://{'a' * 80}.example.org")
    text = sms.text_of(long, "启衡科技")
    assert text.endswith(long.link)
    assert sms.parts(text) == 2


@pytest.mark.parametrize("phone", ["", "12345", "+8613800001111", "1380000111a", "13800001111,13900001111"])
def test_what_is_no_mobile_number_goes_nowhere(there: Services, app: Flask, phone: str) -> None:
    assert send(app, letter(phone), letter("13800001111")) == [("bad-address", False), None]
    assert len(there.sent) == 1


@pytest.mark.parametrize("code", ["bad-number", "blocked-number", "bad-text"])
def test_one_number_that_is_refused_stops_nobody(there: Services, app: Flask, code: str) -> None:
    there.answers = [{"code": code}]
    assert send(app, letter("13800001111"), letter("13900001111")) == [(f"sms-{code}", False), None]


@pytest.mark.parametrize("code", ["bad-key", "bad-signature", "no-credit"])
def test_a_refused_key_stops_the_channel(there: Services, app: Flask, code: str) -> None:
    there.answers = [{"code": code}]
    with pytest.raises(Unreachable, match=f"sms-{code}"):
        send(app, letter("13800001111"))
    session().rollback()
    assert channels.setup(Channel.SMS).error == f"sms-{code}"


@pytest.mark.parametrize("answer", [{"code": "busy"}, {"code": "too-fast"}, Response("", 503)])
def test_trouble_that_may_pass_breaks_off(there: Services, app: Flask, answer: object) -> None:
    there.answers = [answer]  # type: ignore[list-item]
    with pytest.raises(Unreachable):
        send(app, letter("13800001111"))
    session().rollback()
    assert channels.setup(Channel.SMS).error == ""


@pytest.mark.parametrize("answer", [{"errcode": 0}, {"code": "<script>"}, {"code": ["ok"]}])
def test_an_answer_that_we_do_not_know_is_no_success(there: Services, app: Flask, answer: object) -> None:
    there.answers = [answer]  # type: ignore[list-item]
    assert send(app, letter("13800001111")) == [("sms-unknown", False)]


def test_without_a_gateway_there_are_no_text_messages(there: Services, app: Flask) -> None:
    assert sms.opens(replace(app.extensions["xuanguan.settings"], gateways=Gateways())) is None


def test_the_gateways_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("XUANGUAN_DATA", str(tmp_path))
    monkeypatch.setenv("XUANGUAN_SMS_URL", "https://sms.example.org/")
    found = from_environment().gateways
    assert (found.sms, found.wecom) == ("https://sms.example.org", "https://qyapi.weixin.qq.com")
    monkeypatch.setenv("XUANGUAN_FEISHU_URL", "open.feishu.cn")
    with pytest.raises(ValueError, match="XUANGUAN_FEISHU_URL"):
        from_environment()
