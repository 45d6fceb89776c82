"""The project group: who belongs to it, with which duty, and who did."""

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form
from wtforms.validators import InputRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.queries import persons_by_number
from lms.planning import members as operations
from lms.planning.members import Member, Membership, member, members
from lms.planning.refusals import AlreadyMember, BadDays, NoSuchPerson
from lms.planning.rules import DutyKind
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.plan import Page
from lms.web.manage.plan_words import ABOUT_DUTIES, DUTIES
from lms.web.manage.policy_forms import line, one_of


class DutyForm(Form):
    """What somebody does in the group."""

    duty = one_of(lazy_gettext("Duty"), lazy_gettext("Choose a duty"), DUTIES)
    duty_text = line(lazy_gettext("The duty in your own words"), most=200)


class JoinForm(DutyForm):
    """A person of the organisation by number, or somebody from outside by name."""

    number = line(lazy_gettext("Employee number"), most=40)
    name = line(lazy_gettext("Or a name, for somebody from outside"), most=80)
    organisation = line(lazy_gettext("Organisation of somebody from outside"), most=120)
    since = Day(lazy_gettext("Member since"), [InputRequired(lazy_gettext("Enter the first day"))])

    @property
    def membership(self) -> Membership:
        """What the form says; only after validation."""
        values = {name: self[name].data for name in ("number", "name", "organisation", "duty_text", "since")}
        return Membership(duty=DutyKind(self.duty.data), **values)

    def is_complete(self) -> bool:
        """Whether it names one person, in one of the two ways; if not, it says what is wrong."""
        if bool(self.number.data) == bool(self.name.data):
            self.number.errors = [
                gettext("Enter an employee number, or leave it empty and enter a name")
                if not self.name.data
                else gettext("Enter a number or a name, not both")
            ]
        elif self.number.data and self.number.data not in persons_by_number([self.number.data]):
            self.tell_unknown()
        return not self.number.errors

    def tell_unknown(self) -> None:
        """Nobody has the number."""
        self.number.errors = [
            gettext("Nobody with the company has the number %(numbers)s", numbers=self.number.data)
        ]


class LeaveForm(Form):
    """The last day of a member."""

    until = Day(lazy_gettext("Last day in the group"), [InputRequired(lazy_gettext("Enter the last day"))])


@screens.get("/plan/group", endpoint="plan_group")
@requires(Permission.PLAN_VIEW)
def group() -> str:
    """Who belongs to it, who leads it first; below, who did."""
    found = members()
    present = [one for one in found if not one.is_former(today())]
    return show(
        "plan_group",
        members=present,
        former=[one for one in found if one.is_former(today())],
        leads=sum(one.duty is DutyKind.LEAD for one in present),
        duties=DUTIES,
        about=ABOUT_DUTIES,
        may_edit=asker().may(Permission.PLAN_EDIT),
    )


@screens.route("/plan/group/new", methods=["GET", "POST"], endpoint="plan_join")
@requires(Permission.PLAN_EDIT)
def join() -> Page:
    """Take somebody into the group."""
    form = JoinForm(request.form, since=today())
    if request.method == "GET":
        return _joining(form)
    valid = form.validate()
    if not (form.is_complete() and valid) or not _join(form):
        return _joining(form), 422
    flash(gettext("Added to the group."))
    return redirect(url_for("manage.plan_group"), code=303)


def _join(form: JoinForm) -> bool:
    """Whether it was kept; if not, the form says why."""
    try:
        with unit_of_work():
            operations.join(form.membership, actor_id=asker().id, at=clock.now())
    except NoSuchPerson:
        form.tell_unknown()
        return False
    except AlreadyMember:
        field = form.number if form.number.data else form.name
        field.errors = [gettext("They have this duty in the group already")]
        return False
    return True


def _joining(form: JoinForm) -> str:
    return show("plan_join", form=form, about=ABOUT_DUTIES)


@screens.route("/plan/group/<key>", methods=["GET", "POST"], endpoint="plan_member")
@requires(Permission.PLAN_EDIT)
def duty(key: str) -> Page:
    """Another duty for a member; below, the form for the last day."""
    found = member(key)
    form = DutyForm(request.form, duty=found.duty.value, duty_text=found.duty_text)
    if request.method == "GET":
        return _member(found, form, LeaveForm(until=today()))
    if not form.validate() or not _assign(key, form):
        return _member(found, form, LeaveForm(until=today())), 422
    flash(gettext("Saved."))
    return redirect(url_for("manage.plan_group"), code=303)


def _assign(key: str, form: DutyForm) -> bool:
    """Whether it was kept; if not, the form says why."""
    text = form.duty_text.data or ""
    try:
        with unit_of_work():
            operations.assign_duty(key, DutyKind(form.duty.data), text, actor_id=asker().id, at=clock.now())
    except AlreadyMember:
        form.duty.errors = [gettext("They have this duty in the group already")]
        return False
    return True


@screens.post("/plan/group/<key>/leave", endpoint="plan_leave")
@requires(Permission.PLAN_EDIT)
def leave(key: str) -> Page:
    """Note the last day of a member, who then stands among those who were one."""
    found, form = member(key), LeaveForm(request.form)
    as_is = DutyForm(duty=found.duty.value, duty_text=found.duty_text)
    if not form.validate() or form.until.data is None:
        return _member(found, as_is, form), 422
    try:
        with unit_of_work():
            operations.leave(key, form.until.data, actor_id=asker().id, at=clock.now())
    except BadDays:
        form.until.errors = [gettext("Enter a day that is not before the first one")]
        return _member(found, as_is, form), 422
    flash(gettext("Noted."))
    return redirect(url_for("manage.plan_group"), code=303)


def _member(found: Member, form: DutyForm, leaving: LeaveForm) -> str:
    return show("plan_member", member=found, form=form, leaving=leaving, about=ABOUT_DUTIES)
