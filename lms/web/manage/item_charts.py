"""The charts of item analysis. The tables beside them say the same."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from flask_babel import gettext
from markupsafe import Markup

from lms.quizzes.rules import PASS_LINE
from lms.web.charts import Column, Heading, Pair, columns, pairs
from lms.web.formats import percent
from lms.web.languages import chosen

MOST_MONTHS = 12


class Row(Protocol):
    """Who gave an answer: shares of the two groups."""

    @property
    def label(self) -> str:
        """The letter of an option, or the sign of what is none."""

    @property
    def upper(self) -> float:
        """Share of the upper group."""

    @property
    def lower(self) -> float:
        """Share of the lower group."""


def scores(counts: Sequence[int]) -> Markup:
    """How many papers have which score; those below the pass line in the second colour."""
    line = int(PASS_LINE)
    desc = gettext(
        "Columns for every ten points. %(below)s of %(all)s papers are below the pass line of %(line)s.",
        below=sum(counts[: line // 10]),
        all=sum(counts),
        line=line,
    )
    drawn = [
        Column(count / max(1, *counts), f"{10 * number}", f"{count}", is_other=10 * number < line)
        for number, count in enumerate(counts)
    ]
    return columns(Heading("scores", gettext("Papers by score"), desc), drawn)


def groups(rows: Sequence[Row]) -> Markup:
    """Who chose what, the two groups side by side."""
    title = gettext("Who chose what")
    desc = gettext("For every answer the share of the best 27 percent and of the weakest 27 percent.")
    drawn = [Pair(row.label, row.upper, row.lower, percent(row.upper), percent(row.lower)) for row in rows]
    return pairs(Heading("groups", title, desc), drawn, (gettext("Upper group"), gettext("Lower group")))


def fifths(shares: Sequence[float]) -> Markup:
    """Share of right answers from the weakest fifth to the best one."""
    title = gettext("Right by score")
    desc = gettext("Share of right answers in each fifth of the papers, from the lowest scores up.")
    drawn = [Column(share, f"{number}", percent(share)) for number, share in enumerate(shares, 1)]
    return columns(Heading("fifths", title, desc), drawn)


def months(counts: Sequence[tuple[str, int, int]]) -> Markup:
    """Share of right answers month by month, the latest ones."""
    title = gettext("Right by month")
    desc = gettext("Share of right answers of the papers begun in each month.")
    drawn = [
        Column(right / asked, _month(month), percent(right / asked))
        for month, asked, right in counts[-MOST_MONTHS:]
    ]
    return columns(Heading("months", title, desc), drawn)


def _month(month: str) -> str:
    """``2026-11`` in few characters."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first:%m/%y}" if chosen() == "en" else gettext("%(month)s月", month=first.month)
