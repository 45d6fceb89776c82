"""What the pages of assigning share: content by name, a draft put together, what it comes to, its lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext, ngettext

from lms.campaigns.drafting import Edit
from lms.campaigns.models import Campaign, Outcome
from lms.campaigns.outcomes import most_at_once
from lms.campaigns.preview import Preview
from lms.campaigns.rules import Fault, Step
from lms.campaigns.selection import Selection
from lms.courses.queries import courses_of, paths_of
from lms.courses.rules import Course, CourseKind
from lms.kernel import clock
from lms.notifications.rules import Topic
from lms.people.models import Audience
from lms.people.queries import department_tree
from lms.quizzes.queries import quizzes_of
from lms.web.citations import joined
from lms.web.formats import long_day, minutes, week_day
from lms.web.guard import asker
from lms.web.languages import chosen
from lms.web.manage.assign_words import CHANNELS, OUTCOMES, fault_words, offset_words
from lms.web.manage.parts import course_name, place
from lms.web.manage.policy_words import STANDINGS
from lms.web.manage.words import AUDIENCES
from lms.web.message_parts import Words
from lms.web.messages import words
from lms.web.standings import policy_name

PATH, COURSE = "path:", "course:"
_LEFT_OUT = (Outcome.EXCEPTION, Outcome.HAS_IT, Outcome.DONE_LATELY, Outcome.NOT_FOR_THEM)
_MOST_NAMES = 4
_USUAL_DAYS = 14


@dataclass(frozen=True)
class Offer:
    """Something that can be assigned: its value in the form, title, a line of detail, and how long it is."""

    value: str
    title: str
    detail: str = ""
    end: str = ""


@dataclass(frozen=True)
class Offers:
    """All of it."""

    paths: Sequence[Offer]
    courses: Sequence[Offer]

    @property
    def values(self) -> list[tuple[str, str]]:
        """Pairs of value and title, as a field takes them."""
        return [(one.value, one.title) for one in (*self.paths, *self.courses)]


@dataclass(frozen=True)
class LeftOut:
    """How many do not get it, and why."""

    outcome: Outcome
    words: str
    count: int


@dataclass(frozen=True)
class SoFar:
    """What a selection comes to: people chosen, people who get something, people and courses left out."""

    chosen: int
    gets: int
    left_out: Sequence[LeftOut]

    @property
    def skipped(self) -> int:
        """People who were chosen and get nothing."""
        return self.chosen - self.gets


@dataclass(frozen=True)
class Wrong:
    """A fault in words, and the step in which it is mended."""

    step: Step
    text: str


@dataclass(frozen=True)
class Line:
    """A line of what is about to be sent, with the step in which it can be changed."""

    term: str
    text: str
    more: str = ""
    step: str = ""
    faults: Sequence[Wrong] = ()


def edit_of(seen: str) -> Edit:
    """Who changes something now, and the version that the form knows."""
    return Edit(int(seen) if seen.isdigit() else 0, asker().id, clock.now())


def offers() -> Offers:
    """Paths and courses of the live release. A unit about one change is given by that change alone."""
    release = asker().release_id
    known = courses_of(release)
    paths = [
        Offer(
            f"{PATH}{path.id}",
            path_name(path.id),
            joined((course_name(one) for one in path.courses), "、"),
            ngettext("%(num)s course", "%(num)s courses", len(path.courses)),
        )
        for path in paths_of(release).values()
    ]
    courses = [_course(one) for one in known.values() if one.kind is not CourseKind.DELTA]
    return Offers(paths, courses)


def _course(course: Course) -> Offer:
    audiences = joined((str(AUDIENCES[Audience(one)]) for one in course.audiences), "、")
    return Offer(f"{COURSE}{course.id}", course_name(course.id), audiences, length(course))


def length(course: Course) -> str:
    """How many minutes, and how many questions a paper has."""
    quiz = quizzes_of(asker().release_id).get(course.quiz)
    time = minutes(course.minutes)
    if quiz is None:
        return time
    drawn = sum(topic.draw for topic in quiz.topics)
    return f"{time} + " + str(ngettext("%(num)s question", "%(num)s questions", drawn))


def path_name(path: str) -> str:
    """Title of a path in the language of the page; its id when the library no longer has it."""
    found = paths_of(asker().release_id).get(path)
    if found is None:
        return path
    return found.title_en if chosen() == "en" else found.title


def content_name(path: str, courses: Sequence[str]) -> str:
    """What is given, in the language of the page."""
    if path:
        return path_name(path)
    return joined((course_name(one) for one in courses), "、") or gettext("No content chosen yet")


def name_of(campaign: Campaign) -> str:
    """What a campaign is called: as its author has called it, else after its content."""
    return campaign.title or content_name(campaign.path, campaign.courses)


def content_of(campaign: Campaign) -> Offer | None:
    """The chosen content; ``None`` before something is chosen."""
    if not campaign.courses and not campaign.path:
        return None
    known = courses_of(asker().release_id)
    found = [known[one] for one in campaign.courses if one in known]
    if campaign.path or len(found) != 1:
        detail = joined((course_name(one) for one in campaign.courses), "、")
        end = ngettext("%(num)s course", "%(num)s courses", len(campaign.courses))
    else:
        detail, end = "", length(found[0])
    value = f"{PATH}{campaign.path}" if campaign.path else f"{COURSE}{campaign.courses[0]}"
    return Offer(value, content_name(campaign.path, campaign.courses), detail, end)


def so_far_of(found: Preview) -> SoFar:
    """A preview in words."""
    return summed(found.chosen, found.people, found.of)


def summed(chosen_people: int, gets: int, count_of: Callable[[Outcome], int]) -> SoFar:
    """What it comes to, from the number of people and courses of each outcome."""
    left = [LeftOut(one, str(OUTCOMES[one]), count_of(one)) for one in _LEFT_OUT]
    return SoFar(chosen_people, gets, [one for one in left if one.count])


def wrongs(faults: Iterable[Fault], *, blocking: bool) -> list[Wrong]:
    """Faults in words: those that stand in the way, or those that are only said."""
    return [Wrong(one.step, fault_words(one)) for one in faults if one.blocks is blocking]


def department_names() -> dict[str, str]:
    """Key → name of every department."""
    return {node.key: node.name for node in department_tree()}


def selection_words(selection: Selection) -> str:
    """A selection as one line."""
    departments = department_names()
    parts = [
        _some(str(AUDIENCES[Audience(one)]) for one in sorted(selection.audiences)),
        _some(departments.get(one, one) for one in sorted(selection.departments)),
        _some(place(one) for one in sorted(selection.regions)),
        gettext("hired since %(day)s", day=long_day(selection.hired_since)) if selection.hired_since else "",
        _standing(selection),
        ngettext("%(num)s named person", "%(num)s named persons", len(selection.persons))
        if selection.persons
        else "",
        _without(selection, departments),
    ]
    return joined((part for part in parts if part), "；")


def _standing(selection: Selection) -> str:
    if not selection.policy or selection.standing is None:
        return ""
    facts = {"policy": policy_name(selection.policy), "standing": STANDINGS[selection.standing]}
    return str(gettext("%(policy)s: %(standing)s", **facts))


def _without(selection: Selection, departments: Mapping[str, str]) -> str:
    names = [str(AUDIENCES[Audience(one)]) for one in sorted(selection.without_audiences)]
    names += [departments.get(one, one) for one in sorted(selection.without_departments)]
    if selection.without_persons:
        count = len(selection.without_persons)
        names.append(ngettext("%(num)s named person", "%(num)s named persons", count))
    return str(gettext("without %(names)s", names=_some(names))) if names else ""


def _some(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    all_names = list(names)
    said = joined(all_names[:_MOST_NAMES], "、")
    rest = len(all_names) - _MOST_NAMES
    return str(gettext("%(names)s and %(count)s more", names=said, count=rest)) if rest > 0 else said


def due_words(due_on: date | None, due_days: int | None) -> str:
    """By when it is to be done."""
    if due_on:
        return week_day(due_on)
    if due_days:
        return str(ngettext("%(num)s day after it was given", "%(num)s days after it was given", due_days))
    return str(gettext("Not chosen yet"))


def start_words(starts_on: date | None) -> str:
    """From when."""
    return week_day(starts_on) if starts_on else gettext("As soon as it is sent")


def reminder_words(offsets: Sequence[int]) -> str:
    """When people are reminded."""
    if not offsets:
        return str(gettext("No reminders"))
    return str(gettext("Reminders: %(days)s", days=joined(map(offset_words, sorted(offsets)), "、")))


def quiet_words(quiet: Sequence[str]) -> str:
    """When they are left in peace."""
    return str(gettext("quiet from %(begins)s to %(ends)s", begins=quiet[0], ends=quiet[1])) if quiet else ""


def channel_words(channels: Sequence[str]) -> str:
    """Over which channels people are told."""
    named = [str(words) for code, words in CHANNELS.items() if code in channels]
    return joined([gettext("Messages on this site"), *named], "、")


def sample(campaign: Campaign, today: date) -> Words:
    """The message as most people will read it, in the language of the page."""
    days = timedelta(days=campaign.due_days or _USUAL_DAYS)
    due_on = campaign.due_on or (campaign.starts_on or today) + days
    count = _most_courses(campaign.courses)
    course = campaign.courses[0] if campaign.courses and count == 1 else ""
    content = course_name(course) if course else content_name(campaign.path, campaign.courses)
    facts = {
        "campaign": campaign.key,
        "title": campaign.title or content,
        "course": course,
        "due_on": due_on.isoformat(),
        "count": count,
    }
    return words(Topic.ASSIGNED, facts)


def _most_courses(courses: Sequence[str]) -> int:
    """How many of the courses one person gets at most."""
    known = courses_of(asker().release_id)
    return most_at_once({one: known[one].audiences for one in courses if one in known})
