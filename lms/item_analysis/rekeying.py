"""A key that was wrong: found between editions of a question, decided once, papers marked anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.assignments import regrade_effects, regrade_record
from lms.assignments.regrade_effects import Preview
from lms.assignments.regrading import Declaration
from lms.assignments.rekeying import Rekeying
from lms.item_analysis.models import KeyCorrection
from lms.item_analysis.queries import EditionOf, editions
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.quizzes.models import RegradePolicy
from lms.quizzes.queries import quizzes_of
from lms.quizzes.rekeying import as_value, from_value, is_rekeyed, new_key
from lms.quizzes.rules import Question
from lms.rollouts.registration import ReasonMissing

SHORT = 12
"""So many characters of an edition's hash stand in addresses."""


@dataclass(frozen=True)
class WrongKey:
    """An edition whose key was wrong by the live one. ``decided`` is the key of its correction, if any."""

    was: Question
    now: Question
    right: frozenset[int] | None
    decided: str

    def mistake(self) -> Rekeying:
        """The papers concerned."""
        return Rekeying(self.decided, self.was.quiz, self.was.edition, self.right)


def live_question(release_id: str, question: str) -> Question | None:
    """The edition of a question in a release; ``None`` once it is retired."""
    every = (one for bank in quizzes_of(release_id).values() for one in bank.questions)
    return next((one for one in every if one.id == question), None)


def wrong_keys(release_id: str, several: list[EditionOf]) -> list[WrongKey]:
    """Editions of a question that marked other options as right than the live one does, the latest first."""
    now = live_question(release_id, several[0].question.id) if several else None
    if now is None:
        return []
    rekeyed = [one.question for one in several if is_rekeyed(one.question, now)]
    decided = _decided([one.edition for one in rekeyed])
    found = []
    for was in rekeyed:
        right = new_key(was, now)
        found.append(WrongKey(was, now, right, decided.get((was.edition, as_value(right)), "")))
    return found


def _decided(several: list[str]) -> dict[tuple[str, str], str]:
    rows = session().execute(
        select(KeyCorrection.edition, KeyCorrection.right, KeyCorrection.key).where(
            KeyCorrection.edition.in_(several)
        )
    )
    return {(edition, right): key for edition, right, key in rows}


def wrong_key(release_id: str, question: str, edition: str) -> WrongKey:
    """One of them by the beginning of its hash. Raises ``NotFound``."""
    for found in wrong_keys(release_id, editions(question)):
        if len(edition) >= SHORT and found.was.edition.startswith(edition):
            return found
    raise NotFound(kind="correction", key=edition)


def correction(key: str) -> KeyCorrection:
    """A correction that was decided. Raises ``NotFound``."""
    found = session().scalar(select(KeyCorrection).where(KeyCorrection.key == key))
    if found is None:
        raise NotFound(kind="correction", key=key)
    return found


def corrected_keys(keys: list[str]) -> dict[str, frozenset[int] | None]:
    """Key of a correction → the options that are right by it."""
    rows = session().execute(
        select(KeyCorrection.key, KeyCorrection.right).where(KeyCorrection.key.in_(keys))
    )
    return {key: from_value(right) for key, right in rows}


def preview(found: WrongKey) -> Preview:
    """The papers that are to be marked anew, and what each policy would do to them."""
    return regrade_effects.preview(found.mistake())


def regrade(found: WrongKey, policy: RegradePolicy, *, reason: str, actor_id: int, at: datetime) -> int:
    """Mark every paper with the wrong key anew, and tell its owner; returns how many papers.

    Raises ``ReasonMissing`` and what ``regrade_record.regrade`` raises.
    """
    if not reason.strip():
        raise ReasonMissing(keys=[])
    about = {"edition": found.was.edition, "right": as_value(found.right)}
    row = upsert(KeyCorrection).values(
        **about,
        question=found.was.id,
        corrected=found.now.edition,
        policy=policy,
        author_id=actor_id,
        at=at,
    )
    session().execute(row.on_conflict_do_nothing())
    key = session().scalars(select(KeyCorrection.key).filter_by(**about).with_for_update()).one()
    mistake = Rekeying(key, found.was.quiz, found.was.edition, found.right)
    return regrade_record.regrade(mistake, Declaration(policy, reason.strip(), actor_id), at=at)
