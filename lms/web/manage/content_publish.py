"""Making drafts live: what readers will see differently, what stands in the way, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.library.faults import Fault
from lms.library.operations import LiveHasMoved
from lms.publishing import drafts
from lms.publishing.contents import names_of
from lms.publishing.drafts import CONTENT
from lms.publishing.models import Draft
from lms.publishing.operations import HasFaults, IsPolicyChange, check
from lms.publishing.orphans import orphaned
from lms.publishing.queries import difference, policy_changes
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.content import errand, title_of, workspace
from lms.web.manage.parts import screens, show, today
from lms.words.differences import Telling
from lms.words.faults import sentence


@dataclass(frozen=True)
class Outlook:
    """What publishing would do: the difference in words, and everything that stands in its way.

    ``policy`` are clauses and figures whose change has to be registered, ``conflicts`` paths of which
    another text went live meanwhile.
    """

    drafts: Sequence[Draft]
    faults: Sequence[tuple[Fault, str]]
    differences: Sequence[str]
    policy: Sequence[str]
    conflicts: Sequence[str]

    @property
    def may_go(self) -> bool:
        """Whether nothing stands in the way."""
        return bool(self.drafts) and not (self.faults or self.policy or self.conflicts)


@screens.get("/content/publish", endpoint="content_publish")
@requires(Permission.CONTENT_PUBLISH)
def confirm() -> str:
    """What would change, before it does."""
    return _page(workspace())


def _page(here: str) -> str:
    outlook = _outlook(here)
    names = names_of([draft.author_id for draft in outlook.drafts])
    return show(
        "content_publish",
        outlook=outlook,
        names=names,
        workspace=here,
        everyday=here == CONTENT,
        errand=errand(here),
        title_of=title_of,
    )


def _outlook(here: str) -> Outlook:
    checked = check(drafts.merged(here), day=today())
    faults = checked.faults or orphaned(checked.items)
    found = None if checked.faults else difference(checked.items)
    telling = Telling(checked.items)
    policy = policy_changes(found) if found and here == CONTENT else ()
    return Outlook(
        drafts=drafts.drafts_of(here),
        faults=[(fault, sentence(fault)) for fault in faults],
        differences=list(telling.lines(found)) if found else (),
        policy=[telling.named(name) for name in policy],
        conflicts=drafts.conflicts(here),
    )


@screens.post("/content/publish", endpoint="content_go_live")
@requires(Permission.CONTENT_PUBLISH)
def go_live() -> Response | tuple[str, int]:
    """Publish the drafts of everyday editing; those of a change of policy go live by its approval."""
    here, at = workspace(), clock.now()
    if here != CONTENT:
        return _page(here), 409
    try:
        with unit_of_work():
            released = drafts.publish_workspace(here, author_id=asker().id, at=at, day=china_date(at))
    except (LiveHasMoved, HasFaults, IsPolicyChange):
        return _page(here), 409
    if released:
        flash(gettext("Published. Readers see the new texts from now on."))
    else:
        flash(gettext("The drafts said what is live already; nothing had to be published."))
    found = errand(here)
    task = found.task if found else None
    return redirect(url_for("manage.content", workspace=here, task=task), code=303)
