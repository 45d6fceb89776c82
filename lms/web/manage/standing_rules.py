"""Standing rules: what everybody gets by themselves, tried out before it is switched on."""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.campaigns import standing_rules
from lms.campaigns.drafting import CampaignHasMoved
from lms.campaigns.models import Rule, RuleState, Trigger
from lms.campaigns.rules import Fault, Step
from lms.campaigns.selection import Selection
from lms.campaigns.sending import HasFaults
from lms.campaigns.standing_rules import RuleLine, dry_run, minus_page, plus_page, rules_list
from lms.campaigns.standing_rules import rule as rule_by_key
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.manage.assign import page_and_pages, waiting
from lms.web.manage.assign_names import named
from lms.web.manage.assign_parts import (
    content_name,
    department_names,
    edit_of,
    offers,
    reminder_words,
    selection_words,
)
from lms.web.manage.assign_selection import folded, is_right, offer_people
from lms.web.manage.assign_words import RULE_STATES, RULE_TAGS, fault_words
from lms.web.manage.parts import asked_page, screens, show, today
from lms.web.manage.standing_rules_form import StandingForm, form_of, tell

Page = str | tuple[str, int] | Response
SIDES = {"plus": plus_page, "minus": minus_page}


# -- the list ------------------------------------------------------------------------------------------------


@screens.get("/rules")
@requires(Permission.CAMPAIGN_VIEW)
def rules() -> str:
    """All rules, those that are on first."""
    found = rules_list(today())
    return show(
        "rules",
        rows=[(one, content_name(one.path, one.courses), _when(one)) for one in found],
        states=RULE_STATES,
        tags=RULE_TAGS,
        waiting=waiting(),
        may_send=asker().may(Permission.CAMPAIGN_SEND),
    )


def _when(one: RuleLine | Rule) -> str:
    """Whom it reaches when, and how often."""
    if one.trigger is Trigger.JOINING and one.hired_from:
        reach = gettext("whoever is hired from %(day)s on", day=long_day(one.hired_from))
    else:
        reach = gettext("whoever matches")
    days = ngettext("%(num)s day to learn", "%(num)s days to learn", one.due_days)
    again = (
        ngettext("every %(num)s month", "every %(num)s months", one.repeat_months)
        if one.repeat_months
        else gettext("once")
    )
    return f"{reach} · {days} · {again}"


# -- writing one ---------------------------------------------------------------------------------------------


@screens.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def rule_new() -> Page:
    """A new rule; it gives nothing before it is switched on."""
    form = form_of(None, today())
    if request.method == "GET":
        return _edit(form, None)
    if not is_right(form):
        return _edit(form, None), 422
    try:
        with unit_of_work():
            key = standing_rules.add_rule(form.as_rule, actor_id=asker().id, at=clock.now())
    except HasFaults as refusal:
        return _edit(tell(form, refusal.faults), None), 422
    flash(gettext("The rule is kept and off. Look at whom it would reach, then switch it on."))
    return redirect(url_for("manage.rule", key=key), code=303)


@screens.route("/rules/<key>/edit", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def rule_edit(key: str) -> Page:
    """The same for a rule that there is."""
    found = rule_by_key(key)
    form = form_of(found, today())
    if request.method == "GET":
        return _edit(form, found)
    if not is_right(form):
        return _edit(form, found), 422
    try:
        with unit_of_work():
            edit = edit_of(form.seen.data or "")
            standing_rules.save_rule(key, edit, form.as_rule)
            if found.state is RuleState.ON:
                standing_rules.turn_off(key, replace(edit, version=edit.version + 1))
    except HasFaults as refusal:
        return _edit(tell(form, refusal.faults), found), 422
    except CampaignHasMoved:
        now = rule_by_key(key)
        form.seen.data = str(now.version)
        return _edit(form, now, has_moved=True), 409
    flash(gettext("The rule is kept and off. Look at whom it would reach, then switch it on."))
    return redirect(url_for("manage.rule", key=key), code=303)


def _edit(form: StandingForm, found: Rule | None, *, has_moved: bool = False) -> str:
    return show(
        "rule_edit",
        form=form,
        rule=found,
        has_moved=has_moved,
        offers=offers(),
        depths=offer_people(form),
        used=folded(form),
    )


# -- trying it out and switching it --------------------------------------------------------------------------


@screens.get("/rules/<key>", endpoint="rule")
@requires(Permission.CAMPAIGN_VIEW)
def rule_page(key: str) -> str:
    """What it says, and what it would do today."""
    return _page(rule_by_key(key))


def _page(found: Rule, faults: Sequence[Fault] = ()) -> str:
    day = today()
    selection = Selection.from_json(found.selection)
    facts = [
        (gettext("Content"), content_name(found.path, found.courses)),
        (gettext("To"), selection_words(selection) or gettext("Everybody whom the rule reaches")),
        (gettext("When"), _when(found)),
        (gettext("Counted from"), long_day(found.anchor_on)),
        (gettext("How people are told"), reminder_words(found.reminders)),
    ]
    return show(
        "rule",
        rule=found,
        title=found.title or content_name(found.path, found.courses),
        facts=facts,
        run=dry_run(found, day),
        is_on=found.state is RuleState.ON,
        state=RULE_STATES[found.state],
        tag_of=RULE_TAGS[found.state],
        faults=[fault_words(one) for one in faults if one.blocks],
        confirm=[fault_words(one) for one in faults if one.step is Step.PEOPLE],
        may_send=asker().may(Permission.CAMPAIGN_SEND),
    )


@screens.route("/rules/<key>/on", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def rule_on(key: str) -> Page:
    """Switch it on; one that reaches nobody, or everybody unless that is confirmed, is refused.

    The refusal stands at this address: asked for again, it is the page of the rule.
    """
    if request.method == "GET":
        return redirect(url_for("manage.rule", key=key), code=303)
    confirmed = bool(request.form.get("confirmed"))
    edit = edit_of(request.form.get("seen", ""))
    try:
        with unit_of_work():
            standing_rules.turn_on(key, edit, confirmed=confirmed)
    except HasFaults as refusal:
        return _page(rule_by_key(key), refusal.faults), 422
    except CampaignHasMoved:
        flash(gettext("Somebody has changed this since you looked at it. Look again."))
    else:
        flash(gettext("The rule is on. It gives what is missing within a few minutes."))
    return redirect(url_for("manage.rule", key=key), code=303)


@screens.route("/rules/<key>/off", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def rule_off(key: str) -> Response:
    """Switch it off; what it gave stays."""
    if request.method == "GET":
        return redirect(url_for("manage.rule", key=key), code=303)
    with unit_of_work():
        standing_rules.turn_off(key, edit_of(request.form.get("seen", "")))
    flash(gettext("The rule is off. What it gave stays as it is."))
    return redirect(url_for("manage.rule", key=key), code=303)


@screens.get("/rules/<key>/<any(plus, minus):side>")
@requires(Permission.CAMPAIGN_VIEW)
def rule_names(key: str, side: str) -> str:
    """Whom it would reach besides, or whom it gave something and reaches no more."""
    found = rule_by_key(key)
    rows, total = SIDES[side](found, today(), page=asked_page())
    page, pages = page_and_pages(total)
    departments = department_names()
    return show(
        "rule_names",
        rule=found,
        side=side,
        title=found.title or content_name(found.path, found.courses),
        rows=[named(one, departments) for one in rows],
        total=total,
        page=page,
        pages=pages,
    )


@screens.route("/rules/<key>/release", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def rule_release(key: str) -> Page:
    """Excuse those whom it reaches no more, after asking."""
    found = rule_by_key(key)
    if request.method == "GET":
        title = found.title or content_name(found.path, found.courses)
        return show("rule_release", rule=found, title=title, run=dry_run(found, today()))
    with unit_of_work():
        count = standing_rules.release(key, actor_id=asker().id, at=clock.now())
    flash(ngettext("%(num)s assignment is no longer owed.", "%(num)s assignments are no longer owed.", count))
    return redirect(url_for("manage.rule", key=key), code=303)
