"""The custom robot of Feishu. Source: open.feishu.cn, custom bot usage guide."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.jobs.gateway import Call, Refused, Why, code_of, shortened
from lms.jobs.groups import GroupText
from lms.notifications.group_posts import Access

LONGEST = 18_000
"""Bytes of text; the service takes 20 KB with everything around it."""
_TOO_FAST = {"11232", "99991400"}
_REFUSED = {"19001", "19021", "19022", "19024"}
_BUSY = {"-1"}


def sign(secret: str, seconds: int) -> str:
    """The signature of a call made at this instant: the secret is part of the key, and nothing is said."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def call(robot: Access, text: GroupText, at: datetime) -> Call:
    """The request that posts a text. Nobody is mentioned: Feishu knows people by ids that we do not have."""
    said = shortened(text.text, LONGEST)
    link = {"tag": "a", "text": text.action, "href": text.link}
    content = {"title": text.title, "content": [[{"tag": "text", "text": said}], [link]]}
    body: dict[str, Any] = {"msg_type": "post", "content": {"post": {"zh_cn": content}}}
    if robot.secret:
        seconds = int(at.timestamp())
        body = {"timestamp": str(seconds), "sign": sign(robot.secret, seconds), **body}
    return Call(f"/open-apis/bot/v2/hook/{robot.token}", body=body)


def judge(answer: Mapping[str, Any]) -> None:
    """Raises ``Refused`` unless the answer says that it was posted; older ones say so in ``StatusCode``."""
    code = code_of(answer, "code", "StatusCode")
    if code == "0":
        return
    if code in _TOO_FAST:
        raise Refused(f"feishu-{code}", Why.TOO_FAST)
    why = Why.REFUSED if code in _REFUSED else Why.BUSY if code in _BUSY else Why.UNFIT
    raise Refused(f"feishu-{code or 'unknown'}", why)
