"""What a text rests on: clauses gathered by document, as the source card and a check's foot show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import LazyString, gettext, lazy_gettext

from lms.policies.queries import Policies
from lms.policies.rules import Clause, Document, Mark, Turn
from lms.web import formats
from lms.web.languages import chosen

MARKS: Mapping[Mark, LazyString] = {
    Mark.LAW: lazy_gettext("checked against the official text"),
    Mark.AGREED: lazy_gettext("two sources agree"),
    Mark.SINGLE: lazy_gettext("one source only, to be verified"),
    Mark.SEED: lazy_gettext("from training material, to be verified"),
}
"""How well something is verified, in words."""


@dataclass(frozen=True)
class Told:
    """What a clause says on a day: the words that hold, empty when none do, and what is announced."""

    clause: Clause
    words: str
    turn: Turn | None

    @property
    def ended(self) -> date | None:
        """The day on which it was repealed, once that has come."""
        return None if self.words or self.turn else self.clause.repealed_on

    @property
    def until(self) -> date | None:
        """The last day before what is announced."""
        return self.turn.on - timedelta(days=1) if self.turn else None


@dataclass(frozen=True)
class Cited:
    """Clauses of one document that are verified equally well.

    ``line`` names document and articles, ``region`` and ``checked`` are words, too; ``announced`` is the day
    on which the document takes effect, if that is to come.
    """

    line: str
    region: str
    checked: str
    announced: date | None
    document: Document
    told: tuple[Told, ...]

    @property
    def changes(self) -> date | None:
        """The next day on which something that holds will read differently."""
        return min((one.turn.on for one in self.told if one.words and one.turn), default=None)


def tell(clause: Clause, day: date) -> Told:
    """What a clause says on *day*."""
    return Told(clause, clause.words_on(day) or "", clause.announced(day))


def cite(policies: Policies, keys: Sequence[str], day: date) -> tuple[Cited, ...]:
    """The clauses under *keys*, gathered by document in the order in which each first appears."""
    clauses = [policies.clauses[key] for key in keys]
    groups = dict.fromkeys((clause.document.id, clause.mark) for clause in clauses)
    gathered = [tuple(one for one in clauses if (one.document.id, one.mark) == group) for group in groups]
    return tuple(_cited(policies, group, day) for group in gathered)


def _cited(policies: Policies, clauses: tuple[Clause, ...], day: date) -> Cited:
    document, mark = clauses[0].document, clauses[0].mark
    articles = joined((_article(clause) for clause in clauses), "、")
    return Cited(
        line=_line(document, articles),
        region=place_name(policies, document.region),
        checked=checked(document.checked_on, mark),
        announced=document.effective_on if document.is_announced(day) else None,
        document=document,
        told=tuple(tell(clause, day) for clause in clauses),
    )


def _line(document: Document, articles: str) -> str:
    if chosen() == "en":
        return f"{document.title_en}, {articles}"
    return f"{document.short}{articles}" if articles.startswith("第") else f"{document.short}：{articles}"


def _article(clause: Clause) -> str:
    """The article as the document counts; plain numbers are given in English too."""
    if chosen() == "en" and clause.article.startswith("第") and clause.article.endswith("条"):
        return str(gettext("Article %(number)s", number=clause.key.partition("#")[2]))
    return clause.article


def checked(day: date, mark: Mark) -> str:
    """When and how well something was verified."""
    return joined([formats.long_day(day), str(MARKS[mark])])


def place_name(policies: Policies, code: str) -> str:
    """A region's name in the language of the request."""
    region = policies.regions[code]
    return region.name_en if chosen() == "en" else region.name


def joined(parts: Iterable[str], chinese: str = "，") -> str:
    """Words in one line, with commas in English and *chinese* between them in Chinese."""
    return (", " if chosen() == "en" else chinese).join(parts)


def foreign_regions(policies: Policies, keys: Sequence[str], home: str) -> str:
    """Names of the regions whose rules a page tells although they do not hold in *home*; may be empty."""
    own = set(regions_above(policies, home))
    codes = dict.fromkeys(policies.clauses[key].document.region for key in keys)
    names = [place_name(policies, code) for code in codes if code not in own]
    return joined(names, "、")


def regions_above(policies: Policies, code: str) -> Iterator[str]:
    """The region and everything it lies in."""
    region = policies.regions.get(code)
    while region is not None:
        yield region.code
        region = policies.regions.get(region.parent) if region.parent else None
