"""Two wordings compared word by word, as Chinese is read."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from lms.kernel.late import library

Op = Literal["same", "del", "ins"]
Part = tuple[Op, str]
_WHOLE = re.compile(r"(\[\[[^\[\]\n]*\]\]|\d[\d,.]*\d%?|\n)")
"""What is never cut apart: references to policy, numbers, ends of lines."""
_MOST_WORDS = 4000
"""Of longer texts that differ as a whole only that they do; their words would take seconds to compare."""
_AROUND = 2
"""Lines shown before and behind a place that differs."""


@dataclass(frozen=True)
class Hunk:
    """A place in which two texts differ: the line of the new one where it begins (from 1), and its words."""

    line: int
    parts: tuple[Part, ...]


def word_diff(old: str, new: str) -> list[Part]:
    """What became of a text, in words: ``same``, ``del`` (only in *old*) or ``ins`` (only in *new*).

    The parts that are not ``ins`` give *old* again, those that are not ``del`` give *new*.
    """
    return _joined(_by_line(_lines(old), _lines(new)))


def hunks(old: str, new: str) -> list[Hunk]:
    """The places in which two long texts differ, with a few lines around each."""
    before, after = _lines(old), _lines(new)
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND)
    return [
        Hunk(
            group[0][3] + 1,
            tuple(_joined(_by_line(before[group[0][1] : group[-1][2]], after[group[0][3] : group[-1][4]]))),
        )
        for group in groups
    ]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _by_line(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    """Lines first, words within those that differ: a whole bank word by word would take seconds."""
    for op, old_start, old_end, new_start, new_end in _opcodes(old, new):
        before, after = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if op == "replace":
            yield from _by_word(_words(before), _words(after))
        else:
            yield _part(op, before, after)


def _by_word(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    if max(len(old), len(new)) > _MOST_WORDS:
        yield ("del", "".join(old))
        yield ("ins", "".join(new))
        return
    for op, old_start, old_end, new_start, new_end in _opcodes(old, new):
        before, after = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if op == "replace":
            yield ("del", before)
            yield ("ins", after)
        else:
            yield _part(op, before, after)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _part(op: str, before: str, after: str) -> Part:
    if op == "delete":
        return ("del", before)
    return ("ins", after) if op == "insert" else ("same", after)


def _words(text: str) -> list[str]:
    pieces = (piece for piece in _WHOLE.split(text) if piece)
    return [word for piece in pieces for word in ([piece] if _WHOLE.fullmatch(piece) else _cut()(piece))]


@cache
def _cut() -> Callable[[str], list[str]]:
    """Cuts Chinese into words. Its dictionary takes 30 MB, so it is read when texts are first compared."""
    cut: Callable[[str], list[str]] = library("rjieba").cut
    return cut


def _joined(parts: Iterator[Part]) -> list[Part]:
    found: list[Part] = []
    for op, text in parts:
        if found and found[-1][0] == op:
            found[-1] = (op, found[-1][1] + text)
        elif text:
            found.append((op, text))
    return found
