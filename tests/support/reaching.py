"""People who are told in a way of their own. Needs an application context."""

from sqlalchemy import select

from lms.kernel.database import session
from lms.notifications.models import Channel, Delivery, Message
from lms.people.models import Person, ReachBy

STREET = "北京市朝阳区安苑路8号3号楼201"
PHONE = "13800000013"


def wants(person: Person, reach: ReachBy, *, address: str = STREET, phone: str = PHONE) -> Person:
    """The person, told that way from now on, with an address and a number unless there is to be none."""
    person.reach, person.address, person.phone = reach, address, phone
    session().commit()
    return person


def ways_of(person: Person) -> dict[str, str]:
    """Channel besides the inbox → state of what was sent to somebody."""
    session().rollback()
    found = (
        select(Delivery.channel, Delivery.state)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.person_id == person.id, Delivery.channel != Channel.INBOX)
    )
    return {row.channel.value: row.state.value for row in session().execute(found)}


def deliveries_of(person: Person, channel: Channel) -> list[int]:
    """Ids of what goes to somebody over a channel."""
    found = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.person_id == person.id, Delivery.channel == channel)
    )
    return list(session().scalars(found))
