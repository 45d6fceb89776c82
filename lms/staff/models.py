"""Tables of staff imports. What the files say is personal data, and encrypted."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.encryption import Encrypted
from lms.kernel.keys import new_key


class Covers(StrEnum):
    """Whether a file speaks of some people only, or of everybody: then who is not in it has left."""

    SOME = "some"
    ALL = "all"


class Rows(StrEnum):
    """What is taken of a file: all of it, which has to be without fault, or the good rows."""

    ALL = "all"
    GOOD = "good"


class ImportState(StrEnum):
    """How far an import has come."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"


class Kind(StrEnum):
    """What a row would do; of several things the weightiest, in this order after ``fault``."""

    FAULT = "fault"
    ADD = "add"
    RETURN = "return"
    LEAVE = "leave"
    RETIRE = "retire"
    MOVE = "move"
    CHANGE = "change"
    SAME = "same"


class Import(Base):
    """A file of people on its way into the register."""

    __tablename__ = "staff_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    file_name: Mapped[str] = mapped_column(String(200))
    covers: Mapped[Covers] = mapped_column(enum_column(Covers))
    #: Whether departments that there are not yet are made, instead of being faults.
    creates_departments: Mapped[bool]
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState), default=ImportState.UPLOADED)
    #: Rows of the file, and how many of them are checked.
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    #: Kind → rows; under ``departments`` the paths to be made, under ``active`` the people there were before.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Faults of the file as a whole: ``[{"line", "column", "code", "facts"}]``.
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)
    #: Faults altogether, those of rows among them.
    faults_n: Mapped[int] = mapped_column(default=0)
    #: Why it failed, as a code.
    error: Mapped[str] = mapped_column(String(40), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    uploaded_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: What is or was to be applied, and by whom.
    taken: Mapped[Rows | None] = mapped_column(enum_column(Rows))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: Who works at it now, and when that worker was last heard of.
    worker: Mapped[str] = mapped_column(String(24), default="")
    heard_at: Mapped[datetime | None]
    #: How often it was taken up in its present state.
    tries: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_staff_imports_state", "state"),)


class ImportPart(Base):
    """A piece of an uploaded file in base64, thrown away as soon as the rows are staged."""

    __tablename__ = "staff_import_parts"

    import_id: Mapped[int] = mapped_column(ForeignKey("staff_imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Encrypted)


class ImportRow(Base):
    """A row of the file with what it would do, or somebody who is not in it and would leave."""

    __tablename__ = "staff_import_rows"

    import_id: Mapped[int] = mapped_column(ForeignKey("staff_imports.id"), primary_key=True)
    #: The line in the file; negative for somebody who is not in it.
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    number: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: JSON of what changes, as texts: ``{"name", "old": {column: text}, "new": {column: text}}``, of a faulty
    #: row ``{"name", "cells": {column: text}}``. Empty where nothing changes, and once it is applied.
    cells: Mapped[str] = mapped_column(Encrypted, default="")
    #: Names of the columns that change.
    changed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    #: ``[{"column", "code", "facts"}]``; what was found stands in ``cells`` alone.
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)

    __table_args__ = (
        Index("ix_staff_import_rows_import_id_kind", "import_id", "kind", "line"),
        Index("ix_staff_import_rows_import_id_number", "import_id", "number"),
    )
