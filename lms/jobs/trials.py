"""One message to oneself over a channel, to see whether it works. Outside the outbox, and at once."""

from datetime import datetime
from functools import partial

from lms.jobs import mail, sms, wecom
from lms.jobs.messages import Connect
from lms.kernel.database import unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import channels
from lms.notifications.rules import Channel, Letter, Unreachable


def try_channel(channel: Channel, settings: Settings, letter: Letter, at: datetime) -> str:
    """Send a letter; returns the code with which it was refused, or nothing. What came of it is on record.

    Also over a channel that is off or refused, as long as it is set up. Needs no transaction of the caller's.
    """
    connect = _connect(channel, settings)
    if connect is None:
        return "not-set-up"
    if not letter.address:
        return "no-address"
    try:
        with connect() as post:
            (refusal,) = post([letter])
    except Unreachable as error:
        return error.code
    if refusal is not None:
        return refusal.code
    with unit_of_work():
        channels.note_working(channel, at)
    return ""


def _connect(channel: Channel, settings: Settings) -> Connect | None:
    if channel is Channel.WECOM:
        return wecom.opens(settings, on_trial=True)
    if channel is Channel.SMS:
        return sms.opens(settings, on_trial=True)
    return partial(mail.connected, settings.mail) if channel is Channel.EMAIL and settings.mail else None
