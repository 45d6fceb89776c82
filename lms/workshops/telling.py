"""What people are told about events that they have to do with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from lms.notifications.operations import post_each, post_to
from lms.notifications.rules import Note, Topic
from lms.workshops.models import Event, Seat
from lms.workshops.rules import GONE, SeatState


def facts_of(event: Event, **more: Any) -> dict[str, Any]:
    """What the words of every message about an event need."""
    return {
        "event": event.key,
        "title": event.title,
        "place": event.place,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        **more,
    }


def tell_seat(event: Event, person_ids: Sequence[int], state: SeatState, *, at: datetime) -> None:
    """A seat has become theirs, was suggested to them, or was taken back. Each time is news."""
    subject, facts = f"{event.key}:{state.value}:{at.isoformat()}", facts_of(event, state=state.value)
    post_each([Note(one, subject, facts) for one in person_ids], topic=Topic.EVENT_SEAT, at=at)


def tell_suggested(event: Event, people: Select[int], *, at: datetime) -> int:
    """The same for a suggestion to any number of people; nobody gets it twice."""
    facts = facts_of(event, state=SeatState.SUGGESTED.value)
    return post_to(people, topic=Topic.EVENT_SEAT, subject=event.key, facts=facts, at=at)


def tell_moved(event: Event, *, at: datetime) -> int:
    """Time or place have changed."""
    subject = f"{event.key}:{at.isoformat()}"
    return post_to(_concerned(event), topic=Topic.EVENT_MOVED, subject=subject, facts=facts_of(event), at=at)


def tell_cancelled(event: Event, *, at: datetime) -> int:
    """It does not take place."""
    facts = facts_of(event, reason=event.cancel_reason)
    return post_to(_concerned(event), topic=Topic.EVENT_CANCELLED, subject=event.key, facts=facts, at=at)


def tell_tomorrow(event: Event, *, at: datetime) -> int:
    """It takes place tomorrow; told once for each time that it is set to."""
    signed = select(Seat.person_id).where(Seat.event_id == event.id, Seat.state == SeatState.SIGNED)
    subject = f"{event.key}:{event.starts_at.isoformat()}"
    return post_to(signed, topic=Topic.EVENT_REMINDER, subject=subject, facts=facts_of(event), at=at)


def _concerned(event: Event) -> Select[int]:
    """Who has a seat, waits for one, or was suggested."""
    return select(Seat.person_id).where(Seat.event_id == event.id, Seat.state.not_in(GONE))
