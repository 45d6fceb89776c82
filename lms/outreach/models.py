"""Tables of requests, contacts, relatives and hotlines."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.encryption import Encrypted
from lms.kernel.keys import new_key
from lms.outreach.rules import ContactKind, ContactState, RequestKind, RequestState

_OPEN = text("state = 'open'")
_ONE_OF_A_KIND = text("state = 'open' AND kind <> 'question'")
_VISITED = text("kind = 'visit' AND state = 'done'")


class Request(Base):
    """What somebody asked for, with the day that was promised."""

    __tablename__ = "outreach_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(enum_column(RequestKind))
    #: The question, or where and when they would like it.
    text: Mapped[str] = mapped_column(Encrypted, default="")
    #: Number to be called, where none is on file or another one is wanted.
    phone: Mapped[str] = mapped_column(Encrypted, default="")
    #: ``course/lesson`` that they came from; empty when none.
    lesson: Mapped[str] = mapped_column(String(130), default="")
    #: Topic of the library that a question is about; empty text: none of them.
    topic: Mapped[str | None] = mapped_column(String(60))
    asked_at: Mapped[datetime]
    promised_on: Mapped[date]
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState), default=RequestState.OPEN)
    answer: Mapped[str] = mapped_column(Encrypted, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(state = 'done') = (answered_at IS NOT NULL)", name="done_at_an_instant"),
        Index("ix_outreach_requests_waiting", "state", "promised_on"),
        Index("uq_outreach_requests_open", "person_id", "kind", unique=True,
              sqlite_where=_ONE_OF_A_KIND, postgresql_where=_ONE_OF_A_KIND),
    )  # fmt: skip


class Contact(Base):
    """A call or a visit that somebody has taken on. A person has one open contact of a kind."""

    __tablename__ = "outreach_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(enum_column(ContactKind))
    #: Codes of ``Reason`` as they were when it was taken.
    reasons: Mapped[list[str]] = mapped_column(JSON)
    #: Ids of the deliveries by telephone that it is to make.
    deliveries: Mapped[list[int]] = mapped_column(JSON)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("outreach_requests.id"), index=True)
    assigned_to: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    taken_at: Mapped[datetime]
    #: The day promised to who asked.
    promised_on: Mapped[date | None]
    state: Mapped[ContactState] = mapped_column(enum_column(ContactState), default=ContactState.OPEN)
    #: Code of ``Result``; empty before the first try.
    result: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    next_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: The session with a helper in which it was done, if it was.
    assistance_id: Mapped[int | None]

    __table_args__ = (
        Index("uq_outreach_contacts_open", "person_id", "kind", unique=True,
              sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_outreach_contacts_visit_a_day", "person_id", "done_on", unique=True,
              sqlite_where=_VISITED, postgresql_where=_VISITED),
        Index("ix_outreach_contacts_assigned", "assigned_to", "state"),
        Index("ix_outreach_contacts_state", "state", "done_on"),
    )  # fmt: skip


class Relative(Base):
    """A member of the family who may help, named by the person."""

    __tablename__ = "outreach_family"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    #: As they say it: daughter, grandson, neighbour.
    relation: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(Encrypted, default="")
    #: The day on which the person agreed.
    consent_on: Mapped[date]
    noted_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    noted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Hotline(Base):
    """The company's own number for people insured in a place; the region ``''`` is everywhere."""

    __tablename__ = "outreach_hotlines"

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    phone: Mapped[str] = mapped_column(String(40))
    #: When somebody answers.
    hours: Mapped[str] = mapped_column(String(80), default="")
