"""The jobs that read papers into marks by topic, and look at what training came to a month after its day."""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from lms.access.models import Account
from lms.access.rules import GRANTS
from lms.courses.queries import courses_of
from lms.effects import finding, reading, totals
from lms.effects.finding import Due
from lms.effects.models import Kind
from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.people.models import Person, PersonState
from lms.quizzes.topics import topics_of
from lms.rollouts.queries import change

log = logging.getLogger(__name__)
MOST_PAPERS = 20_000
"""So many papers are read at once; the others follow at the next run."""


def mark_topics(now: datetime) -> int:
    """Read the papers that were handed in since, and count the quarters that they touch; counts papers.

    A library without topics marks nothing, so that everything is read once it has some.
    """
    topics = topics_of(live_release_id() or "")
    ids = reading.unread(MOST_PAPERS) if topics.all else []
    marking, touched = reading.Marking(topics), set[Quarter]()
    for start in range(0, len(ids), reading.BATCH):
        batch = ids[start : start + reading.BATCH]
        rows = marking.rows(batch)
        session().rollback()
        with unit_of_work():
            reading.store(batch, rows)
        touched |= reading.touched(rows)
    _count(touched, now)
    return len(ids)


def _count(touched: Collection[Quarter], now: datetime) -> None:
    """Everything is counted before the transaction, so that writers never wait for it."""
    for quarter in sorted(touched):
        rows = totals.count(quarter)
        session().rollback()
        with unit_of_work():
            totals.store(quarter, rows, at=now)


def find_effects(now: datetime) -> Outcome:
    """Put on record what courses and changes came to whose day was a month ago; counts them."""
    release_id, today = live_release_id(), china_date(now)
    waiting = finding.ready(release_id, today) if release_id else []
    session().rollback()
    found, failures = [], 0
    for one in waiting:
        try:
            _find(one, release_id or "", now)
            found.append(one)
        except Exception:
            log.exception("effect of %s cannot be worked out", one.subject)
            failures += 1
    new = [one for one in found if not one.is_known]
    if new:
        with unit_of_work():
            _tell(new, release_id or "", now)
    return Outcome(len(found), failures)


def _find(one: Due, release_id: str, now: datetime) -> None:
    figures = finding.figures_of(one, release_id)
    session().rollback()
    with unit_of_work():
        finding.put_on_record(one, figures, at=now)


def _tell(found: Collection[Due], release_id: str, now: datetime) -> None:
    """One message for all that is new, to everybody who may look at it."""
    first = max(found, key=lambda one: one.quarter)
    title, title_en = _titles(first, release_id)
    facts = {"quarter": str(first.quarter), "count": len(found), "title": title, "title_en": title_en}
    viewers = [role for role, granted in GRANTS.items() if Permission.EFFECT_VIEW in granted]
    people = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.state == PersonState.ACTIVE, Account.role.in_(viewers))
    )
    post_to(people, topic=Topic.EFFECT_READY, subject=new_key(), facts=facts, at=now)


def _titles(one: Due, release_id: str) -> tuple[str, str]:
    if one.kind is Kind.COURSE:
        course = courses_of(release_id)[one.subject]
        return course.title, course.title_en
    title = change(one.subject).title
    return title, title
