"""Rows of a CSV file or an XLSX workbook as texts, within limits; nothing is known here of people.

A number that a spreadsheet cannot hold exactly comes as ``1.1010119900307E+17``, so that it is recognised.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from lms.kernel.errors import DomainError
from lms.staff import workbooks

MOST_BYTES = 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 200_000, 60
_EXACT = 1e15
"""Whole numbers below are exact in a spreadsheet, which keeps fifteen digits."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
"""How files of Excel 97 begin, and workbooks with a password."""
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = ",;\t"
_LONGEST_CELL = 4000


class Unreadable(DomainError):
    """The file cannot be read as a table; ``facts["why"]`` is a code."""

    code = "unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


@dataclass(frozen=True)
class Row:
    """A row with the line it stands in, counted from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


class _Lines(Protocol):
    """What can be read from the beginning more than once."""

    def __iter__(self) -> Iterator[Row]:
        """Every line of the file, empty ones among them."""


class Table:
    """A header and the rows below it, which may be gone through several times. Raises ``Unreadable``."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        header = next((row for row in lines if not row.is_empty), None)
        if header is None:
            raise Unreadable("no-header")
        if len(_trimmed(header.cells)) > MOST_COLUMNS:
            raise Unreadable("too-many-columns")
        self.header = Row(header.line, _trimmed(header.cells))

    def rows(self) -> Iterator[Row]:
        """Rows below the header that hold something. Raises ``Unreadable``."""
        count = 0
        for row in self._lines:
            if row.line <= self.header.line or row.is_empty:
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable("too-many-rows")
            yield row


def look_at(data: bytes) -> None:
    """Refuse at once what can be seen to be no table. Raises ``Unreadable``."""
    if not data.strip():
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    if data.startswith(_OLD_EXCEL):
        raise Unreadable("protected" if b"E\0n\0c\0r\0y\0p\0t" in data else "old-excel")
    if data.startswith(_ZIP):
        try:
            workbooks.list_entries(data)
        except workbooks.Refused as refused:
            raise Unreadable(refused.why) from None
    elif b"\0" in data and not data.startswith(_UTF16):
        raise Unreadable("not-a-sheet")


def read(data: bytes) -> Table:
    """The table in a file, whatever it is called. Raises ``Unreadable``."""
    look_at(data)
    return Table(_Workbook(data) if data.startswith(_ZIP) else _Csv(_decoded(data)))


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return tuple(cells[:last])


# -- comma-separated ----------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark in front, UTF-16 with one, or GB 18030, of which GBK is a part."""
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


class _Csv:
    """Lines of a text. Of the separators, the one that the first line has most of is meant."""

    def __init__(self, text: str) -> None:
        self._text = text
        first = next((line for line in io.StringIO(text) if line.strip()), "")
        self._separator = max(_SEPARATORS, key=first.count)

    def __iter__(self) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator, strict=True)
        line = 1
        try:
            for cells in reader:
                yield Row(line, tuple(_short(cell.strip()) for cell in cells))
                line = reader.line_num + 1
        except csv.Error:
            raise Unreadable("damaged") from None


# -- workbooks ----------------------------------------------------------------------------------------------


class _Workbook:
    """Lines of the first sheet of a workbook."""

    def __init__(self, data: bytes) -> None:
        try:
            workbooks.inspect(data)
            self._sheet = _first_sheet(data)
        except workbooks.Refused as refused:
            raise Unreadable(refused.why) from None
        except CalamineError:
            raise Unreadable("damaged") from None

    def __iter__(self) -> Iterator[Row]:
        for line, cells in enumerate(self._sheet.iter_rows(), start=1):
            yield Row(line, tuple(map(_text, cells)))


def _first_sheet(data: bytes) -> CalamineSheet:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if not workbook.sheet_names:
        raise workbooks.Refused("not-a-sheet")
    return workbook.get_sheet_by_index(0)


def _text(cell: object) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, str):
        return _short(cell.strip())
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return _number(float(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    return repr(number).upper()


def _short(text: str) -> str:
    return text[:_LONGEST_CELL]
