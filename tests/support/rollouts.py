"""A change on its way to people: who was taught what, units approved, materials done. Needs a context."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lms.assignments import attempts
from lms.assignments.models import Assignment, Cause, Completion
from lms.courses.operations import answer_check, mark_read
from lms.courses.queries import course
from lms.jobs.rollouts import deliver_changes
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.rollouts import queries
from lms.rollouts.approval import approve
from lms.rollouts.drafting import unit_name
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Change, Path, Recipient, RefreshTask, Severity, TaskState
from lms.rollouts.refresh import close
from lms.rollouts.registration import Decision, register
from lms.rollouts.unit_approval import approve_unit
from lms.rollouts.unit_drafts import draft_units
from tests.support.changes import DAY_0, TWO_CITIES, as_proposed, begun, two_admins
from tests.support.library import publish_texts
from tests.support.people import BEIJING, make_person
from tests.support.small_library import (
    COURSE,
    COURSE_PATH,
    LESSON,
    LESSON_PATH,
    POLICY,
    POLICY_PATH,
    QUIZ,
    QUIZ_PATH,
)

LONG_AGO = DAY_0 - timedelta(days=30)
DAY = timedelta(days=1)
HR_COURSE, HR_PAGE = "office", "office/outpatient#card"


def _for_hr(text: str) -> str:
    return (
        text.replace("basics", HR_COURSE).replace("[employee]", "[hr]").replace("outpatient-c1", "office-c1")
    )


WITH_HR: Mapping[str, str] = {
    **TWO_CITIES,
    COURSE_PATH.replace("basics", HR_COURSE): _for_hr(COURSE),
    LESSON_PATH.replace("basics", HR_COURSE): _for_hr(LESSON),
    QUIZ_PATH.replace("basics", HR_COURSE): _for_hr(QUIZ),
}
"""The library with the same course written for HR."""
REWORDED: Mapping[str, str] = {POLICY_PATH: POLICY.replace("看病要出示凭证。", "看病须先出示医保码。")}
"""The drafts of a change of words that asks nobody in Shanghai."""


def acknowledge(person: Person, change: Change, *, at: datetime) -> None:
    """Read the change's unit, answer its checks, confirm having understood it."""
    release_id = live_release_id()
    assert release_id is not None
    unit = course(release_id, unit_of(change))
    with unit_of_work():
        for lesson in unit.lessons:
            for page in lesson.pages:
                mark_read(person.id, lesson, page, release_id=release_id, at=at)
            for check in lesson.checks:
                answer_check(person.id, lesson, check, chosen=[0], at=at)
        attempts.acknowledge(person.id, unit.id, release_id=release_id, at=at)


def unit_of(change: Change) -> str:
    """The course that says what changed."""
    return unit_name(change.key, easy=False)


def give(person: Person, name: str = "basics", *, at: datetime = LONG_AGO, cycle: int = 1) -> Assignment:
    """Assign a course."""
    row = Assignment(
        person_id=person.id,
        course=name,
        cycle=cycle,
        cause=Cause.ONBOARDING,
        assigned_on=china_date(at),
        due_on=china_date(at) + timedelta(days=40),
    )
    session().add(row)
    session().commit()
    return row


def complete(assignment_id: int | None, *, at: datetime) -> None:
    """Complete an assignment."""
    row = Completion(
        assignment_id=assignment_id, release_id=live_release_id(), completed_at=at, certificate=new_key(12)
    )
    session().add(row)
    session().commit()


def taught(
    *,
    region: str = BEIJING,
    audience: Audience = Audience.EMPLOYEE,
    name: str = "basics",
    at: datetime = LONG_AGO,
) -> Person:
    """Somebody who completed a course."""
    person = make_person(region=region, audience=audience)
    complete(give(person, name, at=at).id, at=at)
    return person


def running(
    texts: Mapping[str, str],
    *,
    library: Mapping[str, str] = TWO_CITIES,
    severity: Severity | None = None,
    admins: tuple[Person, Person] | None = None,
    at: datetime = DAY_0,
) -> Change:
    """A change with these files, approved by a second person, its units drafted."""
    if live_release_id() is None:
        publish_texts(library)
    admin, approver = admins or two_admins()
    change = begun(admin, texts, at=at)
    decisions = as_proposed(change, day=china_date(at))
    if severity:
        decisions = {key: Decision(severity, "看过原文") for key in decisions}
    with unit_of_work():
        register(change.key, decisions, version=change.version, actor_id=admin.id, at=at)
    with unit_of_work():
        approve(change.key, version=queries.change(change.key).version, actor_id=approver.id, at=at)
    with unit_of_work():
        draft_units(queries.change(change.key), actor_id=approver.id, at=at, day=china_date(at))
    return queries.change(change.key)


def close_tasks(change: Change, *, at: datetime = DAY_0, prefix: str = "") -> None:
    """Confirm every open task, or those of items that begin with *prefix*."""
    change_id, actor = change.id, change.approved_by
    assert actor is not None
    tasks = session().scalars(
        select(RefreshTask).where(RefreshTask.change_id == change_id, RefreshTask.state == TaskState.OPEN)
    )
    for key, version in [(one.key, one.version) for one in tasks if one.item.startswith(prefix)]:
        with unit_of_work():
            close(key, TaskState.CONFIRMED, version=version, note="按日期更新", actor_id=actor, at=at)


def approve_units(change: Change, *audiences: Audience, at: datetime = DAY_0) -> None:
    """Approve the unit for these audiences."""
    actor = change.approved_by
    assert actor is not None
    for audience in audiences or (Audience.EMPLOYEE,):
        with unit_of_work():
            approve_unit(change.key, audience, actor_id=actor, at=at)


def delivered(texts: Mapping[str, str], *, at: datetime = DAY_0, **how: object) -> Change:
    """A change that has been given to everybody concerned."""
    change = running(texts, **how)  # type: ignore[arg-type]
    close_tasks(change)
    approve_units(change)
    assert deliver_changes(at).failures == 0
    return queries.change(change.key)


def paths(change: Change) -> dict[int, Path]:
    """Person → how they learn of the change."""
    found = select(Recipient.person_id, Recipient.path).where(Recipient.change_id == change.id)
    return {row.person_id: row.path for row in session().execute(found)}


def recipient(change: Change, person: Person) -> Recipient:
    """Somebody's row."""
    return session().get_one(Recipient, (change.id, person.id), populate_existing=True)


def told(person: Person, topic: str = "") -> list[str]:
    """The topics of the messages that a person got, in order; or only those of one topic."""
    found = select(Message.topic).where(Message.person_id == person.id).order_by(Message.id)
    return [one for one in session().scalars(found) if one.startswith(topic)]


def due_on(change: Change, person: Person) -> date:
    """When somebody has to be done."""
    found = session().get(Assignment, recipient(change, person).assignment_id, populate_existing=True)
    assert found is not None
    return found.due_on


def how_many(model: type[Recipient | Message | Assignment]) -> int:
    """Rows of a table."""
    return session().scalar(select(func.count()).select_from(model)) or 0


def excused(
    change: Change, person: Person, *, reason: str = "长期病假", at: datetime = DAY_0 + 2 * DAY
) -> None:
    """Excuse somebody."""
    actor = change.approved_by
    assert actor is not None
    with unit_of_work():
        excuse(change.key, person.key, reason=reason, actor_id=actor, at=DAY_0 + 2 * DAY)
