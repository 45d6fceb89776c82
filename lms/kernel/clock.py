"""The one clock, and the calendar of the place where due dates are decided."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant in UTC. Only edges call this; below them an instant is an argument."""
    return datetime.now(UTC)


def china_date(at: datetime) -> date:
    """The calendar day in China on which the instant *at* falls."""
    return at.astimezone(CHINA).date()


def end_of_day(day: date) -> datetime:
    """The midnight in China that ends *day* (exclusive), as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The midnight in China that begins *day*, as an instant in UTC."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
