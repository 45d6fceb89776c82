"""Campaigns and standing rules in a small company with a small library. Needs an application context."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select

from lms.assignments.models import Assignment
from lms.campaigns.drafting import Edit, new_draft, save_content, save_people, save_time
from lms.campaigns.models import Campaign, Outcome, RuleState, Target, Trigger
from lms.campaigns.queries import campaign
from lms.campaigns.selection import Selection
from lms.campaigns.sending import due_campaigns, go_out, send
from lms.campaigns.standing_rules import RuleForm, add_rule, rule
from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Department, Person, PersonState, Status
from tests.support.library import publish_texts
from tests.support.people import make_department, make_person
from tests.support.small_library import COURSE, COURSE_PATH, LESSON, LESSON_PATH, QUIZ, QUIZ_PATH, TEXTS

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in China."""
TODAY = date(2026, 11, 23)
DUE = date(2026, 12, 7)
EMPLOYEES = Selection(audiences=frozenset({"employee"}))
EVERYBODY = Selection(audiences=frozenset(audience.value for audience in Audience))
PATH = """\
id: start
title: 入门
title_en: Start
courses: [basics, desk]
"""
_numbers = count(1)


def two_courses() -> dict[str, str]:
    """The small library with a course for HR besides, and a path of both."""
    desk = {
        COURSE_PATH.replace("basics", "desk"): COURSE.replace("basics", "desk").replace("employee", "hr"),
        LESSON_PATH.replace("basics", "desk"): LESSON,
        QUIZ_PATH.replace("basics", "desk"): QUIZ.replace("basics", "desk"),
        "content/paths/start.yaml": PATH,
    }
    return {**TEXTS, **desk}


def library() -> str:
    """Both courses and the path, live."""
    return publish_texts(two_courses())


def hr_person(name: str = "周敏") -> Person:
    """Somebody of HR who drafts and decides."""
    return make_person(name=name, audience=Audience.HR)


def crowd(
    size: int,
    *,
    audience: Audience = Audience.EMPLOYEE,
    hired_on: date = date(2020, 1, 1),
    department: Department | None = None,
) -> list[int]:
    """So many people entered at once; returns their ids."""
    department_id = (department or make_department()).id
    rows = [
        Person(
            number=f"C{next(_numbers):06}",
            name="众人",
            audience=audience,
            status=Status.RETIRED if audience is Audience.RETIREE else Status.IN_SERVICE,
            region="110000",
            department_id=department_id,
            hired_on=hired_on,
            state=PersonState.ACTIVE,
        )
        for _ in range(size)
    ]
    with unit_of_work() as database:
        database.add_all(rows)
        database.flush()
        return [row.id for row in rows]


def numbers_of(person_ids: Sequence[int]) -> list[str]:
    """Employee numbers."""
    return list(session().scalars(select(Person.number).where(Person.id.in_(person_ids))))


def edit(key: str, actor_id: int, *, at: datetime = AT) -> Edit:
    """An edit of the present version."""
    return Edit(campaign(key).version, actor_id, at)


def drafted(
    author: Person,
    selection: Selection = EMPLOYEES,
    *,
    courses: Sequence[str] = ("basics",),
    path: str = "",
    due_on: date | None = DUE,
    **time: Any,
) -> Campaign:
    """A draft whose steps have all been saved."""
    author_id = author.id
    with unit_of_work():
        key = new_draft(author_id=author_id, at=AT)
        save_content(key, edit(key, author_id), title="年度必修", path=path, courses=courses)
        save_people(key, edit(key, author_id), selection, everybody=True)
        given = {"starts_on": None, "due_days": None, **time}
        save_time(key, edit(key, author_id), due_on=due_on, **given)
    return campaign(key)


def queued(draft: Campaign, *, at: datetime = AT) -> datetime:
    """Send a draft; returns when it goes out."""
    key, author_id = draft.key, draft.author_id
    assert author_id is not None
    with unit_of_work():
        return send(key, edit(key, author_id, at=at))


def gone_out(draft: Campaign, *, at: datetime = AT) -> int:
    """Send a draft and let its ten minutes pass; returns to how many it went."""
    campaign_id, goes_out_at = draft.id, queued(draft, at=at)
    assert campaign_id in due_campaigns(goes_out_at)
    with unit_of_work():
        return go_out(campaign_id, goes_out_at)


def assignments(**where: Any) -> list[Assignment]:
    """Assignments in the order of their making."""
    found = select(Assignment).filter_by(**where).order_by(Assignment.id)
    return list(session().scalars(found.execution_options(populate_existing=True)))


def outcomes_of(campaign_id: int) -> dict[Outcome, int]:
    """How often each outcome is on record."""
    rows = session().execute(
        select(Target.outcome, func.count()).where(Target.campaign_id == campaign_id).group_by(Target.outcome)
    )
    return {outcome: count for outcome, count in rows}  # noqa: C416


def standing_rule(
    selection: Selection = EMPLOYEES,
    *,
    trigger: Trigger = Trigger.MATCHING,
    repeat_months: int | None = None,
    anchor_on: date = TODAY,
    due_days: int = 14,
    courses: Sequence[str] = ("basics",),
) -> str:
    """A rule that is on; returns its key."""
    form = RuleForm(
        title="新人必修",
        path="",
        courses=courses,
        selection=selection,
        trigger=trigger,
        hired_from=TODAY - timedelta(days=30) if trigger is Trigger.JOINING else None,
        due_days=due_days,
        repeat_months=repeat_months,
        anchor_on=anchor_on,
    )
    with unit_of_work():
        key = add_rule(form, actor_id=None, at=AT)
        row = rule(key)
        row.state = RuleState.ON
    return key


def some(**criteria: object) -> Selection:
    """A selection by these criteria."""
    values = {name: frozenset(value) if isinstance(value, set) else value for name, value in criteria.items()}
    return Selection(**values)  # type: ignore[arg-type]
