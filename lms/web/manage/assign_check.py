"""The last step of assigning: what is about to be sent, what stands in the way, and sending it."""

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.campaigns import sending
from lms.campaigns.drafting import CampaignHasMoved, faults
from lms.campaigns.models import Campaign
from lms.campaigns.preview import Reachable, survey
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import UNDO, Fault, Step
from lms.campaigns.selection import Selection
from lms.campaigns.sending import HasFaults
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.citations import joined
from lms.web.guard import asker, requires
from lms.web.manage.assign_parts import (
    Line,
    SoFar,
    channel_words,
    content_of,
    due_words,
    edit_of,
    quiet_words,
    reminder_words,
    sample,
    selection_words,
    so_far_of,
    start_words,
    wrongs,
)
from lms.web.manage.assign_words import STEPS, fault_words
from lms.web.manage.parts import screens, today

Page = str | tuple[str, int] | Response
_SAID = (Step.CONTENT, Step.TIME)
"""What the message says something about."""


def check(draft: Campaign) -> Page:
    """The page, and what its button does: only what has no fault is sent."""
    if request.method == "GET":
        return _page(draft)
    try:
        with unit_of_work():
            sending.send(draft.key, edit_of(request.form.get("seen", "")))
    except HasFaults:
        return _page(draft), 422
    except CampaignHasMoved:
        flash(gettext("Somebody has changed this since you looked at it. Check it again."))
        return redirect(url_for("manage.assign_step", key=draft.key, step=Step.CHECK), code=303)
    return redirect(url_for("manage.assign_page", key=draft.key), code=303)


def _page(draft: Campaign) -> str:
    day = today()
    asked = survey(draft, day)
    found = faults(draft, day, asked.preview)
    so_far = so_far_of(asked.preview)
    return render_template(
        "manage/assign_check.html",
        campaign=draft,
        step=Step.CHECK,
        number=len(STEPS),
        before=Step.NOTICE,
        words=STEPS,
        faults=wrongs(found, blocking=True),
        warnings=wrongs(found, blocking=False),
        wrong=any(one.blocks for one in found),
        rows=lines(draft, so_far, asked.reach, found),
        so_far=so_far,
        sample=sample(draft, day),
        goes_out=_goes_out(draft, clock.now()),
    )


def lines(draft: Campaign, so_far: SoFar, found: Reachable, faulty: Sequence[Fault] = ()) -> list[Line]:
    """What is to be sent, line by line, with what is wrong with each."""
    content = content_of(draft)
    people = ngettext("%(num)s person", "%(num)s people", so_far.gets)
    left = ngettext("%(num)s person is left out", "%(num)s people are left out", so_far.skipped)
    chosen = selection_words(Selection.from_json(draft.selection)) or gettext("Nobody is chosen yet")
    due, begins = due_words(draft.due_on, draft.due_days), start_words(draft.starts_on)
    told = {one: wrongs([fault for fault in faulty if fault.step is one], blocking=True) for one in Step}
    return [
        Line(
            gettext("Content"),
            content.title if content else gettext("No content chosen yet"),
            (content.detail or content.end) if content else "",
            Step.CONTENT,
            told[Step.CONTENT],
        ),
        Line(
            gettext("To"),
            people,
            f"{chosen} · {left}" if so_far.skipped else chosen,
            Step.PEOPLE,
            told[Step.PEOPLE],
        ),
        Line(gettext("Due on"), due, gettext("Begins: %(day)s", day=begins), Step.TIME, told[Step.TIME]),
        Line(
            gettext("If not passed"),
            gettext("A remedial plan, then a new paper"),
            gettext("After two failed papers a person helps; HR finds them in the help list"),
        ),
        Line(
            gettext("Message"),
            _reached(draft, found),
            joined(filter(None, [reminder_words(draft.reminders), quiet_words(draft.quiet)]), "；"),
            Step.NOTICE,
            told[Step.NOTICE],
        ),
    ]


def _reached(draft: Campaign, found: Reachable) -> str:
    """Over which channels, and how many have no address for any."""
    said = channel_words(draft.channels)
    if not found.none or not draft.channels:
        return said
    rest = ngettext("%(num)s person only here", "%(num)s people only here", found.none)
    return f"{said} · {rest}"


def _goes_out(draft: Campaign, at: datetime) -> str:
    minutes = int(UNDO.total_seconds() // 60)
    if draft.starts_on and draft.starts_on > china_date(at):
        return str(gettext("It goes out on the first day at 8:00. Until then you can withdraw it."))
    return str(
        gettext(
            "It goes out %(minutes)s minutes after you send it, or when the quiet hours end. "
            "Until then you can withdraw it.",
            minutes=minutes,
        )
    )


@screens.post("/assign/<key>/to-myself")
@requires(Permission.CAMPAIGN_SEND)
def assign_to_myself(key: str) -> Response:
    """The message as the others would get it, to the asker alone; first there has to be something to say."""
    unsaid = [one for one in faults(campaign_by_key(key), today()) if one.blocks and one.step in _SAID]
    if unsaid:
        flash(fault_words(unsaid[0]))
    else:
        with unit_of_work():
            sending.send_to_myself(key, actor_id=asker().id, at=clock.now())
        flash(gettext("The message is on its way to you; you find it under Messages, too."))
    return redirect(url_for("manage.assign_step", key=key, step=Step.CHECK), code=303)
