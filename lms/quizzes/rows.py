"""Writing attempts and answers: statements built once for each engine, because they are run all the time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, update

from lms.kernel.database import is_postgresql, session, upsert
from lms.quizzes.models import Answer, Attempt, AttemptState


def _run(statement: Executable, parameters: Mapping[str, object] | Sequence[Mapping[str, object]]) -> Any:
    return session().connection().execute(statement, parameters)


def _once(build: Callable[[], Executable]) -> Callable[[], Executable]:
    """*build*, called once for each engine."""
    built: dict[bool, Executable] = {}

    def statement() -> Executable:
        engine = is_postgresql()
        if engine not in built:
            built[engine] = build()
        return built[engine]

    return statement


@_once
def _new_attempt() -> Executable:
    return upsert(Attempt).on_conflict_do_nothing().returning(Attempt.key)


def add_attempt(**values: object) -> str | None:
    """Open an attempt; returns its key, or ``None`` when the series has this number or an open one."""
    key = _run(_new_attempt(), values).scalar()
    return None if key is None else str(key)


def _changed(row: Any) -> dict[str, Any]:
    return {"value": row.excluded.value, "seq": Answer.seq + 1, "saved_at": row.excluded.saved_at}


@_once
def _answers() -> Executable:
    row = upsert(Answer)
    return row.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=_changed(row))


@_once
def _answer() -> Executable:
    row = upsert(Answer)
    return row.on_conflict_do_update(
        index_elements=["attempt_id", "position"],
        set_=_changed(row),
        where=Answer.seq == bindparam("known"),
    ).returning(Answer.seq)


def save_answer(attempt_id: int, position: int, value: str, *, known: int, at: datetime) -> int | None:
    """Save one answer; returns its new sequence number, or ``None`` when *known* is not the present one."""
    row = {"attempt_id": attempt_id, "position": position, "value": value, "seq": 1, "saved_at": at}
    seq = _run(_answer(), {**row, "known": known}).scalar()
    return None if seq is None else int(seq)


def save_answers(attempt_id: int, values: Mapping[int, str], *, at: datetime) -> None:
    """Save several answers, whatever was there before."""
    rows = [
        {"attempt_id": attempt_id, "position": position, "value": value, "seq": 1, "saved_at": at}
        for position, value in values.items()
    ]
    if rows:
        _run(_answers(), rows)


_CLOSE = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"), Attempt.state == AttemptState.OPEN)
    .values(state=bindparam("now"), earned=bindparam("points_earned"), submitted_at=bindparam("at"))
    .returning(Attempt.id)
)


def close(attempt_id: int, state: AttemptState, *, earned: int, at: datetime) -> bool:
    """Close an open attempt; ``False`` when it is closed already."""
    parameters = {"attempt": attempt_id, "now": state, "points_earned": earned, "at": at}
    return _run(_CLOSE, parameters).scalar() is not None
