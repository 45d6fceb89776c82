"""Records of learners that would belong to nothing if a text went: a fault, for no record is lost."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, select

from lms.assignments.models import Assignment
from lms.courses.models import PageRead
from lms.kernel.database import session
from lms.library.faults import Fault, Item
from lms.library.models import ReleaseItem
from lms.library.queries import live_release
from lms.quizzes.models import Attempt


def orphaned(items: Sequence[Item]) -> list[Fault]:
    """Faults of a library in which a course, a quiz or a lesson of the live release is gone that people have
    been assigned, have sat or have read. They stand at the file that is live.

    A single page or question may go while its lesson or quiz stays: records name the edition that was read
    or asked, and that is kept for good.
    """
    kept = {(item.kind, item.key) for item in items}
    gone = [row for row in _live() if (row[0], row[1]) not in kept]
    found = [(key, path, _records(kind, key)) for kind, key, path in gone]
    return [Fault(path, 1, 1, "would-orphan-records", key, str(count)) for key, path, count in found if count]


def _live() -> Iterable[tuple[str, str, str]]:
    rows = session().execute(
        select(ReleaseItem.kind, ReleaseItem.key, ReleaseItem.path)
        .where(ReleaseItem.release_id == live_release(), ReleaseItem.kind.in_(("course", "quiz", "lesson")))
        .order_by(ReleaseItem.position)
    )
    return [(row.kind, row.key, row.path) for row in rows]


def _records(kind: str, key: str) -> int:
    where: ColumnElement[bool]
    if kind == "course":
        where = Assignment.course == key
    elif kind == "quiz":
        where = Attempt.quiz == key
    else:
        prefix = f"{key}#"
        course = PageRead.course == key.partition("/")[0]
        where = course & (func.substr(PageRead.page, 1, len(prefix)) == prefix)
    return session().scalar(select(func.count()).where(where)) or 0
