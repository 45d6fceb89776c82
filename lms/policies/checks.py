"""What cannot be right in a policy file although each part of it can be read: days and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from lms.library.faults import Fault, Place
from lms.library.yaml import Document
from lms.policies.rules import Unit
from lms.policies.shapes import ClauseShape, DocumentShape

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Reading:
    """A clause that is being read, and where it stands in its document's file."""

    clause: ClauseShape
    within: DocumentShape
    document: Document
    number: int

    @property
    def starts(self) -> date | None:
        """First day of the latest wording."""
        return self.clause.since or self.within.effective_on

    def at(self, *where: str | int) -> Place:
        """The place of a part of the clause."""
        return self.document.at("clauses", self.number, *where)


def of_document(shape: DocumentShape, document: Document) -> Iterable[Fault]:
    """A document takes effect on the day on which it is issued, or later."""
    if shape.effective_on:
        yield from _not_before_issue(shape.effective_on, shape, document.at("effective_on"))


def of_clause(reading: Reading) -> Iterable[Fault]:
    """Wordings follow each other day by day, none before its document and none after the clause's end."""
    clause = reading.clause
    if clause.since:
        yield from _not_before_issue(clause.since, reading.within, reading.at("from"))
    if clause.repealed_on and reading.starts and clause.repealed_on <= reading.starts:
        place, right = reading.at("repealed_on"), f"> {reading.starts}"
        yield place.fault("repealed-before-effective", found=clause.repealed_on, right=right)
    if clause.earlier:
        yield from _order(reading)
        yield from _repeated(reading)


def _not_before_issue(day: date, shape: DocumentShape, place: Place) -> Iterable[Fault]:
    if shape.issued_on and day < shape.issued_on:
        yield place.fault("effect-before-issue", found=day, right=f"≥ {shape.issued_on}")


def _order(reading: Reading) -> Iterable[Fault]:
    """Each wording ends later than the one before, the last one on the day before the present one begins."""
    untils = [one.until for one in reading.clause.earlier]
    for row, (before, until) in enumerate(pairwise(untils), 1):
        if until <= before:
            place = reading.at("earlier", row, "until")
            yield place.fault("wording-order", found=until, right=f"> {before}")
    if reading.starts is None:
        yield reading.at().fault("missing-key", found="from")
    elif untils[-1] != reading.starts - timedelta(days=1):
        place, right = reading.at("earlier", len(untils) - 1, "until"), reading.starts - timedelta(days=1)
        yield place.fault("wording-order", found=untils[-1], right=str(right))


def _repeated(reading: Reading) -> Iterable[Fault]:
    """A wording that reads like the one after it is none of its own."""
    texts = [*(one.text for one in reading.clause.earlier), reading.clause.text]
    for row, (text, following) in enumerate(pairwise(texts)):
        if text == following:
            yield reading.at("earlier", row, "text").fault("wording-twice", found=text)


def of_number(number: Decimal, unit: Unit, at_most: Decimal | None, place: Place) -> Iterable[Fault]:
    """A number has to be one of its unit: not below nothing, a share not above the whole, days whole."""
    most = at_most if at_most is not None else unit.most
    right = ""
    if number < _NOTHING:
        right = "≥ 0"
    elif most is not None and number > most:
        right = f"≤ {most}"
    elif unit.is_counted and number != number.to_integral_value():
        right = " / ".join(str(one) for one in sorted({int(number), int(number) + 1}))
    if right:
        yield place.fault("wrong-unit", found=f"{number} {unit}", right=f"{right} ({unit})")
