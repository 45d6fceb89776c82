"""A paper as it was: the questions with their numbers of that day, what was answered, what was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.policies.queries import Policies, policies_of
from lms.policies.references import parse
from lms.quizzes.queries import Sitting, quiz, sitting
from lms.quizzes.rules import Stamp
from lms.reports.records import subject
from lms.web.agenda import quiz_title
from lms.web.citations import MARKS, cite
from lms.web.formats import quantity
from lms.web.guard import requires
from lms.web.languages import chosen
from lms.web.manage.parts import course_name, scope, screens, show
from lms.web.manage.record import note_view
from lms.web.papertext import Shown, shown
from lms.web.quiz_result import topic_bars
from lms.web.regrading import Mark, mark_of, regrading_of
from lms.web.scores import exact_score, score_of


@dataclass(frozen=True)
class Figure:
    """A number of policy as the paper froze it."""

    label: str
    scope: str
    value: str
    since: date | None
    source: str
    mark: str


@dataclass(frozen=True)
class Answered:
    """A question of a paper with its answer, the numbers it froze, and what it rests on."""

    shown: Shown
    mark: Mark
    figures: Sequence[Figure]
    sources: Sequence[str]


@screens.get("/people/<key>/attempt/<attempt>")
@requires(Permission.RECORD_VIEW)
def attempt(key: str, attempt: str) -> str:
    """A paper as it was. One that is still open keeps its questions to itself, whoever asks."""
    who = subject(key)
    paper = sitting(who.id, attempt)
    bank = quiz(paper.release_id, paper.quiz)
    closed = paper.verdict is not None
    note_view(who, attempt=paper.key)
    return show(
        "attempt",
        who=who,
        paper=paper,
        title=quiz_title(bank),
        course=course_name(bank.course),
        score=score_of(paper),
        exact=exact_score(paper),
        regrading=regrading_of(paper),
        questions=_answered(paper) if closed else [],
        topics=topic_bars(paper) if closed else [],
    )


def _answered(paper: Sitting) -> list[Answered]:
    policies, day = policies_of(paper.release_id), china_date(paper.started_at)
    return [
        Answered(
            shown=one,
            mark=mark_of(paper, one),
            figures=[_figure(policies, key, stamp) for key, stamp in one.drawn.stamps.items()],
            sources=[cited.line for cited in cite(policies, one.question.clauses, day)],
        )
        for one in shown(paper)
    ]


def _figure(policies: Policies, key: str, stamp: Stamp) -> Figure:
    asked = parse(key)
    parameter = policies.parameters[asked.name]
    return Figure(
        label=parameter.label_en if chosen() == "en" else parameter.label,
        scope=scope(policies, asked.region, asked.status, asked.level),
        value=quantity(stamp.value, stamp.unit),
        since=date.fromisoformat(stamp.since) if stamp.since else None,
        source=stamp.source,
        mark=str({mark.value: words for mark, words in MARKS.items()}[stamp.mark]),
    )
