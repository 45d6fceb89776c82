"""The forms for a new password, and what is said when it cannot be taken."""

from collections.abc import Mapping

from flask import session
from flask_babel import LazyString, lazy_gettext
from wtforms import Field, Form, PasswordField
from wtforms.validators import EqualTo, InputRequired

from lms.access import operations
from lms.access.operations import WeakPassword, WrongPassword
from lms.access.queries import Asker
from lms.access.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, Weakness
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.web.guard import let_in

_REASONS: Mapping[Weakness, LazyString] = {
    Weakness.TOO_SHORT: lazy_gettext(
        "Too short: it needs at least %(count)s characters", count=SHORTEST_PASSWORD
    ),
    Weakness.TOO_LONG: lazy_gettext("Too long: at most %(count)s characters", count=LONGEST_PASSWORD),
    Weakness.GUESSABLE: lazy_gettext(
        "Too easy to guess: do not build it from your name, your number, common words or runs like 1234567890"
    ),
    Weakness.UNCHANGED: lazy_gettext("This is the password you have now; choose another one"),
}


def _new() -> PasswordField:
    return PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Enter the password you want to use"))]
    )


def _again() -> PasswordField:
    return PasswordField(
        lazy_gettext("New password once more"),
        [
            InputRequired(lazy_gettext("Enter the new password once more")),
            EqualTo("new", lazy_gettext("The two are not the same; enter the new password twice")),
        ],
    )


class FirstPassword(Form):
    """A password that nobody knows yet, typed twice."""

    new = _new()
    again = _again()


class ChangedPassword(Form):
    """The same, after the present password as proof of who is asking."""

    present = PasswordField(
        lazy_gettext("Present password"), [InputRequired(lazy_gettext("Enter your present password"))]
    )
    new = _new()
    again = _again()


def take_over(form: FirstPassword | ChangedPassword, asker: Asker) -> bool:
    """Set the password of a form and go on in this session alone; when refused, the form says why."""
    if not form.validate():
        return False
    present = form.present.data if isinstance(form, ChangedPassword) else None
    try:
        with unit_of_work():
            stamp = operations.change_password(
                asker, present=present, new=form.new.data or "", at=clock.now()
            )
    except WrongPassword:
        _refuse(form["present"], lazy_gettext("This is not your present password"))
        return False
    except WeakPassword as refusal:
        _refuse(form["new"], _REASONS[Weakness(str(refusal.facts["weakness"]))])
        return False
    session.clear()
    let_in(asker.account_id, stamp)
    return True


def _refuse(field: Field, sentence: LazyString) -> None:
    field.errors = [str(sentence)]
