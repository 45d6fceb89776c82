"""Before a change is registered: each difference with its severity, what becomes stale, whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import flash, redirect, request
from flask_babel import gettext

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.rollouts import registration
from lms.rollouts.models import Change, Severity
from lms.rollouts.people import counts
from lms.rollouts.proposal import Proposal, proposal
from lms.rollouts.registration import ChangeHasMoved, Decision, NothingDiffers, UndecidedItems
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import place, screens, show, today
from lms.web.manage.policy_draft import workspace_of
from lms.web.manage.policy_edit import opened
from lms.web.manage.policy_items import Shown, lines, readable, shown, target_names
from lms.web.manage.policy_new import Page
from lms.web.manage.policy_words import HOWS, KINDS, SEVERITIES, SEVERITY_MEANS
from lms.web.manage.words import AUDIENCES
from lms.words.faults import sentence

LONGEST_REASON = 500


@dataclass(frozen=True)
class Asked:
    """A difference and what is chosen for it on the form; ``error`` says what is missing."""

    shown: Shown
    severity: Severity
    reason: str
    error: str = ""

    @property
    def id(self) -> str:
        """Id of the field that an error belongs to."""
        return f"reason-{self.shown.key}"


@screens.route("/policy/<key>/review", methods=["GET", "POST"], endpoint="policy_review")
@requires(Permission.CHANGE_REGISTER)
def review(key: str) -> Page:
    """Everything that will follow, before anything is sent; then day 0."""
    change = opened(key)
    found = proposal(change, day=today())
    asked = _asked(change, found)
    if request.method == "GET" or found.faults:
        return _page(change, found, asked)
    checked = [replace(one, error=_missing(one)) for one in asked]
    if any(one.error for one in checked):
        return _page(change, found, checked), 422
    try:
        _register(change, checked)
    except (ChangeHasMoved, UndecidedItems):
        return _again(key), 409
    except NothingDiffers:
        return _page(change, found, asked), 422
    flash(gettext("Registered: today is day 0. A second person approves it before anything goes live."))
    return redirect(url_for("manage.policy_change", key=key), code=303)


def _asked(change: Change, found: Proposal) -> list[Asked]:
    """What was typed; on the first view what was decided before, else what is proposed."""
    policies = workspace_of(change).drafted
    return [
        Asked(
            shown(one.item, policies, found.impact.stale),
            _severity(request.form, one.item.key, one.severity or one.item.proposed),
            request.form.get(f"reason-{one.item.key}", one.reason).strip(),
        )
        for one in found.items
    ]


def _severity(form: Mapping[str, str], key: str, otherwise: Severity) -> Severity:
    typed = form.get(f"severity-{key}", "")
    return Severity(typed) if typed in list(Severity) else otherwise


def _missing(one: Asked) -> str:
    if one.severity is not one.shown.item.proposed and not one.reason:
        return str(gettext("Say why %(what)s is not what was proposed", what=one.shown.heading))
    if len(one.reason) > LONGEST_REASON:
        return str(gettext("Shorten this to %(max)s characters at most", max=LONGEST_REASON))
    return ""


def _register(change: Change, asked: list[Asked]) -> None:
    seen = request.form.get("seen", "")
    decisions = {one.shown.key: Decision(one.severity, one.reason) for one in asked}
    version = int(seen) if seen.isdigit() else 0
    with unit_of_work():
        registration.register(change.key, decisions, version=version, actor_id=asker().id, at=clock.now())


def _again(key: str) -> str:
    """The page as it is now, with what was typed for the differences that are still the same."""
    change = opened(key)
    found = proposal(change, day=today())
    return _page(change, found, _asked(change, found), has_moved=True)


def _page(change: Change, found: Proposal, asked: list[Asked], *, has_moved: bool = False) -> str:
    people = lines(counts(found.impact.reaches), place)
    return show(
        "policy_review",
        change=change,
        faults=[(one, sentence(one)) for one in found.faults],
        asked=asked,
        stale=found.impact.stale,
        people=people,
        total=sum(one.count.total for one in people),
        has_moved=has_moved,
        severities=SEVERITIES,
        severity_means=SEVERITY_MEANS,
        hows=HOWS,
        kinds=KINDS,
        target=target_names(workspace_of(change).drafted),
        readable=readable,
        audiences=AUDIENCES,
        longest=LONGEST_REASON,
    )
