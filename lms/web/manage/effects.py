"""Effect of training by quarter: topics that stayed weak, who is concerned, second trainings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.courses.queries import courses_of
from lms.effects import finding, queries, second
from lms.effects.models import Kind
from lms.effects.queries import PAGE_SIZE, TopicLine
from lms.effects.rules import WEAK, Share
from lms.effects.second import AlreadyDrafted, Wanted
from lms.effects.totals import EVERY
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import shown
from lms.outreach.asked import questions_by_topic
from lms.people.models import Audience
from lms.quizzes.queries import quizzes_of
from lms.rollouts.queries import change
from lms.surveys import proposals
from lms.surveys.proposals import Proposing
from lms.surveys.rules import Source
from lms.web.addresses import url_for
from lms.web.formats import percent
from lms.web.guard import asker, requires
from lms.web.manage.assign_words import CAMPAIGN_STATES, CAMPAIGN_TAGS
from lms.web.manage.effect_words import (
    REFUSED,
    few_words,
    gain_words,
    refusal_words,
    sample_line,
    sample_words,
    second_title,
    topic_name,
)
from lms.web.manage.parts import asked_page, course_name, screens, show, today
from lms.web.manage.regrade_words import quiz_name
from lms.web.manage.words import AUDIENCES

_MOST_COMING = 8


@dataclass(frozen=True)
class AudienceLine:
    """First and latest papers of an audience in a topic; hidden where it would tell about single people."""

    name: str
    first: Share
    last: Share
    is_shown: bool


@dataclass(frozen=True)
class CourseLine:
    """Who is still weak in a topic in the papers of a quiz, and the second training there is for them."""

    quiz: str
    course: str
    weak: int
    campaign: str


# -- all topics of a quarter ------------------------------------------------------------------------------


@screens.get("/effects", endpoint="effects")
@requires(Permission.EFFECT_VIEW)
def overview() -> str:
    """A quarter: its topics, what was found about its courses and changes, its second trainings."""
    known = sorted({*queries.quarters(), Quarter.of(today())}, reverse=True)
    quarter = _asked(known)
    found = queries.effects(quarter)
    return _show(
        "effects",
        quarter=quarter,
        quarters=known,
        topics=queries.topics(quarter),
        courses=[one for one in found if one.kind is Kind.COURSE],
        rollouts=[(one, change(one.subject).title) for one in found if one.kind is Kind.ROLLOUT],
        seconds=second.seconds(quarter),
        coming=finding.coming(asker().release_id, today())[:_MOST_COMING],
        due_name=_due_name,
    )


def _asked(known: Sequence[Quarter]) -> Quarter:
    """The quarter in the address; else the latest one of which something is known."""
    try:
        return Quarter.named(request.args.get("quarter", ""))
    except ValueError:
        return next((one for one in known if one != Quarter.of(today())), known[0]) if _is_new() else known[0]


def _is_new() -> bool:
    """Whether nothing is known of the present quarter yet."""
    return not queries.topics(Quarter.of(today()))


def _due_name(one: finding.Due) -> str:
    return course_name(one.subject) if one.kind is Kind.COURSE else change(one.subject).title


# -- one topic --------------------------------------------------------------------------------------------


@screens.get("/effects/<quarter>/topic/<topic>", endpoint="effect_topic")
@requires(Permission.EFFECT_VIEW)
def of_topic(quarter: str, topic: str) -> str:
    """A topic in a quarter: by audience, by quiz with exactly the people concerned, questions asked."""
    named = _quarter(quarter)
    lines = _lines(named, topic)
    every = [one for one in lines if one.quiz == EVERY]
    raised = questions_by_topic(named.first, named.last).get(topic, 0)
    return _show(
        "effect_topic",
        quarter=named,
        topic=topic,
        whole=queries.together(every),
        audiences=_audiences(every),
        courses=_courses(named, topic, lines),
        seconds=second.seconds(named, topic),
        raised=raised,
        may_send=asker().may(Permission.CAMPAIGN_SEND),
        may_propose=asker().may(Permission.PROPOSAL_EDIT),
    )


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.named(text)
    except ValueError:
        raise NotFound(kind="quarter", key=text) from None


def _lines(quarter: Quarter, topic: str) -> list[TopicLine]:
    found = queries.lines(quarter, topic)
    if not found:
        raise NotFound(kind="topic", key=topic)
    return found


def _audiences(every: Sequence[TopicLine]) -> list[AudienceLine]:
    visible = shown({one.audience: max(one.first.people, one.last.people) for one in every})
    return [
        AudienceLine(str(AUDIENCES[Audience(one.audience)]), one.first, one.last, one.audience in visible)
        for one in every
    ]


def _courses(quarter: Quarter, topic: str, lines: Sequence[TopicLine]) -> list[CourseLine]:
    """By quiz, those with most people first."""
    live = quizzes_of(asker().release_id)
    found = []
    for quiz in sorted({one.quiz for one in lines if one.quiz != EVERY and one.quiz in live}):
        whole = queries.together([one for one in lines if one.quiz == quiz])
        campaign = second.campaign_for(Wanted(topic, quarter, quiz))
        found.append(CourseLine(quiz, live[quiz].course, whole.weak, campaign))
    return sorted(found, key=lambda one: -one.weak)


@screens.get("/effects/<quarter>/topic/<topic>/<quiz>", endpoint="effect_people")
@requires(Permission.EFFECT_VIEW)
def people(quarter: str, topic: str, quiz: str) -> str:
    """Exactly the people concerned, by employee number."""
    named = _quarter(quarter)
    queries.known_quiz(topic, named, quiz)
    total = queries.weak_count(topic, named, quiz).people
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(asked_page(), pages)
    return _show(
        "effect_people",
        quarter=named,
        topic=topic,
        quiz=quiz,
        total=total,
        rows=queries.weak_page(topic, named, quiz, page=page),
        page=page,
        pages=pages,
    )


@screens.post("/effects/<quarter>/topic/<topic>/<quiz>/second", endpoint="effect_second")
@requires(Permission.CAMPAIGN_SEND)
def second_training(quarter: str, topic: str, quiz: str) -> Response:
    """Draft the campaign of a second training for exactly these people."""
    wanted = Wanted(topic, _quarter(quarter), quiz)
    try:
        with unit_of_work():
            campaign = second.draft(
                wanted,
                second_title(topic, wanted.quarter),
                release_id=asker().release_id,
                actor_id=asker().id,
                at=clock.now(),
            )
    except REFUSED as error:
        return _refused(error, quarter, topic)
    flash(gettext("Drafted for exactly these people. Look it over and send it."))
    return redirect(url_for("manage.assign_step", key=campaign, step="check"), code=303)


def _refused(error: DomainError, quarter: str, topic: str) -> Response:
    flash(refusal_words(error))
    if isinstance(error, AlreadyDrafted):
        return redirect(url_for("manage.assign_page", key=error.facts["campaign"]), code=303)
    return redirect(url_for("manage.effect_topic", quarter=quarter, topic=topic), code=303)


@screens.post("/effects/<quarter>/topic/<topic>/propose", endpoint="effect_propose")
@requires(Permission.PROPOSAL_EDIT)
def propose(quarter: str, topic: str) -> Response:
    """Propose that the content about a weak topic be mended."""
    named = _quarter(quarter)
    whole = queries.together([one for one in _lines(named, topic) if one.quiz == EVERY])
    proposing = Proposing(
        title=topic_name(topic),
        topic=topic,
        source=Source.WEAK_TOPIC,
        source_key="",
        quarter=str(named),
        raised=whole.weak,
    )
    with unit_of_work():
        made = proposals.propose(proposing, actor_id=asker().id, at=clock.now())
    flash(gettext("Proposed. Somebody can take it on now; the next quarterly report says what became of it."))
    return redirect(url_for("manage.proposal", key=made), code=303)


def _show(view: str, **values: Any) -> str:
    shared: Mapping[str, Any] = {
        "topic_name": topic_name,
        "quiz_name": quiz_name,
        "course_name": course_name,
        "percent": percent,
        "gain_words": gain_words,
        "few_words": few_words,
        "sample_words": sample_words,
        "sample_line": sample_line,
        "line": WEAK,
        "states": CAMPAIGN_STATES,
        "state_tags": CAMPAIGN_TAGS,
        "live": courses_of(asker().release_id),
    }
    return show(view, **shared, **values)
