"""What is said about quarterly reports to those who sign them."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from lms.kernel.quarters import Quarter
from lms.notifications.rules import Topic
from lms.web.formats import quarter as quarter_name
from lms.web.message_parts import Facts, Words, due_words


def _drafted(facts: Facts) -> Words:
    return Words(
        gettext("Report of %(quarter)s: the draft is ready", quarter=_quarter(facts)),
        gettext("Please read it, correct its words, and sign it by %(day)s.", day=due_words(facts)),
        _page(facts),
    )


def _due(facts: Facts) -> Words:
    if facts["late"]:
        text = ngettext(
            "It was due by %(day)s, %(num)s day ago. Please sign it.",
            "It was due by %(day)s, %(num)s days ago. Please sign it.",
            facts["late"],
            day=due_words(facts),
        )
    else:
        text = gettext("It is due by %(day)s. Please sign it.", day=due_words(facts))
    title = gettext("Report of %(quarter)s: not signed yet", quarter=_quarter(facts))
    return Words(title, text, _page(facts))


def _quarter(facts: Facts) -> str:
    return quarter_name(Quarter.named(facts["quarter"]))


def _page(facts: Facts) -> str:
    return f"/manage/reports/{facts['quarter']}"


TOPICS: Mapping[Topic, Callable[[Facts], Words]] = {
    Topic.REPORT_DRAFTED: _drafted,
    Topic.REPORT_DUE: _due,
}
