"""Changes the text of policy files as forms do: text in, text out; comments, order and quotes stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString as Quoted

from lms.kernel.errors import DomainError
from lms.policies.roundtrip import (
    NoSuchPart,
    NotEditable,
    edited,
    named,
    parsed,
    pass_comment,
    set_all,
    set_key,
    written,
)

_WORDING = ("text", "from", "earlier", "repealed_on")
_IDENTITY = ("region", "status", "level", "from")


class KeyExists(DomainError):
    """A clause of this key stands in the document already."""

    code = "clause-key-exists"


@dataclass(frozen=True)
class Heading:
    """What a document's file says before its clauses. ``region`` is the Chinese name used in files."""

    title: str
    short: str
    title_en: str
    issuer: str
    number: str
    region: str
    issued_on: date | None
    effective_on: date | None
    source_title: str
    source_url: str
    mark: str
    checked_on: date


@dataclass(frozen=True)
class NewClause:
    """A clause that the document did not have. ``since`` is empty where it holds from the document's day."""

    key: str
    article: str
    title: str
    text: str
    since: date | None = None


@dataclass(frozen=True)
class Slot:
    """For whom and from when a value holds. ``region`` is the Chinese name used in files."""

    region: str
    status: str
    level: str
    since: date | None

    @property
    def names(self) -> tuple[str, str, str, str]:
        """As the file writes it."""
        return (self.region, self.status, self.level, str(self.since or ""))


@dataclass(frozen=True)
class NewValue:
    """A number and where it was read. ``clause`` is ``document#clause`` or empty."""

    value: Decimal
    clause: str
    source_title: str
    source_number: str
    source_url: str
    mark: str
    checked_on: date


# -- documents and clauses ------------------------------------------------------------------------------


def begin_document(identity: str, heading: Heading) -> str:
    """The file of a new document without clauses."""
    root = CommentedMap(id=identity)
    for name, value in _heading(heading).items():
        root[name] = value
    root["clauses"] = CommentedSeq()
    return written(root)


def describe(text: str, heading: Heading) -> str:
    """The document with another heading; what stays the same stays as it is written."""

    def change(root: CommentedMap) -> None:
        for name, value in _heading(heading).items():
            if name == "source":
                set_all(root.setdefault("source", CommentedMap()), value)
            else:
                set_key(root, name, value)

    return edited(text, change)


def reword(text: str, key: str, words: str, *, since: date | None, live: str) -> str:
    """The clause with other words from *since* on; the words of the *live* file hold until the day before.

    Without a day, or when the live words begin on that very day, they are replaced: we had them wrong.
    Saving twice is like saving once: the live file is what the clause starts from.
    """

    def change(root: CommentedMap) -> None:
        clause, before = _clause(root, key), _live_clause(live, key)
        _back_to(clause, before)
        begins = _day(clause.get("from") or root.get("effective_on"))
        if since is not None and since != begins and clause["text"] != words:
            if before is not None:
                _append_earlier(clause, since)
            clause["from"] = since
        set_key(clause, "text", words)

    return edited(text, change)


def _append_earlier(clause: CommentedMap, since: date) -> None:
    """The present words become earlier ones, in force until the day before *since*."""
    until, words = since - timedelta(days=1), clause["text"]
    clause.setdefault("earlier", CommentedSeq()).append(CommentedMap(until=until, text=words))


def repeal(text: str, key: str, *, on: date, live: str) -> str:
    """The clause as it is live, no longer in force from the day *on*."""

    def change(root: CommentedMap) -> None:
        clause = _clause(root, key)
        _back_to(clause, _live_clause(live, key))
        clause["repealed_on"] = on

    return edited(text, change)


def restore(text: str, key: str, *, live: str) -> str:
    """The clause's wording as it is in the *live* file; one that is not there is taken out."""

    def change(root: CommentedMap) -> None:
        before = _live_clause(live, key)
        if before is None:
            root["clauses"].remove(_clause(root, key))
        else:
            _back_to(_clause(root, key), before)

    return edited(text, change)


def add_clause(text: str, new: NewClause) -> str:
    """The document with one clause more, at its end. Raises ``KeyExists``."""

    def change(root: CommentedMap) -> None:
        clauses = root.get("clauses")
        if not isinstance(clauses, CommentedSeq):
            raise NotEditable
        if any(str(one.get("key")) == new.key for one in clauses):
            raise KeyExists(key=new.key)
        clause = CommentedMap(key=Quoted(new.key), article=new.article, title=new.title, text=new.text)
        if new.since is not None:
            clause["from"] = new.since
        clauses.append(clause)

    return edited(text, change)


# -- values of parameters -------------------------------------------------------------------------------


def set_value(text: str, parameter: str, slot: Slot, new: NewValue) -> str:
    """The file with this number for *slot*: a value more, or another number where there is one already."""

    def change(root: CommentedSeq) -> None:
        values = _parameter(root, parameter)["values"]
        number = _find(values, slot)
        if number is None:
            facts = (slot.region, slot.status, slot.level, slot.since)
            row = CommentedMap(zip(_IDENTITY, facts, strict=True))
            _fill(row, new)
            _insert(values, _behind(values, slot), row)
        else:
            _fill(values[number], new)

    return edited(text, change)


def remove_value(text: str, parameter: str, slot: Slot) -> str:
    """The file without the value for *slot*. Raises ``NoSuchPart``."""

    def change(root: CommentedSeq) -> None:
        values = _parameter(root, parameter)["values"]
        number = _find(values, slot)
        if number is None:
            raise NoSuchPart(parameter=parameter)
        if number:
            pass_comment(values[number], values[number - 1])
        del values[number]

    return edited(text, change)


def _fill(row: CommentedMap, new: NewValue) -> None:
    number = format(new.value, "f")
    plain: object = Quoted(number) if "." in number else int(number)
    if str(row.get("value")) != number:
        row["value"] = plain
    set_key(row, "clause", Quoted(new.clause))
    source = row.setdefault("source", CommentedMap())
    facts = {"title": new.source_title, "number": Quoted(new.source_number), "url": Quoted(new.source_url)}
    set_all(source, facts)
    set_key(row, "mark", new.mark)
    set_key(row, "checked_on", new.checked_on)


def _insert(values: CommentedSeq, number: int, row: CommentedMap) -> None:
    if number:
        pass_comment(values[number - 1], row)
    values.insert(number, row)


def _behind(values: CommentedSeq, slot: Slot) -> int:
    """Behind the last value for the same people, else at the end."""
    same = [number for number, row in enumerate(values) if _names(row)[:3] == slot.names[:3]]
    return same[-1] + 1 if same else len(values)


def _find(values: CommentedSeq, slot: Slot) -> int | None:
    return next((number for number, row in enumerate(values) if _names(row) == slot.names), None)


def _names(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "any" if name == "level" else "") or "") for name in _IDENTITY)


def _parameter(root: CommentedSeq, name: str) -> CommentedMap:
    return named(root, "name", name)


def _clause(root: CommentedMap, key: str) -> CommentedMap:
    return named(root.get("clauses"), "key", key)


def _live_clause(live: str, key: str) -> CommentedMap | None:
    """The clause in the live file; ``None`` when the file or the clause is new."""
    if not live:
        return None
    try:
        return _clause(parsed(live), key)
    except NoSuchPart:
        return None


def _back_to(clause: CommentedMap, live: CommentedMap | None) -> None:
    """The wording as it is live. A clause that is only drafted keeps its own."""
    if live is None:
        return
    for name in _WORDING:
        if name in live:
            set_key(clause, name, live[name])
        else:
            clause.pop(name, None)


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _heading(heading: Heading) -> dict[str, Any]:
    return {
        "title": heading.title,
        "short": heading.short,
        "title_en": heading.title_en,
        "issuer": heading.issuer,
        "number": Quoted(heading.number),
        "region": heading.region,
        "issued_on": heading.issued_on,
        "effective_on": heading.effective_on,
        "source": CommentedMap(title=heading.source_title, url=Quoted(heading.source_url)),
        "mark": heading.mark,
        "checked_on": heading.checked_on,
    }
