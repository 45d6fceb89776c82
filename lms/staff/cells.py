"""What the cells of a row say: texts become values, or faults with a code."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from re import compile as pattern
from typing import Any, TypeAlias

from lms.people.models import Audience, PersonState, Status
from lms.people.rules import (
    address_fault,
    clean_address,
    clean_email,
    clean_id,
    clean_phone,
    email_fault,
    id_fault,
    is_spreadsheet_float,
    phone_fault,
    plain,
    wecom_fault,
)
from lms.staff.columns import (
    ANSWERS,
    AUDIENCES,
    BY_NAME,
    CLEARS,
    EARLIEST,
    STATES,
    WAYS,
    Layout,
    day_of,
    folded,
)
from lms.staff.places import Cities, Departments, Found
from lms.staff.sheets import Row

LONGEST_NAME = 80
_NUMBER = pattern(r"[\w.-]{1,40}")
AHEAD = timedelta(days=366)
"""So far ahead may somebody be hired."""
_CHINESE = pattern(r"[\u3400-\u9fff·]+")
State: TypeAlias = tuple[PersonState, Status | None]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a column; the facts never hold what was found there."""

    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return {"column": self.column, "code": self.code, "facts": dict(self.facts)}


class Wrong(Exception):
    """A cell says nothing that can be used; ``code`` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Said:
    """A row as it was read. A column that is missing or empty is in none of the mappings but ``texts``."""

    line: int
    number: str
    texts: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)
    department: Found | None = None
    state: State | None = None
    faults: list[Fault] = field(default_factory=list)

    def add_fault(self, column: str, code: str, **facts: Any) -> None:
        """One more thing that is wrong."""
        self.faults.append(Fault(column, code, facts))

    @property
    def audience(self) -> Audience | None:
        """The audience that is asked for."""
        return Audience(self.values["audience"]) if "audience" in self.values else None


class Reader:
    """Reads the rows of one file."""

    def __init__(self, layout: Layout, departments: Departments, cities: Cities, today: date) -> None:
        self._layout, self._departments, self._cities, self._today = layout, departments, cities, today
        self._reads: Mapping[str, Callable[[str], str]] = {
            "name": _name,
            "city": self._city,
            "audience": _audience,
            "hired_on": self._hired_on,
            "email": lambda text: _checked(text, email_fault, clean_email),
            "phone": lambda text: _checked(text, phone_fault, clean_phone),
            "id_number": lambda text: _checked(text, id_fault, clean_id),
            "wecom_id": lambda text: _checked(text, wecom_fault, plain),
            "address": lambda text: _checked(text, address_fault, clean_address),
            "reach": _way,
            "head": _answer,
        }

    def number_of(self, row: Row) -> str:
        """The employee number in a row, whatever is wrong with it."""
        return plain(self._cell(row.cells, "number"))

    def id_of(self, row: Row) -> str:
        """The ID number in a row, whatever is wrong with it."""
        return clean_id(self._cell(row.cells, "id_number"))

    def read(self, row: Row) -> Said:
        """Everything that a row says."""
        texts = {name: self._cell(row.cells, name) for name in self._layout.places}
        said = Said(row.line, self.number_of(row), texts)
        self._take("number", said, lambda _: _number(said.number))
        for column, text in texts.items():
            if not text or column == "number":
                continue
            if text == CLEARS:
                _clear(column, said)
            elif column == "department":
                self._take(column, said, lambda text: self._department(text, said))
            elif column == "state":
                self._take(column, said, lambda text: _state(text, said))
            else:
                self._take(column, said, self._reads[column])
        return said

    def _cell(self, cells: Sequence[str], column: str) -> str:
        place = self._layout.places.get(column)
        return cells[place] if place is not None and place < len(cells) else ""

    def _take(self, column: str, said: Said, read: Callable[[str], str]) -> None:
        try:
            said.values[column] = read(said.texts.get(column, ""))
        except Wrong as wrong:
            said.add_fault(column, wrong.code)

    def _department(self, text: str, said: Said) -> str:
        found = self._departments.find(text)
        if found.fault:
            raise Wrong(found.fault)
        said.department = found
        return self._departments.shown(found)

    def _city(self, text: str) -> str:
        code = self._cities.code(text)
        if code is None:
            raise Wrong("unknown-city")
        return code

    def _hired_on(self, text: str) -> str:
        day = day_of(text)
        if day is None:
            raise Wrong("bad-date")
        if not EARLIEST <= day <= self._today + AHEAD:
            raise Wrong("date-out-of-range")
        return day.isoformat()


def _clear(column: str, said: Said) -> None:
    if BY_NAME[column].clears:
        said.values[column] = ""
    else:
        said.add_fault(column, "cannot-clear")


def _number(text: str) -> str:
    if not text or text == CLEARS:
        raise Wrong("needed")
    if is_spreadsheet_float(text):
        raise Wrong("number-float")
    if not _NUMBER.fullmatch(text):
        raise Wrong("bad-number")
    return text


def _name(text: str) -> str:
    """A name without the spaces that put two characters as far apart as three."""
    parts = text.split()
    text = "".join(parts) if _CHINESE.fullmatch("".join(parts)) else " ".join(parts)
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise Wrong("bad-name")
    return text


def _audience(text: str) -> str:
    audience = AUDIENCES.get(folded(text))
    if audience is None:
        raise Wrong("unknown-audience")
    return audience.value


def _state(text: str, said: Said) -> str:
    said.state = STATES.get(folded(text))
    if said.state is None:
        raise Wrong("unknown-state")
    return said.state[0].value


def _way(text: str) -> str:
    way = WAYS.get(folded(text))
    if way is None:
        raise Wrong("unknown-way")
    return way.value


def _answer(text: str) -> str:
    answer = ANSWERS.get(folded(text))
    if answer is None:
        raise Wrong("unknown-answer")
    return "yes" if answer else "no"


def _checked(text: str, fault: Callable[[str], str], clean: Callable[[str], str]) -> str:
    code = fault(text)
    if code:
        raise Wrong(code)
    return clean(text)
