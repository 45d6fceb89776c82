"""The group robot of WeCom. Source: developer.work.weixin.qq.com, documents 91770 and 90313 (error codes)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.jobs.gateway import Call, Refused, Why, code_of, shortened
from lms.jobs.groups import GroupText, unmarked
from lms.notifications.group_posts import Access

LONGEST = 2048
"""Bytes of a text, with the link and everything."""
_TOO_FAST = {"45009"}
_REFUSED = {"93000"}
_BUSY = {"-1", "45033"}


def call(robot: Access, text: GroupText, _at: datetime) -> Call:
    """The request that posts a text. Only plain text can mention people; this robot signs nothing."""
    users = [one.wecom_id for one in text.mentions if one.wecom_id]
    phones = [one.phone for one in text.mentions if one.phone and not one.wecom_id]
    body = _plain(text, users, phones) if users or phones else _marked(text)
    return Call("/cgi-bin/webhook/send", {"key": robot.token}, body)


def _plain(text: GroupText, users: list[str], phones: list[str]) -> Mapping[str, Any]:
    content = _fitted(f"{text.title}\n{text.text}", f"\n{text.link}")
    return {
        "msgtype": "text",
        "text": {"content": content, "mentioned_list": users, "mentioned_mobile_list": phones},
    }


def _marked(text: GroupText) -> Mapping[str, Any]:
    content = _fitted(f"**{unmarked(text.title)}**\n{unmarked(text.text)}", f"\n[{text.action}]({text.link})")
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _fitted(text: str, tail: str) -> str:
    return shortened(text, LONGEST - len(tail.encode())) + tail


def judge(answer: Mapping[str, Any]) -> None:
    """Raises ``Refused`` unless the answer says that it was posted."""
    code = code_of(answer, "errcode")
    if code == "0":
        return
    if code in _TOO_FAST:
        raise Refused(f"wecom-{code}", Why.TOO_FAST)
    why = Why.REFUSED if code in _REFUSED else Why.BUSY if code in _BUSY else Why.UNFIT
    raise Refused(f"wecom-{code or 'unknown'}", why)
