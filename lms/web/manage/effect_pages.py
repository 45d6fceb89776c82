"""What a course or a change came to a month after it was due: before and after, follow-up, what is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from lms.courses.queries import courses_of
from lms.courses.questionnaires import QuestionKind
from lms.effects import queries
from lms.effects.comparing import topics_touched
from lms.effects.models import Kind
from lms.effects.queries import Found
from lms.effects.rules import WEAK, Compared
from lms.item_analysis.queries import items
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST
from lms.outreach.asked import questions_by_topic
from lms.quizzes.topics import topics_of
from lms.rollouts.queries import change
from lms.surveys.results import QuestionResult, Results, follow_up
from lms.web.formats import percent
from lms.web.guard import asker, requires
from lms.web.manage.effect_words import few_words, gain_words, sample_line, sample_words, sentence, topic_name
from lms.web.manage.item_texts import stems_of
from lms.web.manage.parts import course_name, screens, show, today

_MOST_MISSED = 3


@dataclass(frozen=True)
class Row:
    """A topic, or a lesson, before and after."""

    key: str
    name: str
    compared: Compared
    is_chinese: bool = False


@dataclass(frozen=True)
class FollowUp:
    """What was answered of the follow-ups that were asked in a quarter."""

    asked_in: Quarter
    results: Results


@dataclass(frozen=True)
class Asked:
    """How often a topic was asked about by whoever learnt it, in so many days."""

    topic: str
    name: str
    count: int


@screens.get("/effects/<quarter>/course/<course>", endpoint="effect_course")
@requires(Permission.EFFECT_VIEW)
def of_course(quarter: str, course: str) -> str:
    """A course that was due in a quarter."""
    named = _quarter(quarter)
    found = queries.effect(Kind.COURSE, course, named)
    topics = topics_of(asker().release_id)
    about = [topic.id for topic in topics.all if course in topic.courses]
    return _show(
        found,
        name=course_name(course),
        answers=_follow_ups(named, course),
        rows=_topics(found),
        checks=_lessons(found, course),
        **_missed(course),
        asked=_asked(about, named.first, found.due_on),
    )


@screens.get("/effects/rollout/<key>", endpoint="effect_rollout")
@requires(Permission.EFFECT_VIEW)
def of_rollout(key: str) -> str:
    """A change of policy."""
    one = change(key)
    found = queries.effect(Kind.ROLLOUT, key)
    first = one.registered_on or found.due_on
    return _show(
        found,
        name=one.title,
        answers=[],
        rows=_topics(found),
        checks=[],
        missed=[],
        asked=_asked(topics_touched(one.id, asker().release_id), first, found.due_on),
    )


def _follow_ups(quarter: Quarter, course: str) -> list[FollowUp]:
    """Of the quarter and the next one: who completed it in the last month is asked after the quarter."""
    both = [FollowUp(one, follow_up(one, course)) for one in (quarter, quarter.next)]
    return [one for one in both if one.results.n]


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.named(text)
    except ValueError:
        raise NotFound(kind="quarter", key=text) from None


def _topics(found: Found) -> list[Row]:
    """That with the weakest latest papers first; what cannot be said comes last."""
    rows = [Row(topic, topic_name(topic), one) for topic, one in found.figures.papers.items()]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, float, str]:
    return not row.compared.can_be_said, row.compared.after.share, row.key


def _lessons(found: Found, course: str) -> list[Row]:
    """In the order of the course; their titles are Chinese."""
    live = courses_of(asker().release_id).get(course)
    titles = {lesson.key: lesson.title for lesson in live.lessons} if live else {}
    return [
        Row(key, title, found.figures.checks[key], is_chinese=True)
        for key, title in titles.items()
        if key in found.figures.checks
    ]


def _missed(course: str) -> dict[str, Any]:
    """The questions of its quiz that fewest get right in first papers, of all that were ever handed in."""
    live = courses_of(asker().release_id).get(course)
    quiz = live.quiz if live else ""
    hard = [one for one in items(quiz, "difficulty") if one.n >= LEAST and 100 * one.difficulty < WEAK][
        :_MOST_MISSED
    ]
    stems = stems_of(asker().release_id, {one.question for one in hard})
    return {"quiz": quiz, "missed": hard, "stems": stems}


def _asked(topics: list[str], since: date, due_on: date) -> list[Asked]:
    """Until a month after it was due."""
    counts = questions_by_topic(since, min(today(), due_on + timedelta(days=31)))
    found = [Asked(topic, topic_name(topic), counts.get(topic, 0)) for topic in topics]
    return sorted((one for one in found if one.count), key=lambda one: -one.count)


def _show(found: Found, *, answers: Sequence[FollowUp], **values: Any) -> str:
    shared: Mapping[str, Any] = {
        "percent": percent,
        "gain_words": gain_words,
        "few_words": few_words,
        "sample_words": sample_words,
        "sample_line": sample_line,
        "sentence": sentence(found.figures.whole),
        "unsaid": _unsaid(found, answers),
        "choices": _choices,
        "answers": answers,
        "open_kind": QuestionKind.OPEN,
    }
    return show("effect", found=found, **shared, **values)


def _choices(result: QuestionResult) -> list[tuple[str, int]]:
    """What was chosen of a question, in words, and how often."""
    if result.total is None:
        return []
    words = {option.id: option.text for option in result.question.options}
    return [(words.get(value, value), count) for value, count in result.total.values.items()]


def _unsaid(found: Found, answers: Sequence[FollowUp]) -> list[str]:
    """What cannot be said, for want of numbers."""
    figures = found.figures
    missing = []
    if not figures.whole.can_be_said:
        missing.append(gettext("What changed: fewer than 5 people have handed in papers."))
    if figures.first_papers and not figures.sat_again and found.kind is Kind.COURSE:
        missing.append(gettext("What a second paper changes: nobody has needed one."))
    if found.kind is Kind.COURSE and not any(one.can_be_said for one in figures.checks.values()):
        missing.append(gettext("In-lesson checks: fewer than 5 people have answered them."))
    if found.kind is Kind.COURSE and not answers:
        missing.append(gettext("What people use of it: nobody has answered the follow-up survey."))
    return [str(one) for one in missing]
