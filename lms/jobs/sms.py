"""Text messages, through a gateway of the organisation's own, which docs/channels.md describes.

Providers differ and change; each is adapted to once, in the gateway, and their keys stay there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lms.jobs.gateway import Call, Refused, Why, ask, code_of, opened
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import channels
from lms.notifications.rules import Channel, Letter, NotTaken, Post, Unreachable

if TYPE_CHECKING:
    from requests import Session

NAMES = ("secret", "signature")
"""What has to be set up: the gateway's key, and the name in front of each message."""
ONE_PART, NEXT_PARTS = 70, 67
"""Signs of a text message that is one, and of each part of one that is several. Source: GSM 03.38, UCS-2."""
_PHONE = re.compile(r"1[3-9]\d{9}")
_WHY: Mapping[str, Why] = {
    "busy": Why.BUSY,
    "too-fast": Why.TOO_FAST,
    "bad-key": Why.REFUSED,
    "bad-signature": Why.REFUSED,
    "no-credit": Why.REFUSED,
    "bad-number": Why.UNFIT,
    "blocked-number": Why.UNFIT,
    "bad-text": Why.UNFIT,
}


@dataclass(frozen=True)
class Account:
    """How the gateway is spoken to."""

    base: str
    signature: str
    secret: str = field(repr=False)


def opens(settings: Settings, *, on_trial: bool = False) -> Callable[[], Any] | None:
    """What opens the channel, or ``None`` when it is off. Raises ``Unreachable`` while it is refused.

    *on_trial* it is opened all the same. Needs an application context.
    """
    found = channels.setup(Channel.SMS)
    values = found.values
    if not settings.gateways.sms or not all(values.get(name) for name in NAMES):
        return None
    if not (found.is_on or on_trial):
        return None
    if found.error and not on_trial:
        raise Unreachable(found.error)
    account = Account(settings.gateways.sms, values["signature"], values["secret"])
    return partial(connected, account)


@contextmanager
def connected(account: Account) -> Iterator[Post]:
    """A connection that takes letters one after the other."""
    with opened() as over:
        yield partial(_post, account, over)


def _post(account: Account, over: "Session", letters: Sequence[Letter]) -> Iterator[NotTaken | None]:
    for letter in letters:
        if not _PHONE.fullmatch(letter.address):
            yield NotTaken("bad-address", retryable=False)
            continue
        try:
            judge(ask(account.base, _call(account, letter), over=over))
        except Refused as refusal:
            if refusal.why is not Why.UNFIT:
                _note(refusal)
                raise Unreachable(refusal.code) from None
            yield NotTaken(refusal.code, retryable=False)
        else:
            yield None


def _note(refusal: Refused) -> None:
    if refusal.why is Why.REFUSED:
        with unit_of_work():
            channels.note_refused(Channel.SMS, refusal.code, clock.now())


def _call(account: Account, letter: Letter) -> Call:
    body = {"id": letter.key, "to": letter.address, "text": text_of(letter, account.signature)}
    return Call("/messages", body=body, headers={"Authorization": f"Bearer {account.secret}"})


def text_of(letter: Letter, signature: str) -> str:
    """What is read on the phone: one part, the heading cut for it; the link is never cut.

    Who has asked for text messages reads what is new itself, in two parts at the most.
    """
    head, tail = f"【{signature}】", f" {letter.link}"
    most = 2 * NEXT_PARTS if letter.short else ONE_PART
    room = most - length(head) - length(tail)
    return f"{head}{cut(letter.short or letter.title, max(room, ONE_PART // 5))}{tail}"


def length(text: str) -> int:
    """Signs as text messages count them: those outside the basic plane are two."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many messages a text is paid for."""
    return 1 if length(text) <= ONE_PART else -(-length(text) // NEXT_PARTS)


def cut(text: str, most: int) -> str:
    """*text* with at most *most* signs, and a mark where it is cut."""
    if length(text) <= most:
        return text
    kept = text
    while length(kept) > most - 1:
        kept = kept[:-1]
    return f"{kept}…"


def judge(answer: Mapping[str, Any]) -> None:
    """Raises ``Refused`` unless the answer says that it was taken."""
    code = code_of(answer, "code")
    if code == "ok":
        return
    known = code if code in _WHY else "unknown"
    raise Refused(f"sms-{known}", _WHY.get(code, Why.UNFIT))
