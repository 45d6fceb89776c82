"""The table of drafts: files that somebody is changing in the browser."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base


class Draft(Base):
    """A file of the library as it will read once its workspace is published."""

    __tablename__ = "publishing_drafts"

    #: ``content`` for everyday editing, or the key of the change of policy that the draft belongs to.
    workspace: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    #: Empty means: the file is to be removed.
    text: Mapped[str | None] = mapped_column(Text)
    #: SHA-256 of the live file that the draft started from; empty for a new file.
    base: Mapped[str] = mapped_column(String(64))
    #: Counted up at every save; a page that knows an older one is refused.
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    saved_at: Mapped[datetime]
