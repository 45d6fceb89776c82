"""The custom robot of DingTalk. Source: open.dingtalk.com, custom robot access, and its error codes."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lms.jobs.gateway import Call, Refused, Why, code_of, shortened
from lms.jobs.groups import GroupText, unmarked
from lms.notifications.group_posts import Access

LONGEST = 18_000
"""Bytes of text; the service takes 20,000 with everything around it."""
PENALTY = timedelta(minutes=10)
"""So long nothing is taken from who was too fast."""
_TOO_FAST = {"130101", "410100"}
_REFUSED = {"300005", "400013", "400101", "400102", "400106"}
_BUSY = {"-1"}
_SECURITY = "310000"
_FAILED = {"keyword": "keyword", "timestamp": "clock", "sign": "sign", "ip": "ip"}
"""What stands in the answer when a safeguard of the robot fails → how we call it."""


def sign(secret: str, milliseconds: int) -> str:
    """The signature of a call made at this instant, before it is written into an address."""
    said = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()


def call(robot: Access, text: GroupText, at: datetime) -> Call:
    """The request that posts a text: with the mentioned as plain text, for only that names them safely."""
    params = {"access_token": robot.token}
    if robot.secret:
        milliseconds = int(at.timestamp() * 1000)
        params |= {"timestamp": str(milliseconds), "sign": sign(robot.secret, milliseconds)}
    return Call("/robot/send", params, _plain(text) if _phones(text) else _marked(text))


def _phones(text: GroupText) -> list[str]:
    return [one.phone for one in text.mentions if one.phone]


def _plain(text: GroupText) -> Mapping[str, Any]:
    """Phones stand beside the text, never in it: to who is not in the group they would be shown."""
    content = shortened(f"{text.title}\n{text.text}", LONGEST) + f"\n{text.link}"
    at = {"atMobiles": _phones(text), "isAtAll": False}
    return {"msgtype": "text", "text": {"content": content}, "at": at}


def _marked(text: GroupText) -> Mapping[str, Any]:
    said = shortened(unmarked(text.text), LONGEST)
    body = f"#### {unmarked(text.title)}\n\n{said}\n\n[{text.action}]({text.link})"
    return {"msgtype": "markdown", "markdown": {"title": text.title, "text": body}, "at": {"isAtAll": False}}


def judge(answer: Mapping[str, Any]) -> None:
    """Raises ``Refused`` unless the answer says that it was posted."""
    code = code_of(answer, "errcode")
    if code == "0":
        return
    if code == _SECURITY:
        said = str(answer.get("errmsg", "")).lower()
        failed = next((name for word, name in _FAILED.items() if word in said), "")
        raise Refused("-".join(filter(None, ("dingtalk", code, failed))), Why.REFUSED)
    if code in _TOO_FAST:
        raise Refused(f"dingtalk-{code}", Why.TOO_FAST, pause=PENALTY)
    why = Why.REFUSED if code in _REFUSED else Why.BUSY if code in _BUSY else Why.UNFIT
    raise Refused(f"dingtalk-{code or 'unknown'}", why)
