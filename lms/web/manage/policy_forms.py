"""Forms of a change of policy and of its document; and the fields that all these forms are made of."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext
from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp, StopValidation, ValidationError

from lms.web.citations import MARKS
from lms.web.manage.helping import Day

_KEY = r"^[a-z0-9][a-z0-9-]*$"
_ADDRESS = r"^https?://\S+$"


def plain(text: str | None) -> str:
    """What was typed, without blanks around it and with one kind of line ends."""
    return (text or "").replace("\r\n", "\n").strip()


def line(label: LazyString, *validators: Any, most: int = 200) -> StringField:
    """A line of text."""
    longest = Length(max=most, message=lazy_gettext("Shorten this to %(max)d characters at most"))
    return StringField(label, [*validators, longest], filters=[plain])


def words(label: LazyString, *validators: Any, most: int = 2000) -> TextAreaField:
    """A text of several lines."""
    longest = Length(max=most, message=lazy_gettext("Shorten this to %(max)d characters at most"))
    return TextAreaField(label, [*validators, longest], filters=[plain])


def one_of(label: LazyString, missing: LazyString, options: Mapping[Any, object]) -> RadioField:
    """A choice of *options*, code → words; refused in our own words."""
    return RadioField(
        label,
        [AnyOf([str(code) for code in options], missing)],
        choices=as_choices((str(code), text) for code, text in options.items()),
        validate_choice=False,
    )


def as_choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Pairs of code and words as a field takes them."""
    return [SelectChoice(code, words) for code, words in pairs]


def chosen_from(
    label: LazyString, missing: LazyString, pairs: Iterable[tuple[str, object]] = ()
) -> SelectField:
    """A list to choose from, perhaps filled by the view; anything else is refused in our own words."""

    def check(_form: Form, field: SelectField) -> None:
        if field.data not in [choice[0] for choice in field.iter_choices()]:
            raise ValidationError(str(missing))

    return SelectField(label, [check], choices=as_choices(pairs), validate_choice=False)


def needed(message: LazyString) -> Callable[[Form, Field], None]:
    """A validator: something has to stand here in a form that asks for a document's heading."""

    def check(form: Form, field: Field) -> None:
        if getattr(form, "describes_document", True) and not field.data:
            raise StopValidation(str(message))

    return check


def verified() -> SelectField:
    """How well a statement is verified."""
    return chosen_from(
        lazy_gettext("How well is it verified?"),
        lazy_gettext("Choose how well it is verified"),
        ((mark.value, text) for mark, text in MARKS.items()),
    )


class Dated(Form):
    """Days of issue and of effect, the second not before the first; and the region."""

    #: What the page knew when it was shown: a save over something newer is refused.
    seen = HiddenField()
    region = chosen_from(lazy_gettext("Where does it hold?"), lazy_gettext("Choose where it holds"))
    issued_on = Day(lazy_gettext("Issued on"), [Optional()])
    effective_on = Day(lazy_gettext("In force from"), [Optional()])

    def validate_effective_on(self, field: DateField) -> None:
        """Nothing takes effect before it was issued."""
        issued = self.issued_on.data
        if field.data and issued and field.data < issued:
            facts = {"found": field.data.isoformat(), "right": issued.isoformat()}
            raise ValidationError(
                gettext("%(found)s is before the day of issue; right is %(right)s or later", **facts)
            )


class ChangeForm(Dated):
    """What a change is called, where and when it holds."""

    title = line(
        lazy_gettext("What is the change called?"), DataRequired(lazy_gettext("Enter a title for the change"))
    )


class _Heading(Form):
    """What a document's file says before its clauses, apart from days and region."""

    full_title = line(
        lazy_gettext("Full title of the document"), needed(lazy_gettext("Enter the full title"))
    )
    short = line(
        lazy_gettext("Short title"), needed(lazy_gettext("Enter a short title to cite it by")), most=40
    )
    title_en = line(lazy_gettext("English title"), needed(lazy_gettext("Enter an English title")))
    issuer = line(lazy_gettext("Issued by"), needed(lazy_gettext("Enter who issued it")), most=80)
    number = line(lazy_gettext("Document number"), most=80)
    source_title = line(
        lazy_gettext("Where was it read?"), needed(lazy_gettext("Enter where the text was read"))
    )
    source_url = line(
        lazy_gettext("Address of the source"),
        Optional(),
        Regexp(_ADDRESS, message=lazy_gettext("Enter the whole address, beginning with https://")),
        most=300,
    )
    mark = verified()


class DocumentForm(_Heading, Dated):
    """The heading of a policy document."""


class NewChangeForm(_Heading, ChangeForm):
    """A change together with the document it is about, which may be a new one."""

    document = chosen_from(lazy_gettext("Which document changes?"), lazy_gettext("Choose a document"))
    identity = line(
        lazy_gettext("Key of the new document"),
        needed(lazy_gettext("Enter a key for the new document")),
        Optional(),
        Regexp(
            _KEY, message=lazy_gettext("Use small letters, digits and hyphens, as in shanghai-rules-2027")
        ),
        most=60,
    )

    @property
    def describes_document(self) -> bool:
        """Whether the document is a new one."""
        return not self.document.data


class ConfirmForm(Form):
    """Which stale texts are still right, and what was checked. Its boxes stand in the list of texts."""

    task = SelectMultipleField(
        lazy_gettext("Text"),
        [
            DataRequired(lazy_gettext("Tick the texts that you have checked")),
            Length(max=100, message=lazy_gettext("Tick %(max)d texts at most")),
        ],
        validate_choice=False,
    )
    note = words(
        lazy_gettext("What did you check?"), DataRequired(lazy_gettext("Say why it is still right")), most=500
    )
