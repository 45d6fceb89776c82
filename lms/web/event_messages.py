"""What is said about events: a seat, another time or place, that it is tomorrow, that it is off."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import gettext

from lms.kernel.clock import CHINA
from lms.notifications.rules import Topic
from lms.web.formats import week_day
from lms.web.message_parts import Facts, Words


def _words(title: str, text: str, facts: Facts) -> Words:
    return Words(title, text, f"/event/{facts['event']}")


def _where(facts: Facts) -> dict[str, str]:
    begins = datetime.fromisoformat(facts["starts_at"]).astimezone(CHINA)
    return {"when": f"{week_day(begins.date())} {begins:%H:%M}", "place": facts["place"]}


def _suggested(facts: Facts) -> Words:
    return _words(
        gettext("Would this suit you: %(title)s", title=facts["title"]),
        gettext(
            "It is on %(when)s, %(place)s. We think that it helps you. A seat is yours once you sign up.",
            **_where(facts),
        ),
        facts,
    )


def _signed(facts: Facts) -> Words:
    return _words(
        gettext("You have a seat: %(title)s", title=facts["title"]),
        gettext(
            "It is on %(when)s, %(place)s. If you cannot come, please give the seat back, so that "
            "somebody else gets it.",
            **_where(facts),
        ),
        facts,
    )


def _waiting(facts: Facts) -> Words:
    return _words(
        gettext("You are in the waiting line: %(title)s", title=facts["title"]),
        gettext(
            "It is on %(when)s, %(place)s. All seats are taken. We tell you when one is free.",
            **_where(facts),
        ),
        facts,
    )


def _taken_back(facts: Facts) -> Words:
    return _words(
        gettext("You are no longer on the list: %(title)s", title=facts["title"]),
        gettext(
            "HR has taken you off the list of the event on %(when)s. Please ask them if that is a mistake.",
            **_where(facts),
        ),
        facts,
    )


_SEATS: Mapping[str, Callable[[Facts], Words]] = {
    "suggested": _suggested,
    "signed": _signed,
    "waiting": _waiting,
    "removed": _taken_back,
}


def _seat(facts: Facts) -> Words:
    return _SEATS[facts["state"]](facts)


def _moved(facts: Facts) -> Words:
    return _words(
        gettext("Another time or place: %(title)s", title=facts["title"]),
        gettext("It is now on %(when)s, %(place)s. Your seat stays yours.", **_where(facts)),
        facts,
    )


def _cancelled(facts: Facts) -> Words:
    return _words(
        gettext("Does not take place: %(title)s", title=facts["title"]),
        gettext(
            "The event on %(when)s is cancelled. Reason: %(reason)s", reason=facts["reason"], **_where(facts)
        ),
        facts,
    )


def _tomorrow(facts: Facts) -> Words:
    return _words(
        gettext("Tomorrow: %(title)s", title=facts["title"]),
        gettext(
            "It begins on %(when)s, %(place)s. Please be there a little earlier to check in.", **_where(facts)
        ),
        facts,
    )


TOPICS: Mapping[Topic, Callable[[Facts], Words]] = {
    Topic.EVENT_SEAT: _seat,
    Topic.EVENT_MOVED: _moved,
    Topic.EVENT_CANCELLED: _cancelled,
    Topic.EVENT_REMINDER: _tomorrow,
}
