"""The cleaned HTML of a lesson page as blocks to print. What only works on a screen is left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from lms.printing.documents import Block, Box, Items, Key, Paragraph, Run, Runs, Table

_ALONE = {"br", "img", "hr", "wbr", "input"}
_LEFT_OUT = {"sr", "pv__s"}
"""Classes of what a screen reader is told, and of the source behind a number: the foot names the sources."""
_BOXES = ("example", "warning", "correction", "note")
_SPACE = re.compile(r"[ \t\r\f\n]+")
_IN_LINE = {"strong", "b", "em", "span", "a", "small", "br", "summary"}


@dataclass
class _Node:
    """An element; text is a child like any other."""

    tag: str
    classes: frozenset[str] = frozenset()
    children: list["_Node | str"] = field(default_factory=list)

    def elements(self, *tags: str) -> Iterator["_Node"]:
        """The elements of these kinds below it, in their order."""
        for child in self.children:
            if isinstance(child, _Node):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.elements(*tags)


class _Reader(HTMLParser):
    """Builds the tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        node = _Node(tag, frozenset((dict(attrs).get("class") or "").split()))
        self._open[-1].children.append(node)
        if tag not in _ALONE:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it whatever was left open within."""
        names = [node.tag for node in self._open]
        if tag in names[1:]:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Words."""
        self._open[-1].children.append(data)


def blocks(html: str) -> tuple[Block, ...]:
    """The blocks of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(_blocks(reader.root.children))


def _blocks(children: Iterable[_Node | str]) -> Iterator[Block]:
    """Blocks; words that stand among them without a paragraph of their own become one."""
    loose: list[_Node | str] = []
    for child in children:
        if isinstance(child, str) or _is_in_line(child):
            loose.append(child)
            continue
        yield from _paragraph(loose)
        loose = []
        yield from _block(child)
    yield from _paragraph(loose)


def _is_in_line(node: _Node) -> bool:
    return node.tag in _IN_LINE or (node.tag == "details" and "pv" in node.classes)


def _paragraph(children: Iterable[_Node | str]) -> Iterator[Block]:
    if found := _runs(children):
        yield Paragraph(found)


def _block(node: _Node) -> Iterator[Block]:
    if node.tag == "blockquote":
        yield Key(_runs(node.children))
    elif node.tag in {"ul", "ol"}:
        yield Items(tuple(_runs(item.children) for item in node.elements("li")), ordered=node.tag == "ol")
    elif node.tag == "table":
        yield _table(node)
    elif kind := next((one for one in _BOXES if one in node.classes), ""):
        yield _box(kind, node)
    else:
        yield from _blocks(node.children)


def _table(node: _Node) -> Table:
    rows = [tuple(_runs(cell.children) for cell in row.elements("th", "td")) for row in node.elements("tr")]
    return Table(rows[0], tuple(rows[1:])) if rows else Table((), ())


def _box(kind: str, node: _Node) -> Box:
    """A box; its title is the first paragraph of an admonition, the summary of what opens and closes."""
    titles = [one for one in node.elements("p", "summary") if _is_title(one)][:1]
    title = "".join(run.text for one in titles for run in _runs(one.children))
    return Box(kind, title, tuple(_blocks(child for child in node.children if child not in titles)))


def _is_title(node: _Node) -> bool:
    return node.tag == "summary" or "admonition-title" in node.classes


def _runs(children: Iterable[_Node | str]) -> Runs:
    """Words in one line, spaces as a browser shows them."""
    joined = list[Run]()
    for run in _styled(children, Run("")):
        text = _SPACE.sub(" ", run.text) if run.text != "\n" else run.text
        if joined and joined[-1].text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if not joined:
            text = text.lstrip(" \n")
        if text:
            joined.append(Run(text, run.bold, run.quiet))
    while joined and not joined[-1].text.rstrip(" \n"):
        joined.pop()
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" \n"), joined[-1].bold, joined[-1].quiet)
    return tuple(joined)


def _styled(children: Iterable[_Node | str], style: Run) -> Iterator[Run]:
    for child in children:
        if isinstance(child, str):
            yield Run(child, style.bold, style.quiet)
        elif child.tag == "br":
            yield Run("\n")
        elif not child.classes & _LEFT_OUT:
            bold = style.bold or child.tag in {"strong", "b"}
            yield from _styled(child.children, Run("", bold, style.quiet or "pv__d" in child.classes))
