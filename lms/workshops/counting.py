"""Closing an event: for whom attending it counts, shown before it happens, and done once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from lms.assignments.assistance import waits_for_help
from lms.assignments.attending import complete_many, help_many
from lms.assignments.queries import Duty, duties_of_many
from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.workshops.attendance import open_for_marks
from lms.workshops.models import Counted
from lms.workshops.models import Event as EventRow
from lms.workshops.queries import Event, Seat, event, seats
from lms.workshops.refusals import AttendanceMissing, CourseHasQuiz, TooEarly
from lms.workshops.rules import PRESENT, Counts, EventState, Level, SeatState, is_enough


@dataclass(frozen=True)
class Line:
    """For whom attending counts, and what for. ``helper_id`` and ``helper``: who stands in the record."""

    seat: Seat
    duty: Duty
    helper_id: int
    helper: str


@dataclass(frozen=True)
class Left:
    """Somebody for whom it counts nothing, and why, as a code.

    ``absent`` · ``not-enough`` (of the time) · ``unknown`` (no attendance on record) · ``nothing-open`` (no
    assignment it could count for) · ``own-help`` (nobody puts help for themselves on record).
    """

    seat: Seat
    why: str


@dataclass(frozen=True)
class Reckoning:
    """What closing the attendance would do."""

    lines: Sequence[Line]
    left: Sequence[Left]

    @property
    def people(self) -> int:
        """For how many people it counts."""
        return len({one.seat.person_id for one in self.lines})


@dataclass(frozen=True)
class Counter:
    """Who confirms: whoever nobody else helped was helped by the host, else by this colleague."""

    id: int
    name: str


def refuse_quiz(course: str, counts: Counts | None, *, release_id: str) -> None:
    """Raises ``CourseHasQuiz``: where a quiz decides, 80 points do, and being there does not replace them."""
    found = courses_of(release_id).get(course)
    if counts is Counts.COURSE and found is not None and found.quiz:
        raise CourseHasQuiz(course=course)


def reckon(key: str, counter: Counter) -> Reckoning:
    """For whom attending counts, as it would be put on record now; three statements."""
    found = event(key)
    signed = [one for one in seats(key, "name") if one.state is SeatState.SIGNED]
    if found.counts is Counts.NOTHING:
        return Reckoning([], [])
    least = Level.FULL if found.counts is Counts.COURSE else found.least
    enough = [one for one in signed if is_enough(one.level, least)]
    left = [Left(one, _why_not(one)) for one in signed if not is_enough(one.level, least)]
    duties = _open_duties(found, [one.person_id for one in enough])
    lines: list[Line] = []
    for one in enough:
        own = list(_lines(found, one, duties.get(one.person_id, []), counter))
        lines += own
        if not own:
            left.append(Left(one, "own-help" if duties.get(one.person_id) else "nothing-open"))
    return Reckoning(lines, left)


def _why_not(one: Seat) -> str:
    if one.level is None:
        return "unknown"
    return "not-enough" if one.level in PRESENT else "absent"


def _open_duties(found: Event, person_ids: Sequence[int]) -> Mapping[int, list[Duty]]:
    """Person → assignments it can count for: given until that day, of the event's course if there is one."""
    held_on = china_date(found.starts_at)
    by_person: dict[int, list[Duty]] = {}
    for duty in duties_of_many(person_ids) if person_ids else ():
        fits = found.course in {"", duty.course} and duty.assigned_on <= held_on and duty.is_owed
        if fits and (found.counts is Counts.COURSE or waits_for_help(duty)):
            by_person.setdefault(duty.person_id, []).append(duty)
    return by_person


def _lines(found: Event, one: Seat, duties: Sequence[Duty], counter: Counter) -> Iterator[Line]:
    helpers = ((one.helper_id, one.helper), (found.host_id, found.host), (counter.id, counter.name))
    named = ((who, name) for who, name in helpers if who is not None and who != one.person_id)
    helper = next(named, None)
    if helper is not None:
        for duty in duties:
            yield Line(one, duty, *helper)


def close(key: str, counter: Counter, *, release_id: str, at: datetime) -> Reckoning:
    """Close the attendance: the event was held, and counts as ``reckon`` says. Once only.

    Raises ``AlreadyCounted``, ``NotPublished``, ``EventCancelled``, ``TooEarly`` while it is going on,
    ``CourseHasQuiz``, and ``AttendanceMissing`` as long as it is not on record for everybody with a seat.
    """
    row = open_for_marks(key, at)
    if at < row.ends_at:
        raise TooEarly(opens=row.ends_at)
    refuse_quiz(row.course, row.counts, release_id=release_id)
    missing = sum(one.state is SeatState.SIGNED and one.level is None for one in seats(key))
    if missing:
        raise AttendanceMissing(count=missing)
    found = reckon(key, counter)
    counted = _put_on_record(row, found, counter, release_id, at)
    row.state, row.counted_at = EventState.HELD, at
    session().flush()
    facts = {"counts": row.counts.value, "people": found.people, "count": counted}
    record("event.held", key, actor_id=counter.id, at=at, name=row.name_in_journal, **facts)
    return found


def _put_on_record(row: EventRow, found: Reckoning, counter: Counter, release_id: str, at: datetime) -> int:
    """Returns for how many assignments it has counted."""
    if row.counts is Counts.HELP:
        helpers = {one.duty: one.helper_id for one in found.lines}
        day = china_date(row.starts_at)
        done = help_many(helpers, event=row.key, helped_on=day, actor_id=counter.id, at=at)
    else:
        duties = [one.duty for one in found.lines]
        done = complete_many(
            duties, release_id=release_id, completed_at=row.ends_at, event=row.key, actor_id=counter.id, at=at
        )
    kept = [{"event_id": row.id, "assignment_id": one, "counts": row.counts} for one in done]
    if kept:
        session().execute(insert(Counted), kept)
    return len(done)


def counted_for(key: str) -> frozenset[int]:
    """The ids of the assignments for which a closed event has counted."""
    ids = select(Counted.assignment_id).join(EventRow, EventRow.id == Counted.event_id)
    return frozenset(session().scalars(ids.where(EventRow.key == key)))
