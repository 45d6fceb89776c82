"""Tables of releases, their files, and what the files say."""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base
from lms.kernel.keys import new_key


class Release(Base):
    """One published state of the whole library. Never changed."""

    __tablename__ = "library_releases"

    #: Random, so that what is kept in memory under it can never belong to another database.
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=partial(new_key, 12))
    published_at: Mapped[datetime]
    #: The person who published in the browser; empty for a publish from files.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: SHA-256 over the sorted lines ``path sha256``.
    manifest: Mapped[str] = mapped_column(String(64))


class Live(Base):
    """The one row that names the live release."""

    __tablename__ = "library_live"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"))
    #: Another number whenever the marks below change, so that they can be kept in memory under it.
    marks: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class Mark(Base):
    """An item that may be out of date until somebody has looked at it: readers are told."""

    __tablename__ = "library_marks"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    #: Public key of what made it stale.
    cause: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: The day from which the rule behind it differs; empty when that is not known.
    since: Mapped[date | None]
    #: True for what may not be asked meanwhile, because its key may be wrong.
    withheld: Mapped[bool]


class Blob(Base):
    """The bytes of a file under their hash."""

    __tablename__ = "library_blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ReleaseFile(Base):
    """A line of a release's manifest."""

    __tablename__ = "library_files"

    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("library_blobs.sha256"))


class Edition(Base):
    """A compiled item under the hash of its body: what a record means by "the version taught"."""

    __tablename__ = "library_editions"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(160))
    body: Mapped[dict[str, Any]]


class ReleaseItem(Base):
    """An item of a release: which edition of it, and where it stands in the files."""

    __tablename__ = "library_items"

    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    edition: Mapped[str] = mapped_column(ForeignKey("library_editions.sha256"))
    #: Order within its kind.
    position: Mapped[int]
    path: Mapped[str] = mapped_column(String(300))
    line: Mapped[int]


class Reference(Base):
    """Derived from the text: an item of a release uses a clause, a parameter or a page."""

    __tablename__ = "library_references"

    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    target_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target: Mapped[str] = mapped_column(String(160), primary_key=True)

    __table_args__ = (Index("ix_library_references_target", "release_id", "target_kind", "target"),)
