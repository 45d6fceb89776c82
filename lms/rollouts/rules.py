"""Pure decisions about changes: how far two wordings lie apart, numbers written by hand, first due dates."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum

from lms.policies.rules import Unit

REFRESH_DAYS, DELIVERY_DAYS = 7, 14
"""Natural days from registration. Source: training system document, policy updates (7 days for the
materials, 14 for everybody concerned)."""
CLOSE_ENOUGH = 0.9
"""Share of characters in common from which a rewording in nothing but particles is called slight."""
_PARTICLES = set("的地得之了着其该此即就也则将予")
_UNIT_WORDS = {
    Unit.YUAN: "元|块",
    Unit.YUAN_PER_YEAR: "元|块",
    Unit.YUAN_PER_MONTH: "元|块",
    Unit.PERCENT: "%",
    Unit.PERCENTAGE_POINTS: "个百分点|百分点|%",
    Unit.PER_MYRIAD_PER_DAY: "‰|‱",
    Unit.DAYS: "个自然日|自然日|日|天",
    Unit.WORKDAYS: "个工作日|工作日",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.MULTIPLE: "倍",
    Unit.KINDS: "种|类|个病种",
}
_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CHINESE = f"[{''.join(_DIGITS)}{''.join(_PLACES)}万]+"
_NUMBER = rf"\d[\d,]*(?:\.\d+)?|{_CHINESE}"
_ANY_UNIT = "|".join(
    sorted({word for words in _UNIT_WORDS.values() for word in words.split("|")}, key=len, reverse=True)
)
_HAND_WRITTEN = re.compile(
    rf"(?<![\d.\[{{/月])(?P<number>{_NUMBER})\s*(?P<myriad>万?)\s*(?P<unit>{_ANY_UNIT})"
)
_HUNDREDTHS = re.compile(rf"百分之(?P<number>{_NUMBER})")
_TAG = re.compile(r"<[^>]+>")


class Wording(StrEnum):
    """How far two wordings of the same text lie apart."""

    SAME = "same"
    #: Only blanks and punctuation.
    PUNCTUATION = "punctuation"
    #: Particles such as 的 or 其 here and there.
    SLIGHT = "slight"
    OTHER = "other"


def wording(old: str, new: str) -> Wording:
    """How far *new* lies from *old*.

    Slight means that only particles come or go and that ``CLOSE_ENOUGH`` of both is in common. One character
    more turns the sense of a rule, 不 or 市 for 省, so any other counts; so do signs between digits.
    """
    if old == new:
        return Wording.SAME
    left, right = _bare(old), _bare(new)
    if left == right:
        return Wording.PUNCTUATION
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    parts = [left[i:j] + right[k:end] for tag, i, j, k, end in matcher.get_opcodes() if tag != "equal"]
    is_slight = matcher.ratio() >= CLOSE_ENOUGH and set("".join(parts)) <= _PARTICLES
    return Wording.SLIGHT if is_slight else Wording.OTHER


_SEPARATOR = re.compile(r"\s+|(?<=\d),(?=\d{3}(?!\d))")
_PUNCTUATION = re.compile(r"(?<!\d)[^\w%<>=≤≥±+~]|[^\w%<>=≤≥±+~](?!\d)|_")


def _bare(text: str) -> str:
    """The text without blanks and punctuation, full-width characters as plain ones."""
    return _PUNCTUATION.sub("", _SEPARATOR.sub("", unicodedata.normalize("NFKC", text)))


def item_key(*parts: object) -> str:
    """Short name of a typed difference, the same as long as it says the same."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:16]


def numbers_in(text: str) -> Iterator[tuple[str, Decimal, frozenset[Unit]]]:
    """Numbers with a unit word behind them: as written, their value, and the units they may stand in.

    Understands 1,800元, １８００ 元, 0.18万元, 一千八百元, 20% and 百分之二十. Markup is left out.
    """
    plain = unicodedata.normalize("NFKC", _TAG.sub("", text))
    for match in _HAND_WRITTEN.finditer(plain):
        value = number(match["number"])
        if value is not None:
            units = frozenset(
                unit for unit, words in _UNIT_WORDS.items() if match["unit"] in words.split("|")
            )
            yield match[0], value * 10_000 if match["myriad"] else value, units
    for match in _HUNDREDTHS.finditer(plain):
        value = number(match["number"])
        if value is not None:
            yield match[0], value, frozenset({Unit.PERCENT})


def number(text: str) -> Decimal | None:
    """The value of digits with separators, or of a Chinese numeral; ``None`` when it is neither."""
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _PLACES:
            section += (digit or 1) * _PLACES[character]
            digit = 0
        else:
            total, section, digit = (total + section + digit) * 10_000, 0, 0
    value = total + section + digit
    return Decimal(value) if value else None
