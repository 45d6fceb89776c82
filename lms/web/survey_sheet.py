"""One page of answering a survey: its question, and the answers so far, which travel in the form.

Nothing is stored before all of it is sent: whoever leaves half-way has said nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from lms.courses.questionnaires import Question
from lms.surveys.queries import Paper
from lms.surveys.rules import answer_faults
from lms.web.addresses import url_for
from lms.web.shells import home
from lms.web.survey_words import Asked, answer_words, in_page, lack_words, title_words

Given = dict[str, list[str]]
_CARRIED = "a."
"""How the names begin under which answers to other questions travel."""
_LONGEST = 10_000
"""Characters of an answer that are carried on: far more than may be sent, so that it can be shortened."""


@dataclass(frozen=True)
class Way:
    """One of the ways in which a preview can be looked at."""

    words: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class Preview:
    """That the page is a preview, and the other ways to see it."""

    ways: Sequence[Way]


@dataclass(frozen=True)
class Line:
    """A question and the answer to it, before sending."""

    text: str
    lang: str
    words: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A page as its template shows it. ``number`` counts from 1; the review comes behind the last question.

    Buttons lead ``onward`` and ``backward``, the way out is ``leave``.
    """

    title: str
    anonymous: bool
    edition: str
    number: int
    total: int
    onward: str
    backward: str
    leave: str
    carried: Sequence[tuple[str, str]] = ()
    asked: Asked | None = None
    picked: Sequence[str] = ()
    lines: Sequence[Line] = ()
    first: str = ""
    preview: Preview | None = None

    @property
    def is_last(self) -> bool:
        """Whether it is the last question."""
        return self.number == self.total


def edition(questions: Sequence[Question]) -> str:
    """What tells one wording of the questions from another: an answer belongs to what was asked."""
    plain = [one.model_dump(mode="json") for one in questions]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def given(questions: Sequence[Question]) -> Given:
    """All answers of the form that has come in: those that were carried, and the one of its own page."""
    found = {one.id: _cut(request.form.getlist(_CARRIED + one.id)) for one in questions}
    at = request.form.get("at", 0, type=int)
    if 1 <= at <= len(questions):
        skips = request.form.get("action") == "skip" and not questions[at - 1].required
        found[questions[at - 1].id] = [] if skips else _cut(request.form.getlist("answer"))
    return found


def _cut(values: Sequence[str]) -> list[str]:
    return [value[:_LONGEST] for value in values[:50] if value.strip()]


def lack(questions: Sequence[Question], answers: Mapping[str, Sequence[str]], number: int) -> str:
    """What is wrong with the answer to one question, in words; empty when nothing is."""
    one = questions[number - 1]
    code = answer_faults([one], {one.id: answers.get(one.id, [])}).get(one.id, "")
    return lack_words(code, one) if code else ""


def question_sheet(paper: Paper, number: int, answers: Mapping[str, Sequence[str]]) -> Sheet:
    """The page of one question."""
    questions = paper.questions
    one, total = questions[number - 1], len(questions)
    return Sheet(
        title=title_words(paper)[0],
        anonymous=paper.anonymous,
        edition=edition(questions),
        number=number,
        total=total,
        onward=_address(paper, number + 1) if number < total else url_for("survey.review", key=paper.key),
        backward=_address(paper, number - 1) if number > 1 else "",
        leave=home(),
        carried=_carried(questions, answers, without=one.id),
        asked=in_page(one),
        picked=answers.get(one.id, []),
    )


def review_sheet(paper: Paper, answers: Mapping[str, Sequence[str]]) -> Sheet:
    """All answers, before they are sent."""
    total = len(paper.questions)
    return Sheet(
        title=title_words(paper)[0],
        anonymous=paper.anonymous,
        edition=edition(paper.questions),
        number=0,
        total=total,
        onward=url_for("survey.send", key=paper.key),
        backward=_address(paper, total),
        leave=home(),
        carried=_carried(paper.questions, answers),
        lines=[_line(paper, number, answers) for number in range(1, total + 1)],
        first=_address(paper, 1),
    )


def _address(paper: Paper, number: int) -> str:
    return url_for("survey.question", key=paper.key, number=number)


def _carried(
    questions: Sequence[Question], answers: Mapping[str, Sequence[str]], without: str = ""
) -> list[tuple[str, str]]:
    return [
        (_CARRIED + one.id, value)
        for one in questions
        if one.id != without
        for value in answers.get(one.id, [])
    ]


def _line(paper: Paper, number: int, answers: Mapping[str, Sequence[str]]) -> Line:
    one = paper.questions[number - 1]
    asked = in_page(one)
    return Line(asked.text, asked.lang, answer_words(one, answers.get(one.id, [])), _address(paper, number))
