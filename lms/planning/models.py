"""Tables of the training year. Amounts of money are whole fen."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.planning.rules import Category, DutyKind, EntryKind, EntryState


class Year(Base):
    """A training year that has been opened."""

    __tablename__ = "planning_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    opened_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: When what is approved was last changed: entries, the amount a head, planned amounts.
    changed_at: Mapped[datetime]


class Entry(Base):
    """Something planned in a year, from a day to a day."""

    __tablename__ = "planning_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    year: Mapped[int] = mapped_column(ForeignKey("planning_years.year"))
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    #: What opening a year knows it by; empty for one's own.
    code: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160), default="", server_default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Course that belongs to it; empty when none.
    course: Mapped[str] = mapped_column(String(60), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[EntryState] = mapped_column(enum_column(EntryState), default=EntryState.PLANNED)
    done_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on_a_day"),
        UniqueConstraint("year", "code"),
        Index("ix_planning_entries_days", "starts_on", "ends_on"),
        Index("ix_planning_entries_ends", "ends_on"),
    )


_PRESENT, _NAMED = text("until IS NULL"), text("until IS NULL AND name <> ''")


class Member(Base):
    """Somebody in the project group: a person of the organisation, or somebody from outside by name."""

    __tablename__ = "planning_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    organisation: Mapped[str] = mapped_column(String(120), default="", server_default="")
    duty: Mapped[DutyKind] = mapped_column(enum_column(DutyKind))
    duty_text: Mapped[str] = mapped_column(String(200), default="", server_default="")
    since: Mapped[date]
    #: The last day; while somebody is a member there is none.
    until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(person_id IS NULL) = (name <> '')", name="of_the_house_or_named"),
        CheckConstraint("until >= since", name="leaves_after_joining"),
        Index("uq_planning_members_person", "person_id", "duty", unique=True,
              sqlite_where=_PRESENT, postgresql_where=_PRESENT),
        Index("uq_planning_members_name", "name", "duty", unique=True,
              sqlite_where=_NAMED, postgresql_where=_NAMED),
    )  # fmt: skip


class Budget(Base):
    """How much a head is reserved in a year, and for how many heads."""

    __tablename__ = "planning_budgets"

    year: Mapped[int] = mapped_column(ForeignKey("planning_years.year"), primary_key=True)
    per_head_fen: Mapped[int]
    heads: Mapped[int]
    #: The day on which the heads were counted.
    counted_on: Mapped[date]

    __table_args__ = (CheckConstraint("per_head_fen >= 0 AND heads >= 0", name="not_below_nothing"),)


class Cost(Base):
    """An amount of a budget: planned, or spent on a day."""

    __tablename__ = "planning_costs"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    year: Mapped[int] = mapped_column(ForeignKey("planning_years.year"), index=True)
    category: Mapped[Category] = mapped_column(enum_column(Category))
    is_spent: Mapped[bool]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    #: Empty of what is only planned.
    spent_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200))
    #: The workshop that it was for; empty when none.
    event_key: Mapped[str] = mapped_column(String(16), default="", server_default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    entered_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="an_amount"),
        CheckConstraint("is_spent = (spent_on IS NOT NULL)", name="spent_on_a_day"),
    )


class Feed(Base):
    """A person's address for calendar programs. What stands in the address is stored nowhere."""

    __tablename__ = "planning_feeds"

    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), primary_key=True)
    #: Blind index of the token.
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
