"""What people said in a quarter: satisfaction, points they raised, topics they asked about."""

from collections.abc import Mapping

from lms.courses.queries import courses_of
from lms.kernel.clock import china_date
from lms.outreach.asked import questions_by_topic
from lms.quarterly.shapes import Asked, Mean, Need
from lms.quarterly.training import Span
from lms.quizzes.topics import topics_of
from lms.surveys import proposals, results
from lms.surveys.comments import comment_topics
from lms.surveys.models import Proposal
from lms.surveys.results import Satisfaction

EVERYBODY = ""


def satisfied(span: Span) -> Mapping[str, Mean | None]:
    """Satisfaction with courses by audience, and of everybody under ``EVERYBODY``; ``None``: withheld."""
    return {name: _mean(one) for name, one in results.satisfaction(span.quarter).items()}


def _mean(one: Satisfaction | None) -> Mean | None:
    if one is None:
        return None
    return Mean(n=one.n, invited=one.invited, mean=one.mean, csat=one.csat, nps=one.nps)


def needs(span: Span, release_id: str) -> tuple[Need, ...]:
    """Points raised by the end that were not settled before the quarter, those raised most often first."""
    several = [one for one in proposals.listed_proposals() if _belongs(one, span)]
    several.sort(key=lambda one: (-one.raised, one.id))
    return tuple(_need(one, release_id) for one in several)


def _belongs(one: Proposal, span: Span) -> bool:
    raised = china_date(one.created_at) <= span.end
    settled_before = one.settled_at is not None and china_date(one.settled_at) < span.first
    return raised and not settled_before


def _need(one: Proposal, release_id: str) -> Need:
    return Need(
        key=one.key,
        title=one.title,
        quarter=one.quarter,
        raised=one.raised,
        state=one.state.value,
        result=one.result,
        result_title=_title(one.result, release_id),
        note=one.note,
    )


def _title(result: str, release_id: str) -> str:
    """The title of a course, or of a lesson of it; empty when the library has neither."""
    name, _, lesson = result.partition("/")
    course = courses_of(release_id).get(name)
    if course is None:
        return ""
    return next((one.title for one in course.lessons if one.id == lesson), course.title)


def asked(span: Span, release_id: str) -> tuple[Asked, ...]:
    """Topics that were asked about, the most frequent first; what has no topic stands under ``""``."""
    questions = questions_by_topic(span.first, span.end)
    comments = comment_topics(span.quarter)
    topics = topics_of(release_id)
    found = [
        Asked(
            topic=one,
            title=topics.title(one),
            title_en=topics.title(one, english=True),
            questions=questions.get(one, 0),
            comments=comments.get(one, 0),
        )
        for one in {*questions, *comments}
    ]
    return tuple(sorted(found, key=lambda one: (-one.n, one.topic)))
