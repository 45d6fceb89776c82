"""Approving the unit that says what changed: its drafts go live, and its audience may be given it."""

from datetime import date, datetime

from sqlalchemy import select, update

from lms.courses.queries import courses_of
from lms.courses.rules import CourseKind
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError, NotFound
from lms.library.operations import LiveHasMoved
from lms.library.queries import files, live_release_id
from lms.people.models import Audience
from lms.publishing import drafts
from lms.publishing.models import Draft
from lms.publishing.operations import HasFaults, check, publish
from lms.rollouts.models import Change, Delivery
from lms.rollouts.running import change_under_way


class UnitNotFit(DomainError):
    """The unit cannot go to this audience. Fact ``why``: ``missing``, ``kind`` or ``audience``."""

    code = "unit-not-fit"


class UnitApproved(DomainError):
    """Somebody has approved the unit for this audience before."""

    code = "unit-approved"


def approve_unit(
    change_key: str, audience: Audience, *, actor_id: int, at: datetime, day: date | None = None
) -> None:
    """Publish what is drafted of the unit, and let it go to the audience as soon as its materials are done.

    Only files of this unit go live, so that one that is not finished holds nobody else; the library is
    checked as of *day*; left out, as of today. Raises ``NotRunning``, ``NotFound``, ``UnitApproved``,
    ``UnitNotFit``, ``HasFaults`` and ``LiveHasMoved``.
    """
    change = change_under_way(change_key)
    unit = _take(change, audience, actor_id, at)
    _publish_unit(change_key, unit, actor_id, at, day or china_date(at))
    _check_fit(unit, audience)
    record("change.unit-approved", change_key, actor_id=actor_id, at=at, audience=audience.value, unit=unit)


def _take(change: Change, audience: Audience, actor_id: int, at: datetime) -> str:
    """The unit's name, once it is approved by this person."""
    mine = (Delivery.change_id == change.id, Delivery.audience == audience)
    unit = session().scalar(
        update(Delivery)
        .where(*mine, Delivery.approved_at.is_(None))
        .values(approved_by=actor_id, approved_at=at)
        .returning(Delivery.unit)
        .execution_options(synchronize_session=False)
    )
    if unit is None and session().scalar(select(Delivery.unit).where(*mine)) is None:
        raise NotFound(kind="delivery", key=audience.value)
    if unit is None:
        raise UnitApproved(audience=audience.value)
    return unit


def is_of_unit(path: str, unit: str) -> bool:
    """Whether a file belongs to a unit."""
    return path == f"quizzes/{unit}.yaml" or path.startswith(f"content/courses/{unit}/")


def _publish_unit(change_key: str, unit: str, actor_id: int, at: datetime, day: date) -> None:
    mine = [one for one in drafts.drafts_of(change_key) if is_of_unit(one.path, unit)]
    if not mine:
        return
    moved = [path for path in drafts.conflicts(change_key) if is_of_unit(path, unit)]
    if moved:
        raise LiveHasMoved(paths=moved)
    live = live_release_id()
    checked = check(_with(files(live) if live else {}, mine), day=day)
    if checked.faults:
        raise HasFaults(checked.faults)
    publish(checked, author_id=actor_id, at=at, replaces=live)
    for one in mine:
        drafts.discard(change_key, one.path, version=one.version)


def _with(library: dict[str, bytes], changed: list[Draft]) -> dict[str, bytes]:
    gone = {one.path for one in changed}
    kept = {path: content for path, content in library.items() if path not in gone}
    return kept | {one.path: one.text.encode() for one in changed if one.text is not None}


def _check_fit(unit: str, audience: Audience) -> None:
    live = live_release_id()
    course = courses_of(live).get(unit) if live else None
    if course is None:
        raise UnitNotFit(why="missing", unit=unit)
    if course.kind is not CourseKind.DELTA:
        raise UnitNotFit(why="kind", unit=unit)
    if audience not in course.audiences:
        raise UnitNotFit(why="audience", unit=unit)
