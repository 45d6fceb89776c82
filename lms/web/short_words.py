"""What a text message says to who has asked for text messages: what is new, not only that something is."""

from lms.courses.queries import courses_of
from lms.kernel.clock import china_date
from lms.library.queries import live_release_id
from lms.notifications.rules import Channel, Due, Topic
from lms.people.queries import reader_facts
from lms.printing.blocks import blocks
from lms.printing.documents import Key
from lms.web import reading

_ABOUT_CHANGES = frozenset({Topic.TO_LEARN, Topic.TO_ACKNOWLEDGE})


def short(due: Due, language: str) -> str:
    """The first message of the unit that somebody was given, with the numbers of their own city.

    Empty for what does not go by text message, and for what has no unit. Must be called in *language*.
    """
    release_id = live_release_id()
    if due.channel is not Channel.SMS or due.topic not in _ABOUT_CHANGES or release_id is None:
        return ""
    unit = courses_of(release_id).get(due.facts.get("course", ""))
    if unit is None:
        return ""
    region, status = reader_facts(due.person_id)
    reader = reading.Reader(region, status, china_date(due.posted_at), language)
    pages = (reading.page(release_id, page.key, reader) for page in unit.lessons[0].pages)
    keys = (one for page in pages for one in blocks(page.html) if isinstance(one, Key))
    first = next(keys, None)
    return "".join(run.text for run in first.runs if not run.quiet) if first else ""
