"""Our own mistake: who was taught and who was graded on a wrong value, and marking their papers anew."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.assignments import regrade_effects, regrade_record
from lms.assignments.regrade_effects import Effect
from lms.assignments.regrade_record import OtherPolicyDeclared
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.policies.queries import policies_of
from lms.quizzes.models import RegradePolicy
from lms.rollouts import correction, mistaught
from lms.rollouts.correction import NotACorrection
from lms.rollouts.impact import weighed
from lms.rollouts.models import Change
from lms.rollouts.proposal import impact_of
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.running import NotRunning
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import place, screens, show, today
from lms.web.manage.policy_items import shown
from lms.web.manage.policy_new import Page
from lms.web.manage.policy_words import HOWS
from lms.web.manage.regrade_words import POLICIES, RegradeForm, outcome_words, quiz_name
from lms.web.manage.words import AUDIENCES

_MEANS: Mapping[RegradePolicy, LazyString] = {
    RegradePolicy.FULL_CREDIT: lazy_gettext("Whatever was answered is right."),
    RegradePolicy.ACCEPT_BOTH: lazy_gettext(
        "Right is what was right by the wrong number or by the corrected one."
    ),
    RegradePolicy.NEW_KEY: lazy_gettext("What was right by the wrong number is right no longer."),
    RegradePolicy.WITHDRAW: lazy_gettext("The score is reckoned from the other questions."),
}


@screens.get("/policy/<key>/correction", endpoint="policy_correction")
@requires(Permission.CHANGE_VIEW)
def page(key: str) -> str:
    """What was wrong, who was taught and graded on it, and what was done or could be done about it."""
    return _page(_correction(key), RegradeForm())


@screens.post("/policy/<key>/regrade", endpoint="policy_regrade")
@requires(Permission.CHANGE_STEER)
def regrade(key: str) -> Page:
    """Mark the papers anew in the way that was chosen."""
    change, form = _correction(key), RegradeForm(request.form)
    if not form.validate():
        return _page(change, form), 422
    policy, reason = RegradePolicy(form.policy.data), form.reason.data or ""
    try:
        with unit_of_work():
            count = correction.regrade(key, policy, reason=reason, actor_id=asker().id, at=clock.now())
    except OtherPolicyDeclared:
        form.policy.errors = [gettext("Somebody else has chosen another way meanwhile")]
        return _page(change_by_key(key), form), 422
    flash(
        ngettext(
            "%(num)s paper was marked again, and its owner told.",
            "%(num)s papers were marked again, and their owners told.",
            count,
        )
    )
    return redirect(url_for("manage.policy_correction", key=key), code=303)


def _correction(key: str) -> Change:
    """The change, if it is approved and corrects anything."""
    change = change_by_key(key)
    try:
        correction.correction_of(change)
    except (NotACorrection, NotRunning):
        raise NotFound(kind="correction", key=key) from None
    return change


def _page(change: Change, form: RegradeForm) -> str:
    runs, preview = regrade_record.runs(change.key), correction.preview(change)
    total = regrade_record.how_many_marked(change.key)
    pages = max(1, -(-total // regrade_effects.PAGE_SIZE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return show(
        "policy_correction",
        change=change,
        form=form,
        mistakes=_wrong(change),
        taught=[(AUDIENCES[one.audience], place(one.region), one) for one in mistaught.counts(change)],
        readers=mistaught.readers(change),
        preview=preview,
        effects=[(POLICIES[one.policy], _means(one), one.policy.value) for one in preview.effects],
        runs=[(POLICIES[one.policy], outcome_words(one), one) for one in runs],
        marked=regrade_record.marked(change.key, page=number) if total else [],
        total=total,
        number=number,
        pages=pages,
        may_steer=asker().may(Permission.CHANGE_STEER),
        quiz_name=quiz_name,
        place=place,
        hows=HOWS,
    )


def _wrong(change: Change) -> list[Any]:
    policies = policies_of(change.release_after or asker().release_id)
    stale = impact_of(change, day=today()).stale
    return [shown(weighed(row).item, policies, stale) for row in correction.mistakes_of(change)]


def _means(effect: Effect) -> str:
    return f"{_MEANS[effect.policy]}{' ' if chosen() == 'en' else ''}{outcome_words(effect)}"
