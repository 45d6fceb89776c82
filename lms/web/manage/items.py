"""Item analysis: how good questions are. It was found out in the background; nothing is computed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form
from wtforms.validators import DataRequired

from lms.item_analysis import queries
from lms.item_analysis.operations import settle
from lms.item_analysis.queries import ORDERS, PAGE_SIZE, EditionOf, ItemLine, OptionStatistics, by_option
from lms.item_analysis.rekeying import SHORT, wrong_keys
from lms.item_analysis.rules import AnswerStatistics, Sample
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.quizzes.queries import quizzes_of
from lms.web.addresses import url_for
from lms.web.formats import percent
from lms.web.guard import asker, requires
from lms.web.manage import item_charts
from lms.web.manage.item_texts import QuestionText, question_text, stems_of
from lms.web.manage.item_words import (
    ADVICE,
    ANSWERS,
    CONCERN_TAGS,
    CONCERNS,
    SAMPLES,
    SIGNS,
    SORTS,
    coefficient,
    reliability_words,
)
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import words
from lms.web.manage.policy_new import Page
from lms.web.manage.regrade_words import quiz_name


class SettleForm(Form):
    """What was found when somebody looked at a question that collapsed."""

    note = words(
        lazy_gettext("What did you find?"), DataRequired(lazy_gettext("Say what you found")), most=500
    )


@dataclass(frozen=True)
class AnswerRow:
    """An option, or an answer that is none, and who gave it: shares of everybody and of the two groups.

    ``label`` is the letter of an option, or a sign.
    """

    label: str
    text: str
    is_right: bool
    n: int
    share: float
    mean: float
    upper: float
    lower: float


@screens.get("/items", endpoint="items")
@requires(Permission.ITEMS_VIEW)
def overview() -> str:
    """Every quiz with its figures, and the questions that collapsed."""
    alarms = queries.alarms()
    stems = stems_of(asker().release_id, {alarm.question for alarm in alarms})
    return _show("items", lines=queries.quizzes(), alarms=alarms, stems=stems)


@screens.get("/items/quiz/<name>", endpoint="item_quiz")
@requires(Permission.ITEMS_VIEW)
def of_quiz(name: str) -> str:
    """The questions of a quiz by edition, sorted by what the address names."""
    found, bank = queries.quiz(name), quizzes_of(asker().release_id).get(name)
    if found is None and bank is None:
        raise NotFound(kind="quiz", key=name)
    order = request.args.get("sort", "")
    order = order if order in ORDERS else ORDERS[0]
    every = queries.items(name, order)
    pages = max(1, -(-len(every) // PAGE_SIZE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    lines = every[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return _show(
        "item_quiz",
        name=name,
        found=found,
        scores=item_charts.scores(found.detail["scores"]) if found else None,
        lines=lines,
        stems=stems_of(asker().release_id, {line.question for line in lines}),
        live={question.edition for question in bank.questions} if bank else set(),
        order=order,
        sorts=SORTS,
        number=number,
        pages=pages,
        total=len(every),
    )


@screens.get("/items/<question>", endpoint="item")
@requires(Permission.ITEMS_VIEW)
def item(question: str) -> str:
    """A question, one edition at a time: who answers it rightly, who chooses what, and how that changed."""
    return _page(question, SettleForm())


@screens.post("/items/<question>/alarm", endpoint="item_alarm")
@requires(Permission.CONTENT_EDIT)
def settle_alarm(question: str) -> Page:
    """Note what was found about a question that collapsed: it waits for nobody any more."""
    form = SettleForm(request.form)
    if not form.validate():
        return _page(question, form), 422
    with unit_of_work():
        settle(question, note=form.note.data or "", actor_id=asker().id, at=clock.now())
    flash(gettext("Noted. The question no longer waits for you."))
    return redirect(url_for("manage.item", question=question), code=303)


def _page(question: str, form: SettleForm) -> str:
    editions = queries.editions(question)
    if not editions:
        raise NotFound(kind="question", key=question)
    analysed = queries.items_of(question)
    shown = _wanted(editions, analysed)
    line, text = analysed.get(shown.question.edition), question_text(shown.question)
    rows = _rows(line, text) if line else []
    alarms = queries.alarms_of(question)
    release_id = asker().release_id
    return _show(
        "item",
        question=shown.question,
        text=text,
        editions=[(one, analysed.get(one.question.edition)) for one in editions],
        line=line,
        rows=rows,
        groups=item_charts.groups(rows) if rows else None,
        fifths=item_charts.fifths(line.detail["fifths"]) if line else None,
        months=item_charts.months(line.detail["months"]) if line else None,
        advice=ADVICE[line.concern] if line and line.concern else "",
        open_alarms=[alarm for alarm in alarms if not alarm.settled_at],
        settled=[alarm for alarm in alarms if alarm.settled_at],
        rekeyed=wrong_keys(release_id, editions),
        form=form,
        path=queries.path_of(release_id, question),
        may_edit=asker().may(Permission.CONTENT_EDIT),
        since=china_date(shown.since),
    )


def _wanted(editions: Sequence[EditionOf], analysed: Mapping[str, ItemLine]) -> EditionOf:
    """The edition that the address names; else the latest one that was analysed, else the latest."""
    wanted = request.args.get("edition", "")
    for one in editions:
        if len(wanted) >= SHORT and one.question.edition.startswith(wanted):
            return one
    return next((one for one in editions if one.question.edition in analysed), editions[0])


def _rows(line: ItemLine, text: QuestionText) -> list[AnswerRow]:
    """The options in their order, then the answers that are none."""
    options = zip(text.options, by_option(line.answers, len(text.options)), strict=True)
    found = [_row(line, option.label, option.text, option.is_right, one) for option, one in options]
    others = [one for one in line.answers if one.value in ANSWERS]
    return found + [_row(line, SIGNS[one.value], str(ANSWERS[one.value]), one.right, one) for one in others]


def _row(
    line: ItemLine, label: str, words: str, is_right: bool, one: OptionStatistics | AnswerStatistics
) -> AnswerRow:
    shares = (one.n / line.n, one.mean, one.upper / line.group, one.lower / line.group)
    return AnswerRow(label, words, is_right, one.n, *shares)


def _show(view: str, **values: Any) -> str:
    shared: dict[str, Any] = {
        "quiz_name": quiz_name,
        "percent": percent,
        "coefficient": coefficient,
        "reliability_words": reliability_words,
        "concerns": CONCERNS,
        "concern_tags": CONCERN_TAGS,
        "samples": SAMPLES,
        "too_few": Sample.TOO_FEW,
        "enough": Sample.ENOUGH,
        "short": SHORT,
    }
    return show(view, **shared, **values)
