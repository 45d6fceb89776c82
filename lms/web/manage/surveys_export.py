"""The counts of a survey as a table to take away; what is not shown on the page is not in it either."""

from collections.abc import Iterator
from dataclasses import replace

from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.small_groups import LEAST
from lms.surveys import queries
from lms.surveys.results import Counts, QuestionResult, Results, as_of, results, waits_for_end
from lms.surveys.rules import SurveyState
from lms.web.guard import requires
from lms.web.manage.exports import Cell, Table, taken
from lms.web.manage.parts import screens
from lms.web.manage.surveys_words import ORDER, audience_words, question_words
from lms.web.survey_words import options_of


@screens.get("/surveys/<key>.<any(csv, xlsx):ending>", endpoint="survey_export")
@requires(Permission.SURVEY_VIEW)
def export(key: str, ending: str) -> Response:
    """One line for each answer that could be chosen, as on the page; nothing of what was written."""
    survey = queries.survey(key)
    if survey.state not in {SurveyState.OPEN, SurveyState.CLOSED}:
        raise NotFound(kind="survey", key=key)
    found = results(key)
    if waits_for_end(survey) or as_of(survey) == 0:
        found = replace(found, questions=())
    audiences = [one for one in ORDER if found.turnout.get(one.value)]
    heads = [gettext("Question"), gettext("Answer"), gettext("Answered the question"), gettext("All")]
    heads += [audience_words(one.value) for one in audiences]
    table = Table(f"survey-{key}", heads, _lines(found, [one.value for one in audiences], as_of(survey)))
    return taken(table, ending, "survey.exported", key)


def _lines(found: Results, audiences: list[str], as_of: int | None) -> Iterator[list[Cell]]:
    turnout = [found.turnout[one] for one in audiences]
    head = gettext("Asked to answer")
    yield [head, None, None, found.invited, *(one.invited for one in turnout)]
    yield [gettext("Have answered"), None, None, found.answered, *(one.answered for one in turnout)]
    if as_of is not None:
        yield [gettext("Of these, in published figures"), None, None, as_of, *(None for _ in audiences)]
    for one in found.questions:
        yield from _question(one, audiences)


def _question(one: QuestionResult, audiences: list[str]) -> Iterator[list[Cell]]:
    words = dict(options_of(one.question))
    hidden = gettext("fewer than %(least)s, not shown", least=LEAST)
    for value in one.question.values:
        shown = [one.total, *(one.audiences.get(each) for each in audiences)]
        counts = [_count(each, value, hidden) for each in shown]
        counts[1:] = [
            cell if each in one.audiences else None for cell, each in zip(counts[1:], audiences, strict=True)
        ]
        yield [question_words(one.question), words[value], one.n, *counts]


def _count(counts: Counts | None, value: str, hidden: str) -> Cell:
    return hidden if counts is None else counts.values.get(value, 0)
