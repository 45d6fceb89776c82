"""What people asked for, what was promised first standing first; and answering in writing."""

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import DataRequired

from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import requests as operations
from lms.outreach.asked import PAGE, Asked, request_by_key, request_queue, waiting
from lms.outreach.refusals import NotOpen
from lms.outreach.rules import LONGEST_ANSWER, RequestState
from lms.quizzes.topics import topics_of
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.contact_words import REQUESTS
from lms.web.manage.contacts import tabs
from lms.web.manage.effect_words import topic_name
from lms.web.manage.parts import course_name, place, screens, show, today
from lms.web.manage.policy_forms import words

Page = str | tuple[str, int] | Response


class AnswerForm(Form):
    """The answer."""

    text = words(
        lazy_gettext("The answer"), DataRequired(lazy_gettext("Write the answer")), most=LONGEST_ANSWER
    )


@screens.get("/contacts/requests", endpoint="requests")
@requires(Permission.CONTACT_WORK)
def queue() -> str:
    """Everything that waits."""
    count = waiting(today()).requests
    pages = max(1, -(-count // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "requests",
        rows=request_queue(page=page),
        count=count,
        page=page,
        pages=pages,
        tabs=tabs(),
        here="requests",
        requests=REQUESTS,
        place=place,
    )


@screens.route("/contacts/requests/<key>", methods=["GET", "POST"], endpoint="request_answer")
@requires(Permission.CONTACT_WORK)
def answer(key: str) -> Page:
    """One request with the form of its answer; one that somebody has answered meanwhile is shown instead."""
    form = AnswerForm(request.form)
    if request.method == "GET":
        return _page(key, form)
    if not form.validate():
        return _page(key, form), 422
    try:
        with unit_of_work():
            operations.answer(key, form.text.data or "", actor_id=asker().id, at=clock.now())
    except NotOpen:
        return _page(key, form), 409
    flash(gettext("The answer has gone out; it stands in the easy view under “What I asked for”."))
    return redirect(url_for("manage.requests"), code=303)


@screens.post("/contacts/requests/<key>/topic", endpoint="request_topic")
@requires(Permission.CONTACT_WORK)
def set_topic(key: str) -> Response:
    """Say what a question is about."""
    with unit_of_work():
        operations.set_topic(key, request.form.get("topic", ""), actor_id=asker().id, at=clock.now())
    flash(gettext("The topic is saved; reports count the question there."))
    return redirect(url_for("manage.request_answer", key=key), code=303)


def _page(key: str, form: AnswerForm) -> str:
    one = request_by_key(key)
    return show(
        "request",
        one=one,
        form=form,
        is_open=one.state is RequestState.OPEN,
        lesson=_lesson_name(one),
        topics=[(topic.id, topic_name(topic.id)) for topic in topics_of(asker().release_id).all],
        requests=REQUESTS,
        place=place,
        longest=LONGEST_ANSWER,
    )


def _lesson_name(one: Asked) -> str:
    """Course and lesson that they came from, in words; empty when the library has it no longer."""
    course, _, lesson = one.lesson.partition("/")
    found = courses_of(asker().release_id).get(course)
    title = next((each.title for each in found.lessons if each.id == lesson), "") if found else ""
    return f"{course_name(course)} · {title}" if title else ""
