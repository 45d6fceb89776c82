"""What an import of many people costs: ``python -m benchmarks.staff``."""

import argparse
import io
import resource
import time
from dataclasses import dataclass
from datetime import date, timedelta

import xlsxwriter
from flask_migrate import upgrade

from benchmarks.engines import installation, timed
from lms.jobs import staff
from lms.kernel.clock import now
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.people.models import Audience, Department, Person, Status
from lms.people.rules import check_character
from lms.staff import imports
from lms.staff.columns import template
from lms.staff.models import Covers, ImportState, Rows
from lms.staff.queries import import_by_key
from lms.staff.work import claim
from tests.support.postgres import PROGRAMS

PEOPLE = 100_000
DEPARTMENTS = 300
CITIES = {"北京": "110000", "上海": "310000", "南京": "320100"}
_NAMES = tuple(CITIES)


@dataclass(frozen=True)
class Figures:
    """Seconds that the steps of an import took, how far the memory of the process grew, in MiB, and how many
    of the seconds it was computing, which tells of a machine that is busy with other things.
    """

    upload: float
    check: float
    apply: float
    memory: float
    computing: float

    @property
    def whole(self) -> float:
        """From the file to the register."""
        return self.upload + self.check + self.apply


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.staff", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    print_staff(given.people, engine=given.engine)


def print_staff(people: int = PEOPLE, *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    first, second = workbook(people, phone=0), workbook(people, phone=1)
    print(f"staff import of {people:,} rows, a workbook of {len(first) / 1e6:.1f} MB")
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            with installation(name) as app, app.app_context():
                upgrade()
                author = _author()
                _print(f"{name}, everybody new", _measured(first, author))
                _print(f"{name}, nobody changed", _measured(first, author))
                _print(f"{name}, everybody changed", _measured(second, author))


def _print(what: str, one: Figures) -> None:
    steps = f"upload {one.upload:.1f}, check {one.check:.1f}, apply {one.apply:.1f}"
    rest = f"computing {one.computing:.1f}; memory +{one.memory:.0f} MiB"
    print(f"  {what:<30} {one.whole:6.1f} s  (promised ≤ 60 s; {steps}; {rest})", flush=True)


def workbook(people: int, *, phone: int) -> bytes:
    """A workbook as the template has it; another *phone* gives everybody another number."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, template("zh")[0])
    for count in range(people):
        for column, text in enumerate(_row(count, phone)):
            sheet.write_string(count + 1, column, text)
    book.close()
    return target.getvalue()


def _row(count: int, phone: int) -> list[str]:
    unit = count % DEPARTMENTS
    day = date(1950, 1, 1) + timedelta(days=count // 100)
    digits = f"110105{day:%Y%m%d}{count % 100:03}"
    return [
        f"B{count:06}",
        f"学员{count}",
        f"测量集团/事业部{unit % 20}/部门{unit}",
        _NAMES[count % 3],
        "退休" if count % 20 == 19 else "职工",
        f"20{count % 25:02}-{1 + count % 12:02}-{1 + count % 28:02}",
        "",
        f"b{count}@example.com",
        f"13{phone}{count:08}",
        digits + check_character(digits),
        f"b{count}",
        "是" if count < DEPARTMENTS and count % 20 != 19 else "",
    ]


def _author() -> int:
    with unit_of_work():
        department = Department(name="人力资源部")
        session().add(department)
        session().flush()
        person = Person(
            number="HR1",
            name="周敏",
            audience=Audience.HR,
            status=Status.IN_SERVICE,
            region="110000",
            department_id=department.id,
            hired_on=now().date(),
        )
        session().add(person)
        session().flush()
        return person.id


def _measured(data: bytes, author_id: int) -> Figures:
    before, begun = _peak(), time.process_time()
    upload, key = timed(lambda: _uploaded(data, author_id))
    check, _ = timed(lambda: _carry(key))
    found = import_by_key(key)
    if found.state is not ImportState.CHECKED or found.faults_n:
        raise RuntimeError(f"the import is {found.state}: {found.error or found.faults_n}")
    some = sum(imports.kinds_taken(found, Rows.ALL).values())
    apply = timed(lambda: _applied(key, author_id))[0] if some else 0.0
    return Figures(upload, check, apply, _peak() - before, time.process_time() - begun)


def _uploaded(data: bytes, author_id: int) -> str:
    with unit_of_work():
        return imports.upload(
            "名单.xlsx", data, covers=Covers.SOME, creates_departments=True, author_id=author_id, at=now()
        )


def _applied(key: str, author_id: int) -> None:
    with unit_of_work():
        imports.confirm(key, rows=Rows.ALL, confirmed=True, actor_id=author_id, at=now())
    _carry(key)
    if import_by_key(key).state is not ImportState.APPLIED:
        raise RuntimeError(f"the import failed: {import_by_key(key).error}")


def _carry(key: str) -> None:
    """What the job does, with cities of our own instead of the library's."""
    import_id = import_by_key(key).id
    with unit_of_work():
        mine = claim(import_id, new_key(16), at=now())
    if mine is None:
        raise RuntimeError("somebody else works at the import")
    if mine.is_check:
        staff.check_import(mine, CITIES, now)
    else:
        staff.apply_import(mine, now)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
