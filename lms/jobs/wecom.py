"""Application messages of WeCom, to single members. Source: developer.work.weixin.qq.com, documents 90236
(messages), 91039 (token), 90313 (error codes).

Equal letters to many go out as one message. WeCom drops what is the same as half an hour before, so that a
letter that a worker died over is not read twice.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from lms.jobs.gateway import Call, Refused, Why, ask, code_of, opened, shortened
from lms.jobs.limits import MEMBER, MOST_ADDRESSED
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import channels, paces
from lms.notifications.rules import Channel, Letter, NotTaken, Post, Unreachable

if TYPE_CHECKING:
    from requests import Session

NAMES = ("corp", "agent", "secret")
"""What has to be set up: the enterprise's id, the application's number, and its secret."""
LONGEST_TITLE, LONGEST_TEXT = 128, 512
"""Bytes of a card's heading and text."""
SAME_FOR = 1800
"""Seconds in which the same message is not shown twice."""
_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,63}")
"""One member and nothing else: ``@all`` and lists would lead the letter elsewhere."""
_OLD_TOKEN = {"40014", "42001"}
_TOO_FAST = {"45009"}
_BUSY = {"-1", "45033"}
_REFUSED = {"40001", "40013", "40014", "40056", "40091", "42001", "48002", "60020", "301002"}
_NOBODY = {"81013", "82001"}
_NOT_SENT = {"invaliduser": "invalid-user", "unlicenseduser": "unlicensed-user"}
_SOONER = 300
"""Seconds before its end at which a token is renewed."""

Taken: TypeAlias = dict[str, NotTaken | None]


@dataclass(frozen=True)
class Account:
    """How the application signs in."""

    base: str
    corp: str
    agent: int
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        """What the token of this account is kept under."""
        return hashlib.sha256(f"{self.base}\n{self.corp}\n{self.secret}".encode()).hexdigest()


def opens(settings: Settings, *, on_trial: bool = False) -> Callable[[], Any] | None:
    """What opens the channel, or ``None`` when it is off. Raises ``Unreachable`` while it is refused.

    *on_trial* it is opened all the same. Needs an application context.
    """
    found = channels.setup(Channel.WECOM)
    values = found.values
    if not all(values.get(name) for name in NAMES) or not (found.is_on or on_trial):
        return None
    if found.error and not on_trial:
        raise Unreachable(found.error)
    account = Account(settings.gateways.wecom, values["corp"], int(values["agent"]), values["secret"])
    return partial(connected, account)


@contextmanager
def connected(account: Account) -> Iterator[Post]:
    """A connection that takes letters."""
    with opened() as over:
        yield _Sending(account, over).post


class _Sending:
    """Letters on their way; members and contents in the order in which they came."""

    def __init__(self, account: Account, over: "Session") -> None:
        self._account, self._over = account, over

    def post(self, letters: Sequence[Letter]) -> Iterator[NotTaken | None]:
        """Each group of equal letters is sent when the first of them has its turn."""
        groups = {letter.key: group for group in _groups(letters) for letter in group}
        known: Taken = {}
        for letter in letters:
            if letter.key not in known:
                known |= self._send(groups[letter.key])
            yield known[letter.key]

    def _send(self, group: Sequence[Letter]) -> Taken:
        bad = {one.key for one in group if not _MEMBER.fullmatch(one.address)}
        granted = self._granted([one.address for one in group if one.key not in bad])
        ready = [one for one in group if one.key not in bad and one.address in granted]
        found: Taken = {one.key: NotTaken("member-limit", retryable=True) for one in group}
        found |= {key: NotTaken("bad-address", retryable=False) for key in bad}
        return found | (self._give(ready) if ready else {})

    def _granted(self, members: Sequence[str]) -> set[str]:
        """Those who may be written to now: what is too much, WeCom drops without a word."""
        keys = {f"wecom:{member}": member for member in members}
        with unit_of_work():
            return {keys[key] for key in paces.take(keys, MEMBER, clock.now())}

    def _give(self, group: Sequence[Letter]) -> Taken:
        try:
            answer = self._answer(_message(self._account, group))
        except Refused as refusal:
            if refusal.why is not Why.UNFIT:
                self._note(refusal)
                raise Unreachable(refusal.code) from None
            return {one.key: NotTaken(refusal.code, retryable=False) for one in group}
        missed = _missed(answer)
        return {
            one.key: NotTaken(missed[one.address.lower()], retryable=False)
            if one.address.lower() in missed
            else None
            for one in group
        }

    def _note(self, refusal: Refused) -> None:
        if refusal.why is Why.REFUSED:
            with unit_of_work():
                channels.note_refused(Channel.WECOM, refusal.code, clock.now())

    def _answer(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """With a token that is no longer good, once more with a new one. Raises ``Refused``."""
        answer = self._asked(body, renew=False)
        if code_of(answer, "errcode") in _OLD_TOKEN:
            answer = self._asked(body, renew=True)
        if code_of(answer, "errcode") in _NOBODY:
            return {"invaliduser": body["touser"]}
        judge(answer)
        return answer

    def _asked(self, body: Mapping[str, Any], *, renew: bool) -> Mapping[str, Any]:
        token = TOKENS.of(self._account, self._over, renew=renew)
        call = Call("/cgi-bin/message/send", {"access_token": token}, body)
        return ask(self._account.base, call, over=self._over)


def _groups(letters: Sequence[Letter]) -> Iterator[Sequence[Letter]]:
    """Letters that say the same, up to as many as one message takes, each member once."""
    alike: dict[tuple[str, str, str], list[dict[str, Letter]]] = {}
    for letter in letters:
        groups = alike.setdefault((letter.title, letter.body, letter.page), [{}])
        if letter.address in groups[-1] or len(groups[-1]) == MOST_ADDRESSED:
            groups.append({})
        groups[-1][letter.address] = letter
    for groups in alike.values():
        for group in groups:
            yield list(group.values())


def _message(account: Account, group: Sequence[Letter]) -> Mapping[str, Any]:
    """Members in the order of the alphabet: the same group is the same message at every try."""
    first = group[0]
    card = {
        "title": shortened(first.title, LONGEST_TITLE),
        "description": shortened(_escaped(first.body), LONGEST_TEXT),
        "url": first.page if len(group) > 1 else first.link,
    }
    return {
        "touser": "|".join(sorted(one.address for one in group)),
        "msgtype": "textcard",
        "agentid": account.agent,
        "textcard": card,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": SAME_FOR,
    }


def _escaped(text: str) -> str:
    """A card's text is read as HTML of a kind, which has no escape for this one sign."""
    return text.replace("<", "＜")


def _missed(answer: Mapping[str, Any]) -> dict[str, str]:
    """Member in small letters → why the message did not go to them."""
    return {
        member.lower(): code
        for name, code in _NOT_SENT.items()
        for member in str(answer.get(name) or "").split("|")
        if member
    }


def judge(answer: Mapping[str, Any]) -> None:
    """Raises ``Refused`` unless the answer says that it was taken."""
    code = code_of(answer, "errcode")
    if code == "0":
        return
    if code in _TOO_FAST:
        raise Refused(f"wecom-{code}", Why.TOO_FAST)
    why = Why.REFUSED if code in _REFUSED else Why.BUSY if code in _BUSY else Why.UNFIT
    raise Refused(f"wecom-{code or 'unknown'}", why)


class _Tokens:
    """Tokens of this process, kept until shortly before they end: asking for each letter is forbidden."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[str, float]] = {}

    def of(self, account: Account, over: "Session", *, renew: bool) -> str:
        """A token for the account. Raises ``Refused``."""
        with self._lock:
            token, ends = self._kept.get(account.digest, ("", 0.0))
            if renew or time.monotonic() >= ends:
                token, seconds = _new_token(account, over)
                self._kept[account.digest] = (token, time.monotonic() + seconds - _SOONER)
            return token

    def forget(self) -> None:
        """Ask anew from now on."""
        with self._lock:
            self._kept.clear()


TOKENS = _Tokens()


def _new_token(account: Account, over: "Session") -> tuple[str, int]:
    params = {"corpid": account.corp, "corpsecret": account.secret}
    answer = ask(account.base, Call("/cgi-bin/gettoken", params), over=over)
    judge(answer)
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        raise Refused("no-answer", Why.BUSY)
    return token, seconds
