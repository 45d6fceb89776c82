"""What each row of a file would do to the register, and what is wrong with it; nothing is changed here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.people.models import Audience, PersonState, ReachBy, Status
from lms.staff.cells import Reader, Said
from lms.staff.columns import COLUMNS
from lms.staff.models import Covers, Kind
from lms.staff.places import Departments, Found
from lms.staff.sheets import Row

NEEDED = tuple(column.name for column in COLUMNS if column.needed)
MOST_LINES = 5
"""So many of the other lines does a fault name."""


@dataclass(frozen=True)
class Stored:
    """Somebody as the register has them."""

    id: int
    number: str
    name: str
    audience: Audience
    region: str
    department_id: int
    hired_on: date
    state: PersonState
    email: str
    phone: str
    id_number: str
    wecom_id: str
    address: str
    reach: ReachBy


@dataclass(frozen=True)
class Checked:
    """A row with what it would do. ``old`` and ``new`` hold the columns that change, as texts."""

    said: Said
    kind: Kind
    person: Stored | None = None
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)


class Doubles:
    """Values that stand in more than one line, each with its lines."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._lines: dict[str, list[int]] = {}

    def note(self, value: str, line: int) -> None:
        """The value stands in this line."""
        first = self._first.setdefault(value, line) if value else line
        if first != line:
            self._lines.setdefault(value, [first]).append(line)

    def others(self, value: str, line: int) -> list[int]:
        """Some of the other lines with this value."""
        return [other for other in self._lines.get(value, ()) if other != line][:MOST_LINES]


@dataclass(frozen=True)
class Survey:
    """What has to be known of the whole file before one row can be judged."""

    rows: int
    numbers: Doubles
    ids: Doubles


def survey(rows: Iterable[Row], reader: Reader) -> Survey:
    """Go through the file once."""
    numbers, ids, count = Doubles(), Doubles(), 0
    for row in rows:
        count += 1
        numbers.note(reader.number_of(row), row.line)
        ids.note(reader.id_of(row), row.line)
    return Survey(count, numbers, ids)


@dataclass(frozen=True)
class Register:
    """What the rows are compared with: departments, their heads, and who must not leave by this file."""

    departments: Departments
    heads: Mapping[int, int]
    covers: Covers
    author_id: int | None


class Checker:
    """Judges the rows of one file, in order."""

    def __init__(self, register: Register, survey_: Survey) -> None:
        self._register, self._survey = register, survey_
        self._heads: dict[Found, int] = {}

    def check(self, said: Said, person: Stored | None, owner: str) -> Checked:
        """What a row does to *person*; *owner* is the number of whoever has its ID number already."""
        self._look_for_doubles(said, owner)
        if person is None and said.state is not None and said.state[0] is PersonState.LEFT:
            return Checked(said, Kind.FAULT if said.faults else Kind.SAME)
        _settle_audience(said, person)
        if person is None:
            _ask_for_needed(said)
        self._settle_state(said, person)
        self._look_at_head(said, person)
        old, new = self._differences(said, person)
        if said.faults:
            return Checked(said, Kind.FAULT, person)
        return Checked(said, _kind(person, new), person, old, new)

    def _look_for_doubles(self, said: Said, owner: str) -> None:
        if lines := self._survey.numbers.others(said.number, said.line):
            said.add_fault("number", "duplicate-number", lines=lines)
        id_number = said.values.get("id_number", "")
        if lines := self._survey.ids.others(id_number, said.line):
            said.add_fault("id_number", "duplicate-id", lines=lines)
        elif owner and owner != said.number:
            said.add_fault("id_number", "id-of-other", number=owner)

    def _settle_state(self, said: Said, person: Stored | None) -> None:
        """Who is in a file that lists everybody belongs to the organisation, unless it says otherwise."""
        if person is None or (self._register.covers is Covers.ALL and "state" not in said.values):
            said.values.setdefault("state", PersonState.ACTIVE.value)
        leaves = said.values.get("state") == PersonState.LEFT.value
        if leaves and person and person.id == self._register.author_id:
            said.add_fault("state", "yourself")

    def _look_at_head(self, said: Said, person: Stored | None) -> None:
        if said.values.get("head") != "yes":
            return
        state = said.values.get("state", person.state if person else PersonState.ACTIVE)
        audience = said.audience or (person.audience if person else None)
        if state == PersonState.LEFT or audience is Audience.RETIREE:
            said.add_fault("head", "cannot-head")
            return
        department = said.department or (Found(person.department_id) if person else None)
        if department is None:
            return
        line = self._heads.setdefault(department, said.line)
        if line != said.line:
            said.add_fault("head", "two-heads", lines=[line])

    def _differences(self, said: Said, person: Stored | None) -> tuple[dict[str, str], dict[str, str]]:
        """The columns that change, as they are and as they would be."""
        wanted = {column: text for column, text in said.values.items() if column != "number"}
        if person is None:
            return {}, wanted
        old = {column: self._stored(column, said, person) for column in wanted}
        changed = [column for column, text in wanted.items() if text != old[column]]
        return {column: old[column] for column in changed}, {column: wanted[column] for column in changed}

    def _stored(self, column: str, said: Said, person: Stored) -> str:
        """What stands in a column now, as a row would say it."""
        if column == "head":
            department_id = said.department.id if said.department else person.department_id
            return "yes" if self._register.heads.get(department_id or 0) == person.id else "no"
        if column == "department":
            return self._register.departments.shown(Found(person.department_id))
        value: object = person.region if column == "city" else getattr(person, column)
        return value.isoformat() if isinstance(value, date) else str(value)


def _settle_audience(said: Said, person: Stored | None) -> None:
    """Who is retired belongs to the retirees' audience and to no other."""
    status = said.state[1] if said.state else None
    audience = said.audience
    if status is None:
        return
    retired = status is Status.RETIRED
    if audience is not None:
        if retired != (audience is Audience.RETIREE):
            said.add_fault("state", "audience-against-state")
    elif retired:
        said.values["audience"] = Audience.RETIREE.value
    elif person is not None and person.audience is Audience.RETIREE:
        said.add_fault("audience", "audience-needed")


def _ask_for_needed(said: Said) -> None:
    faulty = {fault.column for fault in said.faults}
    for column in NEEDED:
        if column not in said.values and column not in faulty:
            said.add_fault(column, "needed")


def _kind(person: Stored | None, new: Mapping[str, str]) -> Kind:
    if person is None:
        return Kind.ADD
    if "state" in new:
        return Kind.RETURN if new["state"] == PersonState.ACTIVE.value else Kind.LEAVE
    if new.get("audience") == Audience.RETIREE.value:
        return Kind.RETIRE
    if "department" in new:
        return Kind.MOVE
    return Kind.CHANGE if new else Kind.SAME
