"""A checked file is carried into the register, all of it or nothing, in the transaction of the caller."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import analyse, session, table_of
from lms.kernel.encryption import keyring
from lms.kernel.keys import new_key
from lms.people.models import Audience, Department, Person, PersonState, ReachBy, Status
from lms.people.queries import department_tree
from lms.staff.imports import kinds_taken
from lms.staff.models import Import, ImportRow, ImportState, Kind, Rows
from lms.staff.places import Departments
from lms.staff.work import Claim, report

CHUNK = 2000
_TAKEN = (Kind.ADD, Kind.RETURN, Kind.LEAVE, Kind.RETIRE, Kind.MOVE, Kind.CHANGE)
_ADDING = {
    **dict.fromkeys(["email", "phone", "id_number", "wecom_id", "address"], ""),
    "id_index": None,
    "left_on": None,
    "reach": ReachBy.APP,
}
"""What somebody new has unless the file says so."""
_PERSONS = table_of(Person)


class ChangedMeanwhile(Exception):
    """The register is not as it was when the file was checked, so that a row does not fit any more."""


@dataclass
class _Work:
    """What an import needs while it is applied."""

    import_id: int
    today: date
    departments: Departments
    made: dict[tuple[str, ...], int]
    #: Number of the person, department where it is not the one they are in, whether they head it.
    heads: list[tuple[str, int | None, bool]] = field(default_factory=list)


def apply(mine: Claim, *, at: datetime) -> int:
    """Do what was confirmed; returns how many people it touched.

    Raises ``ChangedMeanwhile`` and ``TakenOver``, and ``IntegrityError`` where somebody has entered the same
    person meanwhile; then the caller takes everything back.
    """
    found = session().get_one(Import, mine.import_id)
    departments = Departments(department_tree(), creates=found.creates_departments)
    made = {path: identity for identity, path in departments.paths.items()}
    work = _Work(found.id, china_date(at), departments, made)
    count = sum(_take(work, rows) for rows in _chunks(found.id))
    if not found.faults_n:
        count += _let_leave(work)
    _link_added(found.id)
    _set_heads(work.heads)
    session().execute(update(ImportRow).where(ImportRow.import_id == found.id).values(cells=""))
    report(mine, at=at, state=ImportState.APPLIED, finished_at=at)
    facts = {kind.value: count for kind, count in kinds_taken(found, found.taken or Rows.ALL).items()}
    record("staff-import.applied", mine.key, actor_id=found.actor_id, at=at, people=count, **facts)
    analyse(Person, Department)
    return count


def _chunks(import_id: int) -> Iterator[Sequence[Any]]:
    """The rows of the file that do something, so many at a time, in order."""
    columns = (ImportRow.line, ImportRow.kind, ImportRow.number, ImportRow.person_id, ImportRow.cells)
    chosen = select(*columns).where(ImportRow.import_id == import_id, ImportRow.kind.in_(_TAKEN))
    last = 0
    while (
        rows := session()
        .execute(chosen.where(ImportRow.line > last).order_by(ImportRow.line).limit(CHUNK))
        .all()
    ):
        yield rows
        last = rows[-1].line


def _take(work: _Work, rows: Sequence[Any]) -> int:
    """Add and change the people of a chunk: a statement for who is new, one for each set of columns."""
    added: list[dict[str, Any]] = []
    changed: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        new = json.loads(row.cells)["new"]
        values = _values(work, new)
        begins, is_new = new.get("head") == "yes", row.kind is Kind.ADD
        if begins or ("head" in new and not is_new):
            work.heads.append((row.number, values.get("department_id"), begins))
        if is_new:
            added.append({**_ADDING, **values, "number": row.number, "key": new_key()})
        elif values:
            changed[frozenset(values)].append({"person": row.person_id, **values})
    if added:
        session().connection().execute(insert(_PERSONS), added)
    for columns, people in changed.items():
        statement = update(_PERSONS).where(Person.id == bindparam("person"))
        session().connection().execute(statement.values({name: bindparam(name) for name in columns}), people)
    return len(rows)


def _values(work: _Work, new: Mapping[str, str]) -> dict[str, Any]:
    """Columns of a person for what the columns of the file say."""
    values: dict[str, Any] = {}
    for column, text in new.items():
        if column == "department":
            values["department_id"] = _department_id(work, text)
        elif column == "state":
            left = text == PersonState.LEFT.value
            values |= {"state": PersonState(text), "left_on": work.today if left else None}
        elif column == "audience":
            retired = text == Audience.RETIREE.value
            values |= {"audience": Audience(text), "status": Status.RETIRED if retired else Status.IN_SERVICE}
        elif column != "head":
            values |= _plain_values(column, text)
    return values


def _plain_values(column: str, text: str) -> dict[str, Any]:
    if column == "id_number":
        return {"id_number": text, "id_index": keyring().blind_index(text) if text else None}
    if column == "email":
        return {"email": text, "email_error": ""}
    if column == "hired_on":
        return {"hired_on": date.fromisoformat(text)}
    if column == "reach":
        return {"reach": ReachBy(text)}
    return {"region" if column == "city" else column: text}


def _department_id(work: _Work, text: str) -> int:
    """The department that a path means, made where it is not there yet. Raises ``ChangedMeanwhile``."""
    found = work.departments.find(text)
    if found.fault:
        raise ChangedMeanwhile
    if found.id is not None:
        return found.id
    for end in range(1, len(found.new) + 1):
        path = found.new[:end]
        if path not in work.made:
            row = {"key": new_key(), "name": path[-1], "parent_id": work.made.get(path[:-1])}
            work.made[path] = session().scalars(insert(Department).returning(Department.id), row).one()
    return work.made[found.new]


def _let_leave(work: _Work) -> int:
    """Everybody who is not in the file leaves, as far as they have not yet."""
    missing = select(ImportRow.person_id).where(
        ImportRow.import_id == work.import_id, ImportRow.kind == Kind.LEAVE, ImportRow.line < 0
    )
    gone = (
        update(Person)
        .where(Person.id.in_(missing), Person.state == PersonState.ACTIVE)
        .values(state=PersonState.LEFT, left_on=work.today)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    return len(session().execute(gone).all())


def _link_added(import_id: int) -> None:
    """Let the rows of those who are new point to them."""
    person = select(Person.id).where(Person.number == ImportRow.number).scalar_subquery()
    session().execute(
        update(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.kind == Kind.ADD)
        .values(person_id=person)
        .execution_options(synchronize_session=False)
    )


def _set_heads(heads: Sequence[tuple[str, int | None, bool]]) -> None:
    """Heads of departments; who does so no more goes before whoever begins to."""
    for number, department_id, is_head in sorted(heads, key=lambda one: one[2]):
        person = (
            session().execute(select(Person.id, Person.department_id).where(Person.number == number)).one()
        )
        seat = Department.id == (department_id or person.department_id)
        change = update(Department).where(seat if is_head else seat & (Department.head_id == person.id))
        session().execute(change.values(head_id=person.id if is_head else None))
