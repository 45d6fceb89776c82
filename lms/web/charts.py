"""Charts as inline SVG: drawn with attributes and classes only, named and described for who cannot see them.

The numbers stand in a table beside each chart. Sizes are those of the drawing; the page scales it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, NARROW = 360, 300
"""Of columns, and of pairs of bars."""
_TOP, _PLOT, _FOOT = 24, 130, 28
_ROW, _BAR, _LABEL = 50, 12, 44
_SVG = Markup(
    '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-t {id}-d">'
    '<title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{body}</svg>'
)


@dataclass(frozen=True)
class Heading:
    """What a chart is called, and what it shows in a sentence. ``id`` is its own on the page."""

    id: str
    title: str
    desc: str


@dataclass(frozen=True)
class Column:
    """A column: its share of the full height, 0 to 1, and words below and above it."""

    share: float
    below: str
    above: str
    #: A second colour, for what is to be told apart; the words have to say it as well.
    is_other: bool = False


@dataclass(frozen=True)
class Mark:
    """A dashed line between columns: after how many of them, and the words beside it."""

    after: int
    words: str


@dataclass(frozen=True)
class Pair:
    """Two bars under each other: their shares of the full width, 0 to 1, and words in front and behind."""

    label: str
    first: float
    second: float
    first_shown: str
    second_shown: str


def columns(heading: Heading, several: Sequence[Column], mark: Mark | None = None) -> Markup:
    """Columns side by side on a base line, with a line between two of them when there is a *mark*."""
    width = WIDTH / max(1, len(several))
    base = _TOP + _PLOT
    drawn = [_line(0, base, WIDTH, base)]
    if mark is not None:
        at = width * mark.after
        drawn.append(_line(at, 2, at, base, "chart__mark"))
        drawn.append(_text(at - 7, 13, mark.words, "end"))
    for number, one in enumerate(several):
        height = _PLOT * min(1.0, max(0.0, one.share))
        middle = width * (number + 0.5)
        shape = (width * number + width * 0.14, base - height, width * 0.72, height)
        drawn.append(_rectangle(*shape, is_other=one.is_other))
        drawn.append(_text(middle, base - height - 6, one.above, "middle"))
        drawn.append(_text(middle, base + 18, one.below, "middle"))
    return _svg(heading, WIDTH, base + _FOOT, drawn)


def pairs(heading: Heading, several: Sequence[Pair], legend: tuple[str, str]) -> Markup:
    """Bars in pairs, one pair a row, under a legend."""
    full = NARROW - _LABEL - 52
    drawn = [
        _rectangle(_LABEL, 6, 12, 12),
        _text(_LABEL + 18, 16, legend[0]),
        _rectangle(NARROW / 2 + 20, 6, 12, 12, is_other=True),
        _text(NARROW / 2 + 38, 16, legend[1]),
    ]
    for number, one in enumerate(several):
        top = 34 + _ROW * number
        drawn.append(_text(0, top + 19, one.label))
        bars = ((one.first, one.first_shown), (one.second, one.second_shown))
        for place, (share, shown) in enumerate(bars):
            length = max(1.0, full * min(1.0, max(0.0, share)))
            y = top + place * (_BAR + 4)
            drawn.append(_rectangle(_LABEL, y, length, _BAR, is_other=bool(place)))
            drawn.append(_text(_LABEL + length + 6, y + 11, shown))
    return _svg(heading, NARROW, 34 + _ROW * len(several), drawn)


def _svg(heading: Heading, width: int, height: float, drawn: Sequence[Markup]) -> Markup:
    body = Markup("").join(drawn)
    return _SVG.format(width=width, height=round(height), body=body, **vars(heading))


def _rectangle(x: float, y: float, width: float, height: float, *, is_other: bool = False) -> Markup:
    shape = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>')
    return shape.format("chart__2" if is_other else "chart__1", x, y, width, height)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str = "chart__base") -> Markup:
    line = Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
    return line.format(kind, x1, y1, x2, y2)


def _text(x: float, y: float, words: str, anchor: str = "start") -> Markup:
    text = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
    return text.format(x, y, anchor, words)
