"""The delta units of a running change: drafted into its workspace once, for an admin to edit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from lms.journal.operations import record
from lms.kernel.database import session
from lms.library.queries import files as files_of
from lms.library.queries import live_release_id
from lms.people.models import Audience
from lms.policies.queries import Policies, policies_of
from lms.publishing.drafts import draft, live_sha, save
from lms.publishing.operations import check
from lms.rollouts.drafting import EASY, Unit
from lms.rollouts.drafting import draft as write
from lms.rollouts.impact import Weighed, weighed
from lms.rollouts.models import Change, Delivery, Severity
from lms.rollouts.queries import items_of
from lms.rollouts.typed import TypedItem

STANDARD = "standard"


def draft_units(change: Change, *, actor_id: int, at: datetime, day: date) -> list[str]:
    """Draft the units of a change's audiences into its workspace; returns the paths of new drafts.

    What has been drafted or published before stays as it is.
    """
    changes = [weighed(row) for row in items_of(change.id)]
    telling = [one for one in changes if one.severity is not Severity.EDITORIAL]
    live = str(live_release_id())
    library, policies = files_of(live), policies_of(live)
    texts: dict[str, str] = {}
    for unit in _units(change, telling):
        texts |= _without_faults(unit, [one.item for one in telling], policies, library, day)
    return [path for path, text in texts.items() if _keep(change.key, path, text, actor_id=actor_id, at=at)]


def _units(change: Change, changes: Sequence[Weighed]) -> list[Unit]:
    """One unit for every name that the deliveries give."""
    rows = session().execute(select(Delivery.unit, Delivery.audience).where(Delivery.change_id == change.id))
    audiences: dict[str, list[Audience]] = {}
    for row in rows:
        audiences.setdefault(row.unit, []).append(row.audience)
    tested = any(one.severity is Severity.SUBSTANTIVE for one in changes)
    return [
        Unit(
            name=name,
            title=change.title,
            document=change.document,
            audiences=tuple(sorted(audience.value for audience in several)),
            form=EASY if Audience.RETIREE in several else STANDARD,
            tested=tested,
        )
        for name, several in sorted(audiences.items())
    ]


def _without_faults(
    unit: Unit, items: Sequence[TypedItem], policies: Policies, live: Mapping[str, bytes], day: date
) -> dict[str, str]:
    """The files of a unit; without its quiz when a question could not be published as it was drafted."""
    texts = write(unit, items, policies)
    bank = f"quizzes/{unit.name}.yaml"
    files = {path: text.encode() for path, text in texts.items()}
    if bank in texts and any(fault.path == bank for fault in check({**live, **files}, day=day).faults):
        return write(replace(unit, tested=False), items, policies)
    return texts


def _keep(workspace: str, path: str, text: str, *, actor_id: int, at: datetime) -> bool:
    if live_sha(path) or draft(workspace, path):
        return False
    save(workspace, path, text, base="", version=0, author_id=actor_id, at=at)
    record("unit.drafted", workspace, actor_id=actor_id, at=at, path=path)
    return True
