"""Sending a campaign: queued for ten minutes, in which it can be withdrawn, then given in one transaction.

As long as it is queued nothing has been given to anybody, so that nothing has to be undone.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Select, select, update

from lms.assignments.models import Cause
from lms.campaigns.drafting import Edit, NotADraft, faults, moved
from lms.campaigns.giving import facts_of, give, quiet_of, titles_of, way_of
from lms.campaigns.models import Campaign, CampaignState, Outcome, Target
from lms.campaigns.outcomes import due_on_of, most_at_once, plan_of, starts_on_of
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import UNDO, Fault
from lms.journal.operations import record
from lms.kernel.clock import CHINA, china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.kernel.keys import new_key
from lms.notifications.group_posts import GroupTopic, post
from lms.notifications.operations import post_each
from lms.notifications.rules import Note, Topic, out_of_quiet
from lms.people.models import Person

OPENS = time(8)
"""When a campaign goes out on the day that it starts on, in China."""


class HasFaults(DomainError):
    """Something has to be mended first; ``faults`` says what, at which step."""

    code = "campaign-has-faults"

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(count=len(found))
        self.faults = list(found)


class TooLate(DomainError):
    """It is no longer waiting: it has gone out, or was withdrawn. Fact ``state``."""

    code = "campaign-too-late"


def send(key: str, edit: Edit) -> datetime:
    """Queue a draft; returns when it goes out by itself.

    Raises ``NotFound``, ``HasFaults``, ``NotADraft`` and ``CampaignHasMoved``.
    """
    draft = campaign_by_key(key)
    if draft.state is not CampaignState.DRAFT:
        raise NotADraft(state=draft.state.value)
    found = [one for one in faults(draft, china_date(edit.at)) if one.blocks]
    if found:
        raise HasFaults(found)
    goes_out_at = leaves_at(draft, edit.at)
    values = {"queued_at": edit.at, "goes_out_at": goes_out_at}
    moved(key, edit.version, CampaignState.QUEUED, **values)
    record("campaign.queued", key, actor_id=edit.actor_id, at=edit.at, goes_out_at=goes_out_at.isoformat())
    return goes_out_at


def leaves_at(draft: Campaign, at: datetime) -> datetime:
    """Ten minutes after *at*, or on the morning of the first day; never in quiet hours."""
    first = at + UNDO
    if draft.starts_on and draft.starts_on > china_date(at):
        first = max(first, datetime.combine(draft.starts_on, OPENS, CHINA).astimezone(at.tzinfo))
    quiet = quiet_of(draft)
    return out_of_quiet(first, quiet) if quiet else first


def withdraw(key: str, *, actor_id: int, at: datetime) -> None:
    """Take back what waits to go out. Raises ``NotFound``, and ``TooLate`` once it has gone out."""
    _from_waiting(key, CampaignState.WITHDRAWN, at, withdrawn_at=at)
    record("campaign.withdrawn", key, actor_id=actor_id, at=at)


def back_to_draft(key: str, *, actor_id: int, at: datetime) -> None:
    """Make a draft again of what was withdrawn. Raises ``NotFound`` and ``TooLate``."""
    values = {"queued_at": None, "goes_out_at": None, "withdrawn_at": None}
    _move(key, (CampaignState.WITHDRAWN,), CampaignState.DRAFT, **values)
    record("campaign.drafted", key, actor_id=actor_id, at=at)


def _from_waiting(key: str, state: CampaignState, at: datetime, **values: object) -> None:
    present = campaign_by_key(key)
    if present.goes_out_at and present.goes_out_at <= at:
        raise TooLate(state=present.state.value)
    _move(key, (CampaignState.QUEUED,), state, **values)


def _move(key: str, before: Sequence[CampaignState], after: CampaignState, **values: object) -> None:
    changed = session().execute(
        update(Campaign)
        .where(Campaign.key == key, Campaign.state.in_(before))
        .values(state=after, version=Campaign.version + 1, **values)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise TooLate(state=campaign_by_key(key).state.value)


def send_to_myself(key: str, *, actor_id: int, at: datetime) -> None:
    """Give whoever asks the message alone, as the people would get it; nothing is assigned."""
    draft, today = campaign_by_key(key), china_date(at)
    courses = plan_of(draft, today).courses
    count = most_at_once(courses)
    course = next(iter(courses)) if count == 1 else ""
    due_on = due_on_of(draft, starts_on_of(draft, today))
    facts = facts_of(draft, course=course, count=count, due_on=due_on)
    note = Note(actor_id, f"{key}/{new_key()}", facts)
    post_each([note], topic=Topic.PREVIEW, at=at, way=way_of(draft))


# -- going out --------------------------------------------------------------------------------------------


def due_campaigns(now: datetime) -> Sequence[int]:
    """Ids of the campaigns that are to go out now, those waiting longest first."""
    waiting = select(Campaign.id).where(Campaign.state == CampaignState.QUEUED, Campaign.goes_out_at <= now)
    return session().scalars(waiting.order_by(Campaign.goes_out_at, Campaign.id)).all()


def go_out(campaign_id: int, now: datetime) -> int:
    """Give a queued campaign to its people; returns to how many.

    A second worker and somebody who withdraws at the same moment are harmless: whoever moves it out of the
    queue first has it.
    """
    taken = session().execute(
        update(Campaign)
        .where(
            Campaign.id == campaign_id,
            Campaign.state == CampaignState.QUEUED,
            Campaign.goes_out_at <= now,
        )
        .values(state=CampaignState.SENT, sent_at=now, version=Campaign.version + 1)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    if taken.one_or_none() is None:
        return 0
    one = session().get_one(Campaign, campaign_id, populate_existing=True)
    plan = plan_of(one, china_date(now))
    given = give(one, plan, Cause.SECOND if one.again else Cause.BY_HAND, now)
    one.courses, one.due_on, one.counts = list(plan.courses), plan.due_on, given.as_json()
    session().flush()
    record("campaign.sent", one.key, actor_id=one.author_id, at=now, **given.as_json())
    if given.people:
        _tell_groups(one, given.people, plan.due_on, now)
    return given.people


def _tell_groups(one: Campaign, people: int, due_on: date | None, now: datetime) -> None:
    """One post to each robot in whose departments somebody was given something."""
    departments = session().scalars(_departments(one.id)).all()
    facts = {
        "title": titles_of(one)["title"],
        "due_on": due_on.isoformat() if due_on else "",
        "count": people,
        "page": "/my",
    }
    post(GroupTopic.STARTS, one.key, facts, at=now, departments=departments)


def _departments(campaign_id: int) -> Select[int]:
    return (
        select(Person.department_id)
        .join(Target, Target.person_id == Person.id)
        .where(Target.campaign_id == campaign_id, Target.outcome == Outcome.ASSIGNED)
        .distinct()
    )
