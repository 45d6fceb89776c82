"""Tables of persons and departments."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.encryption import Encrypted
from lms.kernel.keys import new_key


class Audience(StrEnum):
    """Whom a course is written for."""

    HR = "hr"
    EMPLOYEE = "employee"
    RETIREE = "retiree"


class Status(StrEnum):
    """Standing towards medical insurance."""

    IN_SERVICE = "in_service"
    RETIRED = "retired"


class PersonState(StrEnum):
    """Whether a person belongs to the organisation today."""

    ACTIVE = "active"
    LEFT = "left"


class ReachBy(StrEnum):
    """How somebody wants to be told what is new; by telephone it is a person who tells it."""

    APP = "app"
    SMS = "sms"
    LETTER = "letter"
    CALL = "call"


class Department(Base):
    """A node of the department tree."""

    __tablename__ = "people_departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Stands in addresses and filters; never changes.
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("people_departments.id"), index=True)
    #: The person who answers for this department.
    head_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id", use_alter=True), index=True)

    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)


class Person(Base):
    """Somebody who is to be trained. Records hang on ``id``; the number may change, the key never."""

    __tablename__ = "people_persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    #: Employee number, the name used to sign in.
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    status: Mapped[Status] = mapped_column(enum_column(Status))
    #: GB/T 2260 code of the city where the person is insured.
    region: Mapped[str] = mapped_column(String(6))
    department_id: Mapped[int] = mapped_column(ForeignKey("people_departments.id"), index=True)
    hired_on: Mapped[date]
    #: Address at work for notices; empty when there is none.
    email: Mapped[str] = mapped_column(String(254), default="")
    #: Why a mail server refused this address for good, as a code; empty while nobody did.
    email_error: Mapped[str] = mapped_column(String(40), default="", server_default="")
    phone: Mapped[str] = mapped_column(Encrypted, default="", server_default="")
    id_number: Mapped[str] = mapped_column(Encrypted, default="", server_default="")
    #: Blind index of the ID number: two persons never share one.
    id_index: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    #: Member id in the organisation's WeCom.
    wecom_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    #: Where letters go, as it is written on an envelope.
    address: Mapped[str] = mapped_column(Encrypted, default="", server_default="")
    reach: Mapped[ReachBy] = mapped_column(enum_column(ReachBy), default=ReachBy.APP, server_default="app")
    #: The last day; while somebody is with the organisation there is none.
    left_on: Mapped[date | None]
    state: Mapped[PersonState] = mapped_column(enum_column(PersonState), default=PersonState.ACTIVE)

    __table_args__ = (
        CheckConstraint("(audience = 'retiree') = (status = 'retired')", name="retirees_are_retired"),
        Index("ix_people_persons_state_audience", "state", "audience"),
        Index("ix_people_persons_hired_on", "hired_on"),
    )
