"""Figures of anonymous surveys that are open a whole quarter: published in steps of several answers.

Two looks at them tell what was answered in between: never of fewer people than a group that may be shown.
"""

from sqlalchemy import func, select, update

from lms.kernel.database import session
from lms.kernel.small_groups import LEAST
from lms.surveys.answering import ANY, EVERY
from lms.surveys.models import Comment, Survey, Tally
from lms.surveys.rules import ROLLING

STEPWISE = Survey.anonymous & Survey.kind.in_(ROLLING)
"""Surveys whose figures come in steps."""
_UNSYNCHRONISED = {"synchronize_session": False}


def in_steps(one: Survey) -> bool:
    """Whether its figures come in steps: it is anonymous, and asked of one after the other."""
    return one.anonymous and one.kind in ROLLING


def hold(survey_id: int) -> bool:
    """Whether its figures come in steps; if so nobody hands in until the transaction has ended.

    Handing in refers to the survey's row: on PostgreSQL this waits for whoever is at it.
    """
    row = select(Survey.id).where(Survey.id == survey_id, STEPWISE).with_for_update()
    return session().scalar(row) is not None


def publish(survey_id: int) -> bool:
    """Show what has been answered by now, if ``LEAST`` or more answered since the last step.

    The survey is to be on ``hold``. Fewer at its end stay unpublished: they would be a step by themselves.
    """
    mine = Tally.survey_id == survey_id
    answered = select(func.sum(Tally.n)).where(mine, Tally.question == EVERY, Tally.value == ANY)
    n = int(session().scalar(answered) or 0)
    is_due = (Survey.id == survey_id, Survey.published + LEAST <= n)
    step = update(Survey).where(*is_due).values(published=n).returning(Survey.id)
    if session().execute(step, execution_options=_UNSYNCHRONISED).one_or_none() is None:
        return False
    session().execute(update(Tally).where(mine).values(published=Tally.n), execution_options=_UNSYNCHRONISED)
    session().execute(
        update(Comment).where(Comment.survey_id == survey_id).values(published=True),
        execution_options=_UNSYNCHRONISED,
    )
    return True
