"""A file on its way into staged rows: read, compared with the register chunk by chunk, and kept."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, literal, select

from lms.kernel.database import analyse, session, table_of
from lms.kernel.encryption import keyring
from lms.people.models import Department, Person, PersonState
from lms.people.queries import department_tree
from lms.people.rules import masked
from lms.staff.cells import Reader, Said
from lms.staff.checking import Checked, Checker, Register, Stored, survey
from lms.staff.columns import layout
from lms.staff.models import Covers, Import, ImportPart, ImportRow, ImportState, Kind
from lms.staff.places import SEPARATOR, Cities, Departments
from lms.staff.sheets import Row, Table, read
from lms.staff.work import Claim, report

CHUNK = 2000
_NEW_SHOWN = 500
"""So many departments to be made are listed; all are made."""
_LONGEST_HEADER = 40
_STORED = (
    Person.id,
    Person.number,
    Person.name,
    Person.audience,
    Person.region,
    Person.department_id,
    Person.hired_on,
    Person.state,
    Person.email,
    Person.phone,
    Person.id_number,
    Person.wecom_id,
    Person.address,
    Person.reach,
)


class MissingColumn(Exception):
    """Without employee numbers nobody can be told apart."""


@dataclass
class Staging:
    """A file that is being staged: what it takes to judge its rows, and what was found so far."""

    table: Table
    reader: Reader
    checker: Checker
    rows: int
    faults: list[dict[str, Any]]
    faults_n: int
    departments: set[tuple[str, ...]] = field(default_factory=set)


def content(import_id: int) -> bytes:
    """The uploaded file."""
    parts = select(ImportPart.content).where(ImportPart.import_id == import_id).order_by(ImportPart.number)
    return b"".join(map(base64.b64decode, session().scalars(parts)))


def prepare(import_id: int, cities: Mapping[str, str], today: date) -> Staging:
    """Open the file, and go through it once. Raises ``Unreadable`` and ``MissingColumn``."""
    found = session().get_one(Import, import_id)
    table = read(content(import_id))
    plan = layout(table.header.cells)
    if "number" not in plan.places:
        raise MissingColumn
    departments = Departments(department_tree(), creates=found.creates_departments)
    reader = Reader(plan, departments, Cities(cities), today)
    whole = survey(table.rows(), reader)
    heads = session().execute(
        select(Department.id, Department.head_id).where(Department.head_id.is_not(None))
    )
    register = Register(
        departments, {row[0]: row[1] for row in heads if row[1]}, found.covers, found.author_id
    )
    line = table.header.line
    unknown = [_of_file(line, _shown(text), "unknown-header") for text in plan.unknown]
    faults = unknown + [_of_file(line, name, "duplicate-column") for name in plan.doubled]
    return Staging(table, reader, Checker(register, whole), whole.rows, faults, len(faults))


def _of_file(line: int, column: str, code: str) -> dict[str, Any]:
    return {"line": line, "column": column, "code": code, "facts": {}}


def _shown(header: str) -> str:
    """A header that is not known, hidden where it may be data of somebody: a file without any headers."""
    text = header[:_LONGEST_HEADER]
    digits = sum(letter.isdigit() for letter in text)
    return masked(text, 1, 1) if digits > 5 or "@" in text else text


def begin(mine: Claim, staging: Staging, *, at: datetime) -> None:
    """Start anew; a worker that died may have left rows behind."""
    session().execute(delete(ImportRow).where(ImportRow.import_id == mine.import_id))
    report(mine, at=at, rows=staging.rows, done=0, faults=staging.faults)


def chunks(staging: Staging) -> Iterator[list[Checked]]:
    """The rows of the file, judged, so many at a time."""
    rows = staging.table.rows()
    while chunk := list(islice(rows, CHUNK)):
        yield _checked(staging, chunk)


def _checked(staging: Staging, chunk: Sequence[Row]) -> list[Checked]:
    said = [staging.reader.read(row) for row in chunk]
    persons = _persons(said)
    owners = _owners(said)
    checked = [
        staging.checker.check(one, persons.get(one.number), owners.get(one.values.get("id_number", ""), ""))
        for one in said
    ]
    for one in checked:
        staging.faults_n += len(one.said.faults)
        if one.said.department and one.said.department.new and one.kind is not Kind.FAULT:
            staging.departments.add(one.said.department.new)
    return checked


def _persons(said: Sequence[Said]) -> dict[str, Stored]:
    numbers = {one.number for one in said if one.number}
    rows = session().execute(select(*_STORED).where(Person.number.in_(numbers)))
    return {row.number: Stored(*tuple(row)) for row in rows}


def _owners(said: Sequence[Said]) -> dict[str, str]:
    """ID number → number of the person who has it."""
    blind = keyring().blind_index
    by_index = {blind(text): text for one in said if (text := one.values.get("id_number"))}
    rows = session().execute(select(Person.id_index, Person.number).where(Person.id_index.in_(by_index)))
    return {by_index[row[0] or ""]: row[1] for row in rows}


def keep(mine: Claim, checked: Sequence[Checked], done: int, *, at: datetime) -> None:
    """Stage rows, encrypted. Raises ``TakenOver``."""
    report(mine, at=at, done=done)
    session().connection().execute(
        insert(table_of(ImportRow)), [_row(mine.import_id, one) for one in checked]
    )


def _row(import_id: int, one: Checked) -> dict[str, Any]:
    said = one.said
    is_faulty = one.kind is Kind.FAULT
    cells: dict[str, Any] = {"cells": said.texts} if is_faulty else {"old": one.old, "new": one.new}
    name = said.values.get("name") or (one.person.name if one.person else "")
    return {
        "import_id": import_id,
        "line": said.line,
        "kind": one.kind,
        "number": said.values.get("number", ""),
        "person_id": one.person.id if one.person else None,
        "cells": "" if one.kind is Kind.SAME else json.dumps({"name": name, **cells}, ensure_ascii=False),
        "changed": sorted(one.new),
        "faults": [fault.stored for fault in said.faults],
    }


def finish(mine: Claim, staging: Staging, *, at: datetime) -> None:
    """All rows are staged: find who is not in the file, count, and throw the file away."""
    found = session().get_one(Import, mine.import_id)
    analyse(ImportRow)
    missing = _stage_missing(mine.import_id, found.author_id) if found.covers is Covers.ALL else 0
    session().execute(delete(ImportPart).where(ImportPart.import_id == mine.import_id))
    new = sorted(SEPARATOR.join(path) for path in staging.departments)
    counts: dict[str, Any] = {
        **_by_kind(mine.import_id),
        "missing": missing,
        "departments": new[:_NEW_SHOWN],
        "new_departments": len(new),
        "active": session().scalar(select(func.count()).where(Person.state == PersonState.ACTIVE)),
    }
    values = {"counts": counts, "faults": staging.faults, "faults_n": staging.faults_n}
    report(mine, at=at, state=ImportState.CHECKED, checked_at=at, done=staging.rows, **values)


def _by_kind(import_id: int) -> dict[str, int]:
    counted = select(ImportRow.kind, func.count()).where(ImportRow.import_id == import_id)
    return {row[0].value: row[1] for row in session().execute(counted.group_by(ImportRow.kind))}


def _stage_missing(import_id: int, author_id: int | None) -> int:
    """A row for everybody who is not in the file but whoever uploads it; returns how many."""
    listed = select(ImportRow.number).where(ImportRow.import_id == import_id)
    rows = select(
        literal(import_id),
        -func.row_number().over(order_by=Person.number),
        literal(Kind.LEAVE.value),
        Person.number,
        Person.id,
        literal(""),
        literal(["state"], ImportRow.changed.type),
        literal([], ImportRow.faults.type),
    ).where(Person.state == PersonState.ACTIVE, Person.number.not_in(listed), Person.id != (author_id or 0))
    columns = ["import_id", "line", "kind", "number", "person_id", "cells", "changed", "faults"]
    inserted = session().execute(insert(ImportRow).from_select(columns, rows).returning(ImportRow.line))
    return len(inserted.all())
