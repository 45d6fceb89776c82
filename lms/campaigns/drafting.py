"""Drafting a campaign in five steps, each saved by itself, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update

from lms.campaigns.checking import content_faults
from lms.campaigns.models import Campaign, CampaignState, Outcome
from lms.campaigns.outcomes import courses_named, due_on_of, plan_of, starts_on_of
from lms.campaigns.preview import Preview, preview_of
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import REMINDERS, Fault, Step, has_little_time
from lms.campaigns.selection import Selection, sizes, unknown_departments, unknown_numbers
from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.kernel.keys import new_key
from lms.notifications.rules import DEFAULT_CHANNELS

QUIET = ("22:00", "08:00")
"""Quiet hours of a new draft."""


@dataclass(frozen=True)
class Edit:
    """Who changes something when, and which version of it they saw."""

    version: int
    actor_id: int
    at: datetime


class CampaignHasMoved(DomainError):
    """Somebody else has saved it meanwhile. Fact ``version``: theirs."""

    code = "campaign-has-moved"


class NotADraft(DomainError):
    """Only a draft can be changed. Fact ``state``."""

    code = "campaign-not-a-draft"


def new_draft(*, author_id: int, at: datetime, again: bool = False) -> str:
    """An empty draft; returns its key. *again*: who completed a course lately is given it all the same."""
    draft = Campaign(
        key=new_key(),
        again=again,
        courses=[],
        selection={},
        reminders=list(REMINDERS),
        channels=[channel.value for channel in DEFAULT_CHANNELS],
        quiet=list(QUIET),
        author_id=author_id,
        created_at=at,
        counts={},
    )
    session().add(draft)
    session().flush()
    record("campaign.drafted", draft.key, actor_id=author_id, at=at)
    return draft.key


def save_content(key: str, edit: Edit, *, title: str, path: str, courses: Sequence[str]) -> None:
    """What is to be learned: a learning path, or these courses. Raises as ``moved`` does, as do all steps."""
    named = list(courses_named(path, courses))
    _save(key, edit, title=title.strip(), path=path, courses=named)


def save_people(key: str, edit: Edit, selection: Selection, *, everybody: bool) -> None:
    """Who is meant; ``everybody``: whoever drafts it has said that they mean all of them."""
    _save(key, edit, selection=selection.to_json(), everybody=everybody)


def save_time(
    key: str, edit: Edit, *, starts_on: date | None, due_on: date | None, due_days: int | None
) -> None:
    """From when, and by when: a day for all, or so many days after the start."""
    _save(key, edit, starts_on=starts_on, due_on=due_on, due_days=due_days)


def save_notice(
    key: str, edit: Edit, *, reminders: Sequence[int], channels: Sequence[str], quiet: Sequence[str]
) -> None:
    """On which days around the date the unfinished are reminded, over what, and not at which hours."""
    days = sorted(set(reminders))
    _save(key, edit, reminders=days, channels=list(channels), quiet=list(quiet))


def _save(key: str, edit: Edit, **values: Any) -> None:
    moved(key, edit.version, CampaignState.DRAFT, **values)
    record("campaign.saved", key, actor_id=edit.actor_id, at=edit.at, fields=sorted(values))


def moved(key: str, version: int, state: CampaignState, **values: Any) -> None:
    """Change a draft that nobody has changed meanwhile.

    Raises ``NotFound``, ``NotADraft`` and ``CampaignHasMoved``.
    """
    changed = session().execute(
        update(Campaign)
        .where(Campaign.key == key, Campaign.state == CampaignState.DRAFT, Campaign.version == version)
        .values(state=state, version=version + 1, **values)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        _refuse(key)


def _refuse(key: str) -> None:
    present = campaign_by_key(key)
    if present.state is not CampaignState.DRAFT:
        raise NotADraft(state=present.state.value)
    raise CampaignHasMoved(version=present.version)


def discard(key: str, edit: Edit) -> None:
    """Throw a draft away. Raises as ``moved`` does."""
    mine = (Campaign.key == key, Campaign.state == CampaignState.DRAFT, Campaign.version == edit.version)
    gone = session().execute(delete(Campaign).where(*mine).returning(Campaign.id))
    if gone.one_or_none() is None:
        _refuse(key)
    record("campaign.discarded", key, actor_id=edit.actor_id, at=edit.at)


# -- what is wrong with it --------------------------------------------------------------------------------


def faults(campaign: Campaign, today: date, found: Preview | None = None) -> list[Fault]:
    """Everything that is wrong with a draft, step by step; what does not block is a warning.

    *found* is what it would come to, where that is known already.
    """
    return [
        *content_faults(campaign.path, campaign.courses, today),
        *_people_faults(campaign, found or preview_of(plan_of(campaign, today)), today),
        *_time_faults(campaign, today),
        *_other_faults(campaign),
    ]


def _people_faults(campaign: Campaign, found: Preview, today: date) -> Iterator[Fault]:
    selection = Selection.from_json(campaign.selection)
    if not found.chosen:
        yield Fault(Step.PEOPLE, "nobody")
    elif not campaign.everybody and found.chosen >= sizes(today).everybody:
        yield Fault(Step.PEOPLE, "everybody", {"count": found.chosen})
    elif campaign.courses and not found.people and not found.of(Outcome.EXCEPTION):
        yield Fault(Step.CHECK, "nobody-gets-it", {"chosen": found.chosen})
    if numbers := unknown_numbers(selection.persons | selection.without_persons):
        yield Fault(Step.PEOPLE, "unknown-persons", {"numbers": numbers}, blocks=False)
    if departments := unknown_departments(selection):
        yield Fault(Step.PEOPLE, "unknown-departments", {"departments": departments})


def _time_faults(campaign: Campaign, today: date) -> Iterator[Fault]:
    if campaign.starts_on and campaign.starts_on < today:
        yield Fault(Step.TIME, "start-in-past", {"starts_on": campaign.starts_on})
    starts_on = starts_on_of(campaign, today)
    due_on = due_on_of(campaign, starts_on)
    if due_on is None:
        yield Fault(Step.TIME, "no-due-date")
    elif due_on < starts_on:
        yield Fault(Step.TIME, "due-before-start", {"starts_on": starts_on, "due_on": due_on})
    elif has_little_time(due_on, starts_on):
        yield Fault(Step.TIME, "too-soon", {"due_on": due_on, "days": (due_on - starts_on).days})


def _other_faults(campaign: Campaign) -> Iterator[Fault]:
    if not campaign.channels:
        yield Fault(Step.NOTICE, "no-channel", blocks=False)
    same = select(Campaign).where(
        Campaign.id != campaign.id, Campaign.state.in_((CampaignState.QUEUED, CampaignState.SENT))
    )
    for other in session().scalars(same.order_by(Campaign.id.desc()).limit(100)):
        if other.rule_id is None and _is_same(other, campaign):
            facts = {"campaign": other.key, "title": other.title}
            yield Fault(Step.CHECK, "same-running", facts, blocks=False)
            return


def _is_same(one: Campaign, other: Campaign) -> bool:
    """For the same courses and the same people."""
    return set(one.courses) == set(other.courses) and one.selection == other.selection
