"""Learning together with somebody: asking whether they agree, and who may not be helped, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form

from lms.access.helping import may_be_helped
from lms.assignments import assistance
from lms.assignments.assistance import (
    AlreadyHelped,
    Start,
    assistances_of,
    open_of,
    sessions,
    waiting_for_help,
)
from lms.assignments.models import AssistanceResult, Consent, HelpKind
from lms.assignments.queries import Duty, duties_of
from lms.courses.queries import courses_of
from lms.courses.rules import Form as CourseForm
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.outreach.family import family_of
from lms.outreach.queries import held_by
from lms.people.models import PersonState
from lms.reports.records import Subject, subject
from lms.web.addresses import below, url_for
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.parts import course_name, screens, show
from lms.web.manage.policy_forms import line, one_of
from lms.web.manage.words import HELP_KINDS

Page = str | tuple[str, int] | Response
SHOWN = 100
"""So many sessions are listed, the newest first."""
CONSENTS: Mapping[Consent, LazyString] = {
    Consent.SPOKEN: lazy_gettext("Agreed, said it"),
    Consent.WRITTEN: lazy_gettext("Agreed, in writing"),
}
RESULTS: Mapping[AssistanceResult, LazyString] = {
    AssistanceResult.FINISHED: lazy_gettext("Finished what was planned"),
    AssistanceResult.NOT_YET: lazy_gettext("Not finished yet"),
    AssistanceResult.CALL_BACK: lazy_gettext("Wants to be called again"),
    AssistanceResult.LAPSED: lazy_gettext("Not put on record"),
}


_WAYS = {
    kind: HELP_KINDS[kind]
    for kind in (HelpKind.PHONE, HelpKind.VISIT, HelpKind.WORKSHOP, HelpKind.ONE_TO_ONE)
}
"""As often as they come."""


class StartForm(Form):
    """How, who sits beside, and that the person has agreed."""

    consent = one_of(
        lazy_gettext("Does the person agree?"),
        lazy_gettext("Ask first. Without the person's consent nobody learns for them"),
        CONSENTS,
    )
    kind = one_of(lazy_gettext("How do you help?"), lazy_gettext("Choose how you help"), _WAYS)
    family_name = line(lazy_gettext("Who of the family sits beside?"), most=80)


@dataclass(frozen=True)
class Course:
    """An open course of a person; only what is written in the easy form can be read out."""

    title: str
    has_easy_form: bool
    waits: bool


@screens.get("/assist")
@requires(Permission.ASSIST)
def assists() -> str:
    """Who has learnt with whose help, the newest first."""
    return show("assists", lines=sessions(limit=SHOWN), kinds=HELP_KINDS, results=RESULTS, now=clock.now())


@screens.route("/assist/<key>", methods=["GET", "POST"])
@requires(Permission.ASSIST)
def assist(key: str) -> Page:
    """Begin: what to read out, how, and who is there; the lesson opens when the person has agreed."""
    who, form = subject(key), StartForm(request.form)
    refused = _refused(who)
    if request.method == "GET" or refused:
        page = _start_page(who, form, refused)
        return (page, 409) if refused and request.method == "POST" else page
    if not form.validate():
        return _start_page(who, form), 422
    try:
        session_key = _begin(who, form)
    except DomainError as error:
        return _start_page(who, form, _words(error)), 409
    if waiting_for_help(who.id):
        return redirect(url_for("manage.explain", key=session_key), code=303)
    return redirect(below(session_key) + url_for("easy.home"), code=303)


def _begin(who: Subject, form: StartForm) -> str:
    start = Start(
        person_id=who.id,
        helper_id=asker().id,
        kind=HelpKind(form.kind.data),
        consent=Consent(form.consent.data),
        family_name=form.family_name.data or "",
    )
    with unit_of_work():
        return assistance.begin(start, at=clock.now())


def _refused(who: Subject) -> str:
    """Why this person cannot be helped by the asker, in words; empty when they can."""
    here = asker()
    if who.id == here.id:
        return str(gettext("Nobody helps themselves. Learn on your own page, or ask a colleague."))
    if who.state is PersonState.LEFT:
        return str(gettext("%(name)s is not with the company any more.", name=who.name))
    if not may_be_helped(who.id):
        return str(gettext("%(name)s works in HR, signs in, and learns there.", name=who.name))
    holders = held_by(who.id)
    if holders and here.id not in {one.person_id for one in holders}:
        return _assigned_to(who.name, holders[0].name)
    return _helped_by_another(who)


def _helped_by_another(who: Subject) -> str:
    found = open_of(who.id)
    if found is None or not found.is_open(clock.now()) or found.helper_id == asker().id:
        return ""
    return _taken(who.name, found.helper, found.begun_at)


def _assigned_to(name: str, holder: str) -> str:
    words = gettext(
        "The contact with %(name)s is assigned to %(holder)s. Ask them, or have it assigned to you.",
        name=name,
        holder=holder,
    )
    return str(words)


def _taken(name: str, helper: str, since: datetime) -> str:
    words = gettext(
        "%(helper)s is helping %(name)s just now, since %(moment)s.",
        helper=helper,
        name=name,
        moment=moment(since),
    )
    return str(words)


def _words(error: DomainError) -> str:
    """Somebody was quicker. Anything else is refused elsewhere."""
    if not isinstance(error, AlreadyHelped):
        raise error
    return str(gettext("%(helper)s has just begun to help this person.", helper=error.facts["helper"]))


def _start_page(who: Subject, form: StartForm, refused: str = "") -> str:
    running = open_of(who.id)
    mine = running if running and running.helper_id == asker().id and running.is_open(clock.now()) else None
    return show(
        "assist",
        who=who,
        form=form,
        refused=refused,
        mine=mine,
        courses=_courses(who.id),
        family=family_of(who.id),
        past=assistances_of(who.id),
        may_edit=asker().may(Permission.CONTENT_EDIT),
        kinds=HELP_KINDS,
        results=RESULTS,
    )


def _courses(person_id: int) -> Sequence[Course]:
    """What the person still owes, by the day it is due."""
    library = courses_of(asker().release_id)
    waits = {duty.id for duty in waiting_for_help(person_id)}
    owed = [duty for duty in duties_of(person_id) if duty.is_owed]
    return [_course(duty, library[duty.course].form is CourseForm.EASY, waits) for duty in owed
            if duty.course in library]  # fmt: skip


def _course(duty: Duty, has_easy_form: bool, waits: set[int]) -> Course:
    return Course(course_name(duty.course), has_easy_form, duty.id in waits)
