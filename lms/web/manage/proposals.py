"""What people asked for, as proposals for content: who has taken one on, and what became of it."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form

from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.people.queries import names_of
from lms.surveys import proposals as operations
from lms.surveys.models import Proposal
from lms.surveys.rules import SETTLED, ProposalState, Source
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import chosen_from, one_of, words
from lms.web.manage.progress import code_of
from lms.web.manage.surveys_results import topic_words
from lms.web.manage.surveys_words import PROPOSAL_STATES, PROPOSAL_TAGS, SOURCES, quarter_words

Page = str | tuple[str, int] | Response
_ENDS: Mapping[ProposalState, LazyString] = {
    ProposalState.DONE: lazy_gettext("Done: there is something now that answers it"),
    ProposalState.DECLINED: lazy_gettext("Not done, with the reason"),
}


class SettleForm(Form):
    """What became of it."""

    state = one_of(lazy_gettext("What became of it?"), lazy_gettext("Choose what became of it"), _ENDS)
    result = chosen_from(
        lazy_gettext("Which course or lesson came of it?"), lazy_gettext("Choose from the list")
    )
    note = words(lazy_gettext("In a sentence, for the report"), most=300)

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """The report has to be able to say something."""
        is_right = bool(super().validate(extra_validators))
        is_silent = not self.note.data and (self.state.data != ProposalState.DONE or not self.result.data)
        if is_right and is_silent:
            self.note.errors = [gettext("Say in a sentence what became of it, or why not")]
            return False
        return is_right


@screens.get("/proposals")
@requires(Permission.SURVEY_VIEW)
def proposals() -> str:
    """All of them, or those in one state."""
    state = code_of(ProposalState, request.args.get("state", ""))
    rows = operations.listed_proposals(state)
    return show(
        "proposals",
        rows=rows,
        state=state.value if state else "",
        states=[("", gettext("All")), *((one.value, text) for one, text in PROPOSAL_STATES.items())],
        words=PROPOSAL_STATES,
        tags=PROPOSAL_TAGS,
        sources=SOURCES,
        topic_words=topic_words,
        quarter_words=quarter_words,
        names=_names(rows),
        result_words=result_words,
    )


def _names(rows: Sequence[Proposal]) -> Mapping[int, str]:
    """Who has taken on what, by id."""
    return names_of(*(one.owner_id for one in rows))


def result_words(result: str) -> str:
    """The course, or the lesson, that came of a proposal."""
    course, _, lesson = result.partition("/")
    found = courses_of(asker().release_id).get(course)
    if found is None:
        return result
    title = next((one.title for one in found.lessons if one.id == lesson), "")
    return f"{course_title(found)} · {title}" if title else course_title(found)


@screens.get("/proposals/<key>")
@requires(Permission.SURVEY_VIEW)
def proposal(key: str) -> str:
    """One of them, with the form of how it ended."""
    return _page(operations.proposal(key), _form())


@screens.post("/proposals/<key>/take", endpoint="proposal_take")
@requires(Permission.PROPOSAL_EDIT)
def take(key: str) -> Response:
    """The asker takes it on."""
    try:
        with unit_of_work():
            operations.take(key, actor_id=asker().id, at=clock.now())
    except DomainError as refusal:
        if refusal.code == "not-found":
            raise
        flash(gettext("It has been settled meanwhile."))
    else:
        flash(gettext("It is yours now."))
    return redirect(url_for("manage.proposal", key=key), code=303)


@screens.post("/proposals/<key>/settle", endpoint="proposal_settle")
@requires(Permission.PROPOSAL_EDIT)
def settle(key: str) -> Page:
    """What became of it; the quarterly report says so."""
    found, form = operations.proposal(key), _form()
    if not form.validate():
        return _page(found, form), 422
    state = ProposalState(form.state.data)
    try:
        with unit_of_work():
            operations.settle(
                key,
                state,
                result=(form.result.data or "") if state is ProposalState.DONE else "",
                note=form.note.data or "",
                actor_id=asker().id,
                at=clock.now(),
            )
    except DomainError as refusal:
        if refusal.code == "not-found":
            raise
        return _page(operations.proposal(key), form, trouble=_refused(refusal)), 409
    flash(gettext("Settled. The quarterly report will say so."))
    return redirect(url_for("manage.proposal", key=key), code=303)


def _refused(refusal: DomainError) -> str:
    if refusal.code == "proposal-no-such-course":
        return str(gettext("The library does not have this course or lesson any more. Choose another one."))
    return str(gettext("Somebody has settled it meanwhile. What you wrote was not kept."))


def _form() -> SettleForm:
    form = SettleForm(request.form)
    form.result.choices = list(_results())
    return form


def _results() -> list[tuple[str, str]]:
    library = courses_of(asker().release_id).values()
    found = [("", str(gettext("None: something else came of it")))]
    for course in library:
        found.append((course.id, course_title(course)))
        found += [(f"{course.id}/{one.id}", f"　{one.title}") for one in course.lessons]
    return found


def _page(found: Proposal, form: SettleForm, *, trouble: str = "") -> str:
    return show(
        "proposal",
        one=found,
        form=form,
        trouble=trouble,
        is_settled=found.state in SETTLED,
        words=PROPOSAL_STATES,
        tags=PROPOSAL_TAGS,
        sources=SOURCES,
        topic=topic_words(found.topic),
        quarter=quarter_words(found.quarter),
        owner=names_of(found.owner_id).get(found.owner_id or 0, ""),
        result=result_words(found.result) if found.result else "",
        is_survey=found.source is Source.SURVEY,
        may_edit=asker().may(Permission.PROPOSAL_EDIT),
    )
