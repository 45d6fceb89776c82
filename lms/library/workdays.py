"""Reads ``content/workdays.yaml``: the State Council's yearly notices of days off and make-up workdays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import select

from lms.kernel.database import read
from lms.kernel.workdays import Notice, observe, public_holidays
from lms.library.faults import Fault, Item, Place
from lms.library.models import Live
from lms.library.queries import items
from lms.library.yaml import Document, Shape, entries, parse, shaped

PATH = "content/workdays.yaml"
KIND = "workdays"
LONGEST = 15
"""Days off in a row; no notice ever gave more than nine."""
_SATURDAY = 5
_BETWEEN = ", "
Words = Annotated[str, Field(min_length=1)]


def _whole_address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("https://…")
    return url


class PeriodShape(Shape):
    """Days off in a row, weekend days among them, as the notice names them."""

    name: Words
    since: Annotated[date, Field(alias="from")]
    until: Annotated[date, Field(alias="to")]

    @property
    def days(self) -> list[date]:
        """From the first to the last; of far too many one more than is allowed."""
        count = min((self.until - self.since).days, LONGEST) + 1
        return [self.since + timedelta(days=n) for n in range(count)]


class NoticeShape(Shape):
    """A notice; it speaks for the whole year."""

    year: Annotated[int, Field(ge=2020, le=2099)]
    title: Words
    number: Words
    url: Annotated[str, AfterValidator(_whole_address)]
    off: Annotated[list[PeriodShape], Field(min_length=1)]
    worked: tuple[date, ...] = ()

    def is_of(self, day: date) -> bool:
        """Whether a day can stand in this notice: in its year, or in the December before."""
        return day.year == self.year or (day.year, day.month) == (self.year - 1, 12)


# -- reading ---------------------------------------------------------------------------------------------


def load(texts: Mapping[str, str], faults: list[Fault]) -> list[Item]:
    """An item for each notice; faults go to *faults*. A library without the file goes by the law alone."""
    document = parse(PATH, texts[PATH], faults) if PATH in texts else None
    if document is None:
        return []
    found: dict[int, Item] = {}
    for number in entries(document, faults):
        shape = shaped(NoticeShape, document, faults, number)
        if shape is None:
            continue
        faults += _Reading(shape, document, number).faults()
        place = document.at(number, "year")
        before = found.setdefault(shape.year, _item(shape, place))
        if before.place is not place:
            faults.append(place.fault("key-exists", found=shape.year, right=f"{PATH}:{before.place.line}"))
    return list(found.values())


def _item(shape: NoticeShape, place: Place) -> Item:
    body: dict[str, object] = shape.model_dump(mode="json", include={"title", "number", "url"})
    body["off"] = sorted(day.isoformat() for period in shape.off for day in period.days)
    body["worked"] = sorted(day.isoformat() for day in shape.worked)
    return Item(KIND, str(shape.year), body, place)


@dataclass(frozen=True)
class _Reading:
    """A notice that has the right shape, and where it stands."""

    shape: NoticeShape
    document: Document
    number: int

    def faults(self) -> Iterator[Fault]:
        """What cannot be in a notice of that year."""
        yield from self._off()
        yield from self._worked()
        off = {day for period in self.shape.off for day in period.days}
        missing = sorted(public_holidays(self.shape.year) - off)
        if missing:
            found = _BETWEEN.join(day.isoformat() for day in missing)
            yield self.document.key_at(self.number, "off").fault("holiday-missing", found=found)

    def _off(self) -> Iterator[Fault]:
        for index, period in enumerate(self.shape.off):
            place = self.document.at(self.number, "off", index, "to")
            if period.until < period.since:
                yield place.fault("ends-before-begin", found=period.until, right=f"≥ {period.since}")
            elif len(period.days) > LONGEST:
                latest = period.since + timedelta(days=LONGEST - 1)
                yield place.fault("wrong-value", found=period.until, right=f"≤ {latest}")
            elif not (self.shape.is_of(period.since) and self.shape.is_of(period.until)):
                yield place.fault("other-year", found=period.until, right=str(self.shape.year))

    def _worked(self) -> Iterator[Fault]:
        off = {day for period in self.shape.off for day in period.days}
        for index, day in enumerate(self.shape.worked):
            place = self.document.at(self.number, "worked", index)
            if not self.shape.is_of(day):
                yield place.fault("other-year", found=day, right=str(self.shape.year))
            elif day in off:
                yield place.fault("off-and-worked", found=day)
            elif day.weekday() < _SATURDAY:
                yield place.fault("no-weekend", found=day)


# -- what is live ----------------------------------------------------------------------------------------

_LIVE = select(Live.release_id)
_seen: list[str | None] = [None]


def observe_live() -> None:
    """Count workdays by the live release from now on in this process; a release is read once."""
    release_id = read(_LIVE).scalar()
    if release_id == _seen[0]:
        return
    observe(_notice(one.key, one.body) for one in (items(release_id, KIND) if release_id else []))
    _seen[0] = release_id


def _notice(year: str, body: Mapping[str, Any]) -> Notice:
    off, worked = (frozenset(map(date.fromisoformat, body[name])) for name in ("off", "worked"))
    return Notice(int(year), body["title"], body["number"], body["url"], off, worked)
