"""The form of a standing rule, and the way between it and what is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField
from wtforms.validators import Optional, ValidationError

from lms.campaigns.models import Rule, Trigger
from lms.campaigns.rules import Fault
from lms.campaigns.selection import Selection
from lms.campaigns.standing_rules import RuleForm
from lms.web.manage.assign_forms import OFFSETS, USUAL_OFFSETS, Count, PeopleForm, boxes, needs, typed, within
from lms.web.manage.assign_parts import COURSE, PATH, offers
from lms.web.manage.assign_selection import as_chosen, as_typed, offer_people
from lms.web.manage.assign_words import TRIGGERS, fault_words, offset_words
from lms.web.manage.helping import Day
from lms.web.manage.policy_forms import as_choices, line, one_of

REPEATS = {"once": lazy_gettext("Once"), "again": lazy_gettext("Again and again")}


class StandingForm(PeopleForm):
    """What a rule gives, to whom, when, and how often."""

    title = line(lazy_gettext("What is this training called?"), most=80)
    content = RadioField(lazy_gettext("What is to be learned?"), choices=[], validate_choice=False)
    trigger = one_of(lazy_gettext("Who gets it by itself?"), lazy_gettext("Choose who gets it"), TRIGGERS)
    hired_from = Day(lazy_gettext("Hired on or after"), [Optional()])
    due_days = Count(lazy_gettext("Days to learn it"), [Optional()])
    repeats = one_of(lazy_gettext("How often?"), lazy_gettext("Choose how often"), REPEATS)
    repeat_months = Count(lazy_gettext("Every how many months?"), [Optional()])
    anchor_on = Day(lazy_gettext("First day of the first time"), [Optional()])
    reminders = boxes(lazy_gettext("When is somebody reminded who is not done?"))

    def validate_content(self, field: RadioField) -> None:
        """Only what the library has."""
        if field.data not in {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(gettext("Choose a course or a path"))

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Each choice needs what belongs to it."""
        found = [bool(super().validate(extra_validators))]
        found.append(
            needs(self.due_days, gettext("Enter the number of days")) and within(self.due_days, 3, 365)
        )
        found.append(needs(self.anchor_on, gettext("Enter the first day")))
        if self.trigger.data == Trigger.JOINING:
            found.append(needs(self.hired_from, gettext("Enter from which day of hiring")))
        if self.repeats.data == "again":
            found.append(needs(self.repeat_months, gettext("Enter the number of months")))
            found.append(within(self.repeat_months, 1, 60))
        return all(found)

    @property
    def as_rule(self) -> RuleForm:
        """What the form says; only after validation."""
        value = str(self.content.data)
        joins = self.trigger.data == Trigger.JOINING
        return RuleForm(
            title=self.title.data or "",
            path=value.removeprefix(PATH) if value.startswith(PATH) else "",
            courses=[value.removeprefix(COURSE)] if value.startswith(COURSE) else [],
            selection=as_chosen(self),
            trigger=Trigger(self.trigger.data),
            hired_from=self.hired_from.data if joins else None,
            due_days=self.due_days.data or 0,
            repeat_months=self.repeat_months.data if self.repeats.data == "again" else None,
            anchor_on=self.anchor_on.data or date.min,
            reminders=sorted(int(one) for one in self.reminders.data or ()),
        )


def form_of(rule: Rule | None, today: date) -> StandingForm:
    """The form as asked for, filled with a stored rule or with what is usual."""
    form = StandingForm(typed(), data=_stored(rule) if rule else _usual(today))
    form.content.choices = as_choices(offers().values)
    offsets = sorted({*OFFSETS, *(rule.reminders if rule else ())})
    form.reminders.choices = as_choices((str(one), offset_words(one)) for one in offsets)
    offer_people(form)
    return form


def _usual(today: date) -> dict[str, Any]:
    return {
        "trigger": Trigger.JOINING.value,
        "hired_from": today,
        "due_days": 14,
        "repeats": "once",
        "anchor_on": today,
        "reminders": [str(one) for one in USUAL_OFFSETS],
    }


def _stored(rule: Rule) -> dict[str, Any]:
    return {
        **as_typed(Selection.from_json(rule.selection)),
        "seen": str(rule.version),
        "title": rule.title,
        "content": f"{PATH}{rule.path}" if rule.path else f"{COURSE}{''.join(rule.courses[:1])}",
        "trigger": rule.trigger.value,
        "hired_from": rule.hired_from,
        "due_days": rule.due_days,
        "repeats": "again" if rule.repeat_months else "once",
        "repeat_months": rule.repeat_months,
        "anchor_on": rule.anchor_on,
        "reminders": [str(one) for one in rule.reminders],
    }


_FIELDS = {
    "no-course": "content",
    "nobody": "audiences",
    "no-hired-from": "hired_from",
    "too-soon": "due_days",
    "no-months": "repeat_months",
}
"""Code of a fault → the field beside which it is told."""


def tell(form: StandingForm, faults: Sequence[Fault]) -> StandingForm:
    """The form with each fault beside its field."""
    for fault in faults:
        form[_FIELDS[fault.code]].errors = [fault_words(fault)]
    return form
