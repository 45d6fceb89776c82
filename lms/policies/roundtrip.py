"""YAML files changed in place: what a form does not touch keeps its order, quotes and comments."""

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter

from lms.kernel.errors import DomainError

_NESTED_LIST = re.compile(r"^( *)(?:- )?[^\s#-][^\n]*:[ \t]*\n( *)- ", re.MULTILINE)


class NotEditable(DomainError):
    """The file is no YAML of the expected shape, so that forms cannot change it; the text editor can."""

    code = "not-editable-by-form"


class NoSuchPart(DomainError):
    """The file has no clause, parameter or value of this name."""

    code = "no-such-part"


class _Representer(RoundTripRepresenter):
    """Writes what is empty as ``null``, as the files do."""


_Representer.add_representer(
    type(None), lambda writer, _nothing: writer.represent_scalar("tag:yaml.org,2002:null", "null")
)


def _yaml(offset: int) -> YAML:
    """Round trip: *offset* is how far a list is indented below its key."""
    made = YAML()
    made.Representer = _Representer
    made.preserve_quotes = True
    made.width = 1_000_000
    made.indent(mapping=2, sequence=2 + offset, offset=offset)
    return made


def edited(text: str, change: Callable[[Any], None]) -> str:
    """The text after *change* has worked on what it says. Raises ``NotEditable``.

    A list that is the whole file stands at the margin, where the library would indent it like any other:
    so it works on an indented copy.
    """
    nested = _NESTED_LIST.search(text)
    offset = len(nested[2]) - len(nested[1]) if nested else 2
    margin = " " * offset if text.startswith("- ") or "\n- " in text else ""
    yaml = _yaml(offset)
    root = _parsed("".join(margin + line for line in text.splitlines(keepends=True)), yaml)
    change(root)
    return "".join(line.removeprefix(margin) for line in _dumped(root, yaml).splitlines(keepends=True))


def parsed(text: str) -> Any:
    """What the text says, to look at. Raises ``NotEditable``."""
    return _parsed(text, _yaml(2))


def written(root: CommentedMap) -> str:
    """A new file."""
    return _dumped(root, _yaml(2))


def _parsed(text: str, yaml: YAML) -> Any:
    try:
        root = yaml.load(text)
    except YAMLError as error:
        raise NotEditable from error
    if not isinstance(root, CommentedMap | CommentedSeq):
        raise NotEditable
    return root


def _dumped(root: Any, yaml: YAML) -> str:
    out = io.StringIO()
    yaml.dump(root, out)
    return out.getvalue()


def named(rows: object, field: str, name: str) -> CommentedMap:
    """The entry of a list whose *field* is *name*. Raises ``NoSuchPart``."""
    for row in rows if isinstance(rows, CommentedSeq) else ():
        if isinstance(row, CommentedMap) and str(row.get(field)) == name:
            return row
    raise NoSuchPart(name=name)


def set_all(row: CommentedMap, facts: Mapping[str, Any]) -> None:
    """Write every fact that differs."""
    for name, value in facts.items():
        set_key(row, name, value)


def set_key(row: CommentedMap, name: str, value: Any) -> None:
    """Write a value unless it is there already, perhaps quoted in another way."""
    if name not in row or str(row[name] or "") != str(value or ""):
        row[name] = value


def pass_comment(before: CommentedMap, after: CommentedMap) -> None:
    """What is noted below the entry *before* speaks of the one that follows: it moves below *after*."""
    last, end = next(reversed(before)), next(reversed(after))
    token = (before.ca.items.get(last) or [None] * 4)[2]
    if token is not None and token.value.startswith("\n") and end not in after.ca.items:
        after.ca.items[end] = before.ca.items.pop(last)
