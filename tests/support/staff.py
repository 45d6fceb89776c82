"""Staff lists and what becomes of them. Needs an application context."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count

import pytest
import xlsxwriter

from lms.jobs import staff as job
from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Department, Person
from lms.people.rules import check_character
from lms.staff import imports
from lms.staff.models import Covers, Import, ImportState, Kind, Rows
from lms.staff.queries import FaultLine, RowLine, all_faults, import_by_key, import_rows
from tests.support.people import make_person

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Where time stands still in tests: Monday 2026-11-23, nine o'clock in China."""
CITIES: Mapping[str, str] = {"北京": "110000", "Beijing": "110000", "上海": "310000", "南京": "320100"}
HEADERS = ("工号", "姓名", "部门", "参保地", "人员类别", "入职日期")
_serial = count(1)


def id_number(serial: int | None = None, *, day: str = "19900307") -> str:
    """A right ID number; another one at every call unless it is given its serial number."""
    digits = f"110105{day}{serial if serial is not None else next(_serial):03}"
    return digits + check_character(digits)


def csv(*rows: Sequence[str], headers: Sequence[str] = HEADERS) -> bytes:
    """A file with these headers and rows."""
    return "\n".join(",".join(row) for row in (headers, *rows)).encode()


def xlsx(*rows: Sequence[object]) -> bytes:
    """A workbook with these rows; numbers stay numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return target.getvalue()


def row(number: str = "N1", name: str = "林晓", department: str = "总装车间") -> list[str]:
    """A row with what somebody new needs."""
    return [number, name, department, "北京", "职工", "2026-11-16"]


def hr() -> Person:
    """Somebody of HR, in whose name lists are uploaded."""
    return make_person(number="HR1", name="周敏", audience=Audience.HR)


@pytest.fixture
def known_cities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cities without a library that names them."""
    monkeypatch.setattr(job, "cities", lambda: dict(CITIES))


def uploaded(
    data: bytes,
    author: Person,
    *,
    covers: Covers = Covers.SOME,
    creates: bool = False,
    name: str = "名单.csv",
) -> str:
    """The key of an import that nobody has looked at yet."""
    author_id = author.id
    with unit_of_work():
        return imports.upload(
            name, data, covers=covers, creates_departments=creates, author_id=author_id, at=AT
        )


def checked(data: bytes, author: Person, *, covers: Covers = Covers.SOME, creates: bool = False) -> Import:
    """An import after the job has looked at it."""
    key = uploaded(data, author, covers=covers, creates=creates)
    job.carry_imports(AT)
    return now(key)


def now(key: str) -> Import:
    """The import as it is now."""
    session().expire_all()
    return import_by_key(key)


def confirm(found: Import, actor: Person, *, rows: Rows = Rows.ALL, confirmed: bool = True) -> Import:
    """The import after it was confirmed and the job has carried it out."""
    key, actor_id = found.key, actor.id
    with unit_of_work():
        imports.confirm(key, rows=rows, confirmed=confirmed, actor_id=actor_id, at=AT)
    job.carry_imports(AT)
    return now(key)


def taken(data: bytes, author: Person, *, covers: Covers = Covers.SOME, creates: bool = False) -> Import:
    """An import that has been applied as a whole."""
    found = confirm(checked(data, author, covers=covers, creates=creates), author)
    assert found.state is ImportState.APPLIED, found.error
    return found


def faults(found: Import) -> list[tuple[int, str, str]]:
    """Line, column and code of every fault."""
    return [(fault.line, fault.column, fault.code) for fault in all_faults(found.key)]


def fault(found: Import, column: str) -> FaultLine:
    """The one fault in a column."""
    (only,) = [one for one in all_faults(found.key) if one.column == column]
    return only


def kinds(found: Import) -> dict[str, str]:
    """Number → what its row would do."""
    rows: list[RowLine] = [one for kind in Kind for one in import_rows(found.key, kind, page=1)[0]]
    return {one.number: one.kind.value for one in rows}


def person(number: str) -> Person:
    """The person with this number, as stored."""
    session().rollback()
    return session().query(Person).where(Person.number == number).one()


def department_named(name: str) -> Department:
    """The department with this name."""
    return session().query(Department).where(Department.name == name).one()
