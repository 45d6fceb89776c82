"""Why something about an event cannot be done, in the words of HR's pages."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from lms.kernel.errors import DomainError
from lms.web.formats import moment

Facts = Mapping[str, Any]

_WORDS: Mapping[str, Callable[[Facts], str]] = {
    "event-not-published": lambda _facts: gettext("The event is still a draft. Publish it first."),
    "event-already-published": lambda _facts: gettext(
        "Somebody has changed this event meanwhile. Look again."
    ),
    "event-cancelled": lambda _facts: gettext("This event is cancelled."),
    "event-over": lambda _facts: gettext("This event has begun, or is over. It can no longer be changed."),
    "waiting-full": lambda _facts: gettext(
        "All seats and all places in the waiting line are taken. Change the number of seats first."
    ),
    "no-seat": lambda facts: ngettext(
        "The one seat is taken. Take somebody off, or change the number of seats.",
        "All %(num)s seats are taken. Take somebody off, or change the number of seats.",
        facts["capacity"],
    ),
    "not-signed": lambda _facts: gettext("This person has withdrawn meanwhile."),
    "person-left": lambda _facts: gettext("This person is not with the company any more."),
    "too-early": lambda facts: gettext("This is possible from %(moment)s on.", moment=moment(facts["opens"])),
    "already-counted": lambda facts: gettext(
        "The attendance was closed on %(moment)s. Nothing about it can be changed.",
        moment=moment(facts["at"]),
    ),
    "attendance-missing": lambda facts: ngettext(
        "The attendance of %(num)s person is not entered yet.",
        "The attendance of %(num)s people is not entered yet.",
        facts["count"],
    ),
    "own-helper": lambda _facts: gettext("Nobody is their own helper. Enter somebody else."),
    "reason-missing": lambda _facts: gettext("Write down why it does not take place"),
    "course-has-quiz": lambda _facts: gettext(
        "This course ends with a quiz: 80 points decide there, and being present does not replace them. "
        "Choose “help after two failed papers”, or a course without a quiz."
    ),
    "not-found": lambda _facts: gettext("Nobody with the company has this number."),
}
FAULTS: Mapping[str, Callable[[], str]] = {
    "ends-before-start": lambda: gettext("Enter an end that is after the beginning"),
    "too-long": lambda: gettext("Enter an end within five days"),
    "sign-up-after-start": lambda: gettext("Enter a day that is not after the event"),
    "bad-capacity": lambda: gettext("Enter a number from 1 to 1000"),
    "bad-waiting": lambda: gettext("Enter a number from 0 to 1000"),
    "no-course": lambda: gettext("Choose the course that attending counts for"),
}
"""Code of a fault of a plan → what is to be entered instead."""


def refusal(error: DomainError) -> str:
    """The refusal in words."""
    return str(_WORDS[error.code](error.facts))
