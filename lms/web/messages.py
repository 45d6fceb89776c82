"""What messages say, in the language of whoever reads them: in the inbox, and in letters."""

from collections.abc import Callable, Mapping

from flask import Flask, current_app, g
from flask_babel import gettext, ngettext

from lms.jobs.messages import WRITER
from lms.notifications.rules import Due, Letter, Topic
from lms.web import event_messages as events
from lms.web import report_messages as reports
from lms.web import survey_messages as surveys
from lms.web import training_messages as training
from lms.web.context import settings
from lms.web.languages import HTML_LANGUAGE
from lms.web.message_parts import Facts, Words, course_link, due_words
from lms.web.short_words import short

_DEFAULT = "zh_Hans"


def words(topic: str, facts: Facts) -> Words:
    """The message in the language of this request."""
    return _TOPICS[Topic(topic)](facts)


def letter(due: Due, language: str) -> Letter:
    """The message as a letter, outside any request. Its link leads through the inbox: it counts as read."""
    with current_app.app_context():
        g.catalog = language if language in HTML_LANGUAGE else _DEFAULT
        said = words(due.topic, due.facts)
        site = settings().address
        link = f"{site}/inbox/{due.key}"
        sign_off = gettext("Sent by Xuanguan. You find this message there too, under Messages.")
        text = f"{said.text}\n\n{link}\n\n-- \n{sign_off}\n"
        page, in_short = f"{site}{said.link}", short(due, g.catalog)
        return Letter(due.key, due.address, said.title, text, said.text, link, page, in_short)


def install(app: Flask) -> None:
    """Connect to the application: jobs find here who puts messages into words."""
    app.extensions[WRITER] = letter


# -- a change, to those who learn ----------------------------------------------------------------------------


def _to_learn(facts: Facts) -> Words:
    return Words(
        gettext("What has changed: %(title)s", title=facts["title"]),
        gettext(
            "You have learnt the rule that is changing. A short unit shows only what is different. "
            "Please finish it by %(day)s.",
            day=due_words(facts),
        ),
        course_link(facts),
    )


def _to_acknowledge(facts: Facts) -> Words:
    return Words(
        gettext("Please take note: %(title)s", title=facts["title"]),
        gettext(
            "A rule has been put more clearly. Please read the page and confirm it by %(day)s.",
            day=due_words(facts),
        ),
        course_link(facts),
    )


def _to_take(facts: Facts) -> Words:
    return Words(
        gettext("The rules are changing: %(title)s", title=facts["title"]),
        gettext(
            "Your course says what holds from now on. Please finish it by %(day)s.", day=due_words(facts)
        ),
        course_link(facts),
    )


def _reminder(facts: Facts) -> Words:
    return Words(
        gettext("Not finished yet: %(title)s", title=facts["title"]),
        gettext("What you were given to learn about this change is due by %(day)s.", day=due_words(facts)),
        course_link(facts),
    )


# -- a change, to those who answer for it --------------------------------------------------------------------


def _department(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s person in your department has not finished: %(title)s",
            "%(num)s people in your department have not finished: %(title)s",
            facts["count"],
            title=facts["title"],
        ),
        gettext("The change is to be learnt by %(day)s. Please remind them.", day=due_words(facts)),
        _change(facts),
    )


def _head_of_hr(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s person has not finished: %(title)s",
            "%(num)s people have not finished: %(title)s",
            facts["count"],
            title=facts["title"],
        ),
        gettext("The change was to be learnt by %(day)s. Its page says who is late.", day=due_words(facts)),
        _change(facts),
    )


def _approval_wanted(facts: Facts) -> Words:
    return Words(
        gettext("To be approved: %(title)s", title=facts["title"]),
        gettext("A change of policy has been registered. It goes live when a second person approves it."),
        _change(facts),
    )


# -- refresh -------------------------------------------------------------------------------------------------


def _refresh_assigned(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s item to bring up to date: %(title)s",
            "%(num)s items to bring up to date: %(title)s",
            facts["count"],
            title=facts["title"],
        ),
        gettext(
            "Please revise it, confirm that it is still right, or retire it by %(day)s.", day=due_words(facts)
        ),
        _change(facts),
    )


def _refresh_due_soon(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s item is due soon: %(title)s",
            "%(num)s items are due soon: %(title)s",
            facts["count"],
            title=facts["title"],
        ),
        gettext(
            "Please revise it, confirm that it is still right, or retire it by %(day)s.", day=due_words(facts)
        ),
        _change(facts),
    )


def _refresh_overdue(facts: Facts) -> Words:
    return Words(
        ngettext(
            "%(num)s item is overdue: %(title)s",
            "%(num)s items are overdue: %(title)s",
            facts["count"],
            title=facts["title"],
        ),
        gettext(
            "The content was to be brought up to date by %(day)s. Until it is, delivery waits for it.",
            day=due_words(facts),
        ),
        _change(facts),
    )


# -- our own mistakes ----------------------------------------------------------------------------------------


def _regraded(facts: Facts) -> Words:
    scores = {"before": facts["before"], "after": facts["after"]}
    if facts["passed"]:
        text = gettext(
            "A question was wrong, and the mistake was ours. You had %(before)s points and now have "
            "%(after)s: the quiz is passed.",
            **scores,
        )
    else:
        text = gettext(
            "A question was wrong, and the mistake was ours. You had %(before)s points and now have "
            "%(after)s: the quiz is not passed yet.",
            **scores,
        )
    return Words(
        gettext("Your quiz has been marked again"), text, f"/quiz/{facts['quiz']}/result/{facts['attempt']}"
    )


def _request_answered(_facts: Facts) -> Words:
    return Words(
        gettext("Your question is answered"),
        gettext("The answer stands under “What I asked for”."),
        "/easy/help/mine",
    )


_TOPICS: Mapping[Topic, Callable[[Facts], Words]] = {
    Topic.TO_LEARN: _to_learn,
    Topic.TO_ACKNOWLEDGE: _to_acknowledge,
    Topic.COURSE: _to_take,
    Topic.REMINDER: _reminder,
    Topic.DEPARTMENT: _department,
    Topic.HEAD_OF_HR: _head_of_hr,
    Topic.APPROVAL_WANTED: _approval_wanted,
    Topic.REFRESH_ASSIGNED: _refresh_assigned,
    Topic.REFRESH_DUE_SOON: _refresh_due_soon,
    Topic.REFRESH_OVERDUE: _refresh_overdue,
    Topic.REGRADED: _regraded,
    Topic.REQUEST_ANSWERED: _request_answered,
    **reports.TOPICS,
    **surveys.TOPICS,
    **training.TOPICS,
    **events.TOPICS,
}


def _change(facts: Facts) -> str:
    return f"/manage/policy/{facts['change']}"
