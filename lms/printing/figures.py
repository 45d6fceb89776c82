"""A report with numbers and charts on A4, as plain values. Every word in them is data."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Figure:
    """A number, its unit, what it is, and what it was worked out from."""

    term: str
    value: str
    unit: str
    context: str


@dataclass(frozen=True)
class Column:
    """A column: its share of the full height, 0 to 1, and words below and above it."""

    below: str
    above: str
    share: float
    is_other: bool = False


@dataclass(frozen=True)
class Columns:
    """Columns under a heading; a dashed line stands after so many of them, with words. ``alt`` tells all."""

    title: str
    note: str
    columns: tuple[Column, ...]
    after: int
    line: str
    alt: str


@dataclass(frozen=True)
class Bar:
    """A bar: its share of the full length, 0 to 1; one that is *weak* has another colour."""

    label: str
    shown: str
    share: float
    is_weak: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars under each other; where there are none ``empty`` says so."""

    title: str
    note: str
    bars: tuple[Bar, ...]
    empty: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a grid. ``share`` is drawn as a bar in front of the cell with that place, if any."""

    cells: tuple[str, ...]
    share: float | None = None
    is_sub: bool = False


@dataclass(frozen=True)
class Grid:
    """A table. ``bar`` is the place of the cell that is drawn as a bar with words, ``wide`` that of words
    which need room; -1 where there is none.
    """

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    bar: int = -1
    wide: int = -1


@dataclass(frozen=True)
class Steps:
    """Numbered steps, each with a line below it."""

    title: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pair:
    """Two blocks side by side."""

    first: "Columns | Bars | Steps"
    second: "Columns | Bars | Steps"


@dataclass(frozen=True)
class Report:
    """A report: heading, the sentence, numbers, blocks below each other, and how they were worked out.

    ``stamp`` stands above the heading of what is not signed.
    """

    kicker: str
    title: str
    sentence: str
    figures: tuple[Figure, ...]
    blocks: tuple["Pair | Grid", ...]
    definitions_title: str
    definitions: tuple[str, ...]
    foot: tuple[str, ...]
    stamp: str = ""


Block: TypeAlias = Pair | Grid
