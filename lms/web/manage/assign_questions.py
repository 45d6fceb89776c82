"""The four questions of assigning: the form of each, what keeps its answer, what its page shows besides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from flask_babel import gettext
from wtforms import Form

from lms.campaigns import drafting
from lms.campaigns.drafting import Edit
from lms.campaigns.models import Campaign
from lms.campaigns.preview import preview, reach
from lms.campaigns.rules import LEAST_DAYS, Step
from lms.campaigns.selection import Selection, sizes
from lms.courses.queries import courses_of
from lms.people.models import Audience
from lms.web.citations import joined
from lms.web.guard import asker
from lms.web.manage.assign_forms import OFFSETS, ContentForm, NoticeForm, PeopleForm, TimeForm, typed
from lms.web.manage.assign_parts import COURSE, PATH, content_of, offers, sample, so_far_of
from lms.web.manage.assign_selection import as_chosen, as_typed, folded, is_right, offer_people
from lms.web.manage.assign_words import CHANNEL_DETAILS, CHANNELS, offset_words
from lms.web.manage.parts import course_name, today
from lms.web.manage.policy_forms import as_choices

_TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True)
class Question:
    """One step: the form for a draft, whether it can be kept, keeping it, and what its page shows besides."""

    form: Callable[[Campaign], Any]
    is_right: Callable[[Any], bool]
    keep: Callable[[Campaign, Any, Edit], None]
    beside: Callable[[Campaign, Any], Mapping[str, Any]]


# -- content -------------------------------------------------------------------------------------------------


def _content_form(draft: Campaign) -> ContentForm:
    found = content_of(draft)
    form = ContentForm(typed(), content=found.value if found else "", title=draft.title)
    form.content.choices = as_choices(offers().values)
    return form


def _keep_content(draft: Campaign, form: ContentForm, edit: Edit) -> None:
    value = str(form.content.data)
    path = value.removeprefix(PATH) if value.startswith(PATH) else ""
    courses = [value.removeprefix(COURSE)] if value.startswith(COURSE) else []
    drafting.save_content(draft.key, edit, title=form.title.data or "", path=path, courses=courses)


def _beside_content(_draft: Campaign, _form: ContentForm) -> Mapping[str, Any]:
    return {"offers": offers()}


# -- people --------------------------------------------------------------------------------------------------


def people_form(draft: Campaign) -> PeopleForm:
    stored = as_typed(Selection.from_json(draft.selection), everybody=draft.everybody)
    form = PeopleForm(typed(), data=stored)
    offer_people(form)
    return form


def _keep_people(draft: Campaign, form: PeopleForm, edit: Edit) -> None:
    drafting.save_people(draft.key, edit, as_chosen(form), everybody=bool(form.everybody.data))


def _beside_people(draft: Campaign, form: PeopleForm) -> Mapping[str, Any]:
    there, so_far = sizes(today()), so_far_of(preview(draft, today()))
    return {
        "depths": offer_people(form),
        "sizes": there.audiences,
        "gets": _gets(draft),
        "asks_everybody": so_far.chosen and so_far.chosen >= there.everybody,
        "so_far": so_far,
        "used": folded(form),
    }


def _gets(draft: Campaign) -> dict[str, str]:
    """Audience → the courses among those chosen that are written for it."""
    known = courses_of(asker().release_id)
    chosen = [known[one] for one in draft.courses if one in known]
    found = {one: [course_name(each.id) for each in chosen if one in each.audiences] for one in Audience}
    return {
        one: joined(names, "、") if names else gettext("Nothing here is written for them")
        for one, names in found.items()
    }


# -- time ----------------------------------------------------------------------------------------------------


def _time_form(draft: Campaign) -> TimeForm:
    return TimeForm(
        typed(),
        starts="on" if draft.starts_on else "now",
        starts_on=draft.starts_on,
        due="after" if draft.due_days else "on",
        due_on=draft.due_on,
        due_days=draft.due_days,
    )


def _keep_time(draft: Campaign, form: TimeForm, edit: Edit) -> None:
    drafting.save_time(draft.key, edit, starts_on=form.first_day, due_on=form.last_day, due_days=form.days)


def _beside_time(_draft: Campaign, _form: TimeForm) -> Mapping[str, Any]:
    day = today()
    return {
        "tomorrow": day + timedelta(days=1),
        "in_two_weeks": day + _TWO_WEEKS,
        "least_days": LEAST_DAYS,
    }


# -- message -------------------------------------------------------------------------------------------------


def _notice_form(draft: Campaign) -> NoticeForm:
    begins, ends = draft.quiet or ("", "")
    form = NoticeForm(
        typed(),
        channels=draft.channels,
        reminders=[str(one) for one in draft.reminders],
        quiet_from=time.fromisoformat(begins) if begins else None,
        quiet_to=time.fromisoformat(ends) if ends else None,
    )
    offsets = sorted({*OFFSETS, *draft.reminders})
    form.channels.choices = as_choices(CHANNELS.items())
    form.reminders.choices = as_choices((str(one), offset_words(one)) for one in offsets)
    return form


def _keep_notice(draft: Campaign, form: NoticeForm, edit: Edit) -> None:
    channels = form.channels.data or []
    drafting.save_notice(draft.key, edit, reminders=form.offsets, channels=channels, quiet=form.quiet)


def _beside_notice(draft: Campaign, _form: NoticeForm) -> Mapping[str, Any]:
    found = reach(draft, today())
    return {
        "channel_details": CHANNEL_DETAILS,
        "reach": {"email": found.email, "wecom": found.wecom, "sms": found.phone},
        "sample": sample(draft, today()),
    }


QUESTIONS: Mapping[Step, Question] = {
    Step.CONTENT: Question(_content_form, Form.validate, _keep_content, _beside_content),
    Step.PEOPLE: Question(people_form, is_right, _keep_people, _beside_people),
    Step.TIME: Question(_time_form, TimeForm.validate, _keep_time, _beside_time),
    Step.NOTICE: Question(_notice_form, NoticeForm.validate, _keep_notice, _beside_notice),
}
