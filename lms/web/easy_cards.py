"""The one thing that the easy view offers next, in everyday words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from lms.assignments.rules import Step
from lms.courses.rules import LessonProgress
from lms.web import formats
from lms.web.agenda import Action, Agenda, course_title, foreign_title, next_action


@dataclass(frozen=True)
class Card:
    """The one thing of today: what it is about, its title, and the button that leads there."""

    words: str
    title: str
    button: str
    href: str
    lang: str = ""


def today(plans: Sequence[Agenda]) -> Card | None:
    """What is to be done next; with nothing to be done the lesson learnt last, if there is one."""
    found = next(filter(None, map(next_card, plans)), None)
    return found if found is not None else _last_learnt(plans)


def next_card(plan: Agenda) -> Card | None:
    """What is to be done next in one course; ``None`` when nothing is, or it waits for somebody."""
    if plan.step in {None, Step.STUDY, Step.DONE}:
        return lesson_card(plan, plan.unfinished[0]) if plan.unfinished else None
    action = next_action(plan)
    if action is None or not action.leads_on:
        return None
    return Card(_WORDS[plan.step](), *_plain(plan, action))


def lesson_card(plan: Agenda, progress: LessonProgress) -> Card:
    """A lesson to begin or to go on with."""
    lesson = progress.lesson
    if progress.started:
        page = min(progress.next_page, len(lesson.pages))
        words = gettext("Go on with this lesson, page %(page)s is next", page=page)
    else:
        words = gettext("Today's lesson, about %(minutes)s", minutes=formats.minutes(lesson.minutes))
    button = gettext("Go on learning") if progress.started else gettext("Start learning")
    href = plan.room(progress).resume_url(plan.studied)
    return Card(words, lesson.title, button, href, foreign_title())


_WORDS: Mapping[Step, Callable[[], str]] = {
    Step.TAKE_QUIZ: lambda: gettext("You have seen all lessons. Now see what you remember:"),
    Step.CONTINUE_QUIZ: lambda: gettext("You have begun to answer. Your answers are kept:"),
    Step.REMEDIAL: lambda: gettext("Not quite last time. First a few pages again:"),
    Step.RETAKE: lambda: gettext("Now answer once more, with new questions:"),
    Step.ACKNOWLEDGE: lambda: gettext("You have read everything. Only one thing is left:"),
}


def _plain(plan: Agenda, action: Action) -> tuple[str, str, str]:
    """Title, button and address of what ends a course, in everyday words."""
    buttons: Mapping[Step | None, str] = {
        Step.TAKE_QUIZ: gettext("Start answering"),
        Step.CONTINUE_QUIZ: gettext("Go on answering"),
        Step.REMEDIAL: gettext("Look at the pages"),
        Step.RETAKE: gettext("Answer once more"),
    }
    return course_title(plan.course), buttons.get(plan.step, action.button), action.href


def _last_learnt(plans: Sequence[Agenda]) -> Card | None:
    done = [(one.finished_at, plan, one) for plan in plans for one in plan.finished if one.finished_at]
    newest = max(done, key=lambda entry: entry[0], default=None)
    if newest is None:
        return None
    _, plan, progress = newest
    words = gettext("Nothing new at the moment. You learnt this last:")
    href = plan.room(progress).page_url(1)
    return Card(words, progress.lesson.title, gettext("Read it again"), href, foreign_title())
