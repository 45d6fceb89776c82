"""A change that is being rolled out, or was: its clocks, who has it, what is stale, what differs."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from lms.courses.queries import courses_of
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.library.faults import Fault
from lms.people.models import ReachBy
from lms.people.queries import names_of
from lms.policies.queries import Policies, policies_of
from lms.publishing.drafts import drafts_of
from lms.rollouts.delivery import Readiness, Wait
from lms.rollouts.impact import weighed
from lms.rollouts.ladder import rungs
from lms.rollouts.models import Change, TaskState
from lms.rollouts.overview import successor
from lms.rollouts.pauses import pauses_of
from lms.rollouts.progress import Numbers
from lms.rollouts.proposal import impact_of
from lms.rollouts.queries import TaskLine, items_of
from lms.rollouts.recipients import NOT_NEEDED, STILL
from lms.rollouts.reminding import Reminder, last_reminder
from lms.rollouts.unit_approval import is_of_unit
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.citations import MARKS
from lms.web.guard import asker
from lms.web.manage.parts import course_name, place, show, today
from lms.web.manage.policy_clock import Rollout, rollout_of
from lms.web.manage.policy_forms import ConfirmForm
from lms.web.manage.policy_items import readable, shown, target_names
from lms.web.manage.policy_words import (
    CHANGE_STATES,
    CHANGE_TAGS,
    CLOCKS,
    HOWS,
    KINDS,
    RUNGS,
    SEVERITIES,
    SEVERITY_TAGS,
    TASK_STATES,
    WAYS,
)
from lms.web.manage.sources import link
from lms.web.manage.words import AUDIENCES
from lms.words.faults import sentence


@dataclass(frozen=True)
class Audience:
    """A row of the table: what an audience waits for, and how many have it."""

    ready: Readiness
    numbers: Numbers | None
    unit: str
    held: Sequence[TaskLine]
    files: Sequence[str]

    @property
    def waits_for_unit(self) -> bool:
        """Whether nobody has approved what it is to be given."""
        return Wait.UNIT in self.ready.waits_for

    @property
    def got(self) -> str:
        """How it got to those who have it, and how many it has still to get to; empty where all look."""
        ways = self.numbers.ways if self.numbers else {}
        if not set(ways) - {ReachBy.APP, NOT_NEEDED}:
            return ""
        words = [f"{WAYS[way]} {ways[way]}" for way in WAYS if ways.get(way)]
        still = self.numbers.not_reached if self.numbers else 0
        return " · ".join([*words, gettext("%(num)s still to come", num=still)] if still else words)

    @property
    def still(self) -> list[str]:
        """On which way it still is to how many."""
        ways = self.numbers.ways if self.numbers else {}
        told: list[tuple[str, Callable[[int], str]]] = [
            ("letter", lambda n: ngettext("%(num)s letter", "%(num)s letters", n)),
            ("call", lambda n: ngettext("%(num)s call", "%(num)s calls", n)),
            ("sms", lambda n: ngettext("%(num)s text message", "%(num)s text messages", n)),
        ]
        return [str(words(ways[STILL + way])) for way, words in told if ways.get(STILL + way)]

    @property
    def oldest(self) -> TaskLine | None:
        """The material that it has waited for longest."""
        return self.held[0] if self.held and Wait.MATERIALS in self.ready.waits_for else None


def running(
    found: Change,
    *,
    faults: Sequence[Fault] = (),
    confirming: ConfirmForm | None = None,
    moved: Sequence[TaskLine] = (),
) -> str:
    """The page; with *faults* for which a unit was not approved, or a refused form that confirms texts.

    *moved* are the texts whose tasks somebody else closed or changed meanwhile.
    """
    day = today()
    rollout = rollout_of(found, day)
    policies = policies_of(found.release_after or asker().release_id)
    stale = impact_of(found, day=day).stale
    rows = items_of(found.id)
    files = [draft.path for draft in drafts_of(found.key)]
    return show(
        "policy_change",
        change=found,
        rollout=rollout,
        audience_rows=[_audience(rollout, one, files) for one in rollout.ready],
        differences=[(shown(weighed(row).item, policies, stale), row) for row in rows],
        names=names_of(found.created_by, found.registered_by, found.approved_by),
        newer=successor(found),
        faults=[(one, sentence(one)) for one in faults],
        reminded=_reminded_today(found),
        pauses=pauses_of(found.id),
        rungs=rungs(found),
        state=CHANGE_STATES[found.state],
        tag_of=CHANGE_TAGS[found.state],
        tally=_tally(rollout),
        confirming=_confirming(rollout, confirming),
        moved=moved,
        evidence_url=_evidence_url(found),
        target=target_names(policies),
        **_rights(),
        **_source(found, policies),
        **_WORDS,
    )


def _confirming(rollout: Rollout, typed: ConfirmForm | None) -> ConfirmForm | None:
    """The form in the list of texts, where there is something to confirm."""
    may = asker().may(Permission.TASK_CLOSE) and bool(rollout.open_tasks)
    return (typed or ConfirmForm(prefix="confirm-")) if may else None


def _reminded_today(found: Change) -> Reminder | None:
    last = last_reminder(found.key)
    return last if last and china_date(last.at) == today() else None


def _rights() -> dict[str, Any]:
    may = asker().may
    return {
        "may_steer": may(Permission.CHANGE_STEER),
        "may_edit": may(Permission.CONTENT_EDIT),
        "may_approve": may(Permission.CHANGE_APPROVE),
        "may_post": may(Permission.LETTER_SEND),
        "may_call": may(Permission.CONTACT_WORK),
    }


_WORDS: dict[str, Any] = {
    "audiences": AUDIENCES,
    "china_day": china_date,
    "course_name": course_name,
    "marks": MARKS,
    "readable": readable,
    "clocks": CLOCKS,
    "hows": HOWS,
    "kinds": KINDS,
    "rung_words": RUNGS,
    "severities": SEVERITIES,
    "severity_tags": SEVERITY_TAGS,
    "task_states": TASK_STATES,
}


def _evidence_url(found: Change) -> str:
    """Where the evidence pack is; empty for whom may not take it."""
    may = asker().may(Permission.EVIDENCE_EXPORT)
    return url_for("manage.evidence", key=found.key) if may else ""


def _source(found: Change, policies: Policies) -> dict[str, Any]:
    document = policies.documents.get(found.document)
    return {
        "document": document,
        "region": place(found.region),
        "source_url": link(document.source) if document else "",
    }


def _audience(rollout: Rollout, ready: Readiness, files: Sequence[str]) -> Audience:
    unit = courses_of(asker().release_id).get(ready.unit)
    title = course_title(unit) if unit else ""
    mine = [path for path in files if is_of_unit(path, ready.unit)]
    numbers = rollout.numbers_of(ready.audience)
    return Audience(ready, numbers, title, rollout.held_by(ready.audience), mine)


def _tally(rollout: Rollout) -> str:
    """How many texts in which state: 8 in all · 6 revised · 1 overdue."""
    states = Counter(one.state for one in rollout.tasks)
    words = [gettext("%(num)s in all", num=len(rollout.tasks))]
    words += [f"{TASK_STATES[state]} {states[state]}" for state in TaskState if states[state]]
    if rollout.late_tasks:
        words.append(ngettext("%(num)s overdue", "%(num)s overdue", len(rollout.late_tasks)))
    return " · ".join(words)
