"""People who have lines: by which words they are found, how they stand towards policies, how many lines of
each state they have."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, case, func, insert, literal, select

from lms.kernel.clock import end_of_day
from lms.kernel.database import session
from lms.people.models import Person
from lms.reports.models import Line, Profile, Projection
from lms.reports.rules import State
from lms.rollouts.standing import Standing, Standings, ground

LETTERS: Mapping[Standing, str] = {Standing.CURRENT: "c", Standing.OUTDATED: "o", Standing.NEVER: "n"}
NOT_CONCERNED = "-"


def write_profiles(standings: Standings, *who: ColumnElement[bool]) -> None:
    """Put the profiles of the people in for whom *who* holds of ``Line``; there are none yet."""
    states = {state.value: func.count().filter(Line.state == state).label(state.value) for state in State}
    of_person = select(Line.person_id, *states.values()).where(*who).group_by(Line.person_id).subquery()
    columns = {
        "person_id": Person.id,
        "department_id": Person.department_id,
        "region": Person.region,
        "audience": Person.audience,
        "words": words(),
        "standings": letters(standings),
        **{name: of_person.c[name] for name in states},
    }
    found = select(*columns.values()).join(of_person, of_person.c.person_id == Person.id)
    session().execute(insert(Profile).from_select(list(columns), found))


def letters(standings: Standings) -> ColumnElement[str]:
    """How a ``Person`` stands towards all documents, a letter each."""
    found: ColumnElement[str] = literal("")
    for concerned, standing in standings.values():
        one = case({kind.value: letter for kind, letter in LETTERS.items()}, value=standing)
        found = found + case((concerned, one), else_=NOT_CONCERNED)
    return found


def words() -> ColumnElement[str]:
    """What a ``Person`` is found by."""
    return func.lower(Person.number + "\n" + Person.name)


def stands_so(documents: list[str], document: str, standing: Standing | None) -> ColumnElement[bool]:
    """True of a ``Profile`` whom the document concerns, and who stands towards it so, if that is given."""
    if document not in documents:
        return literal(False)
    letter = func.substr(Profile.standings, documents.index(document) + 1, 1)
    return letter == LETTERS[standing] if standing else letter != NOT_CONCERNED


def ground_of(day: date) -> str:
    """What standings rest on besides people, in one statement."""
    return digest(session().execute(ground(day)).all())


def digest(rows: Sequence[Sequence[object]]) -> str:
    """The rows of ``ground`` as a short text."""
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def definition_of(standings: Standings, day: date) -> str:
    """What standings come to by; the same as long as nobody's can have changed unless they were touched.

    Every statement asks for what happened until the end of the day, which is a later one each day and is
    left out.
    """
    until = end_of_day(day)
    compiled = select(*(column for pair in standings.values() for column in pair)).compile(
        dialect=session().get_bind().dialect, compile_kwargs={"render_postcompile": True}
    )
    values = [repr(value) for value in compiled.params.values() if value != until]
    return hashlib.sha256(repr((list(standings), str(compiled), values)).encode()).hexdigest()


def note_definition(row: Projection, standings: Standings, day: date) -> bool:
    """Keep what standings rest on; returns whether those of people who were not touched may be others now."""
    definition = definition_of(standings, day)
    changed = definition != row.definition
    row.ground, row.definition, row.documents = ground_of(day), definition, list(standings)
    return changed
