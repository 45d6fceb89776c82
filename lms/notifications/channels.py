"""How each channel to single people is set up, and whether it is refused at present."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column, session, upsert
from lms.kernel.encryption import Encrypted
from lms.notifications.rules import Channel
from lms.people.models import Person


class ChannelSetup(Base):
    """A channel that somebody has set up, or switched off."""

    __tablename__ = "notifications_channels"

    channel: Mapped[Channel] = mapped_column(enum_column(Channel), primary_key=True)
    #: A JSON object; which names it has, the channel says. Empty where the installation's settings say all.
    settings: Mapped[str] = mapped_column(Encrypted, default="")
    is_on: Mapped[bool] = mapped_column(default=True)
    #: Code with which it is refused until somebody mends it; empty while it is not.
    error: Mapped[str] = mapped_column(String(80), default="")
    #: When it last took something, or was refused.
    checked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Setup:
    """How a channel is set up; ``values`` is empty while it is not."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_on: bool = True
    error: str = ""
    checked_at: datetime | None = None


def setup(channel: Channel) -> Setup:
    """How this channel is set up at present."""
    return setups().get(channel, Setup())


def setups() -> dict[Channel, Setup]:
    """Channel → how it is set up; those that nobody has touched are left out."""
    columns = (ChannelSetup.settings, ChannelSetup.is_on, ChannelSetup.error, ChannelSetup.checked_at)
    rows = session().execute(select(ChannelSetup.channel, *columns))
    return {
        row.channel: Setup(json.loads(row.settings or "{}"), row.is_on, row.error, row.checked_at)
        for row in rows
    }


def address_of(person_id: int, channel: Channel) -> str:
    """Where a channel reaches a person; empty where it does not."""
    columns = {Channel.EMAIL: Person.email, Channel.WECOM: Person.wecom_id, Channel.SMS: Person.phone}
    if channel not in columns:
        return ""
    return session().scalar(select(columns[channel]).where(Person.id == person_id)) or ""


def is_off(channel: Channel) -> bool:
    """Whether somebody has switched it off."""
    return session().scalar(select(ChannelSetup.is_on).where(ChannelSetup.channel == channel)) is False


def set_up(channel: Channel, values: Mapping[str, str]) -> None:
    """Keep the settings of a channel. What it was refused for is forgotten: it is about to be seen anew."""
    _put(channel, settings=json.dumps(dict(values)), error="", checked_at=None)


def switch(channel: Channel, *, on: bool) -> None:
    """Switch a channel on or off."""
    _put(channel, is_on=on)


def note_refused(channel: Channel, code: str, at: datetime) -> None:
    """It is refused, and nothing goes out over it until somebody has mended it."""
    _put(channel, error=code, checked_at=at)


def note_working(channel: Channel, at: datetime) -> None:
    """It has just taken something."""
    _put(channel, error="", checked_at=at)


def _put(channel: Channel, **values: object) -> None:
    new = {"settings": "", "is_on": True, "error": "", **values}
    putting = upsert(ChannelSetup).values(channel=channel, **new)
    session().execute(putting.on_conflict_do_update(index_elements=["channel"], set_=values))
