"""Channels: how people are reached, what is refused and where it is mended, a test to oneself, on and off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.jobs.trials import try_channel
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.keys import new_key
from lms.kernel.permissions import Permission
from lms.kernel.settings import Settings
from lms.notifications import channels as setups
from lms.notifications import robots
from lms.notifications.channels import Setup
from lms.notifications.rules import BY_HAND, Channel, Letter
from lms.web.addresses import url_for
from lms.web.context import settings
from lms.web.guard import asker, requires
from lms.web.manage.channel_forms import SmsForm, WecomForm, masked
from lms.web.manage.channel_words import CHANNELS, ROBOTS, refusal
from lms.web.manage.parts import screens, show

Page = str | tuple[str, int] | Response
_FORMS: Mapping[Channel, type[WecomForm | SmsForm]] = {Channel.WECOM: WecomForm, Channel.SMS: SmsForm}
_TO_MEND = "not-set-up"


@dataclass(frozen=True)
class Line:
    """A channel in the list. ``available`` is false where the installation lacks what it needs."""

    channel: Channel
    setup: Setup
    is_set_up: bool
    available: bool

    @property
    def state(self) -> str:
        """One word for where it stands."""
        if not self.is_set_up:
            return "missing"
        if not self.setup.is_on:
            return "off"
        return "refused" if self.setup.error else "on"


@screens.get("/channels")
@requires(Permission.CHANNELS_EDIT)
def channels() -> str:
    """All channels and robots, and what is wrong with which."""
    known, here = setups.setups(), settings()
    lines = [
        _line(channel, known.get(channel, Setup()), here) for channel in Channel if channel not in BY_HAND
    ]
    return show(
        "channels",
        lines=lines,
        robots=robots.robots(),
        names=CHANNELS,
        kinds=ROBOTS,
        refusal=refusal,
    )


def _line(channel: Channel, setup: Setup, here: Settings) -> Line:
    by_hand = channel in _FORMS
    available = {Channel.EMAIL: here.mail is not None, Channel.SMS: bool(here.gateways.sms)}.get(
        channel, True
    )
    return Line(channel, setup, available and (bool(setup.values) or not by_hand), available)


@screens.route("/channels/<any(wecom, sms):name>", methods=["GET", "POST"], endpoint="channel")
@requires(Permission.CHANNELS_EDIT)
def set_up(name: str) -> Page:
    """How one channel is set up."""
    channel = Channel(name)
    found = setups.setup(channel)
    kept = {"secret": found.values.get("secret", "")}
    form = _FORMS[channel](request.form if request.method == "POST" else None, data=_open(found), kept=kept)
    if request.method == "GET":
        marked = form.mark(found.error)
        return _page(channel, form, said="" if marked else refusal(found.error))
    if not form.validate():
        return _page(channel, form), 422
    with unit_of_work():
        setups.set_up(channel, form.values())
        record("channel.set-up", name, actor_id=asker().id, at=clock.now())
    flash(gettext("Saved. Send a test to yourself to see whether it works."))
    return redirect(url_for("manage.channel", name=name), code=303)


def _open(found: Setup) -> Mapping[str, str]:
    """What may be shown of the settings."""
    return {name: value for name, value in found.values.items() if name != "secret"}


def _page(channel: Channel, form: WecomForm | SmsForm, said: str = "") -> str:
    found = setups.setup(channel)
    return show(
        "channel",
        line=_line(channel, found, settings()),
        form=form,
        said=said,
        title=CHANNELS[channel],
        masked=masked(found.values.get("secret", "")),
    )


@screens.post("/channels/<any(email, wecom, sms):name>/test", endpoint="channel_test")
@requires(Permission.CHANNELS_EDIT)
def test(name: str) -> Response:
    """A message to oneself, at once. What is refused is told where it is mended."""
    channel, at, here = Channel(name), clock.now(), asker()
    code = try_channel(channel, settings(), _letter(setups.address_of(here.id, channel)), at)
    with unit_of_work():
        record("channel.tested", name, actor_id=here.id, at=at, result=code or "ok")
    if not code:
        flash(gettext("The test is on its way to you: %(channel)s.", channel=str(CHANNELS[channel])))
        return redirect(url_for("manage.channels"), code=303)
    flash(gettext("The test was not sent: %(why)s.", why=refusal(code)), "bad")
    to_form = setups.setup(channel).error or code == _TO_MEND
    there: dict[str, Any] = {"name": name} if to_form and channel in _FORMS else {}
    return redirect(url_for("manage.channel" if there else "manage.channels", **there), code=303)


def _letter(address: str) -> Letter:
    title = gettext("Test from Xuanguan")
    text = gettext("This channel works. You asked for this test yourself.")
    link = settings().address
    return Letter(new_key(12), address, title, f"{text}\n\n{link}\n", text, link, link)


@screens.post("/channels/<any(email, wecom, sms):name>/switch", endpoint="channel_switch")
@requires(Permission.CHANNELS_EDIT)
def switch(name: str) -> Response:
    """On or off, as the button said."""
    on = request.form.get("on") == "1"
    with unit_of_work():
        setups.switch(Channel(name), on=on)
        act = "channel.switched-on" if on else "channel.switched-off"
        record(act, name, actor_id=asker().id, at=clock.now())
    channel = str(CHANNELS[Channel(name)])
    flash(
        gettext("%(channel)s is on.", channel=channel)
        if on
        else gettext("%(channel)s is off.", channel=channel)
    )
    return redirect(url_for("manage.channels"), code=303)
