"""Carrying the read model on: the lines of whoever was touched are worked out anew from the ledger.

Only one transaction at a time does so. What is touched while it works is left for the next one.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from lms.assignments.models import Assignment
from lms.kernel.clock import china_date
from lms.kernel.database import Base, Busy, analyse, many_rows, roomy, session, upsert
from lms.reports import cells
from lms.reports.lines import write_lines
from lms.reports.models import Cell, Line, Profile, Projection, Touched
from lms.reports.profiles import digest, ground_of, note_definition, write_profiles
from lms.rollouts.standing import Standings, everywhere, ground

BATCH = 2000
"""So many people are worked out anew at once."""
STRETCH = 20_000
"""So many numbers of people are gone through at once when everybody is worked out anew."""
_NOTES = 20 * BATCH
_THE_ONE = 1


def behind(today: date, *, most: int) -> int:
    """How many people wait to be worked out anew, *most* at the most; in one statement.

    Everybody does when policies are taught otherwise, or have changed, since standings were worked out.
    """
    notes = select(Touched.person_id).limit(_NOTES).subquery()
    some = select(notes.c.person_id).distinct().limit(most).subquery()
    touched = select(func.count()).select_from(some).scalar_subquery()
    known = select(Projection.ground).scalar_subquery()
    rows = session().execute(ground(today).add_columns(touched, known)).all()
    count, before = rows[0][-2:]
    return int(count) if digest([row[:-2] for row in rows]) == before else max(1, count)


def size(*, most: int) -> int:
    """How many people have lines, *most* at the most."""
    some = select(Profile.person_id).limit(most).subquery()
    return session().execute(select(func.count()).select_from(some)).scalar_one()


def current_at() -> datetime | None:
    """When last nobody was left to be worked out anew."""
    return session().execute(select(Projection.current_at)).scalar()


def documents() -> list[str]:
    """The documents of whose standings the profiles tell, in their order."""
    return list(session().execute(select(Projection.documents)).scalar() or ())


def catch_up(now: datetime, *, patient: bool = True) -> int:
    """Work people out anew who were touched, ``BATCH`` at the most; returns how many, 0 when none is left.

    Raises ``Busy`` when somebody else is at it and the caller is not *patient*.
    """
    row, today = _held(patient=patient), china_date(now)
    standings = everywhere(today)
    if row.ground != ground_of(today) and note_definition(row, standings, today):
        _touch_everybody()
    notes = session().execute(select(Touched.id, Touched.person_id).order_by(Touched.id).limit(_NOTES)).all()
    people = list(dict.fromkeys(note.person_id for note in notes))[:BATCH]
    if not people:
        row.current_at = now
        return 0
    taken = set(people)
    _work_out(standings, people)
    _forget([note.id for note in notes if note.person_id in taken])
    if len(notes) < _NOTES and len(taken) == len({note.person_id for note in notes}):
        row.current_at = now
    return len(people)


def rebuild(now: datetime) -> int:
    """Work everything out anew; returns how many lines there are."""
    row, today = _held(), china_date(now)
    standings = everywhere(today)
    note_definition(row, standings, today)
    for model in (Touched, Line, Cell, Profile):
        session().execute(delete(model).execution_options(synchronize_session=False))
    last = session().execute(select(func.max(Assignment.person_id))).scalar() or 0
    for first in range(1, last + 1, STRETCH):
        until = first + STRETCH - 1
        theirs = Line.person_id.between(first, until)
        with roomy():
            write_lines(Assignment.person_id.between(first, until))
            with many_rows():  # the lines are new; lines and profiles look single people up in old tables
                cells.add(theirs)
            write_profiles(standings, theirs)
    analyse(Line, Cell, Profile)
    row.current_at = now
    return session().execute(select(func.count()).select_from(Line)).scalar_one()


def _held(*, patient: bool = True) -> Projection:
    """The row that is held until the end of the transaction, so that nobody else carries on meanwhile."""
    empty = {"id": _THE_ONE, "documents": [], "ground": "", "definition": ""}
    session().execute(upsert(Projection).values(**empty).on_conflict_do_nothing())
    held = select(Projection).with_for_update(skip_locked=not patient)
    found = session().scalar(held.execution_options(populate_existing=True))
    if found is None:
        raise Busy
    return found


def _work_out(standings: Standings, people: Sequence[int]) -> None:
    theirs = Line.person_id.in_(people)
    cells.take_away(theirs)
    _remove(Line, theirs)
    _remove(Profile, Profile.person_id.in_(people))
    write_lines(Assignment.person_id.in_(people))
    cells.add(theirs)
    write_profiles(standings, theirs)
    cells.clear_away()


def _remove(model: type[Base], *where: ColumnElement[bool]) -> None:
    session().execute(delete(model).where(*where).execution_options(synchronize_session=False))


def _forget(notes: Sequence[int]) -> None:
    for start in range(0, len(notes), BATCH):
        _remove(Touched, Touched.id.in_(notes[start : start + BATCH]))


def _touch_everybody() -> None:
    session().execute(insert(Touched).from_select(["person_id"], select(Profile.person_id)))
