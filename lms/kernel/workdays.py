"""Workdays in China: weekends, public holidays, and weekend days that are worked instead.

The library ``holidays`` knows what the law gives, and the State Council's notices up to the year of its own
release. A year's *notice* that this installation was told of speaks for its whole year in place of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from lms.kernel.late import library

_SATURDAY = 5


@dataclass(frozen=True)
class Notice:
    """What a yearly notice says: days on which offices stay closed, and weekend days that are worked instead.

    Either may lie in the December before.
    """

    year: int
    title: str
    number: str
    url: str
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class _Year:
    """A year as it is in force; ``announced`` when a notice, not only the law, stands behind it."""

    off: frozenset[date]
    worked: frozenset[date]
    announced: bool


_notices: list[Notice] = []


def observe(notices: Iterable[Notice]) -> None:
    """Count by these notices from now on in this process."""
    _notices[:] = notices
    _year.cache_clear()


def observed() -> Sequence[Notice]:
    """The notices that are counted by."""
    return tuple(_notices)


def is_announced(year: int) -> bool:
    """Whether the notice for this year is known; before, days off in lieu and make-up days may still move."""
    return _year(year).announced


def public_holidays(year: int) -> frozenset[date]:
    """What the library knows to be a holiday in this year; not the days off for one on a weekend."""
    return frozenset(_library(year, observed=False))


def is_workday(day: date) -> bool:
    """Whether offices work on this day."""
    year = _year(day.year)
    return day in year.worked or (day.weekday() < _SATURDAY and day not in year.off)


def first_workday(day: date) -> date:
    """The day itself, or the first workday after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def last_workday(day: date) -> date:
    """The day itself, or the last workday before it."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def workdays_after(day: date, count: int) -> date:
    """The day so many workdays later."""
    for _ in range(count):
        day = first_workday(day + timedelta(days=1))
    return day


@lru_cache(maxsize=16)
def _year(year: int) -> _Year:
    off = frozenset(day for one in _notices for day in one.off)
    worked = frozenset(day for one in _notices for day in one.worked)
    if any(one.year == year for one in _notices):
        return _Year(off, worked, announced=True)
    known = _library(year)
    moved = frozenset(day for day in known.weekend_workdays if day.year == year)
    return _Year(off | frozenset(known), (worked | moved) - off, announced=bool(moved))


def _library(year: int, *, observed: bool = True) -> Any:
    return _china()(years=year, observed=observed)


@lru_cache(maxsize=1)
def _china() -> Any:
    """The calendar of China by itself: the package of countries would load all of them, eight megabytes."""
    path = Path(library("holidays").__file__).with_name("countries") / "china.py"
    spec = spec_from_file_location("holidays_of_china", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.China
