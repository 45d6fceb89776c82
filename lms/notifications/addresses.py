"""Where a channel reaches a person, and why not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlalchemy.orm import InstrumentedAttribute

from lms.notifications.models import Channel
from lms.people.models import Person, PersonState

NO_ADDRESS, REFUSED, LEFT = "no-address", "refused", "left"
"""Why somebody cannot be written to over a channel."""
_COLUMNS: Mapping[Channel, InstrumentedAttribute[str]] = {
    Channel.EMAIL: Person.email,
    Channel.WECOM: Person.wecom_id,
    Channel.SMS: Person.phone,
    Channel.LETTER: Person.address,
    Channel.CALL: Person.phone,
}


def has_address(channel: Channel) -> ColumnElement[bool]:
    """True where there is an address that is not known to be refused; ``Person`` has to be joined."""
    there = _COLUMNS[channel] != ""
    return there & (Person.email_error == "") if channel is Channel.EMAIL else there


def address_columns(channel: Channel) -> tuple[Any, ...]:
    """What ``address_of`` needs, in this order."""
    error = Person.email_error if channel is Channel.EMAIL else literal("")
    return Person.state, _COLUMNS[channel], error


def address_of(state: PersonState, address: str, error: str) -> tuple[str, str]:
    """The address and an empty reason, or no address and why."""
    if state is not PersonState.ACTIVE:
        return "", LEFT
    if not address:
        return "", NO_ADDRESS
    return ("", REFUSED) if error else (address, "")
