"""What journeys keep of what they saw: a picture that fits its window, and the words of a PDF."""

import re
import zlib
from collections.abc import Mapping

from playwright.sync_api import Page

from tests.support.browser import check_accessibility, screenshot

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PLAIN = rb"(?:[^()\\]|\\.)*"
_SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\((" + _PLAIN + rb"(?:\(" + _PLAIN + rb"\)" + _PLAIN + rb")*)\)|"
    rb"(?<!ActualText)<([0-9A-Fa-f]+)>",
    re.DOTALL,
)
"""A font, or a string: in brackets, which it may hold itself in pairs, or in hexadecimal digits."""
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_GLYPH = re.compile(rb"<(\w{4})> <((?:\w{4})+)>")


def seen(page: Page, name: str, *, axe: bool = True) -> None:
    """Keep a picture of the page; nothing is wider than the window, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    if axe:
        check_accessibility(page)
    screenshot(page, name)


def text_of(pdf: bytes) -> str:
    """What a PDF of ours says, page by page in the order in which it is set, without spaces.

    Glyphs become characters by the tables of its fonts, as they do for whoever copies a passage out of it.
    """
    objects = dict(_OBJECT.findall(pdf))
    pages = [one for one in objects.values() if re.search(rb"/Type ?/Page\b", one)]
    return "".join("".join(_said(one, objects) for one in pages).split())


def _said(page: bytes, objects: Mapping[bytes, bytes]) -> str:
    """The strings that a page shows, each in the font that was chosen before it."""
    fonts = _fonts(objects[_reference(b"Resources", page)], objects)
    shown = b"".join(re.findall(rb"BT.*?ET", _unpacked(objects[_reference(b"Contents", page)]), re.DOTALL))
    said: list[str] = []
    font: Mapping[bytes, str] = {}
    for name, plain, digits in _SHOWN.findall(shown):
        font = fonts[name] if name else font
        glyphs = bytes.fromhex(digits.decode()) or _ESCAPED.sub(_plain, plain)
        said += [font.get(glyphs[place : place + 2], "") for place in range(0, len(glyphs), 2)]
    return "".join(said)


def _fonts(resources: bytes, objects: Mapping[bytes, bytes]) -> dict[bytes, dict[bytes, str]]:
    """Name of a font on a page → glyph → characters."""
    fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources):
        table = _unpacked(objects[_reference(b"ToUnicode", objects[number])])
        fonts[name] = {bytes.fromhex(one.decode()): _characters(text) for one, text in _GLYPH.findall(table)}
    return fonts


def _reference(what: bytes, thing: bytes) -> bytes:
    """The number of the object to which an object refers under this name."""
    found = re.search(rb"/" + what + rb" (\d+) 0 R", thing)
    assert found, what
    return bytes(found[1])


def _unpacked(thing: bytes) -> bytes:
    """The stream of an object; nothing where it has none, or one that is no text."""
    found = _STREAM.search(thing)
    try:
        return zlib.decompress(found[1]) if found else b""
    except zlib.error:
        return b""


def _characters(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _plain(escape: re.Match[bytes]) -> bytes:
    what = escape[1]
    return bytes([int(what, 8)]) if len(what) == 3 else _LETTERS.get(what, what)
