"""The form of an event, and the way between it and what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import DataRequired, Optional

from lms.campaigns.selection import Selection
from lms.courses.queries import courses_of
from lms.courses.rules import CourseKind
from lms.kernel.clock import CHINA, end_of_day
from lms.people.queries import persons_by_number
from lms.policies.queries import policies_of
from lms.web.citations import place_name
from lms.web.event_words import COUNTS, KINDS, LEVELS
from lms.web.guard import asker
from lms.web.manage.assign_forms import Count, PeopleForm, Time, needs, typed
from lms.web.manage.assign_selection import as_chosen, as_typed, offer_people
from lms.web.manage.event_refusals import FAULTS
from lms.web.manage.helping import Day
from lms.web.manage.parts import course_name
from lms.web.manage.policy_forms import as_choices, chosen_from, line, one_of, words
from lms.workshops.arranging import Draft
from lms.workshops.queries import Event
from lms.workshops.rules import Counts, EventKind, Fault, Level, Plan

_FROM_LIST = lazy_gettext("Choose from the list")
_ANY_DAY = date(2000, 1, 1)
"""Times of day are compared on it while nobody knows the day."""
_FIELDS = {"ends": "ends", "sign_up_until": "sign_up_day"}
"""Field of a plan → field of the form, where it is called something else."""


class EventForm(PeopleForm):
    """What takes place, when and where, for whom, with how many seats, and what it counts for."""

    kind = one_of(lazy_gettext("What kind of event is it?"), lazy_gettext("Choose the kind of event"), KINDS)
    title = line(
        lazy_gettext("What is the event called?"),
        DataRequired(lazy_gettext("Enter a title for the event")),
        most=120,
    )
    about = words(lazy_gettext("What is it about, and what is to be brought?"), most=1000)
    day = Day(lazy_gettext("On which day?"), [Optional()])
    starts = Time(lazy_gettext("Begins at"), [Optional()])
    ends = Time(lazy_gettext("Ends at"), [Optional()])
    place = line(lazy_gettext("Where is it?"), DataRequired(lazy_gettext("Enter the place")), most=200)
    city = chosen_from(lazy_gettext("In which city?"), _FROM_LIST)
    capacity = Count(lazy_gettext("Seats"), [Optional()])
    waiting_most = Count(lazy_gettext("Places in the waiting line"), [Optional()])
    sign_up_day = Day(lazy_gettext("Last day to sign up"), [Optional()])
    host = line(lazy_gettext("Employee number of who holds it"), most=40)
    host_name = line(lazy_gettext("Or the name of somebody from outside"), most=80)
    course = chosen_from(lazy_gettext("Which course is it about?"), _FROM_LIST)
    counts = one_of(
        lazy_gettext("What does attending count for?"), lazy_gettext("Choose what it counts for"), COUNTS
    )
    least = one_of(
        lazy_gettext("How much has to be attended?"),
        lazy_gettext("Choose how much"),
        {one: LEVELS[one] for one in (Level.FULL, Level.PART)},
    )

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Everything that an event needs, and somebody behind the number of the host."""
        found = [bool(super().validate(extra_validators))]
        found.append(needs(self.day, gettext("Enter the day of the event")))
        found.append(needs(self.starts, gettext("Enter the time as in 14:00")))
        found.append(needs(self.ends, gettext("Enter the time as in 14:00")))
        found.append(needs(self.capacity, gettext("Enter the number of seats")))
        found.append(self._knows_host())
        return all(found)

    def _knows_host(self) -> bool:
        number = self.host.data or ""
        if number and number not in persons_by_number([number]):
            self.host.errors = [gettext("Nobody with the company has this number.")]
        return not self.host.errors

    @property
    def as_draft(self) -> Draft:
        """What the form says; only after validation."""
        held_on = self.day.data or date.min
        starts_at = _instant(held_on, self.starts.data)
        people = persons_by_number([self.host.data or ""])
        host = people.get(self.host.data or "")
        return Draft(
            kind=EventKind(self.kind.data),
            title=self.title.data or "",
            about=self.about.data or "",
            place=self.place.data or "",
            region=self.city.data or "",
            starts_at=starts_at,
            ends_at=_instant(held_on, self.ends.data),
            sign_up_until=_until(self.sign_up_day.data or held_on - timedelta(days=1), held_on, starts_at),
            capacity=self.capacity.data or 0,
            waiting_most=self.waiting_most.data or 0,
            selection=self._meant(),
            course=self.course.data or "",
            counts=Counts(self.counts.data),
            least=Level(self.least.data),
            host_id=host.id if host else None,
            host_name="" if host else self.host_name.data or "",
        )

    @property
    def plan(self) -> Plan:
        """What of the form has to fit together, as far as it can be read: faults are told all at once."""
        held_on = self.day.data or _ANY_DAY
        starts, ends = (_known(held_on, field.data) for field in (self.starts, self.ends))
        until = None
        if starts and self.day.data and not self.sign_up_day.errors:
            until = _until(self.sign_up_day.data or held_on - timedelta(days=1), held_on, starts)
        return Plan(
            starts_at=starts,
            ends_at=ends,
            sign_up_until=until,
            capacity=self.capacity.data,
            waiting_most=self.waiting_most.data or 0,
            counts=Counts(self.counts.data) if self.counts.data in set(Counts) else None,
            course=self.course.data or "",
        )

    def _meant(self) -> Selection:
        """A visit at home is nobody else's business: it is shown to those alone who are named by number."""
        found = as_chosen(self)
        return Selection(persons=found.persons) if self.kind.data == EventKind.HOME_VISIT else found

    def tell(self, faults: Sequence[Fault]) -> None:
        """Each fault beside its field."""
        for fault in faults:
            field = self._field(fault.field)
            field.errors = field.errors or [FAULTS[fault.code]()]

    def _field(self, name: str) -> Field:
        return self[_FIELDS.get(name, name)]


def _instant(day: date, at: time | None) -> datetime:
    return datetime.combine(day, at or time(), CHINA)


def _known(day: date, at: time | None) -> datetime | None:
    return None if at is None else _instant(day, at)


def _until(last_day: date, held_on: date, starts_at: datetime) -> datetime:
    """The end of the last day to sign up; on the day itself until it begins."""
    return starts_at if last_day == held_on else end_of_day(last_day) - timedelta(seconds=1)


def form_of(found: Event | None, today: date, host_number: str = "") -> EventForm:
    """The form as asked for, filled with what is stored or with what is usual."""
    form = EventForm(typed(), data=_stored(found, host_number) if found else _usual(today))
    release = asker().release_id
    policies = policies_of(release)
    cities = [(code, place_name(policies, code)) for code, one in policies.regions.items() if one.parent]
    form.city.choices = as_choices([("", gettext("Not in a city of the list")), *cities])
    form.course.choices = as_choices([("", gettext("No single course")), *_courses(found)])
    offer_people(form)
    return form


def _courses(found: Event | None) -> Iterator[tuple[str, str]]:
    """Courses by name; what attending can fulfil says so. Units about one change only without a quiz."""
    known = courses_of(asker().release_id)
    for one in known.values():
        if not one.quiz:
            yield one.id, gettext("%(course)s (no quiz)", course=course_name(one.id))
        elif one.kind is not CourseKind.DELTA:
            yield one.id, course_name(one.id)
    if found and found.course and found.course not in known:
        yield found.course, found.course


def _usual(today: date) -> dict[str, Any]:
    return {
        "kind": EventKind.WORKSHOP.value,
        "day": today + timedelta(days=14),
        "starts": time(14),
        "ends": time(15, 30),
        "capacity": 20,
        "waiting_most": 5,
        "counts": Counts.NOTHING.value,
        "least": Level.FULL.value,
        "audiences": ["employee", "hr", "retiree"],
    }


def _stored(found: Event, host_number: str) -> dict[str, Any]:
    starts, ends = found.starts_at.astimezone(CHINA), found.ends_at.astimezone(CHINA)
    return {
        **as_typed(found.selection),
        "kind": found.kind.value,
        "title": found.title,
        "about": found.about,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": found.place,
        "city": found.region,
        "capacity": found.capacity,
        "waiting_most": found.waiting_most,
        "sign_up_day": found.sign_up_until.astimezone(CHINA).date(),
        "host": host_number,
        "host_name": "" if host_number else found.host,
        "course": found.course,
        "counts": found.counts.value,
        "least": found.least.value,
    }
