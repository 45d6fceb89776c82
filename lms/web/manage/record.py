"""One person's training record. That it was viewed is itself put on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from lms.access.queries import may_issue_password
from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.reports.records import Entry, Reading, Subject, TrainingRecord, subject, training_record
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.identity import STATUS_WORDS
from lms.web.manage.parts import course_name, place, screens, show
from lms.web.manage.words import AUDIENCES, CAUSES, HELP_KINDS, PERSON_STATES, STATE_TAGS, STATES
from lms.web.scores import exact_score, score_of


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
    entry: Entry | None
    lessons: Sequence[LessonRead]
    checks: int


@screens.get("/people/<key>")
@requires(Permission.RECORD_VIEW)
def person(key: str) -> str:
    """The record of one person."""
    who = subject(key)
    found = training_record(who.id)
    note_view(who)
    return show(
        "person",
        who=who,
        facts=_facts(who),
        courses=_courses(found),
        states=STATES,
        tags=STATE_TAGS,
        causes=CAUSES,
        help_kinds=HELP_KINDS,
        score_of=score_of,
        exact_score=exact_score,
        may_issue_password=may_issue_password(asker(), key),
    )


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
    return CourseRecord(course_name(name), entry, lessons, found.checks.get(name, 0))


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
