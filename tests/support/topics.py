"""A small library with topics, and papers that are wrong in a topic. Needs an application context."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lms.assignments import attempts
from lms.effects.finding import due
from lms.effects.models import Kind
from lms.effects.queries import Found, effects, lines, quarters
from lms.jobs.effects import find_effects, mark_topics
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.quizzes.queries import Sitting, open_sitting, sitting
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.sittings import AT, assigned, filled_in, start

TOPICS_PATH = "content/topics.yaml"
TOPICS = """\
topics:
  - id: claims
    title: 门诊报销
    title_en: Outpatient claims
    words: [门诊, 报销比例, deductible]
    lessons: [basics/outpatient]
    quiz_topics: [basics#claims]
  - id: card
    title: 凭证
    title_en: Cards
    words: [医保卡, 凭证]
    lessons: [basics/travel]
    quiz_topics: [basics#card]
"""
Q4 = Quarter(2026, 4)
"""The quarter in which ``AT`` falls."""


def topic_texts() -> dict[str, str]:
    """Six questions about claims and four about cards on a paper."""
    return {**quiz_texts({"claims": 6, "card": 4}), TOPICS_PATH: TOPICS}


def topic_library() -> str:
    """The same, live; returns the release's id."""
    return publish_texts(topic_texts())


def paper(
    wrong: Mapping[str, int], *, person: Person | None = None, at: datetime = AT, seed: int = 1
) -> Sitting:
    """A paper handed in with so many questions of each topic of the bank wrong."""
    owner = person or assigned()
    start(owner, at=at, seed=seed)
    with unit_of_work():
        held = open_sitting(owner.id, QUIZ, changing=True)
        left, positions = dict(wrong), []
        for position, drawn in enumerate(held.paper, 1):
            if left.get(drawn.topic, 0):
                left[drawn.topic] -= 1
                positions.append(position)
        attempts.submit(held, filled_in(held, wrongly=positions), at=at)
    return sitting(owner.id, held.key)


def marked(at: datetime = AT) -> int:
    """Run the job; returns how many papers it read."""
    return mark_topics(at)


def found_effects(now: datetime) -> dict[str, str]:
    """Papers read by topic, and everything looked at that is ready in three months; what addresses name."""
    mark_topics(now)
    later = now + timedelta(days=90)
    find_effects(later)
    rollouts = [one for one in due(live_release_id() or "", china_date(later)) if one.kind is Kind.ROLLOUT]
    course = next(one for one in effects_known() if one.kind is Kind.COURSE and one.subject == "onboarding")
    topic = next(one for one in lines(course.quarter) if one.quiz == "onboarding")
    return {"marked_in": str(course.quarter), "topic": topic.topic, "rollout": rollouts[0].subject}


def effects_known() -> list[Found]:
    """Everything on record, the latest quarter first."""
    return [one for quarter in quarters() for one in effects(quarter)]
