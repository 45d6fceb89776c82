"""What people wrote in a survey, by topic; moving it to another one; who wrote it, where that is known."""

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST
from lms.people.queries import names_of
from lms.quizzes.topics import topics_of
from lms.surveys import proposals, queries, tracing
from lms.surveys.comments import PAGE_SIZE, comments, topics
from lms.surveys.models import Survey
from lms.surveys.proposals import Proposing
from lms.surveys.refusals import AnonymousAnswer
from lms.surveys.results import as_of, results, waits_for_end
from lms.surveys.rules import Source
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import asked_page, screens, show, today
from lms.web.manage.surveys_results import topic_lines, topic_words
from lms.web.manage.surveys_words import audience_words, question_words
from lms.web.survey_words import answer_words, in_words, title_words

Page = str | tuple[str, int] | Response
NONE = "none"
"""Stands in addresses for what belongs to no topic."""


@screens.get("/surveys/<key>/comments", endpoint="survey_comments")
@requires(Permission.SURVEY_VIEW)
def comments_page(key: str) -> str:
    """What was written, of one topic if the address says so."""
    survey = queries.survey(key)
    if waits_for_end(survey):
        return show("survey_comments_wait", survey=survey, title_shown=title_words(survey))
    topic = request.args.get("topic")
    found = comments(key, topic="" if topic == NONE else topic, page=asked_page())
    pages = max(1, -(-found.count // PAGE_SIZE))
    return show(
        "survey_comments",
        survey=survey,
        title_shown=title_words(survey),
        found=found,
        as_of=as_of(survey),
        least=LEAST,
        topic=topic,
        heading=_heading(topic),
        page=min(asked_page(), pages),
        pages=pages,
        tabs=topic_lines(key),
        topics=_topics(),
        asked={one.id: question_words(one) for one in queries.questions(survey)},
        audience_words=audience_words,
        may_edit=asker().may(Permission.SURVEY_EDIT),
        may_trace=asker().may(Permission.RESPONSE_TRACE),
    )


def _heading(topic: str | None) -> str:
    if topic is None:
        return str(gettext("Everything that was written"))
    return topic_words("" if topic == NONE else topic)


def _topics() -> list[tuple[str, str]]:
    """Every topic that a comment can be put under."""
    english = chosen() == "en"
    known = topics_of(asker().release_id).all
    return [("", topic_words("")), *((one.id, one.title_en if english else one.title) for one in known)]


@screens.post("/surveys/comments/<comment>/move", endpoint="survey_comment_move")
@requires(Permission.SURVEY_EDIT)
def move(comment: str) -> Response:
    """Put it under another topic."""
    topic = request.form.get("topic", "")
    if topic not in dict(_topics()):
        raise NotFound(kind="topic", key=topic)
    with unit_of_work():
        key = tracing.move_comment(comment, topic, actor_id=asker().id, at=clock.now())
    flash(gettext("It stands under “%(topic)s” now.", topic=topic_words(topic)))
    back = request.form.get("back") or None
    return redirect(url_for("manage.survey_comments", key=key, topic=back), code=303)


@screens.post("/surveys/comments/<comment>/who", endpoint="survey_trace")
@requires(Permission.RESPONSE_TRACE)
def trace(comment: str) -> Page:
    """Who wrote it, with all their answers; each look stands in the log. Anonymous answers are nobody's."""
    try:
        with unit_of_work():
            found = tracing.trace(comment, actor_id=asker().id, at=clock.now())
    except AnonymousAnswer:
        return show("survey_trace", found=None), 409
    survey = queries.survey(found.survey)
    return show(
        "survey_trace",
        found=found,
        survey=survey,
        title_shown=title_words(survey),
        name=names_of(found.person_id).get(found.person_id, ""),
        lines=[
            (*in_words(one.text, one.text_en), found.texts.get(one.id) or answer_words(one, given))
            for one in queries.preview(survey, found.audience)
            if (given := found.answers.get(one.id, [])) or one.id in found.texts
        ],
    )


# -- proposals ---------------------------------------------------------------------------------------------


@screens.post("/surveys/<key>/propose", endpoint="survey_propose")
@requires(Permission.PROPOSAL_EDIT)
def propose(key: str) -> Response:
    """Make a proposal of a topic, or of an answer that was often chosen."""
    survey = queries.survey(key)
    if waits_for_end(survey):
        raise NotFound(kind="answer", key=key)
    topic, question = request.form.get("topic", ""), request.form.get("question", "")
    proposing = _of_answer(survey, question) if question else _of_topic(survey, topic)
    with unit_of_work():
        made = proposals.propose(proposing, actor_id=asker().id, at=clock.now())
    flash(gettext("Proposed. Somebody can take it on now; the next quarterly report says what became of it."))
    return redirect(url_for("manage.proposal", key=made), code=303)


def _of_topic(survey: Survey, topic: str) -> Proposing:
    found = topics_of(asker().release_id).get(topic)
    count = topics(survey.key).get(topic, 0)
    if found is None or not count:
        raise NotFound(kind="topic", key=topic)
    return _proposing(survey, topic, found.title, count)


def _of_answer(survey: Survey, question: str) -> Proposing:
    """The option that the form names. Raises ``NotFound`` for one whose count is not shown."""
    value = request.form.get("value", "")
    for one in results(survey.key).questions:
        option = next((each for each in one.question.options if each.id == value), None)
        if one.question.id == question and option and one.total and one.total.values.get(value):
            topic = topics_of(asker().release_id).of_text(option.text)
            return _proposing(survey, topic, option.text, one.total.values[value])
    raise NotFound(kind="answer", key=value)


def _proposing(survey: Survey, topic: str, title: str, raised: int) -> Proposing:
    return Proposing(
        title=title,
        topic=topic,
        source=Source.SURVEY,
        source_key=survey.key,
        quarter=survey.quarter or str(Quarter.of(today())),
        raised=raised,
    )
