"""What can be printed, as plain values. Every word in them is data: this floor speaks no language."""

from dataclasses import dataclass
from typing import TypeAlias

from lms.printing.figures import Report


@dataclass(frozen=True)
class Run:
    """Words in one style; *quiet* ones are a remark, such as the date behind a number."""

    text: str
    bold: bool = False
    quiet: bool = False


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    runs: Runs


@dataclass(frozen=True)
class Key:
    """The one sentence to remember."""

    runs: Runs


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Runs, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table below its headings."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True)
class Box:
    """Something set apart. ``kind`` is ``example``, ``warning``, ``correction`` or ``note``."""

    kind: str
    title: str
    blocks: tuple["Block", ...]


Block: TypeAlias = Paragraph | Key | Items | Table | Box


@dataclass(frozen=True)
class Section:
    """One message under its heading; ``note`` stands between the two."""

    title: str
    blocks: tuple[Block, ...]
    note: str = ""


@dataclass(frozen=True)
class Phone:
    """Whom to call: some words, and the number large."""

    words: str
    number: str


@dataclass(frozen=True)
class Link:
    """An address as a QR code, and the words beside it."""

    url: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """A lesson on one sheet of A4: on one side where it fits, else on both.

    ``kicker`` stands above the title, ``note`` below it; ``foot`` says what it rests on and of which day.
    """

    title: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = ()
    phone: Phone | None = None
    link: Link | None = None
    kicker: str = ""
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter on one page, its address where an envelope has its window."""

    sender: str
    name: str
    address: str
    day: str
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str
    signature: str
    phone: Phone | None = None
    link: Link | None = None


@dataclass(frozen=True)
class Card:
    """A card to sign in with, of the size of a bank card. ``code`` is written as it is read out."""

    name: str
    code: str
    link: Link
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Cards:
    """Cards to cut out, ten on a page."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Booklet:
    """A cover, the contents with their pages, and sheets."""

    title: str
    subtitle: str
    sender: str
    day: str
    contents: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Attendance:
    """A list that people sign by hand, alone in its paper: it goes over as many sides as it needs.

    ``facts`` say below the title when and where. ``head`` names the five columns: number, name, department,
    signature, remarks. ``rows`` are names with their departments; ``blank`` lines follow for whoever comes
    as well. ``note`` tells those who hand it round what to do.
    """

    title: str
    facts: tuple[str, ...]
    head: tuple[str, str, str, str, str]
    rows: tuple[tuple[str, str], ...]
    blank: int
    note: str = ""


Part: TypeAlias = Sheet | Letter | Cards | Booklet | Attendance | Report


@dataclass(frozen=True)
class Paper:
    """What becomes one file. Each part begins on the front of a sheet, for it is printed on both sides.

    ``sides`` is said below a part of several pages and holds ``{page}`` and ``{pages}``; ``turn`` is added
    on the first side of a sheet that has a second one.
    """

    title: str
    parts: tuple[Part, ...]
    language: str = "zh"
    author: str = ""
    sides: str = "{page} / {pages}"
    turn: str = ""
