"""A file of people is uploaded, and then confirmed or discarded. In between and after, a job works at it."""

import base64
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import insert, select, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.staff.models import Covers, Import, ImportPart, ImportRow, ImportState, Kind, Rows
from lms.staff.queries import import_by_key
from lms.staff.refusals import Yourself
from lms.staff.sheets import look_at
from lms.staff.work import forget

PART = 3 * 256 * 1024
"""Bytes of a part of a file."""
MANY = 10
"""More than one in so many leaving is asked about."""
_ACTS = (Kind.ADD, Kind.RETURN, Kind.LEAVE, Kind.RETIRE, Kind.MOVE, Kind.CHANGE)
_LONGEST_NAME = 200


class NotReady(DomainError):
    """The import is not, or no more, where this can be done to it."""

    code = "import-not-ready"


class HasFaults(DomainError):
    """Not everything can be taken while there are faults: ``facts["count"]``."""

    code = "import-has-faults"


class ManyLeave(DomainError):
    """So many of so many would leave that it has to be confirmed: ``facts["leaving"]``, ``facts["of"]``."""

    code = "import-many-leave"


class NothingToDo(DomainError):
    """What would be taken changes nothing."""

    code = "import-nothing-to-do"


def upload(
    name: str, data: bytes, *, covers: Covers, creates_departments: bool, author_id: int, at: datetime
) -> str:
    """Take a file in, encrypted; returns the import's key. Raises ``Unreadable`` for what is no table."""
    look_at(data)
    made = Import(
        file_name=PurePath(name.replace("\\", "/")).name[-_LONGEST_NAME:],
        covers=covers,
        creates_departments=creates_departments,
        author_id=author_id,
        uploaded_at=at,
    )
    session().add(made)
    session().flush()
    for number, begin in enumerate(range(0, len(data), PART)):
        text = base64.b64encode(data[begin : begin + PART]).decode()
        session().execute(insert(ImportPart).values(import_id=made.id, number=number, content=text))
    record("staff-import.uploaded", made.key, actor_id=author_id, at=at, covers=covers.value)
    return made.key


def confirm(key: str, *, rows: Rows, confirmed: bool, actor_id: int, at: datetime) -> None:
    """Let it be applied. With only the good rows taken, nobody leaves for not being in the file.

    Raises ``NotReady``, ``HasFaults``, ``NothingToDo``, ``Yourself``, and ``ManyLeave`` unless *confirmed*.
    """
    found = import_by_key(key)
    if found.state is not ImportState.CHECKED:
        raise NotReady
    if rows is Rows.ALL and found.faults_n:
        raise HasFaults(count=found.faults_n)
    counts = kinds_taken(found, rows)
    if not sum(counts.values()):
        raise NothingToDo
    mine = select(ImportRow.line).where(
        ImportRow.import_id == found.id, ImportRow.kind == Kind.LEAVE, ImportRow.person_id == actor_id
    )
    if session().scalar(mine) is not None:
        raise Yourself
    leaving, active = counts[Kind.LEAVE], found.counts["active"]
    if leaving * MANY > active and not confirmed:
        raise ManyLeave(leaving=leaving, of=active)
    _turn(found, ImportState.APPLYING, taken=rows, actor_id=actor_id, heard_at=None, worker="", tries=0)
    record("staff-import.confirmed", key, actor_id=actor_id, at=at, kind=rows.value)


def kinds_taken(found: Import, rows: Rows) -> dict[Kind, int]:
    """How many rows of each kind would be applied."""
    counts = {kind: int(found.counts.get(kind.value, 0)) for kind in _ACTS}
    if rows is Rows.GOOD and found.covers is Covers.ALL and found.faults_n:
        counts[Kind.LEAVE] -= int(found.counts.get("missing", 0))
    return counts


def discard(key: str, *, actor_id: int, at: datetime) -> None:
    """Take nothing of it; the people in it are forgotten. Raises ``NotReady`` once it is confirmed."""
    found = import_by_key(key)
    if found.state not in {ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED}:
        raise NotReady
    _turn(found, ImportState.DISCARDED, finished_at=at)
    forget(found.id)
    record("staff-import.discarded", key, actor_id=actor_id, at=at)


def _turn(found: Import, state: ImportState, **values: object) -> None:
    """Change the state, unless somebody else has."""
    turned = (
        update(Import)
        .where(Import.id == found.id, Import.state == found.state)
        .values({"state": state, **values})
        .returning(Import.id)
    )
    if session().execute(turned).one_or_none() is None:
        raise NotReady
