"""How HR of the demo gives training: campaigns, drafted step by step, and the rule of every year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.campaigns.cycles import apply_rules
from lms.campaigns.drafting import Edit, new_draft, save_content, save_people, save_time
from lms.campaigns.models import Trigger
from lms.campaigns.queries import campaign
from lms.campaigns.rules import UNDO
from lms.campaigns.selection import Selection
from lms.campaigns.sending import go_out, send
from lms.campaigns.standing_rules import RuleForm, add_rule, turn_on
from lms.people.queries import department_tree

_A_YEAR = 12
_SAVED = 4
"""Version of a draft of which three steps were saved."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A campaign as HR has it in mind; without a date it stays at the third step."""

    title: str
    selection: Selection
    path: str = ""
    courses: Sequence[str] = ()
    starts_on: date | None = None
    due_on: date | None = None


def departments(*names: str) -> frozenset[str]:
    """Keys of the departments with these names."""
    return frozenset(node.key for node in department_tree() if node.name in names)


def draft(planned: Planned, *, author_id: int, at: datetime) -> str:
    """Answer the first questions of a new campaign, all that are answered; returns its key."""
    key = new_draft(author_id=author_id, at=at)
    save_content(key, Edit(1, author_id, at), title=planned.title, path=planned.path, courses=planned.courses)
    save_people(key, Edit(2, author_id, at), planned.selection, everybody=False)
    if planned.due_on:
        edit = Edit(3, author_id, at)
        save_time(key, edit, starts_on=planned.starts_on, due_on=planned.due_on, due_days=None)
    return key


def queue(planned: Planned, *, author_id: int, at: datetime) -> str:
    """Draft a campaign and send it; it goes out ten minutes later, or on its first day."""
    key = draft(planned, author_id=author_id, at=at - timedelta(minutes=20))
    send(key, Edit(_SAVED, author_id, at))
    return key


def give(planned: Planned, *, author_id: int, at: datetime) -> str:
    """A campaign that goes out at this instant."""
    key = queue(planned, author_id=author_id, at=at - UNDO)
    go_out(campaign(key).id, at)
    return key


def give_every_year(
    title: str, course: str, audiences: Iterable[str], *, due_days: int, author_id: int, at: datetime
) -> None:
    """A standing rule whose first cycle begins on this day; who matches gets the course at once."""
    today = at.date()
    form = RuleForm(
        title=title,
        path="",
        courses=[course],
        selection=Selection(audiences=frozenset(audiences)),
        trigger=Trigger.MATCHING,
        hired_from=None,
        due_days=due_days,
        repeat_months=_A_YEAR,
        anchor_on=today,
    )
    key = add_rule(form, actor_id=author_id, at=at)
    turn_on(key, Edit(1, author_id, at), confirmed=False)
    apply_rules(at)
