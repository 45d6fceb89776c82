"""Papers as PDF files: tagged, with their fonts in them, the same wherever they are made."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lms.kernel.late import library
from lms.printing import qr
from lms.printing.documents import Card, Cards, Link, Paper, Sheet

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_STANDARD = "ua-1"
"""PDF/UA-1, ISO 14289-1: what screen readers need of a file."""
_LARGE = 40
"""Parts of a paper that is set in a process of its own: a thousand letters take a gigabyte for a while."""
_one_large_at_a_time = threading.Lock()
_of_thread = threading.local()


def pdf(paper: Paper) -> bytes:
    """The paper as one PDF file.

    A name with a character that the fonts lack is printed with a gap in it; the file does not claim the
    standard then.
    """
    data = _data(paper)
    if len(paper.parts) <= _LARGE:
        return pdf_of(data)
    command = [sys.executable, "-m", "lms.printing.press"]
    with _one_large_at_a_time:
        done = subprocess.run(command, input=data.encode(), stdout=subprocess.PIPE, cwd=_ROOT, check=True)  # noqa: S603 - ours
    return done.stdout


def pdf_of(data: str) -> bytes:
    """The same from a paper written as JSON, in this process."""
    try:
        found: bytes = _compiled(data, format="pdf", pdf_standards=_STANDARD)
    except library("typst").TypstError:
        found = _compiled(data, format="pdf")
    return found


def pictures(paper: Paper, *, ppi: float = 72) -> list[bytes]:
    """The pages as PNG files, to look at before anything is printed."""
    found = _compiled(_data(paper), format="png", ppi=ppi)
    return found if isinstance(found, list) else [found]


def cards_sheet(cards: Sequence[Card], *, title: str, language: str = "zh", author: str = "") -> bytes:
    """Cards to cut out as one PDF file, ten on a page."""
    return pdf(Paper(title, (Cards(title, tuple(cards)),), language=language, author=author))


def _compiled(data: str, **wanted: Any) -> Any:
    return _compiler().compile(sys_inputs={"paper": data}, **wanted)


def _compiler() -> Any:
    """One compiler a thread: it takes no second call meanwhile, and keeps what it has read."""
    found = getattr(_of_thread, "compiler", None)
    if found is None:
        folder = _HERE / "templates"
        found = library("typst").Compiler(str(folder / "paper.typ"), root=str(folder), font_paths=_fonts())
        _of_thread.compiler = found
    return found


@cache
def _fonts() -> Any:
    """Ours alone, so that a paper looks the same wherever it is made."""
    return library("typst").Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )


def _data(paper: Paper) -> str:
    """The paper as JSON. Sheets that are the same for many people, and codes, are written once."""
    sheets: dict[Sheet, int] = {}
    codes: dict[str, str] = {}
    parts = [_described(part, sheets, codes) for part in paper.parts]
    found: dict[str, Any] = {
        "title": paper.title,
        "language": paper.language,
        "author": paper.author,
        "sides": paper.sides,
        "turn": paper.turn,
        "parts": parts,
    }
    shared: dict[Sheet, int] = {}
    found["sheets"] = [_fields(sheet, shared, codes) for sheet in sheets]
    found["codes"] = codes
    return json.dumps(found, ensure_ascii=False)


def _described(value: Any, sheets: dict[Sheet, int], codes: dict[str, str]) -> Any:
    """A value as plain JSON that names what it is; a sheet is the number under which it stands once."""
    if isinstance(value, Sheet):
        return {"is": "sheet", "number": sheets.setdefault(value, len(sheets))}
    if isinstance(value, tuple):
        return [_described(one, sheets, codes) for one in value]
    if is_dataclass(value):
        return _fields(value, sheets, codes)
    return value


def _fields(value: Any, sheets: dict[Sheet, int], codes: dict[str, str]) -> dict[str, Any]:
    if isinstance(value, Link):
        codes.setdefault(value.url, qr.svg(value.url))
    found = {one.name: _described(getattr(value, one.name), sheets, codes) for one in fields(value)}
    return {"is": type(value).__name__.lower(), **found}
