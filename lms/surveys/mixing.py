"""Putting anonymous answers into another order, so that where a row stands does not tell whose it is."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Table,
    Update,
    case,
    collate,
    delete,
    func,
    insert,
    select,
    update,
)

from lms.kernel.database import is_postgresql, random_key, session, table_of
from lms.surveys import steps
from lms.surveys.models import Comment, Response, Survey, Tally

Anonymous: TypeAlias = type[Response] | type[Comment]


def unmixed() -> list[int]:
    """Ids of the anonymous surveys that got answers since theirs were last mixed."""
    count = select(func.count()).where(Response.survey_id == Survey.id).correlate(Survey).scalar_subquery()
    found = session().scalars(select(Survey.id).where(Survey.anonymous, Survey.mixed < count))
    return list(found)


def mix(survey_id: int) -> int:
    """Write all anonymous answers of a survey anew under new keys, in a random order; returns how many.

    PostgreSQL marks every row with the transaction that wrote it, and keeps rows in the order of their
    coming: afterwards all of them have one transaction and no order, the tallies as well, where whoever chose
    something last would else stand beside it. SQLite keeps them in the order of their keys, which are random.
    What is shown keeps its key. Where figures come in steps, the next one is published.
    """
    in_steps = steps.hold(survey_id)
    responses = _mix(Response, survey_id)
    _mix(Comment, survey_id)
    if is_postgresql():
        _write_tallies_anew(survey_id)
    session().execute(
        update(Survey).where(Survey.id == survey_id).values(mixed=responses),
        execution_options={"synchronize_session": False},
    )
    if in_steps:
        steps.publish(survey_id)
    return responses


def _mix(model: Anonymous, survey_id: int) -> int:
    mixing = _rewritten(model, survey_id) if is_postgresql() else _rekeyed(model, survey_id)
    return session().connection().execute(mixing.execution_options(preserve_rowcount=True)).rowcount


def _write_tallies_anew(survey_id: int) -> None:
    """The same numbers; held in the order in which handing in writes them, so that neither waits for ever."""
    mine = Tally.survey_id == survey_id
    order = (collate(Tally.question, "C"), collate(Tally.value, "C"), Tally.audience)
    session().execute(select(Tally.n).where(mine).order_by(*order).with_for_update()).all()
    session().execute(
        update(Tally).where(mine).values(n=Tally.n), execution_options={"synchronize_session": False}
    )


def _whose(table: Table, survey_id: int) -> Sequence[ColumnElement[bool]]:
    return (table.c.survey_id == survey_id, table.c.person_id.is_(None))


def _rekeyed(model: Anonymous, survey_id: int) -> Update:
    table = table_of(model)
    return update(table).where(*_whose(table, survey_id)).values(key=_key(table))


def _rewritten(model: Anonymous, survey_id: int) -> Insert:
    table = table_of(model)
    others = [column.name for column in table.columns if column.name != "key"]
    gone = delete(table).where(*_whose(table, survey_id)).returning(table).cte("gone")
    rows = select(_key(gone), *(gone.c[name] for name in others)).order_by(func.random())
    return insert(table).from_select(["key", *others], rows)


def _key(rows: FromClause) -> ColumnElement[str]:
    """A new one, but for comments that are shown: pages that are open name them by it."""
    is_shown = rows.c.get("published")
    return random_key() if is_shown is None else case((is_shown, rows.c.key), else_=random_key())
