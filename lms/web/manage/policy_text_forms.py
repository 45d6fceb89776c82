"""Forms for the clauses and numbers of a document."""

import re
from decimal import Decimal

from flask_babel import gettext, lazy_gettext
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, Regexp, StopValidation, ValidationError

from lms.policies.rules import ANY
from lms.web.formats import quantity
from lms.web.identity import STATUS_WORDS
from lms.web.manage.helping import Day
from lms.web.manage.policy_forms import chosen_from, line, one_of, verified, words
from lms.web.manage.words import LEVELS

_NUMBER = re.compile(r"^(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>\D*)$")
_CLAUSE_KEY = r"^[a-z0-9][a-z0-9._-]*$"
STATUSES = [(ANY, lazy_gettext("everybody")), *((one.value, text) for one, text in STATUS_WORDS.items())]
CARE = [(ANY, lazy_gettext("all institutions")), *((one.value, text) for one, text in LEVELS.items())]
REWORD, REPEAL = "reword", "repeal"


def _ends_on_a_day(form: Form, field: Day) -> None:
    """A clause that is repealed ends on a day; that nothing was typed is then the only fault."""
    if form["action"].data == REPEAL and not "".join(field.raw_data or ()).strip():
        field.errors = []
        raise StopValidation(gettext("Enter the first day on which it no longer holds"))


class ClauseForm(Form):
    """Other words for a clause, or its end."""

    seen = HiddenField()
    action = one_of(
        lazy_gettext("What happens to this clause?"),
        lazy_gettext("Choose what happens to this clause"),
        {REWORD: lazy_gettext("It gets other words"), REPEAL: lazy_gettext("It is repealed")},
    )
    words = words(lazy_gettext("New words"))
    since = Day(lazy_gettext("From which day?"), [_ends_on_a_day, Optional()])

    def validate_words(self, field: TextAreaField) -> None:
        """A reworded clause needs words."""
        if self.action.data == REWORD and not field.data:
            raise ValidationError(gettext("Enter the new words"))


class NewClauseForm(Form):
    """A clause that the document did not have."""

    key = line(
        lazy_gettext("Key"),
        DataRequired(lazy_gettext("Enter a key, for example the number of the article")),
        Regexp(_CLAUSE_KEY, message=lazy_gettext("Use small letters, digits and hyphens, as in 12")),
        most=40,
    )
    article = line(
        lazy_gettext("Article, as the document counts"),
        DataRequired(lazy_gettext("Enter the article as the document counts it")),
        most=40,
    )
    title = line(lazy_gettext("Heading"), DataRequired(lazy_gettext("Enter a heading")), most=80)
    words = words(lazy_gettext("Words"), DataRequired(lazy_gettext("Enter the words")))
    since = Day(lazy_gettext("In force from"), [Optional()])


class ValueForm(Form):
    """A number for some people from a day on. The view sets ``unit``, the parameter's."""

    seen = HiddenField()
    unit = "yuan"
    region = chosen_from(lazy_gettext("Where?"), lazy_gettext("Choose where it holds"))
    status = chosen_from(lazy_gettext("For whom?"), lazy_gettext("Choose for whom it holds"), STATUSES)
    level = chosen_from(
        lazy_gettext("At which institutions?"), lazy_gettext("Choose at which institutions it holds"), CARE
    )
    since = Day(lazy_gettext("From which day?"), [Optional()])
    value = StringField(lazy_gettext("Value"), [DataRequired(lazy_gettext("Enter the number"))])
    clause = chosen_from(
        lazy_gettext("Which clause says so?"), lazy_gettext("Choose a clause of the document, or none")
    )
    source_title = line(
        lazy_gettext("Where was it read?"), DataRequired(lazy_gettext("Enter where the number was read"))
    )
    source_number = line(lazy_gettext("Document number"), most=80)
    source_url = line(
        lazy_gettext("Address of the source"),
        Optional(),
        Regexp(r"^https?://\S+$", message=lazy_gettext("Enter the whole address, beginning with https://")),
        most=300,
    )
    mark = verified()

    def validate_value(self, field: StringField) -> None:
        """A number in the unit of the parameter."""
        number_in(field.data or "", self.unit)

    @property
    def number(self) -> Decimal:
        """The number typed; only after validation."""
        return number_in(self.value.data or "", self.unit)


def number_in(text: str, unit: str) -> Decimal:
    """The number typed, with its unit behind it or without. Raises ``ValidationError`` for anything else."""
    match = _NUMBER.match(text.strip().replace("，", ","))
    facts = {"found": text.strip(), "right": quantity("1500", unit)}
    if match is None:
        raise ValidationError(gettext("“%(found)s” is no number; right is, for example, %(right)s", **facts))
    behind = quantity("1500", unit).removeprefix("1500").strip()
    typed = match["unit"].strip()
    if typed and not behind.startswith(typed):
        raise ValidationError(
            gettext("“%(found)s” is in another unit; right is, for example, %(right)s", **facts)
        )
    return Decimal(match["number"].replace(",", ""))
