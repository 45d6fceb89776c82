"""Marking papers anew in words: the ways to do it, and what each does or did to scores."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from wtforms import Form
from wtforms.validators import DataRequired

from lms.assignments.regrade_effects import Effect
from lms.assignments.regrade_record import Run
from lms.quizzes.models import RegradePolicy
from lms.quizzes.queries import quizzes_of
from lms.web.agenda import quiz_title
from lms.web.guard import asker
from lms.web.languages import chosen
from lms.web.manage.policy_forms import one_of, words

POLICIES: Mapping[RegradePolicy, LazyString] = {
    RegradePolicy.FULL_CREDIT: lazy_gettext("Full credit"),
    RegradePolicy.ACCEPT_BOTH: lazy_gettext("Both answers count"),
    RegradePolicy.NEW_KEY: lazy_gettext("Only the corrected answer counts"),
    RegradePolicy.WITHDRAW: lazy_gettext("The questions no longer count"),
}


class RegradeForm(Form):
    """How papers are marked anew, and why."""

    policy = one_of(lazy_gettext("How are the papers marked again?"), lazy_gettext("Choose a way"), POLICIES)
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=500)


def outcome_words(one: Effect | Run) -> str:
    """What it does to scores, in words."""
    said = []
    if one.raised:
        said.append(ngettext("%(num)s score rises", "%(num)s scores rise", one.raised))
    if one.lowered:
        said.append(ngettext("%(num)s score falls", "%(num)s scores fall", one.lowered))
    if one.completed:
        said.append(ngettext("%(num)s more person passes", "%(num)s more people pass", one.completed))
    return (", " if chosen() == "en" else "，").join(map(str, said)) or gettext("no score changes")


def quiz_name(name: str) -> str:
    """Title of a quiz; its id when the library no longer has it."""
    found = quizzes_of(asker().release_id).get(name)
    return quiz_title(found) if found else name
