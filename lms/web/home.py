"""The learner's home: what is left, the one next thing, and what comes after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import Blueprint, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.assignments.queries import Duty, attempts_of, duties_of
from lms.assignments.rules import Step
from lms.courses.queries import NOTHING, courses_of, studied_by
from lms.courses.rules import Course, Studied
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.notifications.queries import unread_count
from lms.rollouts.overview import Given, open_changes_of
from lms.web.addresses import url_for
from lms.web.agenda import Action, Agenda, agenda, agendas, course_title, first_to_act, next_action
from lms.web.coming import Coming, announced
from lms.web.event_parts import Notice, notice
from lms.web.guard import asker, requires
from lms.web.lessons import is_for
from lms.web.reading import present_reader
from lms.web.rows import Row, certificate_url, completed_row, course_row, end_row, lesson_row
from lms.web.shells import is_easy
from lms.web.survey_rows import open_surveys, row_of

screens = Blueprint("home", __name__)
MOST_ELECTIVES = 3


@dataclass(frozen=True)
class Section:
    """What else there is to do in one course."""

    plan: Agenda
    title: str
    overdue: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Home:
    """What the page says. ``plans`` are the open assignments, the earliest due first."""

    today: date
    plans: Sequence[Agenda]
    completed: Sequence[Row]
    coming: Sequence[Coming]
    electives: Sequence[Row]
    changes: Sequence[Given]
    event: Notice | None
    surveys: Sequence[Row]

    @cached_property
    def first(self) -> Agenda | None:
        """The course of the one next thing."""
        return first_to_act(self.plans)

    @cached_property
    def overdue(self) -> int:
        """Days by which the one next thing is overdue."""
        return self.first.overdue(self.today) if self.first else 0

    @cached_property
    def action(self) -> Action | None:
        """The one next thing."""
        return next_action(self.first, overdue=self.overdue > 0) if self.first else None

    @property
    def left(self) -> int:
        """Lessons and quizzes to be done."""
        return sum(plan.left for plan in self.plans)

    @property
    def total(self) -> int:
        """Lessons and quizzes of the open assignments."""
        return sum(plan.total for plan in self.plans)

    @property
    def minutes(self) -> int:
        """Minutes of the lessons to be done."""
        return sum(plan.minutes for plan in self.plans)

    @property
    def last_on(self) -> date:
        """The day by which everything is due."""
        return max(plan.due_on for plan in self.plans if plan.due_on)

    @property
    def progress(self) -> str:
        """What the bar is about."""
        return course_title(self.plans[0].course) if len(self.plans) == 1 else gettext("All assignments")

    @property
    def sections(self) -> Iterator[Section]:
        """What comes after the one next thing, course by course."""
        for plan in self.plans:
            rows = tuple(self._rows(plan))
            if rows:
                yield Section(plan, course_title(plan.course), plan.overdue(self.today), rows)

    def _rows(self, plan: Agenda) -> Iterator[Row]:
        studying = plan.step is Step.STUDY
        is_first = plan is self.first
        for progress in plan.unfinished[1:] if is_first and studying else plan.unfinished:
            yield lesson_row(plan, progress)
        if studying or not is_first:
            yield end_row(plan)

    @property
    def done(self) -> list[Row]:
        """Lessons done of open assignments, then completed courses."""
        lessons = [lesson_row(plan, progress) for plan in self.plans for progress in plan.finished]
        return [*lessons, *self.completed]


@screens.get("/my")
@requires(Permission.OWN_TRAINING_VIEW)
def my() -> str | Response:
    """What the asker has to do, the oldest overdue first; in the easy view its own home."""
    if is_easy():
        return redirect(url_for("easy.home"))
    here, today = asker(), china_date(clock.now())
    duties, studies, library = duties_of(here.id), studied_by(here.id), courses_of(here.release_id)
    assigned = {duty.course for duty in duties if duty.is_owed or duty.completed_at}
    free = [one for one in library.values() if is_for(one) and one.id not in assigned]
    home = Home(
        today=today,
        plans=agendas(duties, library, studies),
        completed=_completed([duty for duty in duties if duty.completed_at], library, studies),
        coming=announced(here.release_id, present_reader()),
        electives=[course_row(one, studies.get(one.id, NOTHING)) for one in free[:MOST_ELECTIVES]],
        changes=open_changes_of(here.id),
        event=notice(here.id, clock.now()),
        surveys=[row_of(one) for one in open_surveys()],
    )
    return render_template("home/my.html", home=home, unread=unread_count(here.id), nav="my")


def _completed(
    duties: Sequence[Duty], library: Mapping[str, Course], studies: Mapping[str, Studied]
) -> list[Row]:
    attempts = attempts_of(duties) if duties else {}
    rows = []
    for duty in duties:
        course = library.get(duty.course)
        if course is not None:
            plan = agenda(duty, course, studies.get(course.id, NOTHING))
            rows.append(completed_row(plan, certificate_url(duty, attempts[duty.key])))
    return rows
