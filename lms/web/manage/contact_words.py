"""Codes of requests and contacts in the words of HR's pages."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.outreach.refusals import AlreadyVisited, BadDay, NotAssigned, NotOpen
from lms.outreach.rules import ContactKind, Reason, RequestKind, Result
from lms.web.formats import long_day

REASONS: Mapping[str, LazyString] = {
    Reason.WAITS: lazy_gettext("Below 80 twice, waits for help"),
    Reason.ASKED: lazy_gettext("Asked for it"),
    Reason.BELOW: lazy_gettext("Below 80"),
    Reason.NEVER: lazy_gettext("Never opened"),
    Reason.CHANGE: lazy_gettext("A change to tell"),
}
REASON_TAGS: Mapping[str, tuple[str, str]] = {
    Reason.WAITS: ("bad", "flag"),
    Reason.ASKED: ("warn", "chat"),
    Reason.BELOW: ("warn", "quiz"),
    Reason.NEVER: ("", ""),
    Reason.CHANGE: ("info", "file"),
}
"""Reason → kind and icon of its tag."""
KINDS: Mapping[ContactKind, LazyString] = {
    ContactKind.CALL: lazy_gettext("Call"),
    ContactKind.VISIT: lazy_gettext("Visit"),
}
REQUESTS: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("Wants to be called"),
    RequestKind.VISIT: lazy_gettext("Wants to be visited"),
    RequestKind.QUESTION: lazy_gettext("Asks a question"),
}
RESULTS: Mapping[Result, LazyString] = {
    Result.TOLD: lazy_gettext("Spoken to, everything is explained"),
    Result.LEARNT: lazy_gettext("Learnt together"),
    Result.NOT_REACHED: lazy_gettext("Not reached, to be tried again"),
    Result.GAVE_UP: lazy_gettext("Not reached, no further try"),
    Result.WANTS_VISIT: lazy_gettext("Wants to be visited"),
    Result.WANTS_CALL: lazy_gettext("Wants to be called another time"),
    Result.DECLINED: lazy_gettext("Does not want help"),
    Result.WRONG_NUMBER: lazy_gettext("The number or the address is wrong"),
}


def results_of(kind: ContactKind) -> dict[Result, LazyString]:
    """What a contact of a kind can come to."""
    left_out = Result.WANTS_VISIT if kind is ContactKind.VISIT else Result.WANTS_CALL
    return {result: words for result, words in RESULTS.items() if result is not left_out}


def refusal_words(refusal: Exception) -> tuple[str, str]:
    """Heading and text for a refusal that concerns the whole contact."""
    if isinstance(refusal, NotAssigned):
        return (
            gettext("%(name)s has taken this on", name=refusal.facts["name"]),
            gettext("Only who has taken a contact on records it. Take it over first."),
        )
    if isinstance(refusal, AlreadyVisited):
        day = long_day(refusal.facts["day"])  # type: ignore[arg-type] # facts are values of any type
        return (
            gettext("A visit on %(day)s is on record", day=day),
            gettext(
                "%(name)s has recorded it. A second one on the same day is not recorded.",
                name=refusal.facts["name"],
            ),
        )
    assert isinstance(refusal, NotOpen)  # noqa: S101 - the view catches these three only
    return (
        gettext("This is closed already"),
        gettext("Its result has been recorded, or the person no longer wants it."),
    )


def day_words(refusal: BadDay) -> tuple[str, str]:
    """Field that is to blame, and what is wrong with it."""
    if refusal.facts["fault"] == "bad-next-day":
        return "next_on", gettext("Enter the day of the next try, from today up to 30 days ahead")
    taken_on = long_day(refusal.facts["taken_on"])  # type: ignore[arg-type] # facts are values of any type
    return "done_on", gettext("Enter a day from %(day)s, when it was taken on, up to today", day=taken_on)
