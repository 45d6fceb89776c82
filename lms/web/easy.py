"""The easy view: one thing at a time in large type. Nothing in it is ever called overdue.

Here are its home, one's own page, and the way into it and back to the standard view.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import make_response, redirect, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.access.rules import safe_return
from lms.assignments.queries import Duty, attempts_of, duties_of
from lms.assignments.rules import Step
from lms.courses.queries import courses_of
from lms.kernel.permissions import Permission
from lms.notifications.queries import unread_count
from lms.outreach.hotlines import hotline_of
from lms.web import easy_courses, easy_lessons, formats
from lms.web.addresses import url_for
from lms.web.agenda import Agenda, course_title
from lms.web.easy_cards import today
from lms.web.easy_parts import BigRow, one_screen, plans_of_asker, screens, start_of_screen
from lms.web.event_parts import event_row, next_seat, own_events
from lms.web.guard import asker, asker_or_none, open_to_all, requires
from lms.web.identity import own_facts
from lms.web.rows import certificate_url
from lms.web.shells import is_easy, may_choose, remember_view
from lms.web.survey_rows import survey_row
from lms.workshops.queries import Mine

__all__ = ["easy_courses", "easy_lessons", "screens"]


@screens.get("/easy")
@requires(Permission.OWN_TRAINING_VIEW)
def home() -> Response:
    """One thing to do today, and at most four rows that lead somewhere. Coming here chooses the easy view."""
    plans = plans_of_asker()
    page = render_template(
        "easy/home.html",
        card=today(plans),
        rows=[*(_learning_rows if asker().helper else _rows)(plans, own_events())],
        waits=any(plan.step is Step.WAIT_FOR_HELP for plan in plans),
    )
    response = make_response(page)
    return response if is_easy() else remember_view(response, "easy")


def _rows(plans: Sequence[Agenda], events: Sequence[Mine]) -> Iterator[BigRow]:
    yield from _learning_rows(plans, events)
    number = hotline_of(asker().region)
    text = number.phone if number else gettext("By telephone, or at your home")
    yield BigRow(url_for("help.page"), "phone", gettext("Ask somebody to help"), text)
    yield _own_page(events)


def _own_page(events: Sequence[Mine]) -> BigRow:
    """The way to one's own page, or to messages when they are all that waits; both stand below each page."""
    asked, unread = survey_row(), unread_count(asker().id)
    waiting = [text for text in (asked.text if asked else "", next_seat(events)) if text]
    if unread and not waiting:
        return BigRow(url_for("inbox.page"), "bell", gettext("Messages"), _unread(unread))
    waiting += [_unread(unread)] if unread else []
    text = " · ".join(waiting) or gettext("What I learnt, and settings")
    return BigRow(url_for("easy.mine"), "user", gettext("Me"), text)


def _unread(count: int) -> str:
    return str(ngettext("%(num)s unread message", "%(num)s unread messages", count))


def _learning_rows(plans: Sequence[Agenda], events: Sequence[Mine]) -> Iterator[BigRow]:
    """What is also there while somebody helps: the other lessons, and paper; or where to go today."""
    if sum(len(plan.lessons) for plan in plans) > 1:
        left = sum(len(plan.unfinished) for plan in plans)
        text = ngettext("%(num)s lesson not seen yet", "%(num)s lessons not seen yet", left)
        text = text if left else gettext("all seen")
        yield BigRow(url_for("easy.courses"), "list", gettext("All lessons"), text)
    text = gettext("In large type, one lesson a sheet")
    yield event_row(events) or BigRow(url_for("sheets.centre"), "print", gettext("Print to read"), text)


@screens.get("/easy/me")
@requires(Permission.OWN_TRAINING_VIEW)
def mine() -> str:
    """What one has learnt, messages, and what can be set."""
    return render_template(
        "easy/me.html", facts=own_facts(asker()), rows=one_screen([*_own_rows()], "easy.mine")
    )


def _own_rows() -> Iterator[BigRow]:
    yield BigRow(url_for("easy.learnt"), "cap", gettext("What I have learnt"), gettext("With certificates"))
    asked = survey_row()
    if asked:
        yield asked
    text = next_seat(own_events()) or gettext("Come, meet people, ask")
    yield BigRow(url_for("event.page"), "cal", gettext("Workshops and lectures"), text)
    unread = unread_count(asker().id)
    text = _unread(unread) if unread else gettext("What you were told")
    yield BigRow(url_for("inbox.page"), "bell", gettext("Messages"), text)
    yield BigRow(
        url_for("inbox.easy_way"), "send", gettext("How you are told"), gettext("Telephone, letter, or here")
    )
    if may_choose():
        yield BigRow(url_for("me.password"), "key", gettext("Change the password"))
        yield BigRow(
            url_for("easy.standard"),
            "swap",
            gettext("Standard view"),
            gettext("Smaller type, more on a page"),
        )


@screens.get("/easy/me/learnt")
@requires(Permission.OWN_TRAINING_VIEW)
def learnt() -> str:
    """The courses that one has completed, a row each, with the way to its certificate."""
    here = asker()
    done = [one for one in duties_of(here.id) if one.completed_at]
    attempts, courses = attempts_of(done) if done else {}, courses_of(here.release_id)
    rows = [
        BigRow(
            certificate_url(one, attempts[one.key]) or url_for("easy.mine"),
            "cap",
            course_title(courses[one.course]) if one.course in courses else one.course,
            _learnt_words(one, one.completed_at),
        )
        for one in reversed(done)
        if one.completed_at
    ]
    return render_template(
        "easy/rows.html",
        rows=one_screen(rows, "easy.learnt"),
        title=gettext("What I have learnt"),
        empty=gettext("Nothing yet. When you have finished a course, it will be here."),
        back=url_for("easy.learnt") if start_of_screen() else url_for("easy.mine"),
    )


def _learnt_words(duty: Duty, at: datetime) -> str:
    words = str(gettext("Learnt on %(day)s", day=formats.moment(at)))
    return f"{words} · {gettext('with a helper')}" if duty.assisted else words


@screens.get("/easy/enter")
@open_to_all
def enter() -> Response:
    """Choose the easy view, and sign in if need be."""
    home_page = url_for("easy.home")
    signed_in = asker_or_none() is not None
    return remember_view(
        redirect(home_page if signed_in else url_for("access.enter", next=home_page)), "easy"
    )


@screens.get("/easy/standard")
@open_to_all
def standard() -> Response:
    """Choose the standard view; ``?to=`` is the page to see in it."""
    if not may_choose():
        return redirect(url_for("easy.home"))
    signed_in = asker_or_none() is not None
    here = url_for("home.my") if signed_in else url_for("access.enter")
    wanted = safe_return(request.args.get("to", "/"))
    return remember_view(redirect(here if wanted == "/" else wanted), "standard")
