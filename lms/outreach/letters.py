"""Letters about changes: printing them together, handing them to the post, those that come back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, delete, func, select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date, start_of_day
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError, NotFound
from lms.notifications import by_hand
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.outreach.mailings import Mailing, PrintedLetter
from lms.people.models import Person, PersonState
from lms.people.queries import person_by_key
from lms.rollouts.recipients import TOPICS
from lms.rollouts.wishes import is_needless

MOST = 1000
"""So many letters are printed together."""
RETURNED = "returned"
"""Why a letter did not arrive: the post brought it back."""


class NothingToPrint(DomainError):
    """Nobody waits for a letter about the change; what there was, somebody else has just printed."""

    code = "nothing-to-print"


class BadPostingDay(DomainError):
    """Letters are posted after they were printed, and not on a day to come."""

    code = "bad-posting-day"

    def __init__(self, since: date, until: date) -> None:
        super().__init__(since=since.isoformat(), until=until.isoformat())
        self.since, self.until = since, until


class AlreadyPosted(DomainError):
    """Somebody has said before when these letters were posted."""

    code = "already-posted"


def mailing(change_key: str, key: str) -> Mailing:
    """A mailing of a change. Raises ``NotFound``."""
    found = select(Mailing).where(Mailing.change == change_key, Mailing.key == key)
    one = session().scalar(found.execution_options(populate_existing=True))
    if one is None:
        raise NotFound(kind="mailing", key=key)
    return one


def unposted() -> Select[int]:
    """Ids of the deliveries that are printed and not posted."""
    printed = select(PrintedLetter.delivery_id).join(Mailing, Mailing.id == PrintedLetter.mailing_id)
    return printed.where(Mailing.posted_on.is_(None))


def to_print(change_key: str) -> Select[int]:
    """Ids of the letters about a change that wait to be printed, those of one city together.

    Who is done meanwhile gets none.
    """
    return (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(
            Message.subject == change_key,
            Message.topic.in_([topic.value for topic in TOPICS.values()]),
            Delivery.channel == Channel.LETTER,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.id.not_in(unposted()),
            Person.state == PersonState.ACTIVE,
            Person.address != "",
            ~is_needless(),
        )
        .order_by(Person.region, Person.number)
    )


def print_letters(change_key: str, text: str, *, actor_id: int, at: datetime) -> str:
    """Put what waits into a mailing, at most ``MOST`` letters; returns its key. Raises ``NothingToPrint``."""
    ids = session().scalars(to_print(change_key).limit(MOST)).all()
    new = Mailing(change=change_key, letters=0, text=text, printed_by=actor_id, printed_at=at)
    session().add(new)
    session().flush()
    taken = _put(ids, new.id) if ids else 0
    if not taken:
        raise NothingToPrint(change=change_key)
    new.letters = taken
    session().flush()
    record("letters.printed", change_key, actor_id=actor_id, at=at, mailing=new.key, count=taken)
    return new.key


def _put(ids: Sequence[int], mailing_id: int) -> int:
    """Put letters into a mailing; what somebody else has printed meanwhile stays there."""
    rows = [{"delivery_id": one, "mailing_id": mailing_id} for one in ids]
    adding = upsert(PrintedLetter).values(rows)
    posted = select(Mailing.id).where(Mailing.posted_on.is_not(None))
    adding = adding.on_conflict_do_update(
        index_elements=["delivery_id"],
        set_={"mailing_id": mailing_id},
        where=PrintedLetter.mailing_id.in_(posted),
    )
    return len(session().scalars(adding.returning(PrintedLetter.delivery_id)).all())


def post(change_key: str, key: str, *, on: date, actor_id: int, at: datetime) -> int:
    """The letters of a mailing were handed to the post: from then on they count as delivered.

    Returns how many. Raises ``NotFound``, ``BadPostingDay`` and ``AlreadyPosted``.
    """
    one = mailing(change_key, key)
    printed_on, today = china_date(one.printed_at), china_date(at)
    if not printed_on <= on <= today:
        raise BadPostingDay(printed_on, today)
    taken = session().execute(
        update(Mailing)
        .where(Mailing.id == one.id, Mailing.posted_on.is_(None))
        .values(posted_on=on, posted_by=actor_id, posted_at=at)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    if taken.one_or_none() is None:
        raise AlreadyPosted(mailing=key)
    sent_at = max(start_of_day(on), one.printed_at)
    count = by_hand.settle(_letters(one.id), Channel.LETTER, at=sent_at)
    facts = {"mailing": key, "on": on.isoformat(), "count": count}
    record("letters.posted", change_key, actor_id=actor_id, at=at, **facts)
    return count


def _letters(mailing_id: int) -> Select[int]:
    return select(PrintedLetter.delivery_id).where(PrintedLetter.mailing_id == mailing_id)


def throw_away(change_key: str, key: str, *, actor_id: int, at: datetime) -> None:
    """A mailing that was not posted is not going to be: its letters wait to be printed anew.

    Raises ``NotFound`` and ``AlreadyPosted``.
    """
    one = mailing(change_key, key)
    session().refresh(one, with_for_update=True)
    if one.posted_on:
        raise AlreadyPosted(mailing=key)
    session().execute(delete(PrintedLetter).where(PrintedLetter.mailing_id == one.id))
    session().delete(one)
    session().flush()
    record("letters.thrown-away", change_key, actor_id=actor_id, at=at, mailing=key, count=one.letters)


def come_back(change_key: str, key: str, person_key: str, *, actor_id: int, at: datetime) -> bool:
    """The post has brought somebody's letter back; false when it was noted before.

    It counts as not delivered from now on. Raises ``NotFound``.
    """
    one, person = mailing(change_key, key), person_by_key(person_key)
    theirs = _letters(one.id).where(PrintedLetter.delivery_id.in_(_of(person.id, change_key)))
    if not by_hand.take_back(theirs, Channel.LETTER, RETURNED, at=at):
        return False
    record("letter.returned", person_key, actor_id=actor_id, at=at, change=change_key, mailing=key)
    return True


def print_again(person_key: str, *, change_key: str = "", at: datetime) -> int:
    """Letters that came back wait to be printed anew: of one change, or of all; returns how many."""
    person = person_by_key(person_key)
    return by_hand.again(_of(person.id, change_key, RETURNED), Channel.LETTER, at=at)


def _of(person_id: int, change_key: str, error: str = "") -> Select[int]:
    """Ids of somebody's letters."""
    found = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.person_id == person_id, Delivery.channel == Channel.LETTER)
    )
    if change_key:
        found = found.where(Message.subject == change_key)
    return found.where(Delivery.error == error) if error else found


def how_many_to_print(change_key: str) -> int:
    """Letters about a change that wait to be printed."""
    waiting = to_print(change_key).order_by(None).subquery()
    return session().scalar(select(func.count()).select_from(waiting)) or 0
