"""What is said about training: what was assigned, what is not done, requests, alarms."""

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import gettext, ngettext

from lms.notifications.rules import Topic
from lms.web.formats import week_day
from lms.web.languages import chosen
from lms.web.message_parts import Facts, Words, course_link, due_words

_MOST_NAMED = 8
"""So many courses are named in a reminder; the others are counted."""


# -- to those who learn --------------------------------------------------------------------------------------


def _assigned(facts: Facts) -> Words:
    text = gettext("Please finish it by %(day)s.", day=due_words(facts))
    if facts["count"] > 1:
        text = ngettext(
            "It is %(num)s course. Please finish it by %(day)s.",
            "These are %(num)s courses. Please finish them by %(day)s.",
            facts["count"],
            day=due_words(facts),
        )
    return Words(gettext("To learn: %(title)s", title=_title(facts)), text, course_link(facts))


def _preview(facts: Facts) -> Words:
    said = _assigned(facts)
    title = gettext("To see how it looks: %(title)s", title=said.title)
    return Words(title, said.text, f"/manage/assign/{facts['campaign']}")


def _digest(facts: Facts) -> Words:
    items = facts["items"]
    lines = [_line(item) for item in items[:_MOST_NAMED]]
    more = facts["count"] - len(lines)
    if more > 0:
        lines.append(ngettext("and %(num)s more course", "and %(num)s more courses", more))
    if facts["count"] == 1:
        title = gettext("Not finished yet: %(title)s", title=_title(items[0]))
        return Words(title, lines[0], course_link(items[0]))
    title = ngettext("%(num)s course not finished yet", "%(num)s courses not finished yet", facts["count"])
    return Words(title, "\n".join(lines), "/my")


def _line(item: Facts) -> str:
    if item.get("gentle"):
        return str(gettext("%(title)s: not finished yet", title=_title(item)))
    day = week_day(date.fromisoformat(item["due_on"]))
    if item["late"]:
        return str(
            ngettext(
                "%(title)s: was due by %(day)s, %(num)s day overdue",
                "%(title)s: was due by %(day)s, %(num)s days overdue",
                item["late"],
                title=_title(item),
                day=day,
            )
        )
    return str(gettext("%(title)s: due by %(day)s", title=_title(item), day=day))


def _title(item: Facts) -> str:
    return str(item["title_en"] if chosen() == "en" and item.get("title_en") else item["title"])


# -- to those who answer for it ------------------------------------------------------------------------------


def _team(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s person in your department is overdue",
            "%(num)s people in your department are overdue",
            facts["people"],
        ),
        ngettext(
            "%(courses)s courses are not finished, the oldest %(num)s day after its due date. "
            "Please remind them.",
            "%(courses)s courses are not finished, the oldest %(num)s days after its due date. "
            "Please remind them.",
            facts["late"],
            courses=facts["courses"],
        ),
        "/team",
    )


_KINDS: Mapping[str, Callable[[Facts], str]] = {
    "extension": lambda facts: gettext("More time, until %(day)s.", day=due_words(facts)),
    "excuse": lambda _facts: gettext("To be excused from it."),
}


def _adjustment_requested(facts: Facts) -> Words:
    return Words(
        gettext("To be decided: %(title)s", title=facts["title"]),
        gettext("Somebody asks on behalf of a learner: %(what)s", what=_KINDS[facts["kind"]](facts)),
        f"/manage/adjustments/{facts['adjustment']}",
    )


def _adjustment_decided(facts: Facts) -> Words:
    if not facts["granted"]:
        title, text = gettext("Not granted: %(title)s", title=facts["title"]), gettext("It stays as it was.")
    elif facts["kind"] == "extension":
        title = gettext("More time: %(title)s", title=facts["title"])
        text = gettext("It is now due by %(day)s.", day=due_words(facts))
    else:
        title = gettext("Excused: %(title)s", title=facts["title"])
        text = gettext("It need not be finished any more.")
    text = "\n".join(filter(None, [text, facts.get("note")]))
    return Words(title, text, "/my" if facts["mine"] else f"/manage/adjustments/{facts['adjustment']}")


def _item_collapsed(facts: Facts) -> Words:
    return Words(
        gettext("A question has become much harder: %(question)s", question=facts["question"]),
        gettext(
            "Since the change “%(title)s” %(after)s%% answer it right; before it were %(before)s%%. "
            "Perhaps it does not fit the new rule.",
            title=facts["title"],
            after=facts["after"],
            before=facts["before"],
        ),
        f"/manage/items/{facts['question']}",
    )


def _differences(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s number does not agree with the records",
            "%(num)s numbers do not agree with the records",
            facts["count"],
        ),
        gettext(
            "The nightly check of %(day)s compared records, lists and exports. Its page names what differs.",
            day=week_day(date.fromisoformat(facts["day"])),
        ),
        "/manage/reconciliation",
    )


def _effect_ready(facts: Facts) -> Words:
    title = gettext("One month on: %(title)s", title=_title(facts))
    if facts["count"] > 1:
        title = ngettext(
            "One month on: %(title)s and %(num)s more",
            "One month on: %(title)s and %(num)s more",
            facts["count"] - 1,
            title=_title(facts),
        )
    text = gettext("See what people know now, what they ask, and which topics stayed weak.")
    return Words(title, text, f"/manage/effects?quarter={facts['quarter']}")


TOPICS: Mapping[Topic, Callable[[Facts], Words]] = {
    Topic.ASSIGNED: _assigned,
    Topic.PREVIEW: _preview,
    Topic.DIGEST: _digest,
    Topic.TEAM: _team,
    Topic.ADJUSTMENT_REQUESTED: _adjustment_requested,
    Topic.ADJUSTMENT_DECIDED: _adjustment_decided,
    Topic.ITEM_COLLAPSED: _item_collapsed,
    Topic.DIFFERENCES: _differences,
    Topic.EFFECT_READY: _effect_ready,
}
