"""What is posted into groups, in words: Chinese, for nobody knows who reads along."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from flask import Flask, current_app, g
from flask_babel import gettext, ngettext

from lms.jobs.groups import GroupText
from lms.jobs.robots import GROUP_WRITER
from lms.notifications.group_posts import GroupTopic
from lms.web.context import settings
from lms.web.formats import week_day

Facts: TypeAlias = Mapping[str, Any]
_LANGUAGE = "zh_Hans"


def group_text(topic: str, facts: Facts) -> GroupText:
    """The post, outside any request. Nobody is named in it."""
    with current_app.app_context():
        g.catalog = _LANGUAGE
        title, text, action = _TOPICS[GroupTopic(topic)](facts)
        return GroupText(title, text, f"{settings().address}{facts.get('page') or '/my'}", action)


def install(app: Flask) -> None:
    """Connect to the application: jobs find here who puts posts into words."""
    app.extensions[GROUP_WRITER] = group_text


def _starts(facts: Facts) -> tuple[str, str, str]:
    title = gettext("New training: %(title)s", title=facts["title"])
    text = ngettext("It is for %(num)s person.", "It is for %(num)s people.", int(facts["count"]))
    if facts.get("due_on"):
        day = week_day(date.fromisoformat(facts["due_on"]))
        text += "\n" + gettext("Please finish it by %(day)s.", day=day)
    return title, text, gettext("Start")


def _standing(facts: Facts) -> tuple[str, str, str]:
    day = week_day(date.fromisoformat(facts["day"]))
    text = ngettext(
        "%(num)s person has not finished what was assigned.",
        "%(num)s people have not finished what was assigned.",
        int(facts["unfinished"]),
    )
    if facts["late"]:
        late = int(facts["late"])
        text += "\n" + ngettext("%(num)s of them is overdue.", "%(num)s of them are overdue.", late)
    return gettext("Training as of %(day)s", day=day), text, gettext("See what you have to do")


def _test(_facts: Facts) -> tuple[str, str, str]:
    return (
        gettext("Test from Xuanguan"),
        gettext("This robot is set up. From now on news about training come here."),
        gettext("Open Xuanguan"),
    )


_TOPICS: Mapping[GroupTopic, Callable[[Facts], tuple[str, str, str]]] = {
    GroupTopic.STARTS: _starts,
    GroupTopic.STANDING: _standing,
    GroupTopic.TEST: _test,
}
