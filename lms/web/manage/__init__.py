"""HR's desk: what waits, who has come how far, one person's record, help, where the content comes from."""

from lms.web.manage import desk, exports, helping, papers, password, progress, record, sources
from lms.web.manage.parts import screens

__all__ = ["desk", "exports", "helping", "papers", "password", "progress", "record", "screens", "sources"]
