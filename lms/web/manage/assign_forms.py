"""Forms of assigning: what, to whom, when, how people are told; and the fields that they share with rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask import request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Optional, ValidationError

from lms.people.models import Audience
from lms.rollouts.standing import Standing
from lms.web.manage.helping import Day
from lms.web.manage.policy_forms import as_choices, line, one_of
from lms.web.manage.policy_words import STANDINGS
from lms.web.manage.words import AUDIENCES

MOST_NUMBERS = 500
"""Employee numbers that one box takes; whoever needs more narrows by department."""
OFFSETS = (-7, -3, -1, 0, 1, 3, 7)
"""Days before and after the due date on which a reminder can be chosen."""
USUAL_OFFSETS = (-3, 0, 1, 7)
_AUDIENCES = [(one.value, AUDIENCES[one]) for one in (Audience.EMPLOYEE, Audience.HR, Audience.RETIREE)]
_SPACES = re.compile(r"[\s,，、;；]+")


def typed() -> MultiDict[str, str] | None:
    """What was handed in; ``None`` when nothing was, so that boxes are ticked as they are stored."""
    return request.form if request.method == "POST" else None


def numbers_in(text: str | None) -> tuple[str, ...]:
    """Employee numbers as typed, one a line or with commas between them, each once."""
    return tuple(dict.fromkeys(one for one in _SPACES.split(text or "") if one))


def _not_too_many(_form: Form, field: Field) -> None:
    if len(numbers_in(field.data)) > MOST_NUMBERS:
        raise ValidationError(
            gettext("Enter %(count)s numbers at most, or narrow by department", count=MOST_NUMBERS)
        )


class Numbers(TextAreaField):
    """Employee numbers, one a line."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that were typed, each once."""
        return numbers_in(self.data)

    def refuse(self, unknown: Sequence[str]) -> bool:
        """Say which of the numbers nobody has; whether there are any."""
        if unknown:
            some = "、".join(unknown[:5])
            self.errors = [gettext("Nobody with the company has the number %(numbers)s", numbers=some)]
        return bool(unknown)


class Time(TimeField):
    """A time of day, asked for again in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter the time as in 22:00")) from None


class Count(IntegerField):
    """A whole number, asked for again in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter a whole number, for example 14")) from None


def needs(field: Field, sentence: str) -> bool:
    """Whether something stands in *field*; the sentence is put beside it when nothing does."""
    if field.data is None and not field.errors:
        field.errors = [sentence]
    return not field.errors


def within(field: IntegerField, least: int, most: int) -> bool:
    """The same for a number between two bounds."""
    if field.data is not None and not least <= field.data <= most:
        field.errors = [gettext("Enter a number from %(least)s to %(most)s", least=least, most=most)]
    return not field.errors


def boxes(label: LazyString, pairs: Iterable[tuple[str, object]] = ()) -> SelectMultipleField:
    """Boxes to tick, perhaps filled by the view; anything else is refused in our own words."""
    refusal = lazy_gettext("Choose from the list")

    def check(_form: Form, field: SelectMultipleField) -> None:
        if set(field.data or ()) - {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(str(refusal))

    return SelectMultipleField(label, [check], choices=as_choices(pairs), validate_choice=False)


def _list(label: LazyString, pairs: Iterable[tuple[str, object]] = ()) -> SelectField:
    def check(_form: Form, field: SelectField) -> None:
        if field.data not in {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(str(lazy_gettext("Choose from the list")))

    return SelectField(label, [check], choices=as_choices(pairs), default="", validate_choice=False)


class ContentForm(Form):
    """What is to be learned, and what it is called in lists."""

    seen = HiddenField()
    content = RadioField(lazy_gettext("What is to be learned?"), choices=[], validate_choice=False)
    title = line(lazy_gettext("What is this training called?"), most=80)

    def validate_content(self, field: RadioField) -> None:
        """Only what the library has."""
        if field.data not in {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(gettext("Choose a course or a path"))


class PeopleForm(Form):
    """To whom: every part narrows, named persons come besides, exclusions go before everything."""

    seen = HiddenField()
    audiences = boxes(lazy_gettext("Audience"), _AUDIENCES)
    departments = boxes(lazy_gettext("Departments, each with those below it"))
    regions = boxes(lazy_gettext("Insured in"))
    hired_since = Day(lazy_gettext("Hired on or after"), [Optional()])
    policy = _list(lazy_gettext("Policy"))
    standing = _list(
        lazy_gettext("Standing towards it"),
        [("", lazy_gettext("Any")), *((one.value, text) for one, text in STANDINGS.items())],
    )
    persons = Numbers(lazy_gettext("These persons besides"), [_not_too_many])
    without_audiences = boxes(lazy_gettext("Leave out: audience"), _AUDIENCES)
    without_departments = boxes(lazy_gettext("Leave out: departments, each with those below it"))
    without_persons = Numbers(lazy_gettext("Leave out: these persons"), [_not_too_many])
    everybody = BooleanField(lazy_gettext("Yes, everybody in the company"))

    def validate_standing(self, field: SelectField) -> None:
        """It is said of one policy."""
        if field.data and not self.policy.data:
            raise ValidationError(gettext("Choose the policy too"))

    def validate_policy(self, field: SelectField) -> None:
        """A policy alone narrows nothing."""
        if field.data and not self.standing.data:
            raise ValidationError(gettext("Choose how people stand towards it"))

    @property
    def has_narrowed(self) -> bool:
        """Whether something in the folded part is chosen, so that it stands open."""
        names = ("departments", "regions", "hired_since", "policy", "standing", "persons")
        return any(self[name].data or self[name].errors for name in names)

    @property
    def leaves_out(self) -> bool:
        """The same of the exclusions."""
        names = ("without_audiences", "without_departments", "without_persons")
        return any(self[name].data or self[name].errors for name in names)

    @property
    def chosen_standing(self) -> Standing | None:
        """The standing as a code; only after validation."""
        return Standing(self.standing.data) if self.standing.data else None


STARTS: Mapping[str, LazyString] = {
    "now": lazy_gettext("As soon as it is sent"),
    "on": lazy_gettext("On a day"),
}
DUES: Mapping[str, LazyString] = {
    "on": lazy_gettext("On a day"),
    "after": lazy_gettext("So many days after somebody was given it"),
}


class TimeForm(Form):
    """From when, and until when."""

    seen = HiddenField()
    starts = one_of(lazy_gettext("When does it begin?"), lazy_gettext("Choose when it begins"), STARTS)
    starts_on = Day(lazy_gettext("First day"), [Optional()])
    due = one_of(lazy_gettext("By when is it to be done?"), lazy_gettext("Choose when it is due"), DUES)
    due_on = Day(lazy_gettext("Last day"), [Optional()])
    due_days = Count(lazy_gettext("Days after that"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Each choice needs what belongs to it, and nothing of the other."""
        is_right = bool(super().validate(extra_validators))
        if self.starts.data == "on":
            is_right &= needs(self.starts_on, gettext("Enter the first day"))
        if self.due.data == "on":
            is_right &= needs(self.due_on, gettext("Enter the last day"))
        if self.due.data == "after":
            is_right &= needs(self.due_days, gettext("Enter the number of days"))
            is_right &= within(self.due_days, 1, 365)
        return is_right

    @property
    def first_day(self) -> date | None:
        """The day on which it begins; ``None`` for at once."""
        return self.starts_on.data if self.starts.data == "on" else None

    @property
    def last_day(self) -> date | None:
        """The day by which everybody has to be done, where there is one."""
        return self.due_on.data if self.due.data == "on" else None

    @property
    def days(self) -> int | None:
        """Days that everybody has, where they count for each person."""
        return self.due_days.data if self.due.data == "after" else None


class NoticeForm(Form):
    """Over which channels people are told, when they are reminded, and when they are left in peace."""

    seen = HiddenField()
    channels = boxes(lazy_gettext("How are people told?"))
    reminders = boxes(lazy_gettext("When is somebody reminded who is not done?"))
    quiet_from = Time(lazy_gettext("Quiet from"), [Optional()])
    quiet_to = Time(lazy_gettext("until"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Quiet hours have both ends, or there are none."""
        is_right = bool(super().validate(extra_validators))
        if self.quiet_from.data or self.quiet_to.data:
            is_right &= needs(self.quiet_from, gettext("Enter the time as in 22:00"))
            is_right &= needs(self.quiet_to, gettext("Enter the time as in 22:00"))
        return is_right

    @property
    def quiet(self) -> tuple[str, str] | tuple[()]:
        """From and until, as stored; only after validation."""
        begins, ends = self.quiet_from.data, self.quiet_to.data
        return (f"{begins:%H:%M}", f"{ends:%H:%M}") if begins and ends else ()

    @property
    def offsets(self) -> list[int]:
        """Days before and after the due date; only after validation."""
        return sorted(int(one) for one in self.reminders.data or ())
