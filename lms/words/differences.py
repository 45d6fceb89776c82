"""The difference from the live release in words, as an author reads it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from flask_babel import LazyString, gettext, lazy_gettext

from lms.library.faults import Item
from lms.publishing.differences import Change, How, ValueChange
from lms.publishing.queries import Difference, Name

KINDS: Mapping[str, LazyString] = {
    "region": lazy_gettext("region"),
    "document": lazy_gettext("policy document"),
    "clause": lazy_gettext("clause"),
    "parameter": lazy_gettext("parameter"),
    "course": lazy_gettext("course"),
    "lesson": lazy_gettext("lesson"),
    "path": lazy_gettext("learning path"),
    "page": lazy_gettext("page"),
    "quiz": lazy_gettext("quiz"),
    "question": lazy_gettext("question"),
    "survey": lazy_gettext("survey"),
    "topic": lazy_gettext("topic"),
    "workdays": lazy_gettext("notice of workdays"),
}
_WORDS: Mapping[str, LazyString] = {
    "in_service": lazy_gettext("in service"),
    "retired": lazy_gettext("retired"),
    "community": lazy_gettext("community institutions"),
    "other": lazy_gettext("other institutions"),
    "primary": lazy_gettext("primary hospitals"),
    "secondary": lazy_gettext("secondary hospitals"),
    "tertiary": lazy_gettext("tertiary hospitals"),
}
_VALUES: Mapping[How, LazyString] = {
    How.NEW: lazy_gettext("%(who)s: %(old)s → %(new)s from %(day)s"),
    How.CORRECTED: lazy_gettext("%(who)s: %(old)s → %(new)s, corrected for the same first day %(day)s"),
    How.WITHDRAWN: lazy_gettext("%(who)s: %(old)s from %(day)s withdrawn"),
}
_LONGEST = 60
"""Characters of a text that is shown before and after; of a longer one only that it was reworded."""


class Telling:
    """Knows the titles of the items and the names of the regions of the files that are compared."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._titles = {(item.kind, item.key): _title(item) for item in items}
        self._units = {item.key: str(item.body["unit"]) for item in items if item.kind == "parameter"}
        self._regions = {item.key: str(item.body["name"]) for item in items if item.kind == "region"}

    def lines(self, difference: Difference) -> Iterator[str]:
        """One line per difference; those of one item stand below its name."""
        for parameter, several in groupby(difference.values, lambda one: one.parameter):
            yield f"* {self.named(('parameter', parameter))} [{self._units.get(parameter, '')}]"
            yield from (f"    {self._value(one)}" for one in several)
        for name, fields in groupby(difference.changed, lambda one: (one.kind, one.key)):
            yield f"* {self.named(name)}"
            yield from (f"    {_field(one)}" for one in fields)
        yield from (f"+ {self.named(name)}" for name in difference.added)
        yield from (f"- {self.named(name)}" for name in difference.removed)

    def named(self, name: Name) -> str:
        """Kind, key and title of an item."""
        return " ".join(part for part in (str(KINDS[name[0]]), name[1], self._titles.get(name, "")) if part)

    def _value(self, one: ValueChange) -> str:
        words = [self._regions.get(one.region, one.region)]
        words += [str(_WORDS[word]) for word in (one.status, one.level) if word in _WORDS]
        day = one.since or gettext("an unknown day")
        facts = {"who": " ".join(words), "old": one.old or "—", "new": one.new, "day": day}
        return str(_VALUES[one.how]) % facts


def _title(item: Item) -> str:
    title = str(item.body.get("label") or item.body.get("title") or item.body.get("stem") or "")
    return title if len(title) <= _LONGEST else f"{title[:_LONGEST]}…"


def _field(change: Change) -> str:
    where = {"html": "text"}.get(change.where, change.where)
    if max(len(change.old), len(change.new)) > _LONGEST or "\n" in change.old + change.new:
        return str(gettext("%(where)s reworded", where=where))
    return f"{where}: {change.old or '—'} → {change.new or '—'}"
