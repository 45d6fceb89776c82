"""Reads over imports: how far they are, what their rows would do, what is wrong with them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Department, Person
from lms.people.rules import masked_address, masked_id, masked_phone
from lms.staff.columns import COLUMNS
from lms.staff.models import Import, ImportRow, Kind

PAGE = 50
_ORDER = {column.name: place for place, column in enumerate(COLUMNS)}
_MASKS = {"id_number": masked_id, "phone": masked_phone, "address": masked_address}


@dataclass(frozen=True)
class Change:
    """A column before and after; ``before`` is empty for somebody new."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowLine:
    """A staged row. ``line`` is negative for somebody who is not in the file."""

    line: int
    kind: Kind
    number: str
    name: str
    person_key: str | None
    department: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class FaultLine:
    """What is wrong in a line and column; ``found`` is what stands there, ID and telephone numbers masked."""

    line: int
    column: str
    code: str
    found: str
    facts: Mapping[str, Any]


def import_by_key(key: str) -> Import:
    """The import with this key. Raises ``NotFound``."""
    found = session().scalar(select(Import).where(Import.key == key))
    if found is None:
        raise NotFound(kind="import", key=key)
    return found


def recent_imports(limit: int = 10) -> Sequence[Import]:
    """The imports that were uploaded last."""
    return session().scalars(select(Import).order_by(Import.id.desc()).limit(limit)).all()


def import_rows(key: str, kind: Kind, *, page: int) -> tuple[list[RowLine], int]:
    """A page of the rows of a kind in the order of the file, pages counted from 1, and how many there are."""
    import_id = import_by_key(key).id
    rows = (
        select(
            ImportRow.line,
            ImportRow.kind,
            ImportRow.number,
            ImportRow.cells,
            Person.key,
            Person.name,
            Department.name.label("department"),
        )
        .outerjoin(Person, Person.id == ImportRow.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(ImportRow.import_id == import_id, ImportRow.kind == kind)
        .order_by(ImportRow.line)
    )
    total = _count(import_id, kind)
    found = session().execute(rows.limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return [_row_line(row) for row in found], total


def _row_line(row: Any) -> RowLine:
    cells = json.loads(row.cells) if row.cells else {}
    old, new = cells.get("old", {}), cells.get("new", {})
    changes = [
        Change(column, _masked(column, old.get(column, "")), _masked(column, new[column]))
        for column in sorted(new, key=_ORDER.__getitem__)
    ]
    name = cells.get("name") or row.name or ""
    department = row.department or new.get("department", "")
    return RowLine(row.line, row.kind, row.number, name, row.key, department, tuple(changes))


def import_faults(key: str, *, page: int) -> tuple[list[FaultLine], int]:
    """The faults of a page of faulty rows, and how many such rows there are; the file's own come first."""
    found = import_by_key(key)
    total = _count(found.id, Kind.FAULT)
    begin = (max(page, 1) - 1) * PAGE
    rows = session().execute(_faulty(found.id).limit(PAGE).offset(begin))
    of_file = [] if begin else list(_of_file(found))
    return of_file + [line for row in rows for line in _of_row(row)], total


def all_faults(key: str) -> Iterator[FaultLine]:
    """Every fault, by line and column."""
    found = import_by_key(key)
    yield from _of_file(found)
    for row in session().execute(_faulty(found.id)).yield_per(1000):
        yield from _of_row(row)


def _faulty(import_id: int) -> Select[Any]:
    chosen = select(ImportRow.line, ImportRow.cells, ImportRow.faults)
    return chosen.where(ImportRow.import_id == import_id, ImportRow.kind == Kind.FAULT).order_by(
        ImportRow.line
    )


def _count(import_id: int, kind: Kind) -> int:
    counted = select(func.count()).where(ImportRow.import_id == import_id, ImportRow.kind == kind)
    return session().execute(counted).scalar_one()


def _of_file(found: Import) -> Iterator[FaultLine]:
    for fault in found.faults:
        yield FaultLine(fault["line"], fault["column"], fault["code"], "", fault["facts"])


def _of_row(row: Any) -> Iterator[FaultLine]:
    cells = json.loads(row.cells)["cells"] if row.cells else {}
    for fault in sorted(row.faults, key=lambda one: _ORDER[one["column"]]):
        column = fault["column"]
        found = _masked(column, cells.get(column, ""))
        yield FaultLine(row.line, column, fault["code"], found, fault["facts"])


def _masked(column: str, text: str) -> str:
    return _MASKS[column](text) if column in _MASKS else text


def new_person_keys(key: str, limit: int = 200) -> list[str]:
    """Keys of people whom this import has added."""
    added = (
        select(Person.key)
        .join(ImportRow, ImportRow.person_id == Person.id)
        .where(ImportRow.import_id == import_by_key(key).id, ImportRow.kind == Kind.ADD)
    )
    return list(session().scalars(added.order_by(ImportRow.line).limit(limit)))
