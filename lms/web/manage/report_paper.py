"""A report as it is printed: the same words and numbers as on the screen."""

from flask_babel import gettext

from lms.kernel import clock
from lms.kernel.quarters import Quarter
from lms.printing.documents import Paper
from lms.printing.figures import Bar, Bars, Block, Column, Columns, Figure, Grid, Pair, Report, Row, Steps
from lms.quarterly import queries
from lms.quarterly.models import Report as Edition
from lms.quarterly.models import ReportState
from lms.quarterly.rules import WEAK_PERCENT
from lms.quarterly.shapes import Figures, Wording
from lms.quizzes.rules import PASS_LINE
from lms.web import sheets
from lms.web.formats import day, moment, plain
from lms.web.languages import chosen
from lms.web.manage import report_content as content
from lms.web.manage import report_words as words
from lms.web.manage.report_definitions import definitions


def paper(edition: Edition, *, exporter: str) -> Paper:
    """The report as it is printed."""
    quarter, figures = Quarter.named(edition.quarter), queries.figures_of(edition)
    wording, title = words.wording_of(edition), words.title_of(quarter)
    part = Report(
        kicker=" · ".join(filter(None, [sheets.company(), content.span_words(figures)])),
        title=title,
        sentence=wording.sentence,
        figures=tuple(Figure(one.term, one.value, one.unit, one.context) for one in content.stats(figures)),
        blocks=tuple(_blocks(figures, wording)),
        definitions_title=gettext("How the numbers are worked out"),
        definitions=tuple(filter(None, [*definitions(figures), content.assisted_line(figures)])),
        foot=tuple(foot(edition, figures, exporter)),
        stamp=gettext("Draft, not signed") if edition.state is ReportState.DRAFT else "",
    )
    language = "en" if chosen() == "en" else "zh"
    sides = gettext("Side {page} of {pages}")
    return Paper(title, (part,), language=language, author=sheets.company(), sides=sides)


def foot(edition: Edition, figures: Figures, exporter: str) -> list[str]:
    """As of when the numbers are, which edition it is, who signed it, and who took it when."""
    lines = [content.data_line(figures)]
    if edition.state is ReportState.SIGNED and edition.signed_at is not None:
        facts = {"name": queries.signer(edition), "moment": moment(edition.signed_at)}
        lines.append(
            gettext("Edition %(number)s, signed by %(name)s, %(moment)s.", number=edition.edition, **facts)
        )
        lines.append(f"SHA-256 {edition.sha256}")
    if edition.reason:
        lines.append(gettext("Corrected because: %(reason)s", reason=edition.reason))
    lines.append(gettext("Taken by %(name)s, %(moment)s.", name=exporter, moment=moment(clock.now())))
    return lines


def _blocks(figures: Figures, wording: Wording) -> list[Block]:
    blocks: list[Block] = [Pair(_scores(figures), _topics(figures)), _groups(figures)]
    blocks.append(Pair(_asked(figures), _steps(wording)))
    more = (_changes(figures), _needs(figures), _events(figures), _budget(figures))
    return blocks + [one for one in more if one.rows]


def _scores(figures: Figures) -> Columns:
    bins = figures.papers.bins
    most = max(bins)
    columns = tuple(
        Column(label, str(count), count / most if most else 0.0, number < content.FIRST_PASSING_BIN)
        for number, (label, count) in enumerate(zip(content.BIN_LABELS, bins, strict=True))
    )
    return Columns(
        title=gettext("Scores of first papers"),
        note=content.scores_line(figures),
        columns=columns if most else (),
        after=content.FIRST_PASSING_BIN,
        line=gettext("Pass line %(line)s", line=int(PASS_LINE)),
        alt=", ".join(f"{one.below}: {one.above}" for one in columns),
    )


def _topics(figures: Figures) -> Bars:
    return Bars(
        gettext("Right at the first attempt, by topic"),
        gettext("Below %(line)s%%: a second training", line=WEAK_PERCENT),
        _bars(content.topic_bars(figures)),
        gettext("No papers have been counted by topic yet."),
    )


def _asked(figures: Figures) -> Bars:
    title = gettext("What people asked about most")
    return Bars(
        title, "", _bars(content.asked_bars(figures)), gettext("Nobody asked anything in this quarter.")
    )


def _bars(several: list[content.Bar]) -> tuple[Bar, ...]:
    return tuple(Bar(one.label, one.shown, one.value / max(1, one.most), one.is_weak) for one in several)


def _steps(wording: Wording) -> Steps:
    return Steps(gettext("Next quarter"), tuple((one.title, one.text) for one in wording.steps))


def _groups(figures: Figures) -> Grid:
    head = (
        gettext("Group of people"),
        gettext("With something due"),
        gettext("Required completed"),
        gettext("Passed at once"),
        gettext("Passed in the end"),
        gettext("Satisfaction"),
    )
    rows = tuple(
        Row(
            (one.label, one.people, one.completion, one.first, one.final, one.satisfaction),
            one.done.part / one.done.whole if one.done and one.done.whole else None,
            one.is_sub,
        )
        for one in content.group_rows(figures)
    )
    note = gettext("Groups of fewer than 5 people are withheld")
    return Grid(gettext("By group"), note, head, rows, bar=2)


def _changes(figures: Figures) -> Grid:
    head = (
        gettext("Policy change"),
        gettext("Registered"),
        gettext("Materials by day 7"),
        gettext("People by day 14"),
    )
    rows = tuple(
        Row((one.title, one.registered, _refreshed(one), one.learned)) for one in content.change_rows(figures)
    )
    return Grid(gettext("Policy changes"), "", head, rows)


def _refreshed(one: content.ChangeRow) -> str:
    return f"{one.refreshed} · {gettext('too late')}" if one.is_late else one.refreshed


def _needs(figures: Figures) -> Grid:
    head = (
        gettext("Point raised"),
        gettext("How often raised"),
        gettext("State"),
        gettext("What followed from it"),
    )
    rows = tuple(
        Row((one.title, str(one.raised), str(words.NEED_STATES[one.state][0]), one.result_title or one.note))
        for one in figures.needs
    )
    return Grid(gettext("What people asked for, and what became of it"), "", head, rows, wide=3)


def _events(figures: Figures) -> Grid:
    head = (gettext("Event"), gettext("Day"), gettext("Kind"), gettext("People who came"))
    rows = tuple(
        Row((content.event_title(one), day(one.on), str(words.EVENT_KINDS[one.kind]), str(one.came)))
        for one in figures.events
    )
    return Grid(gettext("Events held"), "", head, rows)


def _budget(figures: Figures) -> Grid:
    head = (gettext("Budget"), gettext("Planned, yuan"), gettext("Spent, yuan"))
    found = figures.budget
    if found is None:
        return Grid(gettext("Budget"), "", head, ())
    lines = [
        Row((str(words.CATEGORIES[one.category]), plain(one.planned), plain(one.spent)))
        for one in found.lines
    ]
    lines.append(Row((gettext("Together"), plain(found.planned), plain(found.spent))))
    note = content.budget_line(found)
    return Grid(gettext("Budget of the year so far"), note, head, tuple(lines))
