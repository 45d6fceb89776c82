"""A report as it is read: the same values for the page, the PDF and the workbook."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext, ngettext

from lms.kernel.quarters import Quarter
from lms.quarterly.rules import MOST_SHOWN, WEAK_PERCENT
from lms.quarterly.shapes import Budget, Change, Event, Figures, Group, Mean, Need, Part
from lms.web.formats import day, moment, plain, short_quarter
from lms.web.formats import quarter as quarter_name
from lms.web.manage.report_words import GROUPS, topic_title

BIN_LABELS = ("0–59", "60–69", "70–79", "80–89", "90–100")
FIRST_PASSING_BIN = 3


@dataclass(frozen=True)
class Stat:
    """One of the four numbers: what it is, the number, its unit, and what it was worked out from."""

    term: str
    value: str
    unit: str
    context: str


@dataclass(frozen=True)
class Bar:
    """A bar with words: its length of *most*, and whether it is below the line."""

    label: str
    value: int
    most: int
    shown: str
    is_weak: bool = False


@dataclass(frozen=True)
class GroupRow:
    """A group of people. ``done`` is ``None`` when the group is withheld."""

    label: str
    is_sub: bool
    people: str
    done: Part | None
    completion: str
    first: str
    final: str
    satisfaction: str


@dataclass(frozen=True)
class ChangeRow:
    """A change of policy with its day 7 and its day 14."""

    key: str
    title: str
    registered: str
    refreshed: str
    is_late: bool
    learned: str


def percent(part: Part | None) -> str:
    """A share as it is read; *withheld* where the group is too small."""
    if part is None:
        return str(gettext("withheld"))
    return "—" if part.percent is None else f"{part.percent}%"


def of_all(part: Part) -> str:
    """``598 / 720``."""
    return f"{part.part} / {part.whole}"


def stats(figures: Figures) -> list[Stat]:
    """The four numbers."""
    return [_required(figures), _passed(figures), _in_time(figures), _satisfied(figures.satisfaction)]


def _required(figures: Figures) -> Stat:
    term, part = gettext("Required training completed"), figures.required
    if part.percent is None:
        return Stat(term, "—", "", gettext("nothing was due"))
    context = ngettext("%(part)s / %(num)s person", "%(part)s / %(num)s people", part.whole, part=part.part)
    if figures.before.percent is not None:
        before = short_quarter(Quarter.named(figures.quarter).previous)
        context += " · " + gettext(
            "%(quarter)s %(percent)s%%", quarter=before, percent=figures.before.percent
        )
    return Stat(term, str(part.percent), "%", context)


def _passed(figures: Figures) -> Stat:
    term, part = gettext("Passed in the end"), figures.papers.final
    if part.percent is None:
        return Stat(term, "—", "", gettext("no paper was handed in"))
    context = ngettext("%(part)s / %(num)s paper", "%(part)s / %(num)s papers", part.whole, part=part.part)
    return Stat(term, str(part.percent), "%", context + " · " + gettext("with papers after catching up"))


def _in_time(figures: Figures) -> Stat:
    term, part = gettext("Policy changes in time"), figures.in_time
    if not part.whole:
        return Stat(term, "—", "", gettext("no change was due"))
    unit = ngettext("/ %(num)s change", "/ %(num)s changes", part.whole)
    late = part.whole - part.part
    context = gettext("materials refreshed within 7 days")
    if late:
        context += " · " + ngettext("%(num)s late", "%(num)s late", late)
    return Stat(term, str(part.part), unit, context)


def _satisfied(found: Mean | None) -> Stat:
    term = gettext("Satisfaction")
    if found is None:
        return Stat(term, "—", "", gettext("fewer than 5 answers: withheld"))
    if found.mean is None:
        return Stat(term, "—", "", gettext("no answers yet"))
    context = ngettext("%(num)s answer", "%(num)s answers", found.n)
    if found.csat is not None:
        context += f" · CSAT\u00a0{int(100 * found.csat)}%"
    if found.nps is not None:
        context += f" · NPS\u00a0{round(found.nps)}"
    return Stat(term, one_decimal(found.mean), "/ 5", context)


def one_decimal(value: Decimal) -> str:
    """4.5"""
    return f"{value:.1f}"


def scores_line(figures: Figures) -> str:
    """What stands over the distribution."""
    papers = figures.papers
    if not papers.first.whole:
        return str(gettext("No first paper was handed in in this quarter"))
    return str(
        ngettext(
            "%(num)s first paper of %(people)s people; %(passed)s (%(percent)s%%) reached the pass line",
            "%(num)s first papers of %(people)s people; %(passed)s (%(percent)s%%) reached the pass line",
            papers.first.whole,
            people=papers.people,
            passed=papers.first.part,
            percent=papers.first.percent,
        )
    )


def topic_bars(figures: Figures) -> list[Bar]:
    """The weakest topics."""
    return [
        Bar(
            topic_title(one.title, one.title_en),
            one.right.percent or 0,
            100,
            percent(one.right),
            (one.right.percent or 0) < WEAK_PERCENT,
        )
        for one in figures.topics[:MOST_SHOWN]
    ]


def asked_bars(figures: Figures) -> list[Bar]:
    """The topics that were asked about most."""
    shown = figures.asked[:MOST_SHOWN]
    most = max((one.n for one in shown), default=1)
    return [Bar(topic_title(one.title, one.title_en), one.n, most, times(one.n)) for one in shown]


def times(count: int) -> str:
    """86次 / 86×."""
    return str(ngettext("%(num)s time", "%(num)s times", count))


def group_rows(figures: Figures) -> list[GroupRow]:
    """Groups of people with their numbers."""
    return [_group_row(one) for one in figures.groups]


def _group_row(one: Group) -> GroupRow:
    satisfied = one.satisfied
    mean = gettext("withheld") if satisfied is None else "—"
    if satisfied and satisfied.mean is not None:
        mean = one_decimal(satisfied.mean)
    return GroupRow(
        label=str(GROUPS[one.group]),
        is_sub=one.group == "new",
        people=gettext("withheld") if one.people is None else str(one.people),
        done=one.done,
        completion=percent(one.done),
        first=percent(one.first),
        final=percent(one.final),
        satisfaction=mean,
    )


def change_rows(figures: Figures) -> list[ChangeRow]:
    """Changes of policy."""
    return [_change_row(one, figures) for one in figures.changes]


def _change_row(one: Change, figures: Figures) -> ChangeRow:
    judged = one.refreshed_in_time(figures.end)
    refreshed, learned = of_all(one.tasks), _learned(one)
    if judged is None:
        refreshed = gettext("%(done)s, due on %(day)s", done=refreshed, day=day(one.refresh_due))
    if figures.end <= one.delivery_due and one.people is not None:
        learned = gettext("%(done)s, due on %(day)s", done=learned, day=day(one.delivery_due))
    return ChangeRow(one.key, one.title, day(one.registered_on), refreshed, judged is False, learned)


def _learned(one: Change) -> str:
    if one.people is None or one.people.percent is None:
        return percent(one.people)
    return f"{of_all(one.people)} · {one.people.percent}%"


def assisted_line(figures: Figures) -> str:
    """How many courses were completed with a helper; empty when nothing was completed."""
    part = figures.assisted
    if not part.whole:
        return ""
    return str(
        ngettext(
            "%(helped)s of %(num)s course completed with a helper",
            "%(helped)s of %(num)s courses completed with a helper",
            part.whole,
            helped=part.part,
        )
    )


def data_line(figures: Figures) -> str:
    """As of when the numbers are."""
    return str(gettext("Data up to %(moment)s.", moment=moment(figures.until)))


def span_words(figures: Figures) -> str:
    """The days that are counted."""
    first = Quarter.named(figures.quarter).first
    return str(gettext("%(first)s to %(last)s", first=day(first), last=day(figures.end)))


def raised_in(one: Need) -> str:
    """The quarter in which a point was raised."""
    return quarter_name(Quarter.named(one.quarter))


def event_title(one: Event) -> str:
    """Visits are told together and without what they were called: that may name somebody."""
    if one.title:
        return one.title
    return str(ngettext("%(num)s visit at home", "%(num)s visits at home", one.times))


def budget_line(found: Budget) -> str:
    """What is reserved for the year."""
    if found.per_head is None or found.total is None:
        return ""
    return str(
        ngettext(
            "%(total)s yuan for the year: %(per_head)s for each of %(num)s person",
            "%(total)s yuan for the year: %(per_head)s for each of %(num)s people",
            found.heads,
            total=plain(found.total),
            per_head=plain(found.per_head),
        )
    )
