"""All changes of policy with their clocks; and one change, as its state needs it."""

from dataclasses import dataclass

from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.people.queries import names_of
from lms.policies.queries import policies_of
from lms.publishing.drafts import conflicts
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.overview import sent_back
from lms.rollouts.people import counts
from lms.rollouts.proposal import proposal
from lms.rollouts.queries import ChangeLine, changes
from lms.rollouts.queries import change as change_by_key
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.manage.evidence import last_quarters
from lms.web.manage.parts import place, screens, show, today
from lms.web.manage.policy_clock import Rollout, rollout_of
from lms.web.manage.policy_draft import workspace_of
from lms.web.manage.policy_items import lines, readable, shown, target_names
from lms.web.manage.policy_running import running
from lms.web.manage.policy_words import (
    CHANGE_STATES,
    CHANGE_TAGS,
    HOWS,
    KINDS,
    SEVERITIES,
    SEVERITY_TAGS,
)
from lms.web.manage.sources import link
from lms.web.manage.words import AUDIENCES
from lms.words.faults import sentence

GOING_ON = {ChangeState.RUNNING, ChangeState.PAUSED}
APPROVED = GOING_ON | {ChangeState.FINISHED, ChangeState.SUPERSEDED}


@dataclass(frozen=True)
class Line:
    """A change in the list; ``rollout`` only while its clocks run."""

    change: ChangeLine
    document: str
    region: str
    rollout: Rollout | None


@screens.get("/policy")
@requires(Permission.CHANGE_VIEW)
def policy() -> str:
    """The list, the newest first."""
    return show(
        "policy",
        lines=[_line(one) for one in changes()],
        states=CHANGE_STATES,
        tags=CHANGE_TAGS,
        may_register=asker().may(Permission.CHANGE_REGISTER),
        quarters=_quarters() if asker().may(Permission.EVIDENCE_EXPORT) else [],
    )


def _quarters() -> list[Quarter]:
    return [Quarter.named(one) for one in last_quarters(today())]


def _line(one: ChangeLine) -> Line:
    policies = policies_of(asker().release_id)
    document = policies.documents.get(one.document)
    region = place_name(policies, one.region) if one.region in policies.regions else one.region
    rollout = rollout_of(change_by_key(one.key), today()) if one.state in GOING_ON else None
    return Line(one, (document.number or document.short) if document else one.document, region, rollout)


@screens.get("/policy/<key>", endpoint="policy_change")
@requires(Permission.CHANGE_VIEW)
def change(key: str) -> str:
    """One change: what it will be until it is approved, then how far it has come."""
    found = change_by_key(key)
    return running(found) if found.state in APPROVED else pending(found)


def pending(found: Change) -> str:
    """A change that nobody has approved: a draft, one that waits, or one that was withdrawn."""
    said = proposal(found, day=today())
    policies = workspace_of(found).drafted
    document = policies.documents.get(found.document)
    people = lines(counts(said.impact.reaches), place)
    return show(
        "policy_pending",
        change=found,
        document=document,
        source_url=link(document.source) if document else "",
        region=place(found.region),
        names=names_of(found.created_by, found.registered_by),
        state=CHANGE_STATES[found.state],
        tag_of=CHANGE_TAGS[found.state],
        faults=[(one, sentence(one)) for one in said.faults],
        differences=[(shown(one.item, policies, said.impact.stale), one) for one in said.items],
        stale=said.impact.stale,
        people=people,
        total=sum(one.count.total for one in people),
        moved=conflicts(found.key),
        sent_back=sent_back(found),
        may_approve=asker().may(Permission.CHANGE_APPROVE) and found.registered_by != asker().id,
        may_edit=asker().may(Permission.CHANGE_REGISTER),
        hows=HOWS,
        kinds=KINDS,
        target=target_names(policies),
        readable=readable,
        severities=SEVERITIES,
        severity_tags=SEVERITY_TAGS,
        audiences=AUDIENCES,
    )
