"""Content that is wanted: proposed because people said so, taken on, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel.clock import start_of_day
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.surveys.models import Proposal
from lms.surveys.refusals import NoSuchCourse, NoteMissing, ProposalSettled
from lms.surveys.rules import SETTLED, ProposalState, Source


@dataclass(frozen=True)
class Proposing:
    """What is proposed, why, and how many raised it. ``source_key``: of the survey, else empty."""

    topic: str
    title: str
    source: Source
    source_key: str
    quarter: str
    raised: int


def propose(proposing: Proposing, *, actor_id: int, at: datetime) -> str:
    """Put a proposal on record; returns its key. The same one again only says anew how many raised it."""
    values = {**vars(proposing), "title": proposing.title.strip()}
    row = upsert(Proposal).values(**values, key=new_key(), created_by=actor_id, created_at=at)
    names = ["topic", "title", "source", "source_key", "quarter"]
    row = row.on_conflict_do_update(index_elements=names, set_={"raised": proposing.raised})
    key = session().scalars(row.returning(Proposal.key)).one()
    record("proposal.made", key, actor_id=actor_id, at=at)
    return key


def take(key: str, *, actor_id: int, at: datetime) -> None:
    """Take a proposal on. Raises ``NotFound`` and ``ProposalSettled``."""
    values = {"state": ProposalState.IN_WORK, "owner_id": actor_id, "taken_at": at}
    _move(key, **values)
    record("proposal.taken", key, actor_id=actor_id, at=at)


def settle(
    key: str, state: ProposalState, *, result: str = "", note: str = "", actor_id: int, at: datetime
) -> None:
    """Say what became of a proposal; *result* is the ``course`` or ``course/lesson`` that came of it.

    Raises ``NotFound``, ``ProposalSettled``, ``NoSuchCourse`` for a result that is not live, and
    ``NoteMissing`` where something is declined, or done without content, and nobody says why. ``ValueError``
    for a state that is no end.
    """
    if state not in SETTLED:
        raise ValueError(f"no end: {state}")
    result, note = result.strip(), note.strip()
    if result and not _is_live(result):
        raise NoSuchCourse(result=result)
    if not note and not (result and state is ProposalState.DONE):
        raise NoteMissing
    _move(key, state=state, result=result, note=note, settled_at=at)
    record("proposal.settled", key, actor_id=actor_id, at=at, decision=state.value, result=result)


def _is_live(result: str) -> bool:
    name, _, lesson = result.partition("/")
    release_id = live_release_id()
    course = courses_of(release_id).get(name) if release_id else None
    return course is not None and (not lesson or lesson in {one.id for one in course.lessons})


def _move(key: str, **values: object) -> None:
    changed = session().execute(
        update(Proposal)
        .where(Proposal.key == key, Proposal.state.not_in(SETTLED))
        .values(**values)
        .returning(Proposal.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise ProposalSettled(state=proposal(key).state.value)


# -- reads ------------------------------------------------------------------------------------------------


def proposal(key: str) -> Proposal:
    """The proposal with this key. Raises ``NotFound``."""
    found = session().scalar(
        select(Proposal).where(Proposal.key == key).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(kind="proposal", key=key)
    return found


def listed_proposals(state: ProposalState | None = None) -> Sequence[Proposal]:
    """All proposals, or those in a state: the last quarter first, what most people raised before the rest."""
    return _listed(*((Proposal.state == state,) if state else ()))


def of_quarter(quarter: Quarter) -> Sequence[Proposal]:
    """What was raised in a quarter, whatever became of it since."""
    return _listed(Proposal.quarter == str(quarter))


def of_source(source: Source, source_key: str) -> Sequence[Proposal]:
    """What was proposed because of a survey."""
    return _listed(Proposal.source == source, Proposal.source_key == source_key)


def settled_since(quarter: Quarter) -> Sequence[Proposal]:
    """What was settled on the first day of a quarter or later."""
    return _listed(Proposal.settled_at >= start_of_day(quarter.first))


def _listed(*which: ColumnElement[bool]) -> Sequence[Proposal]:
    ordered = (
        select(Proposal).where(*which).order_by(Proposal.quarter.desc(), Proposal.raised.desc(), Proposal.id)
    )
    return session().scalars(ordered.execution_options(populate_existing=True)).all()
