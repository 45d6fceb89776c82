"""What changed, for everybody who works here: old and new, for whom, from when, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.policies.queries import Policies, policies_of
from lms.policies.rules import ANY, NATION
from lms.rollouts.impact import weighed
from lms.rollouts.models import Change, Severity
from lms.rollouts.overview import Given, given, successor
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.queries import items_of
from lms.rollouts.typed import TypedItem
from lms.web.citations import MARKS, place_name
from lms.web.guard import asker, requires
from lms.web.lessons import overview_url
from lms.web.manage.policy_items import Shown, shown
from lms.web.manage.policy_words import HOWS
from lms.web.manage.sources import link
from lms.web.shells import home, shell

screens = Blueprint("change", __name__, url_prefix="/change")


@dataclass(frozen=True)
class Told:
    """What differs, first what holds for the reader, then what holds for others."""

    own: Sequence[Shown]
    others: Sequence[Shown]


@screens.get("/<key>")
@requires(Permission.OWN_TRAINING_VIEW)
def page(key: str) -> str:
    """A change that is live. One that nobody has approved is not found, whoever asks."""
    found, here = change_by_key(key), asker()
    if found.approved_at is None:
        raise NotFound(kind="change", key=key)
    policies = policies_of(found.release_after or here.release_id)
    document = policies.documents.get(found.document)
    return render_template(
        "change/page.html",
        shell=shell("_learner.html"),
        home=home(),
        change=found,
        told=_told(found, policies),
        document=document,
        region=place_name(policies, found.region) if found.region in policies.regions else "",
        source_url=link(document.source) if document else "",
        marks=MARKS,
        hows=HOWS,
        newer=successor(found),
        today=china_date(clock.now()),
        given=(task := given(here.id, found)),
        course_url=course_url(task) if task else "",
    )


def _told(found: Change, policies: Policies) -> Told:
    telling = [row for row in items_of(found.id) if row.severity is not Severity.EDITORIAL]
    items = [weighed(row).item for row in telling]
    own = [one for one in items if holds_for_asker(one, policies)]
    others = [one for one in items if one not in own]
    return Told([shown(one, policies) for one in own], [shown(one, policies) for one in others])


def holds_for_asker(item: TypedItem, policies: Policies) -> bool:
    """Whether a difference holds where the asker is insured, and for their standing."""
    here = asker()
    region = item.region
    if not region:
        clause = policies.clauses.get(item.item)
        region = clause.document.region if clause else NATION
    fits = item.status in {"", ANY, here.status.value}
    return fits and region in {NATION, *_ladder(policies, here.region)}


def _ladder(policies: Policies, code: str) -> list[str]:
    """The region and everything it lies in."""
    region = policies.regions.get(code)
    return (
        [] if region is None else [region.code, *(_ladder(policies, region.parent) if region.parent else [])]
    )


def course_url(task: Given) -> str:
    """Where the asker learns it; empty when the library no longer has the course."""
    course = courses_of(asker().release_id).get(task.course)
    return overview_url(course) if course else ""
