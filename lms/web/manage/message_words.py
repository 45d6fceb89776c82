"""What HR's pages call kinds of message and how far they have come, and where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, gettext, lazy_gettext

from lms.kernel.permissions import Permission
from lms.notifications.reception import Line, Reception, Try
from lms.notifications.rules import Channel, Topic
from lms.web.addresses import url_for
from lms.web.guard import asker
from lms.web.manage.channel_words import CHANNELS, refusal

TOPICS: Mapping[Topic, LazyString] = {
    Topic.ASSIGNED: lazy_gettext("Training assigned"),
    Topic.DIGEST: lazy_gettext("Reminder of open courses"),
    Topic.TEAM: lazy_gettext("Heads: overdue in the department"),
    Topic.TO_LEARN: lazy_gettext("Change: unit to learn"),
    Topic.TO_ACKNOWLEDGE: lazy_gettext("Change: to take note of"),
    Topic.COURSE: lazy_gettext("Change: course to take"),
    Topic.REMINDER: lazy_gettext("Change: reminder"),
    Topic.DEPARTMENT: lazy_gettext("Heads: a change is not learnt"),
    Topic.HEAD_OF_HR: lazy_gettext("Head of HR: a change is not learnt"),
    Topic.APPROVAL_WANTED: lazy_gettext("Change to be approved"),
    Topic.REFRESH_ASSIGNED: lazy_gettext("Content to refresh"),
    Topic.REFRESH_DUE_SOON: lazy_gettext("Content to refresh, due soon"),
    Topic.REFRESH_OVERDUE: lazy_gettext("Content to refresh, overdue"),
    Topic.REGRADED: lazy_gettext("Quiz marked again"),
    Topic.ADJUSTMENT_REQUESTED: lazy_gettext("Request to be decided"),
    Topic.ADJUSTMENT_DECIDED: lazy_gettext("Request decided"),
    Topic.REQUEST_ANSWERED: lazy_gettext("Request for help answered"),
    Topic.ITEM_COLLAPSED: lazy_gettext("Question became much harder"),
    Topic.EFFECT_READY: lazy_gettext("Effect of training after a month"),
    Topic.DIFFERENCES: lazy_gettext("Numbers do not agree"),
    Topic.SURVEY_OPEN: lazy_gettext("Survey: open"),
    Topic.SURVEY_REMINDER: lazy_gettext("Survey: reminder"),
    Topic.SURVEY_PASSED_OVER: lazy_gettext("Survey: a draft was not opened"),
    Topic.PREVIEW: lazy_gettext("Training, sent to oneself"),
    Topic.EVENT_SEAT: lazy_gettext("Event: seat"),
    Topic.EVENT_MOVED: lazy_gettext("Event: another time or place"),
    Topic.EVENT_CANCELLED: lazy_gettext("Event cancelled"),
    Topic.EVENT_REMINDER: lazy_gettext("Event: reminder the day before"),
}
RECEPTIONS: Mapping[Reception, LazyString] = {
    Reception.MISSED: lazy_gettext("Not received"),
    Reception.WAITING: lazy_gettext("On its way"),
    Reception.SENT: lazy_gettext("Sent out"),
    Reception.READ: lazy_gettext("Opened"),
}
TAGS: Mapping[Reception, tuple[str, str]] = {
    Reception.MISSED: ("bad", "alert"),
    Reception.WAITING: ("info", "clock"),
    Reception.SENT: ("", "check"),
    Reception.READ: ("done", "done"),
}
_OF_PERSON = {
    "no-address",
    "bad-address",
    "refused",
    "invalid-user",
    "unlicensed-user",
    "sms-bad-number",
    "returned",
}
"""Codes of what is mended on the page of the person."""
_OF_CHANNEL = {"channel-off", "not-set-up"}


@dataclass(frozen=True)
class Mending:
    """Where something can be mended; no address means that trying again is all there is to do."""

    words: str
    href: str = ""


def is_of_person(code: str) -> bool:
    """Whether the person's contact data are at fault."""
    return code in _OF_PERSON or code.startswith("smtp-5")


def mending_of(code: str) -> Mending:
    """Where a reason is mended, for all whom it concerns."""
    if is_of_person(code):
        return Mending(gettext("On each person’s page, in the list below"))
    if code in _OF_CHANNEL and asker().may(Permission.CHANNELS_EDIT):
        return Mending(gettext("Set up the channel"), url_for("manage.channels"))
    if code in _OF_CHANNEL:
        return Mending(gettext("An administrator sets up the channel"))
    return Mending(gettext("Try again"))


def reason(channel: Channel | None, code: str) -> str:
    """Why something was not sent; without a channel: over any."""
    if channel is None:
        return str(gettext("There is no address for any channel; enter one on the person’s page"))
    return refusal(code)


def channel_name(channel: Channel | None) -> str:
    """What it is called."""
    return str(CHANNELS[channel]) if channel else gettext("Every channel")


def tried(one: Try) -> str:
    """A channel, and why nothing came over it."""
    if one.channel is None:
        return reason(None, one.error)
    return str(gettext("%(channel)s: %(reason)s", channel=CHANNELS[one.channel], reason=refusal(one.error)))


def person_link(line: Line) -> str:
    """The page where the contact data are mended; empty when that helps nothing, or one may not."""
    at_fault = line.reception is Reception.MISSED and any(is_of_person(one.error) for one in line.tries)
    return (
        url_for("manage.people_edit", key=line.person)
        if at_fault and asker().may(Permission.PEOPLE_EDIT)
        else ""
    )
