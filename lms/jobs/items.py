"""The job that analyses quizzes in the background: pages only show what it has stored."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.access.models import Account
from lms.access.rules import GRANTS
from lms.item_analysis import operations
from lms.item_analysis.analysis import analyse
from lms.item_analysis.queries import Alarm, alarms
from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work
from lms.kernel.permissions import Permission
from lms.library.queries import live_release_id
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.people.models import Person, PersonState

log = logging.getLogger(__name__)


def analyse_items(now: datetime) -> Outcome:
    """Analyse every quiz whose statistics are out of date; counts quizzes. One transaction each."""
    release_id = live_release_id()
    quizzes = operations.due(now) if release_id else []
    session().rollback()
    count = failures = 0
    for quiz in quizzes:
        try:
            count += _analyse(quiz, release_id or "", now)
        except Exception:
            log.exception("quiz %s cannot be analysed", quiz)
            failures += 1
    return Outcome(count, failures)


def _analyse(quiz: str, release_id: str, now: datetime) -> int:
    """Everything is read and counted before the transaction, so that writers never wait for it."""
    found = analyse(quiz, release_id, at=now)
    session().rollback()
    if found is None:
        return 0
    with unit_of_work():
        raised = operations.store(found, at=now)
        _tell([alarm for alarm in alarms() if alarm.key in raised], now)
    return 1


def _tell(raised: Sequence[Alarm], now: datetime) -> None:
    """Tell whoever may mend the questions."""
    editors = [role for role, granted in GRANTS.items() if Permission.CONTENT_EDIT in granted]
    people = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.state == PersonState.ACTIVE, Account.role.in_(editors))
    )
    for alarm in raised:
        facts = {
            "question": alarm.question,
            "quiz": alarm.quiz,
            "change": alarm.change_key,
            "title": alarm.change_title,
            "before": round(100 * alarm.before),
            "after": round(100 * alarm.after),
        }
        post_to(people, topic=Topic.ITEM_COLLAPSED, subject=alarm.key, facts=facts, at=now)
