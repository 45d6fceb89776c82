"""What is said about surveys: that one is open, and that an answer is still missing."""

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import gettext

from lms.kernel.quarters import Quarter
from lms.notifications.rules import Topic
from lms.web.formats import quarter as quarter_words
from lms.web.formats import week_day
from lms.web.languages import chosen
from lms.web.message_parts import Facts, Words


def _open(facts: Facts) -> Words:
    return Words(_title(facts), _text(facts), _page(facts))


def _reminder(facts: Facts) -> Words:
    title = gettext("Still waiting for your answer: %(title)s", title=_title(facts))
    return Words(title, _text(facts), _page(facts))


def _passed_over(facts: Facts) -> Words:
    title = gettext("A survey that was prepared was not opened: %(title)s", title=_title(facts) or "—")
    text = gettext(
        "When the needs of %(quarter)s were to be asked, something was still missing in the draft. Another "
        "survey was opened in its place. The draft says what is missing.",
        quarter=quarter_words(Quarter.named(facts["quarter"])),
    )
    return Words(title, text, f"/manage/surveys/{facts['survey']}/edit")


def _text(facts: Facts) -> str:
    if facts["anonymous"]:
        said = gettext("It takes a few minutes and is anonymous: nobody can see who answered what.")
    else:
        said = gettext("It takes a few minutes. HR can see who answered what, so that they can help.")
    until = gettext("You can answer until %(day)s.", day=week_day(date.fromisoformat(facts["closes_on"])))
    return f"{said}\n{until}"


def _title(facts: Facts) -> str:
    return str(facts["title_en"] if chosen() == "en" and facts["title_en"] else facts["title"])


def _page(facts: Facts) -> str:
    return f"/survey/{facts['survey']}"


TOPICS: Mapping[Topic, Callable[[Facts], Words]] = {
    Topic.SURVEY_OPEN: _open,
    Topic.SURVEY_REMINDER: _reminder,
    Topic.SURVEY_PASSED_OVER: _passed_over,
}
