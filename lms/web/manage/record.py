"""One person's training record. That it was viewed is itself put on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext

from lms.access.queries import may_issue_password
from lms.assignments.assistance import assistances_of
from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.models import Audience, PersonState
from lms.reports.records import Entry, Reading, Subject, TrainingRecord, subject, training_record
from lms.rollouts.received import received_by
from lms.web import standings
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.identity import STATUS_WORDS
from lms.web.manage.assist import RESULTS
from lms.web.manage.parts import course_name, place, screens, show, today
from lms.web.manage.policy_words import PATHS, STANDINGS
from lms.web.manage.words import AUDIENCES, CAUSES, HELP_KINDS, PERSON_STATES, STATE_TAGS, STATES
from lms.web.scores import exact_score, score_of
from lms.workshops.certified import attended_of

_LONGEST_DAY = 40


@dataclass(frozen=True)
class PageRead:
    """A page that was read: its title, and how it was read."""

    title: str
    reading: Reading


@dataclass(frozen=True)
class LessonRead:
    """What was read of a lesson: ``read`` pages of all it has today, last when."""

    title: str
    pages: Sequence[PageRead]
    read: int
    total: int

    @property
    def last_at(self) -> datetime:
        """When a page of it was last read."""
        return max(page.reading.last_at for page in self.pages)


@dataclass(frozen=True)
class CourseRecord:
    """A course in the record: the assignment, if there was one, and what was read and answered."""

    title: str
    has_quiz: bool
    entry: Entry | None
    lessons: Sequence[LessonRead]
    checks: int


@dataclass(frozen=True)
class AsOf:
    """The day in the address, ``?on=2026-11-23``: today without one, and beside what is wrong with it."""

    day: date
    typed: str
    wrong: str = ""


def as_of() -> AsOf:
    """The day that this request asks for."""
    typed, now = request.args.get("on", "").strip()[:_LONGEST_DAY], today()
    if not typed:
        return AsOf(now, now.isoformat())
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        wrong = gettext("“%(typed)s” is no date; write it like %(day)s", typed=typed, day=now.isoformat())
        return AsOf(now, typed, wrong)
    if day > now:
        return AsOf(now, typed, gettext("%(day)s is yet to come; choose today or earlier", day=long_day(day)))
    return AsOf(day, typed)


@screens.get("/people/<key>")
@requires(Permission.RECORD_VIEW)
def person(key: str) -> str | tuple[str, int]:
    """The record of one person; what they know of each policy as of the day in the address."""
    who = subject(key)
    on = as_of()
    found = training_record(who.id)
    note_view(who)
    page = show(
        "person",
        who=who,
        facts=_facts(who),
        courses=_courses(found),
        attended=attended_of([one.duty.id for one in found.entries if one.duty.acknowledged]),
        states=STATES,
        tags=STATE_TAGS,
        causes=CAUSES,
        help_kinds=HELP_KINDS,
        score_of=score_of,
        exact_score=exact_score,
        may_issue_password=may_issue_password(asker(), key),
        together=assistances_of(who.id),
        results=RESULTS,
        may_assist=asker().may(Permission.ASSIST) and who.state is PersonState.ACTIVE,
        may_get_card=asker().may(Permission.CARD_ISSUE) and who.audience is Audience.RETIREE,
        **_policies(who, on),
    )
    return (page, 422) if on.wrong else page


def _policies(who: Subject, on: AsOf) -> dict[str, Any]:
    received = received_by(who.id, on.day)
    return {
        "on": on,
        "known": standings.lines(who.id, on.day, received),
        "received": received,
        "standings": STANDINGS,
        "standing_tags": standings.TAGS,
        "paths": PATHS,
        "china_day": china_date,
    }


def note_view(who: Subject, **facts: object) -> None:
    """Put on record that the asker saw somebody's data."""
    with unit_of_work():
        record("record.viewed", who.key, actor_id=asker().id, at=clock.now(), **facts)


def _facts(who: Subject) -> list[tuple[str, str]]:
    return [
        (gettext("Employee number"), who.number),
        (gettext("Department"), who.department),
        (gettext("Insured in"), place(who.region)),
        (gettext("Standing"), str(STATUS_WORDS[who.status])),
        (gettext("Audience"), str(AUDIENCES[who.audience])),
        (gettext("Hired on"), long_day(who.hired_on)),
        (gettext("Employment"), str(PERSON_STATES[who.state])),
    ]


def _courses(found: TrainingRecord) -> list[CourseRecord]:
    """Assigned courses as they fall due, then those read of one's own accord."""
    assigned = [_course(entry.duty.course, entry, found) for entry in found.entries]
    met = {entry.duty.course for entry in found.entries}
    return assigned + [_course(name, None, found) for name in found.readings if name not in met]


def _course(name: str, entry: Entry | None, found: TrainingRecord) -> CourseRecord:
    lessons = _lessons(name, found.readings.get(name, ()))
    course = courses_of(asker().release_id).get(name)
    has_quiz = course is None or bool(course.quiz)
    return CourseRecord(course_name(name), has_quiz, entry, lessons, found.checks.get(name, 0))


def _lessons(name: str, readings: Sequence[Reading]) -> list[LessonRead]:
    """Readings by lesson, in the order of the course; what it no longer has comes last, under its key."""
    course = courses_of(asker().release_id).get(name)
    by_lesson: dict[str, list[Reading]] = {}
    for reading in readings:
        by_lesson.setdefault(reading.page.partition("#")[0], []).append(reading)
    known = {lesson.key: lesson for lesson in course.lessons} if course else {}
    return [
        LessonRead(
            title=known[key].title if key in known else key,
            pages=_pages(
                by_lesson[key], {page.key: page.title for page in known[key].pages} if key in known else {}
            ),
            read=len({reading.page for reading in by_lesson[key]}),
            total=len(known[key].pages) if key in known else 0,
        )
        for key in [
            *(key for key in known if key in by_lesson),
            *(key for key in by_lesson if key not in known),
        ]
    ]


def _pages(readings: Sequence[Reading], titles: Mapping[str, str]) -> list[PageRead]:
    return [PageRead(titles.get(reading.page, reading.page), reading) for reading in readings]
