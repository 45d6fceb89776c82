"""Dates, numbers and units as people read them, in both languages."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext

from lms.kernel.clock import CHINA
from lms.kernel.quarters import Quarter
from lms.web.languages import chosen

_NUMBERS_ZH = "一二三四"
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english() -> bool:
    return chosen() == "en"


def day(value: date, *, year: bool = False, weekday: bool = False) -> str:
    """12月26日 / 26 Dec; with the year and the weekday when wanted."""
    if _english():
        text = f"{value.day} {_MONTHS_EN[value.month - 1]}" + (f" {value.year}" if year else "")
        return f"{_WEEKDAYS_EN[value.weekday()]} {text}" if weekday else text
    text = (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日"
    return f"{text}（周{_WEEKDAYS_ZH[value.weekday()]}）" if weekday else text


def long_day(value: date) -> str:
    """The day with its year."""
    return day(value, year=True)


def week_day(value: date) -> str:
    """The day with its weekday."""
    return day(value, weekday=True)


def moment(value: datetime) -> str:
    """Day and time in China."""
    there = value.astimezone(CHINA)
    return f"{day(there.date(), year=True)} {there:%H:%M}"


def plain(number: Decimal) -> str:
    """No exponent, no trailing zeros behind the point."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_UNITS: Mapping[str, Callable[[str], str]] = {
    "yuan": lambda number: gettext("%(number)s yuan", number=number),
    "yuan_per_year": lambda number: gettext("%(number)s yuan a year", number=number),
    "yuan_per_month": lambda number: gettext("%(number)s yuan a month", number=number),
    "percent": lambda number: f"{number}%",
    "percentage_points": lambda number: gettext("%(number)s percentage points", number=number),
    "per_myriad_per_day": lambda number: gettext("%(number)s per ten thousand a day", number=number),
    "days": lambda number: gettext("%(number)s days", number=number),
    "workdays": lambda number: gettext("%(number)s working days", number=number),
    "months": lambda number: gettext("%(number)s months", number=number),
    "years": lambda number: gettext("%(number)s years", number=number),
    "multiple": lambda number: gettext("%(number)s times", number=number),
    "kinds": lambda number: gettext("%(number)s kinds", number=number),
}


def quantity(number: Decimal | str, unit: str) -> str:
    """A number with its unit. Raises ``KeyError`` for a unit outside the closed set."""
    text = plain(number) if isinstance(number, Decimal) else number
    return _UNITS[unit](text)


def whole_percent(share: Decimal | float) -> int:
    """A share of the whole in whole percents, rounded down as everywhere, so that 100 means all."""
    return math.floor(round(100 * float(share), 6))


def percent(share: Decimal | float) -> str:
    """The same with its sign."""
    return quantity(str(whole_percent(share)), "percent")


def quarter(value: Quarter) -> str:
    """2026年第四季度 / Q4 2026."""
    if _english():
        return f"Q{value.number} {value.year}"
    return f"{value.year}年第{_NUMBERS_ZH[value.number - 1]}季度"


def short_quarter(value: Quarter) -> str:
    """四季度 / Q4, where the year is clear."""
    return f"Q{value.number}" if _english() else f"{_NUMBERS_ZH[value.number - 1]}季度"


def minutes(count: int) -> str:
    """3分钟 / 3 min."""
    return str(ngettext("%(num)s min", "%(num)s min", count))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day,
    "long_day": long_day,
    "week_day": week_day,
    "moment": moment,
    "plain": plain,
    "quantity": quantity,
    "minutes": minutes,
    "percent": percent,
    "quarter": quarter,
}
