"""Reminding those who have a seat, the day before."""

from datetime import date, datetime

from lms.workshops import seats, telling
from lms.workshops.queries import events_between
from lms.workshops.rules import EventState


def to_remind(day: date) -> list[str]:
    """The events that take place on a day, by key."""
    return [one.key for one in events_between(day, day) if one.state is EventState.PUBLISHED]


def remind(key: str, *, at: datetime) -> int:
    """Tell everybody who has a seat; returns how many had not been told. Nobody when it is cancelled now."""
    found = seats.held_event(key)
    return telling.tell_tomorrow(found, at=at) if found.state is EventState.PUBLISHED else 0
