"""What stands in a calendar: the desk's year, put together from every floor, and somebody's own dates."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import LazyString, gettext, lazy_gettext

from lms.assignments.queries import duties_of
from lms.campaigns.dues import CampaignDue, dues_between
from lms.courses.queries import courses_of, paths_of
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.planning import queries as planning
from lms.planning.queries import Entry
from lms.planning.rules import REPORT, SURVEY, EntryState
from lms.quarterly import queries as quarterly
from lms.surveys import queries as surveys
from lms.surveys.dates import surveys_between
from lms.surveys.rules import SurveyKind, SurveyState
from lms.web.addresses import url_for
from lms.web.agenda import CHINESE, course_title
from lms.web.citations import joined
from lms.web.event_words import KINDS as EVENT_KINDS
from lms.web.formats import quarter
from lms.web.guard import asker
from lms.web.languages import chosen
from lms.workshops import queries as workshops
from lms.workshops.queries import Event
from lms.workshops.rules import EventKind, EventState, SeatState


class ItemKind(StrEnum):
    """Where something in a calendar comes from."""

    PLAN = "plan"
    SURVEY = "survey"
    EVENT = "event"
    CAMPAIGN = "campaign"
    REPORT = "report"
    OWN = "own"


KINDS: Mapping[ItemKind, LazyString] = {
    ItemKind.PLAN: lazy_gettext("Year plan"),
    ItemKind.SURVEY: lazy_gettext("Survey"),
    ItemKind.EVENT: lazy_gettext("Workshop or visit"),
    ItemKind.CAMPAIGN: lazy_gettext("Training due"),
    ItemKind.REPORT: lazy_gettext("Report due"),
    ItemKind.OWN: lazy_gettext("My training"),
}
ICONS: Mapping[ItemKind, str] = {
    ItemKind.PLAN: "flag",
    ItemKind.SURVEY: "chat",
    ItemKind.EVENT: "users",
    ItemKind.CAMPAIGN: "send",
    ItemKind.REPORT: "chart",
    ItemKind.OWN: "cap",
}
OF_DESK = (ItemKind.PLAN, ItemKind.SURVEY, ItemKind.EVENT, ItemKind.CAMPAIGN, ItemKind.REPORT)


@dataclass(frozen=True)
class Item:
    """Something from a day to a day, or from an instant to an instant; ``key`` is its own within its kind.

    ``lang``: of the title where it is not the page's. ``late``: days since it should have been done.
    """

    kind: ItemKind
    key: str
    title: str
    starts_on: date
    ends_on: date
    href: str
    lang: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""
    #: ``done``, ``dropped`` or ``cancelled``; empty otherwise.
    state: str = ""
    late: int = 0

    @property
    def is_long(self) -> bool:
        """Whether it takes several days."""
        return self.ends_on > self.starts_on


def _foreign() -> str:
    return CHINESE if chosen() == "en" else ""


def _named(title: str, title_en: str) -> tuple[str, str]:
    """The title for the language of the page, and its language where that is another one."""
    english = chosen() == "en"
    return (title_en, "") if english and title_en else (title, _foreign())


def of_desk(first: date, last: date, today: date) -> list[Item]:
    """What the asker may see of the organisation's training on these days, in their order."""
    may = asker().may
    found: list[Item] = []
    planned = planning.entries_between(first, last) if may(Permission.PLAN_VIEW) else []
    if may(Permission.SURVEY_VIEW):
        found += _surveys(first, last)
    if may(Permission.REPORT_VIEW):
        found += _reports(first, last, today, {one.code for one in planned})
    stands_for = {one.key for one in found}
    found += (_planned(one, today) for one in planned if one.code not in stands_for)
    if may(Permission.EVENT_VIEW):
        found += map(_event_of_desk, workshops.events_between(first, last))
    if may(Permission.CAMPAIGN_VIEW):
        found += _campaigns(first, last)
    return in_order(found)


def in_order(items: Iterable[Item]) -> list[Item]:
    """The items by day, then by time, what lasts all day first."""
    return sorted(items, key=lambda one: (one.starts_on, str(one.starts_at or ""), one.ends_on, one.key))


def _planned(one: Entry, today: date) -> Item:
    """An entry of the plan. A survey or a report that is there stands for its date, which is left out."""
    title, lang = _named(one.title, one.title_en)
    return Item(
        ItemKind.PLAN,
        one.key,
        title,
        one.starts_on,
        one.ends_on,
        url_for("manage.plan_entry", key=one.key),
        lang=lang,
        state="" if one.state is EntryState.PLANNED else one.state.value,
        late=one.late(today),
    )


def _surveys(first: date, last: date) -> Iterator[Item]:
    for one in surveys_between(first, last):
        title, lang = _named(one.title, one.title_en)
        yield Item(
            ItemKind.SURVEY,
            f"{SURVEY}-{one.quarter}" if one.kind is SurveyKind.NEEDS else one.key,
            title,
            one.opens_on,
            one.closes_on,
            url_for("manage.survey", key=one.key),
            lang=lang,
            state="done" if one.state is SurveyState.CLOSED else "",
        )


def _reports(first: date, last: date, today: date, planned: Collection[str]) -> Iterator[Item]:
    """Reports by the day on which they are due; of what is past, those that were signed or planned."""
    for due in quarterly.dues(first, last):
        code = f"{REPORT}-{due.quarter}"
        if due.due_on < today and not due.signed and code not in planned:
            continue
        yield Item(
            ItemKind.REPORT,
            code,
            gettext("Report on %(quarter)s", quarter=quarter(due.quarter)),
            due.due_on,
            due.due_on,
            url_for("manage.report", quarter=str(due.quarter)),
            state="done" if due.signed else "",
            late=0 if due.signed else max(0, (today - due.due_on).days),
        )


def _campaigns(first: date, last: date) -> Iterator[Item]:
    for one in dues_between(first, last):
        lang = _foreign() if one.title else ""
        href = url_for("manage.assign_page", key=one.key)
        title = one.title or _content(one)
        yield Item(ItemKind.CAMPAIGN, one.key, title, one.due_on, one.due_on, href, lang=lang)


def _content(one: CampaignDue) -> str:
    """What is given, where nobody has called it anything."""
    courses = courses_of(asker().release_id)
    path = paths_of(asker().release_id).get(one.path)
    if path is not None:
        return path.title_en if chosen() == "en" else path.title
    return joined((course_title(courses[name]) for name in one.courses if name in courses), "、") or one.key


def _event_of_desk(event: Event) -> Item:
    """A visit to somebody's home shows neither their name nor where they live: both are in its title."""
    href = url_for("manage.event", key=event.key)
    if event.kind is EventKind.HOME_VISIT:
        return _event(event, href, str(EVENT_KINDS[event.kind]), lang="", place="")
    return _event(event, href, event.title, lang=_foreign(), place=event.place)


def _event(event: Event, href: str, title: str, *, lang: str, place: str) -> Item:
    states = {EventState.CANCELLED: "cancelled", EventState.HELD: "done"}
    return Item(
        ItemKind.EVENT,
        event.key,
        title,
        china_date(event.starts_at),
        china_date(event.ends_at),
        href,
        lang=lang,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=place,
        state=states.get(event.state, ""),
    )


def of_own(today: date, at: datetime) -> list[Item]:
    """The asker's own dates: training that is owed, workshops, surveys that are open to them."""
    return in_order([*_own_training(today), *_own_events(at), *_own_surveys(today)])


def _own_training(today: date) -> Iterator[Item]:
    here = asker()
    courses = courses_of(here.release_id)
    for duty in duties_of(here.id):
        course = courses.get(duty.course)
        if duty.is_owed and course is not None:
            title = gettext("Last day: %(course)s", course=course_title(course))
            href = url_for("course.overview", name=course.id)
            yield Item(
                ItemKind.OWN, duty.key, title, duty.due_on, duty.due_on, href, late=duty.overdue(today)
            )


def _own_events(at: datetime) -> Iterator[Item]:
    for mine in workshops.upcoming(asker().id, at):
        if mine.state in {SeatState.SIGNED, SeatState.WAITING}:
            event = mine.event
            href = url_for("event.show", key=event.key)
            yield _event(event, href, event.title, lang=_foreign(), place=event.place)


def _own_surveys(today: date) -> Iterator[Item]:
    for one in surveys.open_for(asker().id, today):
        title, lang = _named(one.title, one.title_en)
        words = gettext("Last day to answer: %(survey)s", survey=title)
        href = url_for("survey.intro", key=one.key)
        yield Item(ItemKind.SURVEY, one.key, words, one.closes_on, one.closes_on, href, lang=lang)
