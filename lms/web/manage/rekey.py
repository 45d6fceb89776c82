"""A question whose key was wrong: which papers were marked by it, and marking them anew in a declared way."""

from collections.abc import Mapping

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from lms.assignments import regrade_effects, regrade_record
from lms.assignments.regrade_effects import Effect
from lms.assignments.regrade_record import OtherPolicyDeclared
from lms.item_analysis.rekeying import SHORT, WrongKey, correction, preview, wrong_key
from lms.item_analysis.rekeying import regrade as mark_anew
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.quizzes.models import RegradePolicy
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.item_texts import question_text
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_new import Page
from lms.web.manage.regrade_words import RegradeForm, outcome_words, quiz_name

_POLICIES: Mapping[RegradePolicy, LazyString] = {
    RegradePolicy.FULL_CREDIT: lazy_gettext("Full credit"),
    RegradePolicy.ACCEPT_BOTH: lazy_gettext("Both answers count"),
    RegradePolicy.NEW_KEY: lazy_gettext("Only the corrected answer counts"),
    RegradePolicy.WITHDRAW: lazy_gettext("The question no longer counts"),
}
_MEANS: Mapping[RegradePolicy, LazyString] = {
    RegradePolicy.FULL_CREDIT: lazy_gettext("Whatever was answered is right."),
    RegradePolicy.ACCEPT_BOTH: lazy_gettext("Right is what was right by the wrong key or the corrected one."),
    RegradePolicy.NEW_KEY: lazy_gettext("What was right by the wrong key is right no longer."),
    RegradePolicy.WITHDRAW: lazy_gettext("The score is reckoned from the other questions."),
}


@screens.get("/items/<question>/rekey/<edition>", endpoint="rekey")
@requires(Permission.ITEMS_VIEW)
def page(question: str, edition: str) -> str:
    """What was marked as right then and is now, whose papers it concerns, what was done or could be done."""
    return _page(_found(question, edition), RegradeForm())


@screens.post("/items/<question>/rekey/<edition>/papers", endpoint="rekey_papers")
@requires(Permission.REGRADE)
def regrade(question: str, edition: str) -> Page:
    """Mark the papers anew in the way that was chosen."""
    found, form = _found(question, edition), RegradeForm(request.form)
    if not form.validate():
        return _page(found, form), 422
    policy, reason = RegradePolicy(form.policy.data), form.reason.data or ""
    try:
        with unit_of_work():
            count = mark_anew(found, policy, reason=reason, actor_id=asker().id, at=clock.now())
    except OtherPolicyDeclared:
        form.policy.errors = [gettext("Somebody else has chosen another way meanwhile")]
        return _page(_found(question, edition), form), 422
    flash(
        ngettext(
            "%(num)s paper was marked again, and its owner told.",
            "%(num)s papers were marked again, and their owners told.",
            count,
        )
    )
    return redirect(url_for("manage.rekey", question=question, edition=edition), code=303)


@screens.get("/rekey/<key>", endpoint="rekey_by_key")
@requires(Permission.ITEMS_VIEW)
def by_key(key: str) -> Response:
    """From the key under which papers were marked anew to its page."""
    found = correction(key)
    return redirect(url_for("manage.rekey", question=found.question, edition=found.edition[:SHORT]), code=303)


def _found(question: str, edition: str) -> WrongKey:
    return wrong_key(asker().release_id, question, edition)


def _page(found: WrongKey, form: RegradeForm) -> str:
    weighed = preview(found)
    runs = regrade_record.runs(found.decided) if found.decided else []
    total = regrade_record.how_many_marked(found.decided) if found.decided else 0
    pages = max(1, -(-total // regrade_effects.PAGE_SIZE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return show(
        "rekey",
        found=found,
        was=question_text(found.was),
        now=question_text(found.now),
        form=form,
        preview=weighed,
        effects=[(_POLICIES[one.policy], _means(one), one.policy.value) for one in weighed.effects],
        runs=[(_POLICIES[one.policy], outcome_words(one), one) for one in runs],
        marked=regrade_record.marked(found.decided, page=number) if total else [],
        total=total,
        number=number,
        pages=pages,
        may_regrade=asker().may(Permission.REGRADE),
        quiz_name=quiz_name,
        short=SHORT,
    )


def _means(effect: Effect) -> str:
    return f"{_MEANS[effect.policy]}{' ' if chosen() == 'en' else ''}{outcome_words(effect)}"
