"""Tables of letters: what was printed together, and when it was posted."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base
from lms.kernel.keys import new_key


class Mailing(Base):
    """Letters about a change that were printed together."""

    __tablename__ = "outreach_mailings"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    #: Key of the change.
    change: Mapped[str] = mapped_column(String(80))
    #: How many were printed; some may be printed again later with others.
    letters: Mapped[int]
    #: What the covering letter says, the same to everybody.
    text: Mapped[str] = mapped_column(Text)
    printed_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    printed_at: Mapped[datetime]
    #: The day on which they were handed to the post, and who said so.
    posted_on: Mapped[date | None]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    posted_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_outreach_mailings_change", "change"),)


class PrintedLetter(Base):
    """A delivery by letter in the mailing that it was last printed with."""

    __tablename__ = "outreach_letters"

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("outreach_mailings.id"), index=True)
