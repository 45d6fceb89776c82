"""What came of a survey, by question and audience, without telling about groups of very few."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import case, func, select

from lms.courses.questionnaires import AUDIENCES, Question, QuestionKind
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST, shown
from lms.surveys import rules
from lms.surveys.answering import ANY, EVERY
from lms.surveys.models import Survey, Tally
from lms.surveys.queries import ALL, Turnout, questions, survey, turnout_of
from lms.surveys.rules import ROLLING, SurveyKind, SurveyState
from lms.surveys.steps import in_steps

Tallies: TypeAlias = Mapping[tuple[str, str], Mapping[str, int]]
"""Question and audience → value → how often it was chosen."""


@dataclass(frozen=True)
class Counts:
    """What ``n`` people chose of a question: value → how often, in the order in which it is offered."""

    n: int
    values: Mapping[str, int]

    @property
    def _numbers(self) -> dict[int, int]:
        return {int(value): count for value, count in self.values.items()}

    @property
    def mean(self) -> Decimal | None:
        """Of a scale."""
        return rules.mean(self._numbers)

    @property
    def csat(self) -> Decimal | None:
        """Of a scale."""
        return rules.csat(self._numbers)

    @property
    def nps(self) -> Decimal | None:
        """Of a recommendation."""
        return rules.nps(self._numbers)


@dataclass(frozen=True)
class QuestionResult:
    """What came of a question. ``None`` in place of counts: too few people, or it would tell about too few.

    ``audiences`` are those of which somebody was asked. ``n`` answered it; ``written`` is the same of an open
    question, whose words are comments.
    """

    question: Question
    n: int
    total: Counts | None
    audiences: Mapping[str, Counts | None]

    @property
    def written(self) -> int:
        """How many wrote something."""
        return self.n if self.question.kind is QuestionKind.OPEN else 0


@dataclass(frozen=True)
class Results:
    """What came of one survey, or of several of the same kind together.

    Where figures come in steps, the questions are of the last one that is published.
    """

    keys: Sequence[str]
    turnout: Mapping[str, Turnout]
    questions: Sequence[QuestionResult]

    @property
    def invited(self) -> int:
        """How many were asked."""
        return self.turnout[ALL].invited

    @property
    def n(self) -> int:
        """How many answered."""
        return self.turnout[ALL].answered

    answered = n

    def of(self, question: str) -> QuestionResult | None:
        """What came of the question with this id; ``None`` when it was not asked."""
        return next((one for one in self.questions if one.question.id == question), None)


@dataclass(frozen=True)
class Satisfaction:
    """What people think of courses.

    ``n`` answered of ``invited``; ``mean`` and ``csat`` are over all answers on scales of 1 to 5, ``nps`` is
    over ``recommend_n`` answers. ``None`` where nothing of the kind was answered.
    """

    invited: int
    n: int
    mean: Decimal | None
    csat: Decimal | None
    nps: Decimal | None
    recommend_n: int


def waits_for_end(one: Survey) -> bool:
    """Whether what was answered is shown once it has closed: two looks at an open anonymous survey would tell
    what somebody has answered between them. What is asked after courses is open all the time: its figures
    come in steps.
    """
    return one.anonymous and one.state is SurveyState.OPEN and one.kind not in ROLLING


def as_of(one: Survey) -> int | None:
    """Of how many answers its figures are where they come in steps, 0 before the first; else ``None``."""
    return one.published if in_steps(one) else None


def results(key: str) -> Results:
    """What came of a survey. Raises ``NotFound``."""
    return _results([survey(key)])


def follow_up(quarter: Quarter | None = None, course: str = "") -> Results:
    """What came of the follow-ups asked in a quarter about a course, where these are given, together."""
    return _results(_surveys(SurveyKind.FOLLOW_UP, quarter, course))


def _surveys(kind: SurveyKind, quarter: Quarter | None, course: str) -> Sequence[Survey]:
    found = select(Survey).where(Survey.kind == kind, Survey.opened_at.is_not(None)).order_by(Survey.id)
    if quarter is not None:
        found = found.where(Survey.quarter == str(quarter))
    if course:
        found = found.where(Survey.course == course)
    return session().scalars(found).all()


def _results(surveys: Sequence[Survey]) -> Results:
    """Of several surveys the last one says how the questions read."""
    ids = [one.id for one in surveys]
    asked = {question.id: question for one in surveys for question in questions(one)}
    tallies, turnout = _tallies(surveys), turnout_of(ids)
    return Results(
        [one.key for one in surveys],
        turnout,
        [_result(question, tallies, _asked(question, turnout)) for question in asked.values()],
    )


def _asked(question: Question, turnout: Mapping[str, Turnout]) -> Collection[str]:
    """The audiences that a question was put to; those it is for, while nobody of them was invited."""
    own = question.audiences or AUDIENCES
    return [one for one in own if one in turnout] or own


def _tallies(surveys: Collection[Survey]) -> Tallies:
    """How often it was chosen; where figures come in steps, until the last one."""
    steps = [one.id for one in surveys if in_steps(one)]
    counted = case((Tally.survey_id.in_(steps), Tally.published), else_=Tally.n)
    rows = session().execute(
        select(Tally.question, Tally.audience, Tally.value, func.sum(counted))
        .where(Tally.survey_id.in_([one.id for one in surveys]))
        .group_by(Tally.question, Tally.audience, Tally.value)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for question, audience, value, n in rows:
        found.setdefault((question, audience.value), {})[value] = int(n)
    return found


def _result(question: Question, tallies: Tallies, asked: Collection[str]) -> QuestionResult:
    groups = {audience: _counts(question, [tallies.get((question.id, audience), {})]) for audience in asked}
    visible = shown({audience: one.n for audience, one in groups.items()})
    total = _counts(question, [tallies.get((question.id, audience), {}) for audience in groups])
    return QuestionResult(
        question,
        total.n,
        None if 0 < total.n < LEAST else total,
        {audience: one if audience in visible else None for audience, one in groups.items()},
    )


def _counts(question: Question, tallies: Sequence[Mapping[str, int]]) -> Counts:
    values = {value: sum(one.get(value, 0) for one in tallies) for value in question.values}
    return Counts(sum(one.get(ANY, 0) for one in tallies), values)


# -- over all courses -------------------------------------------------------------------------------------


def satisfaction(quarter: Quarter, course: str = "") -> Mapping[str, Satisfaction | None]:
    """Audience → what it thinks of the courses completed in a quarter; ``ALL`` for everybody.

    ``None``: too few people. A course of which nothing is published yet is left out with whom it asked: from
    the others and the sum it could else be worked out.
    """
    several = _surveys(SurveyKind.SATISFACTION, quarter, course)
    surveys = [one for one in several if as_of(one) != 0]
    kinds = {question.id: question.kind for one in surveys for question in questions(one)}
    tallies, turnout = _tallies(surveys), turnout_of([one.id for one in surveys])
    answered = {audience: _answered(tallies, [audience]) for audience in AUDIENCES}
    if several and not surveys:
        return dict.fromkeys([*AUDIENCES, ALL])
    visible = shown(answered)
    found: dict[str, Satisfaction | None] = {
        audience: _satisfaction(kinds, tallies, [audience], turnout.get(audience))
        if audience in visible
        else None
        for audience in AUDIENCES
    }
    too_few = 0 < sum(answered.values()) < LEAST
    return {**found, ALL: None if too_few else _satisfaction(kinds, tallies, AUDIENCES, turnout[ALL])}


def _answered(tallies: Tallies, audiences: Sequence[str]) -> int:
    return sum(tallies.get((EVERY, audience), {}).get(ANY, 0) for audience in audiences)


def _satisfaction(
    kinds: Mapping[str, QuestionKind],
    tallies: Tallies,
    audiences: Sequence[str],
    turnout: Turnout | None,
) -> Satisfaction:
    scale = _numbers(kinds, tallies, audiences, QuestionKind.SCALE)
    recommend = _numbers(kinds, tallies, audiences, QuestionKind.RECOMMEND)
    return Satisfaction(
        turnout.invited if turnout else 0,
        _answered(tallies, audiences),
        rules.mean(scale),
        rules.csat(scale),
        rules.nps(recommend),
        sum(recommend.values()),
    )


def _numbers(
    kinds: Mapping[str, QuestionKind], tallies: Tallies, audiences: Sequence[str], kind: QuestionKind
) -> dict[int, int]:
    """Value → how often it was chosen, over all questions of a kind."""
    found: dict[int, int] = {}
    for (question, audience), values in tallies.items():
        if kinds.get(question) is kind and audience in audiences:
            for value, n in values.items():
                if value != ANY:
                    found[int(value)] = found.get(int(value), 0) + n
    return found
