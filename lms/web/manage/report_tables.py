"""A report as tables: what its workbook holds, and what two editions are compared by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from lms.quarterly.shapes import Figures, Group, Mean, Part
from lms.web.manage.report_content import BIN_LABELS, event_title
from lms.web.manage.report_definitions import definitions
from lms.web.manage.report_words import CATEGORIES, EVENT_KINDS, GROUPS, NEED_STATES, topic_title

Cell = str | int | Decimal | date | None
Lines = list[list[Cell]]
MOST_DIFFERENCES = 40


@dataclass(frozen=True)
class Table:
    """Lines below their headings. The first *names* cells of a line say what it is about."""

    name: str
    headings: Sequence[str]
    lines: Sequence[Sequence[Cell]]
    names: int = 1


@dataclass(frozen=True)
class Difference:
    """A number that differs between two editions, and where it stands."""

    where: str
    what: str
    before: str
    after: str


def tables(figures: Figures) -> list[Table]:
    """Everything a report says, in the language of the page."""
    return [
        _numbers(figures),
        _scores(figures),
        _topics(figures),
        _groups(figures),
        _changes(figures),
        _needs(figures),
        _asked(figures),
        _events(figures),
        _budget(figures),
    ]


def definitions_table(figures: Figures) -> Table:
    """How the numbers are worked out."""
    return Table(gettext("Definitions"), [gettext("Definitions")], [[one] for one in definitions(figures)])


def _share(part: Part | None) -> list[Cell]:
    if part is None:
        withheld = gettext("withheld")
        return [withheld, withheld, withheld]
    return [part.part, part.whole, part.percent]


def _numbers(figures: Figures) -> Table:
    papers = figures.papers
    shares = (
        (gettext("Required training completed"), figures.required),
        (gettext("Required training completed in the quarter before"), figures.before),
        (gettext("Passed with the first paper"), papers.first),
        (gettext("Passed in the end"), papers.final),
        (gettext("Policy changes in time"), figures.in_time),
        (gettext("Completed with a helper"), figures.assisted),
        (gettext("Plan of the year: done"), figures.plan),
    )
    counts = (
        (gettext("Excused from everything due"), figures.excused),
        (gettext("Left before the end"), figures.left),
        (gettext("People with a first paper"), papers.people),
        (gettext("Events held"), sum(one.times for one in figures.events)),
        (gettext("People who came to events"), sum(one.came for one in figures.events)),
    )
    lines: list[list[Cell]] = [[name, *_share(part)] for name, part in shares]
    lines += [[name, count, None, None] for name, count in counts]
    lines += _satisfaction(figures.satisfaction)
    return Table(
        gettext("Numbers"),
        [gettext("Measure"), gettext("Count"), gettext("Out of"), gettext("Percent")],
        lines,
    )


def _satisfaction(found: Mean | None) -> list[list[Cell]]:
    if found is None:
        return [[gettext("Satisfaction"), gettext("withheld"), None, None]]
    return [
        [gettext("Satisfaction, 1 to 5"), found.mean, None, None],
        [gettext("Answers on satisfaction"), found.n, found.invited, None],
        ["CSAT", None, None, None if found.csat is None else int(100 * found.csat)],
        ["NPS", found.nps, None, None],
    ]


def _scores(figures: Figures) -> Table:
    lines = list(zip(BIN_LABELS, figures.papers.bins, strict=True))
    return Table(gettext("Scores"), [gettext("Points"), gettext("First papers")], lines)


def _topics(figures: Figures) -> Table:
    headings = [
        gettext("Topic"),
        gettext("Right answers"),
        gettext("Answers given"),
        gettext("Percent"),
        gettext("People"),
    ]
    lines = [[topic_title(one.title, one.title_en), *_share(one.right), one.people] for one in figures.topics]
    return Table(gettext("Topics"), headings, lines)


def _groups(figures: Figures) -> Table:
    headings = [
        gettext("Group of people"),
        gettext("With something due"),
        gettext("Completed"),
        gettext("First papers"),
        gettext("Passed with the first paper"),
        gettext("Passed in the end"),
        gettext("Answers on satisfaction"),
        gettext("Satisfaction, 1 to 5"),
    ]
    return Table(gettext("Groups of people"), headings, [_group(one) for one in figures.groups])


def _group(one: Group) -> list[Cell]:
    withheld = gettext("withheld")
    papers: list[Cell] = [withheld] * 3
    if one.first is not None and one.final is not None:
        papers = [one.first.whole, one.first.part, one.final.part]
    answers: list[Cell] = [withheld, withheld]
    if one.satisfied:
        answers = [one.satisfied.n, one.satisfied.mean]
    people = withheld if one.people is None else one.people
    return [str(GROUPS[one.group]), people, one.done.part if one.done else withheld, *papers, *answers]


def _changes(figures: Figures) -> Table:
    headings = [
        gettext("Policy change"),
        gettext("Registered on"),
        gettext("Day 7"),
        gettext("Materials ready by day 7"),
        gettext("Materials concerned"),
        gettext("Day 14"),
        gettext("Learned by day 14"),
        gettext("To learn it"),
    ]
    lines = [
        [
            one.title,
            one.registered_on,
            one.refresh_due,
            one.tasks.part,
            one.tasks.whole,
            one.delivery_due,
            *_share(one.people)[:2],
        ]
        for one in figures.changes
    ]
    return Table(gettext("Policy changes"), headings, lines)


def _needs(figures: Figures) -> Table:
    headings = [
        gettext("Point raised"),
        gettext("Raised in"),
        gettext("How often raised"),
        gettext("State"),
        gettext("What followed from it"),
        gettext("Note"),
    ]
    lines: Lines = [
        [one.title, one.quarter, one.raised, str(NEED_STATES[one.state][0]), one.result_title, one.note]
        for one in figures.needs
    ]
    return Table(gettext("Points raised"), headings, lines, names=2)


def _asked(figures: Figures) -> Table:
    headings = [
        gettext("Topic"),
        gettext("Questions to HR"),
        gettext("Comments in surveys"),
        gettext("Together"),
    ]
    lines: Lines = [
        [topic_title(one.title, one.title_en), one.questions, one.comments, one.n] for one in figures.asked
    ]
    return Table(gettext("Asked about"), headings, lines)


def _events(figures: Figures) -> Table:
    headings = [gettext("Event"), gettext("Day"), gettext("Kind"), gettext("People who came")]
    lines: Lines = [
        [event_title(one), one.on, str(EVENT_KINDS[one.kind]), one.came] for one in figures.events
    ]
    return Table(gettext("Events"), headings, lines, names=2)


def _budget(figures: Figures) -> Table:
    found = figures.budget
    lines: list[list[Cell]] = []
    if found is not None:
        lines = [[str(CATEGORIES[one.category]), one.planned, one.spent] for one in found.lines]
        lines.append([gettext("Together"), found.planned, found.spent])
        lines.append([gettext("Reserved for the year"), found.total, None])
        lines.append([gettext("Reserved a head"), found.per_head, None])
    return Table(
        gettext("Budget"), [gettext("Category"), gettext("Planned, yuan"), gettext("Spent, yuan")], lines
    )


def differences(before: Figures, after: Figures) -> list[Difference]:
    """What differs between two editions, number by number."""
    found: list[Difference] = []
    for old, new in zip(tables(before), tables(after), strict=True):
        found.extend(_between(old, new))
    return found[:MOST_DIFFERENCES]


def _between(old: Table, new: Table) -> Iterable[Difference]:
    was, now = _by_name(old), _by_name(new)
    for name in dict.fromkeys([*was, *now]):
        lines = was.get(name), now.get(name)
        if lines[0] is None or lines[1] is None:
            present, absent = gettext("there"), gettext("not there")
            words = (absent, present) if lines[0] is None else (present, absent)
            yield Difference(new.name, name, *words)
            continue
        for heading, one, other in zip(new.headings, lines[0], lines[1], strict=True):
            if one != other:
                yield Difference(new.name, f"{name} · {heading}", _shown(one), _shown(other))


def _by_name(table: Table) -> dict[str, Sequence[Cell]]:
    return {" · ".join(str(cell) for cell in line[: table.names]): line for line in table.lines}


def _shown(cell: Cell) -> str:
    return "—" if cell is None or cell == "" else str(cell)
