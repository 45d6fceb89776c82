"""Evidence of learning. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base


class PageRead(Base):
    """A person finished reading a page: which edition of it, and when."""

    __tablename__ = "courses_page_reads"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    course: Mapped[str] = mapped_column(String(60))
    #: ``course/lesson#page``, stable over releases.
    page: Mapped[str] = mapped_column(String(160))
    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"))
    edition: Mapped[str] = mapped_column(ForeignKey("library_editions.sha256"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_courses_page_reads_person_course", "person_id", "course", "page", "at"),)


class CheckAnswer(Base):
    """An answer to an in-lesson check. Never scored."""

    __tablename__ = "courses_check_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    course: Mapped[str] = mapped_column(String(60))
    lesson: Mapped[str] = mapped_column(String(160))
    check_id: Mapped[str] = mapped_column(String(80))
    edition: Mapped[str] = mapped_column(ForeignKey("library_editions.sha256"))
    #: Positions of the chosen options in the order of the text, for example ``0`` or ``0,2``.
    chosen: Mapped[str] = mapped_column(String(40))
    right: Mapped[bool]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_courses_check_answers_person_course", "person_id", "course", "check_id"),)
