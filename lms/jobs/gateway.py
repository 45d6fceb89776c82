"""One call to a service that takes messages. What it answers is read, for HTTP 200 is not success.

Nothing that is said here or logged contains an address that was called: it holds the key.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from lms.kernel.late import library

if TYPE_CHECKING:
    from requests import Session

PATIENCE = (5, 10)
"""Seconds to wait for a connection, and for each piece of the answer."""
LONGEST_ANSWER = 64_000
"""Bytes of an answer that are read."""
TOO_MANY = 429

# At its lowest level the library writes whole addresses into the log.
logging.getLogger("urllib3").setLevel(logging.INFO)


class Why(StrEnum):
    """What a refusal means for what is to be done next."""

    #: The service has a moment's trouble: try again.
    BUSY = "busy"
    #: Too much was sent: try again, and nothing before a while has passed.
    TOO_FAST = "too-fast"
    #: The key, the secret or the like is not right: nothing will be taken until somebody has mended it.
    REFUSED = "refused"
    #: This one message cannot be taken, now or later.
    UNFIT = "unfit"


class Refused(Exception):
    """A service did not take something. ``code`` holds neither keys nor personal data: ``wecom-93000``."""

    def __init__(self, code: str, why: Why, *, pause: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.pause = pause

    @property
    def is_retryable(self) -> bool:
        """Whether the same message may be taken later."""
        return self.why in {Why.BUSY, Why.TOO_FAST}


@dataclass(frozen=True)
class Call:
    """A request: below which path, with what in the address, and what is sent. Without a body it is a GET."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def written(body: Mapping[str, Any]) -> bytes:
    """A body as it is sent: UTF-8, for limits are in bytes."""
    return json.dumps(body, ensure_ascii=False).encode()


def opened() -> "Session":
    """A connection to services, kept open for calls that follow each other."""
    session: Session = library("requests").Session()
    return session


def ask(base: str, call: Call, *, over: "Session | None" = None) -> Mapping[str, Any]:
    """What a service answers: a JSON object, whatever its HTTP status. Raises ``Refused``."""
    try:
        status, answer = _exchange(over or opened(), base, call)
    except (library("requests").Timeout, library("urllib3").exceptions.ReadTimeoutError):
        raise Refused("timeout", Why.BUSY) from None
    except (library("requests").RequestException, library("urllib3").exceptions.HTTPError, OSError):
        raise Refused("connection", Why.BUSY) from None
    found = _object(answer)
    if status == TOO_MANY:
        raise Refused(f"http-{status}", Why.TOO_FAST)
    if status >= 500:
        raise Refused(f"http-{status}", Why.BUSY)
    if found is None:
        why = Why.BUSY if status == HTTPStatus.OK else Why.UNFIT
        raise Refused("no-answer" if status == HTTPStatus.OK else f"http-{status}", why)
    return found


def _exchange(over: "Session", base: str, call: Call) -> tuple[int, bytes]:
    """Status and beginning of the answer. Nobody is led elsewhere: what is sent is for this host."""
    headers = {"Content-Type": "application/json; charset=utf-8", **call.headers}
    with over.request(
        "GET" if call.body is None else "POST",
        f"{base}{call.path}",
        params=dict(call.params),
        data=None if call.body is None else written(call.body),
        headers=headers,
        timeout=PATIENCE,
        allow_redirects=False,
        stream=True,
    ) as response:
        return response.status_code, response.raw.read(LONGEST_ANSWER, decode_content=True)


def _object(answer: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def code_of(answer: Mapping[str, Any], *names: str) -> str:
    """The first of these that the answer has, as text of at most a few characters; else empty."""
    found = next((answer[name] for name in names if name in answer), "")
    return str(found)[:20] if isinstance(found, int | str) else ""


def shortened(text: str, most: int) -> str:
    """*text*, cut at a character to at most *most* bytes of UTF-8, with a mark where it is cut."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"
