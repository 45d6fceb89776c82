"""What somebody has to do next, in words with an address: on their home and wherever something ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext

from lms.assignments.queries import Duty, Standing, duty_for_course, standing
from lms.assignments.rules import Plan, Step
from lms.courses.queries import NOTHING, studied
from lms.courses.rules import Course, Lesson, LessonProgress, Studied, course_progress
from lms.kernel.clock import china_date
from lms.quizzes.queries import quizzes_of
from lms.quizzes.rules import PASS_LINE, Quiz
from lms.web import formats
from lms.web.addresses import url_for
from lms.web.citations import joined
from lms.web.guard import asker
from lms.web.languages import chosen
from lms.web.lessons import Room, view_of

CHINESE = "zh-CN"


@dataclass(frozen=True)
class Action:
    """One thing to do. ``lang`` is the language of the title where it is not the page's."""

    title: str
    meta: str
    button: str
    href: str
    icon: str
    lang: str = ""
    #: False for what may be done while waiting for somebody else; its button is a quiet one.
    leads_on: bool = True


@dataclass(frozen=True)
class Agenda:
    """A course with how far the asker has come in it; ``standing`` is ``None`` when it was never assigned.

    A course without a quiz ends with an acknowledgement.
    """

    course: Course
    quiz: Quiz | None
    studied: Studied
    lessons: tuple[LessonProgress, ...]
    standing: Standing | None
    view: str

    @property
    def unfinished(self) -> tuple[LessonProgress, ...]:
        """Lessons to be done, in order."""
        return tuple(one for one in self.lessons if not one.finished)

    @property
    def finished(self) -> tuple[LessonProgress, ...]:
        """Lessons done, in order."""
        return tuple(one for one in self.lessons if one.finished)

    @property
    def left(self) -> int:
        """Lessons to be done, and what ends the course."""
        return len(self.unfinished) + 1

    @property
    def total(self) -> int:
        """All lessons, and what ends the course."""
        return len(self.lessons) + 1

    @property
    def minutes(self) -> int:
        """Minutes of the lessons to be done."""
        return sum(minutes_left(one) for one in self.unfinished)

    @property
    def step(self) -> Step | None:
        """The next step of the assignment."""
        return self.standing.step if self.standing else None

    @property
    def due_on(self) -> date | None:
        """Last day of the assignment, as long as it is owed."""
        return self.standing.duty.due_on if self.standing and self.standing.duty.is_owed else None

    def overdue(self, today: date) -> int:
        """Days since the last day has passed."""
        return self.standing.duty.overdue(today) if self.standing else 0

    def of(self, lesson: Lesson) -> LessonProgress:
        """How far a lesson of the course has come."""
        return next(one for one in self.lessons if one.lesson.id == lesson.id)

    def room(self, progress: LessonProgress) -> Room:
        """A lesson of the course in the asker's view."""
        return Room(self.view, self.course, progress.lesson)

    @property
    def last_room(self) -> Room:
        """The lesson at whose end the course is acknowledged."""
        return Room(self.view, self.course, self.course.lessons[-1])


def agenda(duty: Duty | None, course: Course, done: Studied, *, view: str = "") -> Agenda:
    """How the asker stands in a course. Asks the database only after a failed paper."""
    lessons = course_progress(course, done)
    return Agenda(
        course=course,
        quiz=quizzes_of(asker().release_id)[course.quiz] if course.quiz else None,
        studied=done,
        lessons=lessons,
        standing=standing(duty, course, lessons_done=all(one.finished for one in lessons)) if duty else None,
        view=view or view_of(),
    )


def own_agenda(course: Course, view: str) -> Agenda:
    """How the asker stands in one course, in two statements unless a paper was failed."""
    here = asker()
    return agenda(duty_for_course(here.id, course.id), course, studied(here.id, course.id), view=view)


def agendas(
    duties: Sequence[Duty], courses: Mapping[str, Course], studies: Mapping[str, Studied], *, view: str = ""
) -> list[Agenda]:
    """The same for what is owed, in its order; a course that the library no longer has is left out."""
    return [
        agenda(duty, courses[duty.course], studies.get(duty.course, NOTHING), view=view)
        for duty in duties
        if duty.is_owed and duty.course in courses
    ]


def first_to_act(several: Sequence[Agenda]) -> Agenda | None:
    """The one whose next step is up to the asker and due first; else the first that waits for somebody."""
    free = (one for one in several if one.step is not Step.WAIT_FOR_HELP)
    return next(free, several[0] if several else None)


def minutes_left(progress: LessonProgress) -> int:
    """Minutes of the pages not yet read, at least one."""
    pages = len(progress.lesson.pages)
    return max(1, -(-progress.lesson.minutes * (pages - progress.pages_read) // pages))


def next_action(plan: Agenda, *, overdue: bool = False) -> Action | None:
    """The next thing in a course; ``None`` when nothing is left but perhaps a quiz that was not assigned."""
    if plan.step in {None, Step.STUDY}:
        return lesson_action(plan, plan.unfinished[0], overdue=overdue) if plan.unfinished else None
    if plan.step is Step.ACKNOWLEDGE:
        meta = gettext("Everything is read; only your confirmation is missing")
        return Action(course_title(plan.course), meta, gettext("Confirm"), plan.last_room.done_url, "check")
    return _quiz_action(plan, plan.quiz) if plan.quiz else None


def action_after(plan: Agenda, progress: LessonProgress) -> Action | None:
    """What comes after a lesson: the rest of it, or the next thing in its course."""
    return next_action(plan) if progress.finished else lesson_action(plan, progress)


def lesson_action(plan: Agenda, progress: LessonProgress, *, overdue: bool = False) -> Action:
    """A lesson to begin or to go on with."""
    if overdue:
        button = gettext("Make up this lesson first")
    else:
        button = gettext("Go on learning") if progress.started else gettext("Start learning")
    return Action(
        title=progress.lesson.title,
        meta=lesson_meta(progress),
        button=button,
        href=plan.room(progress).resume_url(plan.studied),
        icon="play",
        lang=foreign_title(),
    )


def foreign_title() -> str:
    """``lang`` of a Chinese title on the page of this request."""
    return CHINESE if chosen() == "en" else ""


def lesson_meta(progress: LessonProgress) -> str:
    """How far a lesson has come, in words."""
    if progress.finished_at:
        return str(gettext("Lesson · finished %(day)s", day=formats.day(china_date(progress.finished_at))))
    page, left = progress.next_page, formats.minutes(minutes_left(progress))
    if page > len(progress.lesson.pages):
        return str(gettext("Lesson · only the quick check is left"))
    if progress.started:
        return str(gettext("Lesson · page %(page)s next, about %(minutes)s left", page=page, minutes=left))
    return str(gettext("Lesson · %(minutes)s", minutes=left))


def course_title(course: Course) -> str:
    """A course's title in the language of the request."""
    return course.title_en if chosen() == "en" else course.title


def quiz_title(quiz: Quiz) -> str:
    """A quiz's title in the language of the request."""
    return quiz.title_en if chosen() == "en" else quiz.title


def _quiz_action(plan: Agenda, quiz: Quiz) -> Action | None:
    title = quiz_title(quiz)
    size = ngettext("%(num)s question", "%(num)s questions", quiz.size)
    intro = url_for("quiz.intro", name=quiz.id)
    if plan.step is Step.TAKE_QUIZ:
        meta = gettext("%(size)s, %(line)s points to pass, no time limit", size=size, line=PASS_LINE)
        return Action(title, meta, gettext("Start the quiz"), intro, "quiz")
    if plan.step is Step.CONTINUE_QUIZ:
        meta = gettext("A paper is open; your answers are saved")
        return Action(title, meta, gettext("Go on with the quiz"), intro, "quiz")
    if plan.step is Step.RETAKE:
        meta = gettext("New questions: %(size)s, %(line)s points to pass", size=size, line=PASS_LINE)
        heading = gettext("Retest: %(quiz)s", quiz=title)
        return Action(heading, meta, gettext("Take the retest"), intro, "quiz")
    return _catch_up(plan, quiz)


def _catch_up(plan: Agenda, quiz: Quiz) -> Action | None:
    title, href = quiz_title(quiz), url_for("catchup.plan", name=quiz.id)
    if plan.step is Step.WAIT_FOR_HELP:
        meta = gettext("%(quiz)s: somebody will explain it to you, then a new paper opens", quiz=title)
        heading = gettext("HR will contact you")
        return Action(heading, meta, gettext("See the plan"), href, "phone", leads_on=False)
    if plan.step is Step.REMEDIAL and plan.standing and plan.standing.plan:
        meta = joined(_to_make_up(plan.standing.plan))
        heading = gettext("Catch up, then retake: %(quiz)s", quiz=title)
        return Action(heading, meta, gettext("Go on catching up"), href, "flag")
    return None


def _to_make_up(plan: Plan) -> Iterator[str]:
    pages = sum(page.read_at is None for page in plan.pages)
    misses = sum(not miss.practised for miss in plan.misses)
    if pages:
        yield ngettext("%(num)s page to read again", "%(num)s pages to read again", pages)
    if misses:
        yield ngettext("%(num)s question to practise", "%(num)s questions to practise", misses)
