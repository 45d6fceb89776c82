"""Robots that speak in groups: adding one, setting it up, a test, what it posted and what waits."""

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.jobs.robots import try_robot
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.notifications import group_posts, robots
from lms.notifications.robots import Robot
from lms.people.queries import department_tree
from lms.web.addresses import url_for
from lms.web.context import settings
from lms.web.group_texts import group_text
from lms.web.guard import asker, requires
from lms.web.manage.channel_forms import RobotForm, masked
from lms.web.manage.channel_words import ROBOTS, refusal
from lms.web.manage.channels import Page
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import as_choices


@screens.route("/channels/robots/new", methods=["GET", "POST"], endpoint="robot_new")
@requires(Permission.CHANNELS_EDIT)
def new() -> Page:
    """A robot that is not known yet."""
    form = _form(None)
    if request.method == "GET":
        return show("robot", form=form, robot=None)
    if not form.validate():
        return show("robot", form=form, robot=None), 422
    with unit_of_work():
        added = robots.add(form.said())
        key = added.key
        record(
            "robot.added", key, actor_id=asker().id, at=clock.now(), kind=added.kind.value, name=added.name
        )
    flash(gettext("The robot is added. Send a test into the group to see whether it works."))
    return redirect(url_for("manage.robot", key=key), code=303)


@screens.route("/channels/robots/<key>", methods=["GET", "POST"], endpoint="robot")
@requires(Permission.CHANNELS_EDIT)
def change(key: str) -> Page:
    """How a robot is set up, and what it posted."""
    found = robots.robot(key)
    form = _form(found)
    if request.method == "GET":
        marked = form.mark(found.error)
        return _page(found, form, said="" if marked else refusal(found.error))
    if not form.validate():
        return _page(found, form), 422
    said = form.said()
    with unit_of_work():
        robots.change(key, said)
        record(
            "robot.changed", key, actor_id=asker().id, at=clock.now(), kind=said.kind.value, name=said.name
        )
    flash(gettext("Saved. Send a test into the group to see whether it works."))
    return redirect(url_for("manage.robot", key=key), code=303)


def _form(found: Robot | None) -> RobotForm:
    data = {"kind": "wecom", "department": ""}
    if found:
        data = {name: getattr(found, name) for name in ("name", "kind", "keyword", "department")}
    kept = {"address": found.token, "secret": found.secret} if found and _is_same_kind(found) else {}
    form = RobotForm(request.form if request.method == "POST" else None, data=data, kept=kept)
    form.gateways = settings().gateways
    indented = [(node.key, "　" * node.depth + node.name) for node in department_tree()]
    form.department.choices = as_choices([("", gettext("The whole company")), *indented])
    return form


def _is_same_kind(found: Robot) -> bool:
    """What one service gave is of no use to another, and is not shown to it."""
    return request.form.get("kind", found.kind) == found.kind


def _page(found: Robot, form: RobotForm, said: str = "") -> str:
    posts = group_posts.recent(found.key)
    return show(
        "robot",
        form=form,
        robot=found,
        said=said,
        masked={"address": masked(found.token), "secret": masked(found.secret)},
        posts=[(one, group_text(one.topic, one.facts).title) for one in posts],
        refusal=refusal,
        kinds=ROBOTS,
    )


@screens.post("/channels/robots/<key>/test", endpoint="robot_test")
@requires(Permission.CHANNELS_EDIT)
def test(key: str) -> Response:
    """A test into the group, at once."""
    access, at = group_posts.access(key), clock.now()
    if access is None:
        raise NotFound(kind="robot", key=key)
    code = try_robot(access, at)
    with unit_of_work():
        record("robot.tested", key, actor_id=asker().id, at=at, result=code or "ok")
    if code:
        flash(gettext("The test was not posted: %(why)s.", why=refusal(code)), "bad")
    else:
        flash(gettext("The test is in the group."))
    return redirect(url_for("manage.robot", key=key), code=303)


@screens.post("/channels/robots/<key>/switch", endpoint="robot_switch")
@requires(Permission.CHANNELS_EDIT)
def switch(key: str) -> Response:
    """On or off, as the button said."""
    on = request.form.get("on") == "1"
    with unit_of_work():
        robots.switch(key, clock.now(), on=on)
        act = "robot.switched-on" if on else "robot.switched-off"
        record(act, key, actor_id=asker().id, at=clock.now())
    flash(gettext("The robot is on.") if on else gettext("The robot is off. What waited will not be posted."))
    return redirect(url_for("manage.robot", key=key), code=303)


@screens.post("/channels/robots/<key>/again", endpoint="robot_again")
@requires(Permission.CHANNELS_EDIT)
def again(key: str) -> Response:
    """What was given up is tried once more."""
    robots.robot(key)
    at = clock.now()
    with unit_of_work():
        count = group_posts.try_again(key, at)
        if count:
            record("robot.posts-requeued", key, actor_id=asker().id, at=at, count=count)
    flash(ngettext("%(num)s post is tried again.", "%(num)s posts are tried again.", count))
    return redirect(url_for("manage.robot", key=key), code=303)


@screens.route("/channels/robots/<key>/remove", methods=["GET", "POST"], endpoint="robot_remove")
@requires(Permission.CHANNELS_EDIT)
def remove(key: str) -> Page:
    """One question, then it is gone."""
    found = robots.robot(key)
    if request.method == "GET":
        return show("robot_remove", robot=found)
    with unit_of_work():
        name = robots.robot(key).name
        robots.remove(key)
        record("robot.removed", key, actor_id=asker().id, at=clock.now(), name=name)
    flash(gettext("The robot of %(name)s is removed.", name=name))
    return redirect(url_for("manage.channels"), code=303)
