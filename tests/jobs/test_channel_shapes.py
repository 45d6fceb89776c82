"""What is posted into groups has the shape and the signature that each service wants."""

import json
from collections.abc import Iterator
from urllib.parse import quote_plus

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.jobs import dingtalk, feishu, gateway
from lms.jobs.groups import GroupText
from lms.jobs.robots import KINDS, send_group_posts
from lms.jobs.rules import Outcome
from lms.kernel.database import unit_of_work
from lms.notifications import group_posts
from lms.notifications.models import DeliveryState
from lms.notifications.robots import RobotKind
from lms.people.models import Person
from tests.support.gateways import (
    AT,
    STARTS,
    Services,
    known_at,
    post,
    posts,
    robot,
    services,
)
from tests.support.people import leave


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    with services(app) as found:
        yield found


def standing(*people: Person) -> None:
    facts = {"unfinished": 5, "late": 2, "day": "2026-11-23", "mentions": [one.id for one in people]}
    with unit_of_work():
        group_posts.post("group.standing", "2026-11-23", facts, at=AT)


# -- shapes and signatures ---------------------------------------------------------------------------------


def test_the_signatures_are_those_of_the_test_vectors() -> None:
    dingtalk_sign = dingtalk.sign("SECthisistestsecret", 1700000000000)
    assert dingtalk_sign == "RyhQKg7LPm2lw98hEiy9THRNn4KmdED00/kzw9kzUz0="
    assert quote_plus(dingtalk_sign) == "RyhQKg7LPm2lw98hEiy9THRNn4KmdED00%2Fkzw9kzUz0%3D"
    assert feishu.sign("feishu-test-secret", 1700000000) == "e3MJ8Q5llVxGJ8pVkGPBhexDAgjvYqpjPP1GkY9XceI="


def test_wecom_gets_markdown_and_its_key(there: Services) -> None:
    robot(token="693a91f6-7xxx")
    post()
    assert send_group_posts(AT) == Outcome(1)
    (heard,) = there.sent
    assert (heard.path, heard.params) == ("/cgi-bin/webhook/send", {"key": "693a91f6-7xxx"})
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert heard.body["msgtype"] == "markdown"
    content = heard.body["markdown"]["content"]
    assert "门诊起付线调整" in content
    assert "23" in content
    assert content.endswith("](https://learn.example.org/course/onboarding)")
    assert posts() == [(DeliveryState.SENT, 1, "")]


def test_wecom_calls_the_unfinished_in_plain_text(there: Services) -> None:
    robot()
    standing(
        known_at(wecom_id="zhangsan", phone="13800001111"), known_at(phone="13900002222"), known_at("周敏")
    )
    send_group_posts(AT)
    body = there.sent[0].body
    assert body["msgtype"] == "text"
    assert body["text"]["mentioned_list"] == ["zhangsan"]
    assert body["text"]["mentioned_mobile_list"] == ["13900002222"]
    assert "13900002222" not in body["text"]["content"]
    assert body["text"]["content"].endswith("\nhttps://learn.example.org/my")


def test_who_has_left_is_not_called_and_never_more_than_fifty(there: Services) -> None:
    robot()
    gone = known_at(wecom_id="gone")
    leave(gone)
    standing(gone, *(known_at(wecom_id=f"member{number}") for number in range(52)))
    send_group_posts(AT)
    called = there.sent[0].body["text"]["mentioned_list"]
    assert called == [f"member{number}" for number in range(49)]


def test_dingtalk_is_signed_in_the_address_in_milliseconds(there: Services) -> None:
    robot(RobotKind.DINGTALK, token="ding-token", secret="SECthisistestsecret")
    standing(known_at(phone="18012345678"))
    send_group_posts(AT)
    (heard,) = there.sent
    stamp = int(heard.params["timestamp"])
    assert abs(stamp - AT.timestamp() * 1000) < 60_000
    assert heard.params["sign"] == dingtalk.sign("SECthisistestsecret", stamp)
    assert f"sign={quote_plus(heard.params['sign'])}" in heard.query
    assert heard.params["access_token"] == "ding-token"
    assert heard.body["msgtype"] == "text"
    assert heard.body["at"] == {"atMobiles": ["18012345678"], "isAtAll": False}
    assert "18012345678" not in heard.body["text"]["content"]


def test_dingtalk_without_a_secret_is_not_signed(there: Services) -> None:
    robot(RobotKind.DINGTALK, token="ding-token")
    post()
    send_group_posts(AT)
    (heard,) = there.sent
    assert heard.params == {"access_token": "ding-token"}
    assert heard.body["msgtype"] == "markdown"
    assert "](https://learn.example.org/course/onboarding)" in heard.body["markdown"]["text"]


def test_feishu_is_signed_in_the_body_in_seconds(there: Services) -> None:
    robot(RobotKind.FEISHU, token="feishu-token-1", secret="feishu-test-secret")
    post()
    assert send_group_posts(AT) == Outcome(1)
    (heard,) = there.sent
    assert (heard.path, heard.params) == ("/open-apis/bot/v2/hook/feishu-token-1", {})
    assert heard.body["sign"] == feishu.sign("feishu-test-secret", int(heard.body["timestamp"]))
    assert abs(int(heard.body["timestamp"]) - AT.timestamp()) < 60
    content = heard.body["content"]["post"]["zh_cn"]
    assert "门诊起付线调整" in content["title"]
    assert content["content"][1][0]["href"] == "https://learn.example.org/course/onboarding"


@pytest.mark.parametrize("kind", RobotKind)
def test_a_keyword_is_in_every_post(there: Services, kind: RobotKind) -> None:
    robot(kind, keyword="医保培训")
    post()
    send_group_posts(AT)
    assert "医保培训" in json.dumps(there.sent[0].body, ensure_ascii=False)


@pytest.mark.parametrize(("kind", "most"), [("wecom", 2048), ("dingtalk", 20_000), ("feishu", 20_480)])
@pytest.mark.parametrize("mentioned", [False, True])
def test_the_longest_post_fits_and_ends_with_the_link(
    database: Session, app: Flask, kind: str, most: int, mentioned: bool
) -> None:
    found = robot(RobotKind(kind), secret="" if kind == "wecom" else "SEC0000")
    access = group_posts.access(found.key)
    assert access is not None
    who = [group_posts.Mention("zhangsan", "13800001111")] if mentioned else []
    said = GroupText("很长的标题", "长" * 30_000, "https://learn.example.org/my", "去学习", who)
    body = KINDS[RobotKind(kind)][0](access, said, AT).body
    assert body is not None
    written = gateway.written(body)
    content = body.get("markdown", body.get("text", {})).get("content", "") if kind == "wecom" else ""
    assert len(content.encode()) <= most
    assert len(written) <= most + 300
    assert "…" in written.decode()
    assert "https://learn.example.org/my" in written.decode()
    if kind == "feishu":
        assert len(written) <= most


def test_what_looks_like_markup_stays_text(there: Services) -> None:
    robot()
    with unit_of_work():
        facts = {**STARTS, "title": "[点我](https://evil.example) <@all>"}
        group_posts.post("group.starts", "K", facts, at=AT)
    send_group_posts(AT)
    content = there.sent[0].body["markdown"]["content"]
    assert "](https://evil" not in content
    assert "<@all>" not in content
