"""What is announced for somebody: documents, clauses and numbers that will hold from a day to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lms.policies.queries import Policies, policies_of
from lms.policies.rules import Asked, Document, Mark, Parameter, Value
from lms.web.citations import cite, regions_above
from lms.web.formats import quantity
from lms.web.languages import chosen
from lms.web.reading import Reader


@dataclass(frozen=True)
class Coming:
    """One thing that will be different from ``day``; ``old`` and ``new`` are empty for a whole document.

    ``new`` alone is empty for what will no longer hold. ``is_quoted`` tells words of a clause, which are
    Chinese whatever the page is, from a quantity. ``document`` is where it can be read.
    """

    day: date
    title: str
    mark: Mark
    old: str = ""
    new: str = ""
    is_quoted: bool = False
    document: Document | None = None

    @property
    def is_new(self) -> bool:
        """Whether there was nothing of it before."""
        return not self.old

    @property
    def ends(self) -> bool:
        """Whether nothing of it will be left."""
        return bool(self.old) and not self.new


@lru_cache(maxsize=256)
def announced(release_id: str, reader: Reader) -> tuple[Coming, ...]:
    """What is to come where *reader* is insured, for their status, the next first.

    Must be called in the language that *reader* names.
    """
    policies = policies_of(release_id)
    own = set(regions_above(policies, reader.region))
    found = [
        *_documents(policies, own, reader.day),
        *_clauses(policies, own, reader.day),
        *_values(policies, reader),
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def _documents(policies: Policies, own: set[str], day: date) -> Iterator[Coming]:
    english = chosen() == "en"
    for one in policies.documents.values():
        if one.region in own and one.effective_on and one.is_announced(day):
            yield Coming(one.effective_on, one.title_en if english else one.title, one.mark, document=one)


def _clauses(policies: Policies, own: set[str], day: date) -> Iterator[Coming]:
    """Clauses of documents that are in force."""
    for clause in policies.clauses.values():
        turn = clause.announced(day)
        if turn is not None and clause.document.region in own and not clause.document.is_announced(day):
            yield Coming(
                day=turn.on,
                title=cite(policies, [clause.key], day)[0].line,
                mark=clause.mark,
                old=clause.words_on(day) or "",
                new=turn.text,
                is_quoted=True,
                document=clause.document,
            )


def _values(policies: Policies, reader: Reader) -> Iterator[Coming]:
    """Numbers whose next one has a first day that is known, each level of care for itself."""
    for parameter in policies.parameters.values():
        for level in dict.fromkeys(value.level for value in parameter.values):
            asked = Asked(parameter.name, reader.region, reader.status, level)
            found = policies.answer(asked, reader.day)
            if found.upcoming is not None and found.upcoming.since:
                yield _value(policies, parameter, found.current, found.upcoming)


def _value(policies: Policies, parameter: Parameter, old: Value | None, new: Value) -> Coming:
    clause = policies.clauses.get(new.clause)
    return Coming(
        day=new.starts,
        title=parameter.label_en if chosen() == "en" else parameter.label,
        mark=new.mark,
        old=quantity(old.value, parameter.unit) if old else "",
        new=quantity(new.value, parameter.unit),
        document=clause.document if clause else None,
    )
