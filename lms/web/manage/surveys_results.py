"""One survey: who has answered, what they answered by question and audience, what they wrote by topic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext
from markupsafe import Markup

from lms.courses.questionnaires import Question, QuestionKind
from lms.kernel.permissions import Permission
from lms.kernel.small_groups import LEAST
from lms.quizzes.topics import topics_of
from lms.surveys import queries
from lms.surveys.comments import topics
from lms.surveys.proposals import of_source
from lms.surveys.queries import Turnout
from lms.surveys.results import Counts, QuestionResult, Results, as_of, results, waits_for_end
from lms.surveys.rules import Source, SurveyState
from lms.web.charts import Column, Heading, columns
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import screens, show
from lms.web.manage.surveys import detail_words
from lms.web.manage.surveys_words import (
    ORDER,
    QUESTION_KINDS,
    STATE_TAGS,
    STATES,
    audience_words,
    audiences_words,
    percent,
    point,
)
from lms.web.survey_words import in_words, options_of, title_words

_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Row:
    """An answer that could be chosen: how many did, of everybody and of each audience."""

    value: str
    label: str
    words: str
    cells: Sequence[str]
    is_chosen: bool
    #: Key of the proposal that was made of it.
    proposal: str


@dataclass(frozen=True)
class Block:
    """A question with its answers. ``heads`` are the columns of the table, ``chart`` shows the first."""

    number: int
    id: str
    text: str
    lang: str
    kind: str
    asked: str
    n: int
    measures: Sequence[tuple[str, str, str]]
    heads: Sequence[str]
    rows: Sequence[Row]
    chart: Markup
    written: int
    hides_some: bool
    is_hidden: bool
    proposes: bool


@dataclass(frozen=True)
class Group:
    """Some of the people who were asked."""

    words: str
    turnout: Turnout


@dataclass(frozen=True)
class TopicLine:
    """A topic of what people wrote."""

    id: str
    words: str
    count: int
    proposal: str


@screens.get("/surveys/<key>", endpoint="survey")
@requires(Permission.SURVEY_VIEW)
def survey_page(key: str) -> str:
    """Where it stands, and what has come of it so far."""
    survey = queries.survey(key)
    is_asked = survey.state in {SurveyState.OPEN, SurveyState.CLOSED}
    found = results(key) if is_asked else None
    made, is_shown = _made(key), is_asked and not waits_for_end(survey) and as_of(survey) != 0
    return show(
        "survey",
        survey=survey,
        title_shown=title_words(survey),
        about=detail_words(survey),
        state=STATES[survey.state],
        state_tag=STATE_TAGS[survey.state],
        found=found,
        groups=list(_groups(found)) if found else [],
        blocks=_blocks(found, made) if found and is_shown else [],
        topics=topic_lines(key) if is_shown else [],
        waits=is_asked and waits_for_end(survey),
        as_of=as_of(survey),
        questions=len(survey.questions),
        audiences=[one.value for one in ORDER],
        least=LEAST,
        may_edit=asker().may(Permission.SURVEY_EDIT),
        may_propose=asker().may(Permission.PROPOSAL_EDIT),
    )


def _blocks(found: Results, made: Mapping[str, str]) -> list[Block]:
    return [_block(number, one, made) for number, one in enumerate(found.questions, 1)]


def _groups(found: Results) -> Iterator[Group]:
    for key in ("", *(one.value for one in ORDER)):
        turnout = found.turnout.get(key)
        if turnout and turnout.invited:
            yield Group(audience_words(key), turnout)


def _made(key: str) -> Mapping[str, str]:
    """Titles of what was proposed because of a survey, with the keys of the proposals."""
    return {one.title: one.key for one in of_source(Source.SURVEY, key)}


def topic_lines(key: str) -> list[TopicLine]:
    """Topics of what people wrote, most often first; what belongs to none comes last."""
    counts, made, known = topics(key), _made(key), topics_of(asker().release_id)
    lines = [
        TopicLine(topic, topic_words(topic), n, made.get(known.title(topic), ""))
        for topic, n in counts.items()
    ]
    return sorted(lines, key=lambda one: (not one.id, -one.count))


def topic_words(topic: str) -> str:
    """A topic in the language of the page."""
    if not topic:
        return str(gettext("No topic yet"))
    return topics_of(asker().release_id).title(topic, english=chosen() == "en") or topic


# -- a question --------------------------------------------------------------------------------------------


def _block(number: int, one: QuestionResult, made: Mapping[str, str]) -> Block:
    question = one.question
    text, lang = in_words(question.text, question.text_en)
    audiences = [each for each in ORDER if each.value in one.audiences]
    groups = audiences if len(audiences) > 1 else []
    shown = [one.total, *(one.audiences[each.value] for each in groups)]
    rows = list(_rows(question, shown, made))
    return Block(
        number=number,
        id=question.id,
        text=text,
        lang=lang,
        kind=str(QUESTION_KINDS[question.kind]),
        asked=audiences_words(question),
        n=one.n,
        measures=list(_measures(question, one.total)),
        heads=[
            audience_words("" if groups else audiences[0].value),
            *(audience_words(each.value) for each in groups),
        ],
        rows=rows,
        chart=_chart(number, text, rows, question, one.total) if one.total else Markup(""),
        written=one.written,
        hides_some=any(each is None for each in shown[1:]),
        is_hidden=one.total is None,
        proposes=question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE},
    )


def _rows(question: Question, shown: Sequence[Counts | None], made: Mapping[str, str]) -> Iterator[Row]:
    words = dict(options_of(question))
    titles = {one.id: one.text for one in question.options}
    for place, value in enumerate(question.values):
        choices = question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
        label = _LETTERS[place] if choices else value
        said = words[value] if choices else words[value].partition(" · ")[2]
        cells = [cell(counts, value) for counts in shown]
        is_chosen = bool(shown[0] and shown[0].values.get(value))
        yield Row(value, label, said, cells, is_chosen, made.get(titles.get(value, ""), ""))


def cell(counts: Counts | None, value: str) -> str:
    """So many, and which share of those who answered the question; a dash where it is not shown."""
    if counts is None:
        return "—"
    n = counts.values.get(value, 0)
    return f"{n} ({percent(Decimal(n) / counts.n)})" if counts.n else "0"


def _measures(question: Question, total: Counts | None) -> Iterator[tuple[str, str, str]]:
    """Term, value, and what it is of."""
    if total is None or not total.n:
        return
    of = gettext("n = %(n)s", n=total.n)
    if question.kind is QuestionKind.SCALE:
        yield str(gettext("Mean")), point(total.mean), str(gettext("of 5, %(n)s", n=of))
        yield "CSAT", percent(total.csat), str(gettext("chose 4 or 5, %(n)s", n=of))
    if question.kind is QuestionKind.RECOMMEND and total.nps is not None:
        yield "NPS", f"{total.nps:+.0f}", str(gettext("9–10 less 0–6, %(n)s", n=of))


def _chart(number: int, text: str, rows: Sequence[Row], question: Question, total: Counts) -> Markup:
    """The column of everybody as a picture."""
    if not rows:
        return Markup("")
    shares = [total.values.get(row.value, 0) / total.n if total.n else 0.0 for row in rows]
    most = max(shares) or 1.0
    desc = gettext("Share of those who chose each answer; the table beside it says the same.")
    low = _low(question)
    drawn = [
        Column(share / most, row.label, percent(share), is_other=row.value in low)
        for row, share in zip(rows, shares, strict=True)
    ]
    return columns(Heading(f"chart-{number}", text, str(desc)), drawn)


def _low(question: Question) -> Sequence[str]:
    """Values in the second colour: what counts against on a scale."""
    low: Mapping[QuestionKind, Sequence[str]] = {
        QuestionKind.SCALE: ("1", "2"),
        QuestionKind.RECOMMEND: tuple(str(one) for one in range(7)),
    }
    return low.get(question.kind, ())
