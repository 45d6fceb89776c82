"""Why something was not sent, in words that say where it can be mended; and names of channels and robots."""

import re
from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.notifications.robots import RobotKind
from lms.notifications.rules import Channel

CHANNELS: Mapping[Channel, LazyString] = {
    Channel.INBOX: lazy_gettext("Messages in Xuanguan"),
    Channel.EMAIL: lazy_gettext("E-mail messages"),
    Channel.WECOM: lazy_gettext("WeCom application"),
    Channel.SMS: lazy_gettext("Text message"),
    Channel.LETTER: lazy_gettext("Letter by post"),
    Channel.CALL: lazy_gettext("Telephone call"),
}
ROBOTS: Mapping[RobotKind, LazyString] = {
    RobotKind.WECOM: lazy_gettext("WeCom"),
    RobotKind.DINGTALK: lazy_gettext("DingTalk"),
    RobotKind.FEISHU: lazy_gettext("Feishu"),
}
_REFUSALS: Mapping[str, LazyString] = {
    "not-set-up": lazy_gettext("the channel is not set up"),
    "channel-off": lazy_gettext("the channel was off"),
    "no-address": lazy_gettext("there is no address; enter it on the page of the person"),
    "bad-address": lazy_gettext("the address is none; correct it on the page of the person"),
    "refused": lazy_gettext("the mail server said that nobody has this address; correct it"),
    "left": lazy_gettext("the person has left"),
    "invalid-user": lazy_gettext("WeCom does not know this account, or the application may not write to it"),
    "unlicensed-user": lazy_gettext("this WeCom account has no licence"),
    "returned": lazy_gettext(
        "the post brought the letter back; correct the address on the page of the person"
    ),
    "unreached": lazy_gettext("nobody could be reached by telephone"),
    "other-way": lazy_gettext("the person has asked for another way"),
    "lost": lazy_gettext("the program broke off while sending"),
    "no-words": lazy_gettext("the message could not be put into words"),
    "too-late": lazy_gettext("it had waited for three days and was news no more"),
    "own-limit": lazy_gettext("the robot has said as much as it may in a minute; wait a little"),
    "member-limit": lazy_gettext("this person got as many messages as WeCom allows in a minute"),
    "timeout": lazy_gettext("the service did not answer in time"),
    "connection": lazy_gettext("the service could not be reached"),
    "no-answer": lazy_gettext("the answer of the service could not be read"),
    "wecom-93000": lazy_gettext("WeCom does not know this key; copy the address of the robot again"),
    "wecom-45009": lazy_gettext("WeCom takes no more for the moment"),
    "wecom-40001": lazy_gettext("WeCom refuses the secret; copy it from the page of the application"),
    "wecom-40091": lazy_gettext("WeCom refuses the secret; copy it from the page of the application"),
    "wecom-40014": lazy_gettext("WeCom refuses the secret; copy it from the page of the application"),
    "wecom-42001": lazy_gettext("WeCom refuses the secret; copy it from the page of the application"),
    "wecom-40013": lazy_gettext("WeCom does not know this enterprise id"),
    "wecom-40056": lazy_gettext("WeCom does not know this application number"),
    "wecom-301002": lazy_gettext("the secret does not belong to this application number"),
    "wecom-48002": lazy_gettext("the application may not send messages; allow it in WeCom"),
    "wecom-60020": lazy_gettext("WeCom does not take calls from this server; add its address in WeCom"),
    "dingtalk-300005": lazy_gettext("DingTalk does not know this token; copy the address of the robot again"),
    "dingtalk-400101": lazy_gettext("DingTalk does not know this token; copy the address of the robot again"),
    "dingtalk-400102": lazy_gettext("the robot is switched off in DingTalk"),
    "dingtalk-400013": lazy_gettext("the group does not exist any more"),
    "dingtalk-400106": lazy_gettext("the robot does not exist any more"),
    "dingtalk-130101": lazy_gettext("DingTalk takes nothing for ten minutes: too much was sent"),
    "dingtalk-410100": lazy_gettext("DingTalk takes nothing for ten minutes: too much was sent"),
    "dingtalk-310000": lazy_gettext("a security setting of the robot in DingTalk refuses it"),
    "dingtalk-310000-keyword": lazy_gettext("DingTalk misses the keyword of this robot; enter it"),
    "dingtalk-310000-sign": lazy_gettext("DingTalk refuses the signature; copy the secret again"),
    "dingtalk-310000-clock": lazy_gettext("the clock of this server is wrong by more than an hour"),
    "dingtalk-310000-ip": lazy_gettext(
        "DingTalk does not take calls from this server; add its address there"
    ),
    "feishu-19001": lazy_gettext("Feishu does not know this token; copy the address of the robot again"),
    "feishu-19021": lazy_gettext("Feishu refuses the signature; copy the secret again, and check the clock"),
    "feishu-19022": lazy_gettext("Feishu does not take calls from this server; add its address there"),
    "feishu-19024": lazy_gettext("Feishu misses the keyword of this robot; enter it"),
    "feishu-11232": lazy_gettext("Feishu takes no more for the moment"),
    "sms-bad-key": lazy_gettext("the gateway for text messages refuses the key"),
    "sms-bad-signature": lazy_gettext("the signature is not approved for text messages"),
    "sms-no-credit": lazy_gettext("no text messages are left; buy more from the provider"),
    "sms-bad-number": lazy_gettext("nobody has this telephone number; correct it on the page of the person"),
    "sms-blocked-number": lazy_gettext("this telephone number takes no text messages from us"),
    "sms-bad-text": lazy_gettext("the provider does not allow this text"),
}
FIELD_OF: Mapping[str, str] = {
    "wecom-93000": "address",
    "dingtalk-300005": "address",
    "dingtalk-400101": "address",
    "dingtalk-310000-keyword": "keyword",
    "dingtalk-310000-sign": "secret",
    "feishu-19001": "address",
    "feishu-19021": "secret",
    "feishu-19024": "keyword",
    "wecom-40001": "secret",
    "wecom-40091": "secret",
    "wecom-40014": "secret",
    "wecom-42001": "secret",
    "wecom-301002": "secret",
    "wecom-40013": "corp",
    "wecom-40056": "agent",
    "sms-bad-key": "secret",
    "sms-bad-signature": "signature",
}
"""Code of a refusal → the field of the form where it is mended."""
_NUMBERED = re.compile(r"(smtp|http|wecom|dingtalk|feishu)-([0-9a-z-]+)")


def refusal(code: str) -> str:
    """Why something was not sent, as part of a sentence; empty for no code."""
    known = _REFUSALS.get(code)
    if known is not None or not code:
        return str(known or "")
    found = _NUMBERED.fullmatch(code)
    if not found:
        return str(gettext("the service refused it (%(code)s)", code=code))
    who, number = found.groups()
    if who == "smtp":
        return str(gettext("the mail server refused it (answer %(number)s)", number=number))
    if who == "http":
        return str(gettext("the service is in trouble (answer %(number)s)", number=number))
    service = str(ROBOTS[RobotKind(who)])
    return str(gettext("%(who)s refused it (answer %(number)s)", who=service, number=number))
