"""Acts on a change: approve, send back, withdraw, pause, resume, replace, excuse somebody, approve a unit."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.people.models import Audience
from lms.people.queries import persons_by_number
from lms.publishing.operations import HasFaults
from lms.rollouts import approval, excusing, registration, steering
from lms.rollouts.excusing import AlreadyDone, AlreadyExcused
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.queries import changes
from lms.rollouts.unit_approval import approve_unit
from lms.rollouts.unit_drafts import draft_units
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import as_choices, chosen_from, line, words
from lms.web.manage.policy_new import Page
from lms.web.manage.policy_running import running

_GOING_ON = (ChangeState.RUNNING, ChangeState.PAUSED)


class ReasonForm(Form):
    """A sentence that says why."""

    seen = HiddenField()
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=500)


class ExcuseForm(ReasonForm):
    """Who is excused, and why."""

    number = line(
        lazy_gettext("Employee number"), DataRequired(lazy_gettext("Enter the employee number")), most=40
    )


class SupersedeForm(Form):
    """The newer change."""

    newer = chosen_from(lazy_gettext("By which change?"), lazy_gettext("Choose the newer change"))


@dataclass(frozen=True)
class Act:
    """A page with one form: its words, and what it does."""

    name: str
    title: LazyString
    explain: LazyString
    button: LazyString
    done: LazyString
    run: Callable[[Change, ReasonForm, datetime], object]


def _version(form: ReasonForm) -> int:
    seen = form.seen.data or ""
    return int(seen) if seen.isdigit() else 0


def _send_back(change: Change, form: ReasonForm, at: datetime) -> object:
    reason = form.reason.data or ""
    return approval.send_back(change.key, reason=reason, version=_version(form), actor_id=asker().id, at=at)


def _withdraw(change: Change, form: ReasonForm, at: datetime) -> object:
    reason = form.reason.data or ""
    return registration.withdraw(
        change.key, reason=reason, version=_version(form), actor_id=asker().id, at=at
    )


def _pause(change: Change, form: ReasonForm, at: datetime) -> None:
    steering.pause(change.key, form.reason.data or "", actor_id=asker().id, at=at)


SEND_BACK = Act(
    "send-back",
    lazy_gettext("Send the change back"),
    lazy_gettext(
        "It becomes a draft again; what was decided is kept. Day 0 begins anew when it is registered."
    ),
    lazy_gettext("Send back"),
    lazy_gettext("The change was sent back."),
    _send_back,
)
WITHDRAW = Act(
    "withdraw",
    lazy_gettext("Withdraw the change"),
    lazy_gettext("Its drafts are thrown away. The change stays in the list as withdrawn."),
    lazy_gettext("Withdraw"),
    lazy_gettext("The change is withdrawn."),
    _withdraw,
)
PAUSE = Act(
    "pause",
    lazy_gettext("Pause both clocks"),
    lazy_gettext(
        "Nothing is delivered and nobody is reminded until the clocks go on; all due dates move along."
    ),
    lazy_gettext("Pause"),
    lazy_gettext("Both clocks are paused."),
    _pause,
)


def _perform(key: str, act: Act) -> Page:
    change = change_by_key(key)
    form = ReasonForm(request.form, seen=str(change.version))
    if request.method == "GET":
        return show("policy_act", form=form, change=change, act=act)
    if not form.validate():
        return show("policy_act", form=form, change=change, act=act), 422
    with unit_of_work():
        act.run(change_by_key(key), form, clock.now())
    flash(str(act.done))
    return redirect(url_for("manage.policy_change", key=key), code=303)


@screens.route("/policy/<key>/send-back", methods=["GET", "POST"], endpoint="policy_send_back")
@requires(Permission.CHANGE_APPROVE)
def send_back(key: str) -> Page:
    """Say why a registered change is not approved."""
    return _perform(key, SEND_BACK)


@screens.route("/policy/<key>/withdraw", methods=["GET", "POST"], endpoint="policy_withdraw")
@requires(Permission.CHANGE_REGISTER)
def withdraw(key: str) -> Page:
    """Give up a change that is not approved."""
    return _perform(key, WITHDRAW)


@screens.route("/policy/<key>/pause", methods=["GET", "POST"], endpoint="policy_pause")
@requires(Permission.CHANGE_STEER)
def pause(key: str) -> Page:
    """Let both clocks stand still."""
    return _perform(key, PAUSE)


@screens.post("/policy/<key>/resume", endpoint="policy_resume")
@requires(Permission.CHANGE_STEER)
def resume(key: str) -> Response:
    """Let them go on."""
    with unit_of_work():
        steering.resume(key, actor_id=asker().id, at=clock.now())
    flash(gettext("Both clocks go on."))
    return redirect(url_for("manage.policy_change", key=key), code=303)


@screens.post("/policy/<key>/approve", endpoint="policy_approve")
@requires(Permission.CHANGE_APPROVE)
def approve(key: str) -> Response:
    """A second person approves: it goes live, with its tasks and with drafts of what people will be given."""
    seen, at = request.form.get("seen", ""), clock.now()
    version = int(seen) if seen.isdigit() else 0
    with unit_of_work():
        change = approval.approve(key, version=version, actor_id=asker().id, at=at)
        draft_units(change, actor_id=asker().id, at=at, day=china_date(at))
    flash(gettext("Approved. The change is live, and both clocks run."))
    return redirect(url_for("manage.policy_change", key=key), code=303)


@screens.route("/policy/<key>/supersede", methods=["GET", "POST"], endpoint="policy_supersede")
@requires(Permission.CHANGE_STEER)
def supersede(key: str) -> Page:
    """Let a newer change take over."""
    change = change_by_key(key)
    form = SupersedeForm(request.form)
    others = [one for one in changes(*_GOING_ON) if one.key != key]
    form.newer.choices = as_choices((one.key, one.title) for one in others)
    if request.method == "GET":
        return show("policy_supersede", form=form, change=change)
    if not form.validate():
        return show("policy_supersede", form=form, change=change), 422
    with unit_of_work():
        steering.supersede(key, form.newer.data, actor_id=asker().id, at=clock.now())
    flash(gettext("The newer change takes over."))
    return redirect(url_for("manage.policy_change", key=key), code=303)


@screens.route("/policy/<key>/excuse", methods=["GET", "POST"], endpoint="policy_excuse")
@requires(Permission.CHANGE_STEER)
def excuse(key: str) -> Page:
    """Excuse somebody, with a reason that stands in the evidence."""
    change = change_by_key(key)
    form = ExcuseForm(request.form, number=request.args.get("number", ""))
    if request.method == "GET":
        return show("policy_excuse", form=form, change=change)
    if not form.validate():
        return show("policy_excuse", form=form, change=change), 422
    try:
        name = _excuse(key, form)
    except (NotFound, AlreadyDone, AlreadyExcused) as refusal:
        form.number.errors = [str(_NOT_EXCUSED[refusal.code])]
        return show("policy_excuse", form=form, change=change), 422
    flash(gettext("%(name)s is excused.", name=name))
    return redirect(url_for("manage.policy_change", key=key), code=303)


_NOT_EXCUSED: Mapping[str, LazyString] = {
    "not-found": lazy_gettext("The change was not given to anybody with this number"),
    "already-done": lazy_gettext("This person has learned it already"),
    "already-excused": lazy_gettext("This person is excused already"),
}


def _excuse(key: str, form: ExcuseForm) -> str:
    number = form.number.data or ""
    with unit_of_work():
        person = persons_by_number([number]).get(number)
        if person is None:
            raise NotFound(kind="person", key=number)
        name = person.name
        reason = form.reason.data or ""
        excusing.excuse(key, person.key, reason=reason, actor_id=asker().id, at=clock.now())
    return name


@screens.post("/policy/<key>/excuse/<person>/back", endpoint="policy_unexcuse")
@requires(Permission.CHANGE_STEER)
def unexcuse(key: str, person: str) -> Page:
    """Take an excuse back; one that somebody else has taken back meanwhile is no fault."""
    with suppress(excusing.NotExcused), unit_of_work():
        excusing.unexcuse(key, person, actor_id=asker().id, at=clock.now())
    flash(gettext("The excuse is taken back; the change is on the list of this person again."))
    return redirect(url_for("manage.policy_people", key=key), code=303)


@screens.post("/policy/<key>/unit/<audience>", endpoint="policy_unit")
@requires(Permission.CHANGE_APPROVE)
def unit(key: str, audience: str) -> Page:
    """Approve what an audience will be given; it goes out as soon as the audience's materials are done."""
    if audience not in list(Audience):
        raise NotFound(kind="audience", key=audience)
    try:
        with unit_of_work():
            approve_unit(key, Audience(audience), actor_id=asker().id, at=clock.now())
    except HasFaults as refusal:
        return running(change_by_key(key), faults=refusal.faults), 422
    flash(gettext("Approved. It goes out as soon as the materials of this audience are revised."))
    return redirect(url_for("manage.policy_change", key=key), code=303)
