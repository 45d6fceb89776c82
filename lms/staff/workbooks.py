"""What may be opened as a workbook: a file of a few kilobytes can unfold to more than any memory holds.

The reader of workbooks lays a sheet out as a full rectangle up to its last cell, and believes what a packed
file says of its size. So both are looked at before, without keeping anything.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_UNPACKED = 600 * 1024 * 1024
MOST_CELLS = 6_000_000
"""Cells of the rectangle: 200,000 rows of 30 columns."""
MOST_ENTRIES = 2000
_CHUNK = 1 << 18
_OVERLAP = 64
_HEADER = 30
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,6})\s*([0-9]{1,12})""")
"""Where a cell or a row says it stands."""


class Refused(Exception):
    """It is not opened; ``why`` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def list_entries(data: bytes) -> list[ZipInfo]:
    """The entries of a workbook by its own account. Raises ``Refused``."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, struct.error, NotImplementedError):
        raise Refused("damaged") from None
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.xml" not in names or "content.xml" in names or "xl/workbook.bin" in names:
        raise Refused("not-a-sheet")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("bomb")
    return entries


def inspect(data: bytes) -> None:
    """Unpack everything once, and look how far the cells reach. Raises ``Refused``."""
    unpacked, rows, columns = 0, 0, 0
    for entry in list_entries(data):
        tail = b""
        for piece in _unpacked(data, entry):
            unpacked += len(piece)
            if unpacked > MOST_UNPACKED:
                raise Refused("bomb")
            row, column = _reach(tail + piece)
            rows, columns = max(rows, row), max(columns, column)
            tail = piece[-_OVERLAP:]
            if rows * max(columns, 1) > MOST_CELLS:
                raise Refused("too-many-cells")


def _unpacked(data: bytes, entry: ZipInfo) -> Iterator[bytes]:
    """An entry piece by piece, as it is, not as its size is stated."""
    start = entry.header_offset
    lengths = struct.unpack_from("<HH", data, start + 26) if len(data) >= start + _HEADER else (0, 0)
    begin = start + _HEADER + sum(lengths)
    packed = memoryview(data)[begin : begin + entry.compress_size]
    if entry.flag_bits & 1 or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Refused("damaged")
    if entry.compress_type == ZIP_STORED:
        yield from (bytes(packed[place : place + _CHUNK]) for place in range(0, len(packed), _CHUNK))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for place in range(0, len(packed), _CHUNK):
            waiting = bytes(packed[place : place + _CHUNK])
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
    except zlib.error:
        raise Refused("damaged") from None


def _reach(text: bytes) -> tuple[int, int]:
    """The last row and the last column that a piece of a sheet speaks of."""
    row = column = 0
    for letters, digits in set(_PLACE.findall(text)):
        row, column = max(row, int(digits)), max(column, _column(letters))
    return row, column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
