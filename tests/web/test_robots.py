"""Robots of groups are added by their address, tested, mended where it is told what is wrong, and removed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications import group_posts, robots
from lms.notifications.models import DeliveryState
from lms.notifications.robots import Robot, RobotKind, RobotPost
from tests.support.gateways import AT, Services, post, posts, robot, services
from tests.support.people import make_account, make_department, make_person, sign_in

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
NEW = {"name": "总装早班群", "kind": "wecom", "address": KEY, "secret": "", "keyword": "", "department": ""}


@pytest.fixture(autouse=True)
def lead(database: Session, client: FlaskClient) -> None:
    person = make_person(name="许慧")
    make_account(person=person, role=Role.LEAD, language="en")
    sign_in(client, number=person.number)


@pytest.fixture
def there(app: Flask) -> Iterator[Services]:
    with services(app) as found:
        yield found


def only() -> Robot:
    session().rollback()
    return session().scalars(select(Robot)).one()


@pytest.mark.parametrize(
    ("kind", "address", "token"),
    [
        ("wecom", KEY, KEY),
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", KEY),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec", "566cc69da782ec"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-1234-efgh", "abcd-1234-efgh"),
    ],
)
def test_of_the_address_that_is_pasted_only_the_key_is_kept(
    client: FlaskClient, kind: str, address: str, token: str
) -> None:
    answer = client.post("/manage/channels/robots/new", data={**NEW, "kind": kind, "address": address})
    found = only()
    assert (answer.status_code, answer.location) == (303, f"/manage/channels/robots/{found.key}")
    assert (found.kind, found.token, found.name) == (kind, token, "总装早班群")
    page = client.get(answer.location).text
    assert token not in page
    assert f"••••{token[-4:]}" in page
    assert "总装早班群" in client.get("/manage/channels").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter the name of the group"),
        ({"kind": "slack"}, "Choose whose robot it is"),
        ({"address": ""}, "Paste the address of the robot"),
        ({"address": "http://169.254.169.254/latest?key=abcdefgh1"}, "not the address of a robot of WeCom"),
        ({"address": "https://qyapi.weixin.qq.com.evil.example/send?key=abcdefgh1"}, "not the address"),
        ({"kind": "feishu", "address": f"https://qyapi.weixin.qq.com/send?key={KEY}"}, "robot of Feishu"),
        ({"address": "../../abcdefgh"}, "not the address"),
        ({"secret": "SEC1234"}, "Robots of WeCom have no secret"),
        ({"department": "NOWHERE"}, "Choose a department"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, changes: dict[str, str], said: str
) -> None:
    answer = client.post("/manage/channels/robots/new", data={**NEW, **changes})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert changes.get("name") == "" or "总装早班群" in answer.text
    assert session().scalar(select(Robot.id)) is None


def test_a_robot_of_a_department(client: FlaskClient) -> None:
    department = make_department(name="总装车间")
    client.post("/manage/channels/robots/new", data={**NEW, "department": department.key})
    assert only().department == department.key
    assert "总装车间" in client.get("/manage/channels").text


def test_what_is_left_empty_is_kept_and_a_signature_can_be_given_up(client: FlaskClient) -> None:
    found = robot(RobotKind.DINGTALK, token="first-token", secret="SECfirst")
    address = f"/manage/channels/robots/{found.key}"
    same = {**NEW, "kind": "dingtalk", "address": "", "keyword": "医保"}
    client.post(address, data=same)
    assert (only().token, only().secret, only().keyword) == ("first-token", "SECfirst", "医保")
    client.post(address, data={**same, "unsigned": "y"})
    assert (only().token, only().secret) == ("first-token", "")


def test_a_test_goes_into_the_group(client: FlaskClient, there: Services) -> None:
    found = robot()
    client.post(f"/manage/channels/robots/{found.key}/test")
    assert there.sent[0].params == {"key": "robot-token-0001"}
    assert "The test is in the group" in client.get(f"/manage/channels/robots/{found.key}").text
    assert only().checked_at is not None


@pytest.mark.parametrize(
    ("kind", "answer", "field", "said"),
    [
        ("wecom", {"errcode": 93000}, "address", "WeCom does not know this key"),
        ("dingtalk", {"errcode": 300005}, "address", "DingTalk does not know this token"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "secret", "refuses the signature"),
        (
            "dingtalk",
            {"errcode": 310000, "errmsg": "keywords not in content"},
            "keyword",
            "misses the keyword",
        ),
        ("feishu", {"code": 19021}, "secret", "Feishu refuses the signature"),
        ("feishu", {"code": 19024}, "keyword", "Feishu misses the keyword"),
        ("feishu", {"code": 19022}, "", "Feishu does not take calls from this server"),
    ],
)
def test_a_refused_robot_says_why_at_the_field_where_it_is_mended(
    client: FlaskClient, there: Services, kind: str, answer: dict[str, object], field: str, said: str
) -> None:
    found = robot(RobotKind(kind))
    there.answers = [answer]
    client.post(f"/manage/channels/robots/{found.key}/test")
    client.get("/manage/channels")
    page = client.get(f"/manage/channels/robots/{found.key}").text
    assert said in page
    assert (f'href="#{field}"' in page) is bool(field)
    assert (f'id="{field}-err"' in page) is bool(field)
    assert said in client.get("/manage/channels").text


def test_what_waits_and_what_was_given_up_is_listed_with_the_reason(
    database: Session, client: FlaskClient, there: Services
) -> None:
    found = robot()
    post("first")
    post("second")
    with unit_of_work():
        (first, _) = group_posts.claim_due(AT, limit=2)
        group_posts.settle_failed(first, "http-502", retryable=False, at=AT)
    page = client.get(f"/manage/channels/robots/{found.key}").text
    assert "Given up" in page
    assert "the service is in trouble (answer 502)" in page
    client.post(f"/manage/channels/robots/{found.key}/again")
    assert [state for state, _, _ in posts()] == [DeliveryState.QUEUED] * 2
    entry = database.scalars(select(Entry).where(Entry.act.startswith("robot."))).one()
    assert (entry.act, entry.facts) == ("robot.posts-requeued", {"count": 1})


def test_switching_off_leaves_out_what_waits(client: FlaskClient) -> None:
    found = robot()
    post()
    client.post(f"/manage/channels/robots/{found.key}/switch", data={"on": "0"})
    assert not only().is_on
    assert posts() == [(DeliveryState.SKIPPED, 0, "channel-off")]
    client.post(f"/manage/channels/robots/{found.key}/switch", data={"on": "1"})
    assert only().is_on


def test_a_robot_is_removed_after_one_question(database: Session, client: FlaskClient) -> None:
    found = robot()
    post()
    here = f"/manage/channels/robots/{found.key}"
    address = f"{here}/remove"
    assert "Remove the robot of 总装早班群?" in client.get(address).text
    assert client.post(address).location == "/manage/channels"
    assert database.scalar(select(RobotPost.id)) is None
    assert robots.robots() == []
    assert client.get(here).status_code == 404
    acts = [one.act for one in database.scalars(select(Entry)) if one.act.startswith("robot.")]
    assert acts == ["robot.removed"]


def test_unknown_robots_are_not_found(client: FlaskClient) -> None:
    for act in ("test", "switch", "again", "remove"):
        assert client.post(f"/manage/channels/robots/NOSUCH/{act}").status_code == 404


def test_the_key_of_one_service_is_never_shown_to_another(client: FlaskClient) -> None:
    found = robot(secret="")
    address = f"/manage/channels/robots/{found.key}"
    answer = client.post(address, data={**NEW, "kind": "feishu", "address": ""})
    assert answer.status_code == 422
    assert 'id="address-err"' in answer.text
    assert only().kind is RobotKind.WECOM
    assert client.post(address, data={**NEW, "kind": "feishu"}).status_code == 303
    assert (only().kind, only().token) == (RobotKind.FEISHU, KEY)
