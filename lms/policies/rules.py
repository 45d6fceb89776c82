"""What is in force where, for whom, when. Looks up; never guesses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Mark(StrEnum):
    """How well a statement has been verified, best first."""

    LAW = "law"
    AGREED = "agreed"
    SINGLE = "single"
    SEED = "seed"

    @property
    def may_be_scored(self) -> bool:
        """Only what official text or two sources support may decide whether somebody passes."""
        return self in {Mark.LAW, Mark.AGREED}


class Unit(StrEnum):
    """The closed set of units of parameters."""

    YUAN = "yuan"
    YUAN_PER_YEAR = "yuan_per_year"
    YUAN_PER_MONTH = "yuan_per_month"
    PERCENT = "percent"
    PERCENTAGE_POINTS = "percentage_points"
    PER_MYRIAD_PER_DAY = "per_myriad_per_day"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"
    MULTIPLE = "multiple"
    KINDS = "kinds"

    @property
    def is_counted(self) -> bool:
        """True for what only comes in whole numbers."""
        return self in {Unit.DAYS, Unit.WORKDAYS, Unit.MONTHS, Unit.YEARS, Unit.KINDS}

    @property
    def most(self) -> Decimal | None:
        """The greatest number that is one of this unit; a share is no more than the whole."""
        return Decimal(100) if self in {Unit.PERCENT, Unit.PERCENTAGE_POINTS} else None


class Level(StrEnum):
    """Level of care; ``other`` is every designated institution that is not a community one."""

    ANY = "any"
    COMMUNITY = "community"
    OTHER = "other"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"


ANY = "any"
NATION = "000000"


@dataclass(frozen=True)
class Region:
    """A place with its own rules. ``code`` is GB/T 2260; the nation is ``000000``."""

    code: str
    name: str
    name_en: str
    parent: str | None


@dataclass(frozen=True)
class Source:
    """Where a statement was read."""

    title: str
    number: str
    url: str


@dataclass(frozen=True)
class Document:
    """A policy document. Its clauses take effect on ``effective_on``."""

    id: str
    title: str
    short: str
    title_en: str
    issuer: str
    number: str
    region: str
    issued_on: date | None
    effective_on: date | None
    source: Source
    mark: Mark
    checked_on: date

    def is_announced(self, day: date) -> bool:
        """True while the document is issued but not yet in force on *day*."""
        return self.effective_on is not None and day < self.effective_on


class Turn(NamedTuple):
    """From the day ``on`` a clause reads ``text``, which is empty when it no longer holds.

    ``on`` is ``date.min`` where no first day is known: the words held as long as anybody can tell.
    """

    on: date
    text: str


@dataclass(frozen=True)
class Wording:
    """Words that a clause had before; ``until`` is the last day on which they held."""

    until: date
    text: str


@dataclass(frozen=True)
class Clause:
    """A clause in our own words. ``key`` is ``document#clause``.

    ``text`` is its latest wording and holds from ``since``, or without one from the day its document takes
    effect; before it those of ``earlier`` held, the oldest first. From ``repealed_on`` nothing of it holds.
    """

    key: str
    article: str
    title: str
    text: str
    mark: Mark
    document: Document
    since: date | None = None
    earlier: tuple[Wording, ...] = ()
    repealed_on: date | None = None

    @property
    def starts(self) -> date | None:
        """First day of the latest wording; empty where it is not known."""
        return self.since or self.document.effective_on

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All wordings in their order, each with its first day, and the repeal."""
        days = [self._begins or date.min, *(one.until + timedelta(days=1) for one in self.earlier)]
        turns = list(map(Turn, days, [*(one.text for one in self.earlier), self.text]))
        return (*turns, Turn(self.repealed_on, "")) if self.repealed_on else tuple(turns)

    @property
    def _begins(self) -> date | None:
        """First day of the oldest wording. One that is older than its document held before it as well."""
        if not self.earlier:
            return self.starts
        effective = self.document.effective_on
        return effective if effective and effective <= self.earlier[0].until else None

    def words_on(self, day: date) -> str | None:
        """The words that hold on *day*; ``None`` before the first of them and after a repeal."""
        begun = [turn.text for turn in self.turns if turn.on <= day]
        return (begun[-1] or None) if begun else None

    def announced(self, day: date) -> Turn | None:
        """What comes next after *day*, if anything is known to come."""
        return next((turn for turn in self.turns if turn.on > day), None)

    def in_force(self, day: date) -> bool:
        """Whether any of it holds on *day*."""
        return self.words_on(day) is not None


@dataclass(frozen=True)
class Value:
    """One value of a parameter: whose, from when, how well known.

    ``since`` is the day it took effect, or ``None`` when only ``checked_on`` (a day on which it was
    in force) is known; the value then holds from ``checked_on`` on.
    """

    region: str
    status: str
    level: Level
    since: date | None
    value: Decimal
    clause: str
    source: Source
    mark: Mark
    checked_on: date

    @property
    def starts(self) -> date:
        """First day on which this value may be relied on."""
        return self.since or self.checked_on


@dataclass(frozen=True)
class Parameter:
    """A number of policy under a stable name."""

    name: str
    label: str
    label_en: str
    unit: Unit
    explain: str
    fallback: bool
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Asked:
    """What a text asks for: a parameter, for a region, a status and a level. Empty means the reader's own.

    ``on`` is the day whose value is meant; without one it is the day on which the text is read.
    """

    name: str
    region: str = ""
    status: str = ""
    level: Level = Level.ANY
    on: date | None = None

    def for_reader(self, region: str, status: str) -> "Asked":
        """The same with the reader's own region and status filled in."""
        return replace(self, region=self.region or region, status=self.status or status)

    @property
    def is_explicit(self) -> bool:
        """True when the answer cannot depend on who reads it."""
        return bool(self.region and self.status)


class Why(StrEnum):
    """Why there is no value."""

    REGION = "region"
    STATUS = "status"
    LEVEL = "level"
    TOO_EARLY = "too-early"


@dataclass(frozen=True)
class Answer:
    """Result of a lookup: the value in force, the next one announced, or why there is none."""

    current: Value | None
    upcoming: Value | None = None
    missing: Why | None = None


def look_up(parameter: Parameter, regions: Mapping[str, Region], asked: Asked, day: date) -> Answer:
    """The value of *parameter* in force for exactly what is asked, on the day asked for or else on *day*.

    A region without a value of its own is answered by city → province → nation only when the parameter
    says so. Nothing is interpolated: a missing region, status, level or a day before the first value
    is reported as such. Of values that fit, one for exactly this status goes before one for any, then one
    for exactly this level before one for any, then the latest.
    """
    for region in _ladder(parameter, regions, asked.region):
        answer = _in_region(parameter.values, region, asked, asked.on or day)
        if answer.missing is not Why.REGION:
            return answer
    return Answer(None, missing=Why.REGION)


def _ladder(parameter: Parameter, regions: Mapping[str, Region], code: str) -> Iterable[str]:
    yield code
    known = regions.get(code)
    while parameter.fallback and known is not None and known.parent is not None:
        yield known.parent
        known = regions.get(known.parent)


def _in_region(values: Sequence[Value], region: str, asked: Asked, day: date) -> Answer:
    here = [value for value in values if value.region == region]
    if not here:
        return Answer(None, missing=Why.REGION)
    mine = [value for value in here if value.status in {asked.status, ANY}]
    if not mine:
        return Answer(None, missing=Why.STATUS)
    level = [value for value in mine if value.level in {asked.level, Level.ANY}]
    if not level:
        return Answer(None, missing=Why.LEVEL)
    current = _in_force(level, asked, day)
    turns = sorted({value.starts for value in level if value.starts > day})
    later = (_in_force(level, asked, turn) for turn in turns)
    upcoming = next((value for value in later if value is not current), None)
    return Answer(current, upcoming, None if current else Why.TOO_EARLY)


def _in_force(values: Sequence[Value], asked: Asked, day: date) -> Value | None:
    def rank(value: Value) -> tuple[bool, bool, date]:
        return (value.status == asked.status, value.level == asked.level, value.starts)

    return max((value for value in values if value.starts <= day), key=rank, default=None)
