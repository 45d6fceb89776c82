"""All assignments: the list, one of them with how far its people have come, withdrawing, throwing away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.assignments.adjustments import waiting_adjustments
from lms.campaigns import drafting, sending
from lms.campaigns.cases import cases_page, waiting_cases
from lms.campaigns.chasing import NobodyOwes
from lms.campaigns.models import Campaign, CampaignState, CaseState, Outcome
from lms.campaigns.preview import Reachable, reach, survey
from lms.campaigns.queries import CampaignLine, campaigns_page, outcome_counts, progress_of
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import Step
from lms.campaigns.sending import TooLate
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.assign_check import lines
from lms.web.manage.assign_parts import (
    SoFar,
    content_name,
    due_words,
    edit_of,
    name_of,
    sample,
    so_far_of,
    summed,
)
from lms.web.manage.assign_words import CAMPAIGN_STATES, CAMPAIGN_TAGS
from lms.web.manage.parts import asked_page, screens, show, today
from lms.web.manage.progress import code_of
from lms.web.manage.reminding import reminded_of_campaign

Page = str | tuple[str, int] | Response
PAGE_SIZE = 50
"""Lines of a page of every list here."""


@dataclass(frozen=True)
class Listed:
    """A line of the list, in words."""

    href: str
    title: str
    detail: str
    people: int | None
    sent: str
    due: str
    state: str
    tag: tuple[str, str]


def page_and_pages(total: int) -> tuple[int, int]:
    """The page that the address asks for, no further than the last one, and how many there are."""
    pages = max(1, -(-total // PAGE_SIZE))
    return min(asked_page(), pages), pages


def waiting() -> Mapping[str, int]:
    """What waits behind each tab."""
    return {"exceptions": waiting_cases(), "adjustments": waiting_adjustments()}


# -- the list ------------------------------------------------------------------------------------------------


@screens.get("/assign")
@requires(Permission.CAMPAIGN_VIEW)
def assign() -> str:
    """Drafts, what goes out, what runs, what has ended; the newest first."""
    state = code_of(CampaignState, request.args.get("state", ""))
    states = [state] if state else list(CampaignState)
    rows, total = campaigns_page(states, today=today(), page=asked_page())
    page, pages = page_and_pages(total)
    return show(
        "assign",
        rows=[_listed(one) for one in rows],
        total=total,
        page=page,
        pages=pages,
        state=state.value if state else "",
        states=[("", gettext("All")), *((one.value, words) for one, words in CAMPAIGN_STATES.items())],
        waiting=waiting(),
        may_send=asker().may(Permission.CAMPAIGN_SEND),
    )


def _listed(one: CampaignLine) -> Listed:
    is_draft = one.state is CampaignState.DRAFT
    title = one.title or content_name(one.path, one.courses)
    return Listed(
        href=_address(one.key, is_draft=is_draft),
        title=title,
        detail=_detail(one),
        people=one.people if one.state in {CampaignState.SENT, CampaignState.ENDED} else None,
        sent=moment(one.sent_at) if one.sent_at else "",
        due=due_words(one.due_on, one.due_days) if one.due_on or one.due_days else "",
        state=str(CAMPAIGN_STATES[one.state]),
        tag=CAMPAIGN_TAGS[one.state],
    )


def _address(key: str, *, is_draft: bool) -> str:
    if is_draft and asker().may(Permission.CAMPAIGN_SEND):
        return url_for("manage.assign_step", key=key, step=Step.CONTENT)
    return url_for("manage.assign_page", key=key)


def _detail(one: CampaignLine) -> str:
    """By whom, and how many are done or late, or when it goes out."""
    parts = [one.author or "", gettext("standing rule") if one.rule_key else ""]
    if one.state is CampaignState.DRAFT:
        parts.append(moment(one.created_at))
    if one.state is CampaignState.QUEUED and one.goes_out_at:
        parts.append(gettext("goes out at %(moment)s", moment=moment(one.goes_out_at)))
    far = one.progress
    if far.assigned:
        parts.append(gettext("%(done)s of %(all)s done", done=far.done, all=far.assigned))
    if far.late:
        parts.append(ngettext("%(num)s overdue", "%(num)s overdue", far.late))
    return " · ".join(filter(None, parts))


# -- one of them ---------------------------------------------------------------------------------------------


@screens.get("/assign/<key>", endpoint="assign_page")
@requires(Permission.CAMPAIGN_VIEW)
def assign_page(key: str) -> Page:
    """Once sent: how far its people have come. Before: when it goes out, and the way to withdraw it."""
    found, day = campaign_by_key(key), today()
    so_far, reached = _so_far(found)
    return show(
        "assign_page",
        campaign=found,
        campaign_title=name_of(found),
        state=CAMPAIGN_STATES[found.state],
        state_tag=CAMPAIGN_TAGS[found.state],
        queued=_queued(found, so_far),
        cases=cases_page(CaseState.WAITING, page=1, campaign_key=key)[1],
        standing=_standing(found) if found.sent_at else [],
        so_far=so_far,
        rows=[one for one in lines(found, so_far, reached) if one.step],
        sample=sample(found, day),
        may_send=asker().may(Permission.CAMPAIGN_SEND),
        may_extend=asker().may(Permission.ADJUSTMENT_DECIDE),
        may_see_messages=asker().may(Permission.MESSAGES_VIEW),
        may_remind=asker().may(Permission.REMINDER_SEND),
        is_withdrawn=found.state is CampaignState.WITHDRAWN,
    )


def _so_far(found: Campaign) -> tuple[SoFar, Reachable]:
    """Who has been given something by now, once it was sent; who would be, before; and who has an address."""
    if found.sent_at is None:
        asked = survey(found, today())
        return so_far_of(asked.preview), asked.reach
    given, counts = outcome_counts(found.id)
    left = sum(count for outcome, count in counts.items() if outcome is not Outcome.ASSIGNED)
    so_far = summed(given + left, given, lambda outcome: counts.get(outcome, 0))
    return so_far, reach(found, today())


def _queued(found: Campaign, so_far: SoFar) -> str:
    if found.state is not CampaignState.QUEUED:
        return ""
    return str(
        ngettext(
            "It will go to %(num)s person. You can withdraw it until then.",
            "It will go to %(num)s people. You can withdraw it until then.",
            so_far.gets,
        )
    )


def _standing(found: Campaign) -> list[tuple[str, int, str, str]]:
    """Term, number, of how many, and the list of those people."""
    now = progress_of(found.id, today())
    of_all = gettext("of %(count)s given", count=now.assigned)
    course = found.courses[0] if len(found.courses) == 1 else None
    return [
        (gettext("Completed"), now.done, of_all, url_for("manage.progress", course=course, state="done")),
        (
            gettext("Unfinished"),
            now.owed,
            ngettext("%(num)s person excused", "%(num)s people excused", now.excused)
            if now.excused
            else of_all,
            url_for("manage.progress", course=course, state="unfinished"),
        ),
        (gettext("Overdue"), now.late, of_all, url_for("manage.progress", course=course, due="overdue")),
    ]


@screens.post("/assign/<key>/remind")
@requires(Permission.REMINDER_SEND)
def assign_remind(key: str) -> Response:
    """Remind whoever still owes it, each at most once a day."""
    found = campaign_by_key(key)
    try:
        flash(reminded_of_campaign(found, clock.now()))
    except NobodyOwes:
        flash(gettext("Nobody has to be reminded: everybody is done or excused."))
    return redirect(url_for("manage.assign_page", key=key), code=303)


# -- taking back ---------------------------------------------------------------------------------------------


@screens.route("/assign/<key>/withdraw", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def assign_withdraw(key: str) -> Page:
    """Take back what has not gone out yet; a moment too late is said, and nothing is half done."""
    found = campaign_by_key(key)
    if found.state is not CampaignState.QUEUED:
        return redirect(url_for("manage.assign_page", key=key), code=303)
    if request.method == "GET":
        left = _time_left(found, clock.now())
        return show("assign_withdraw", campaign=found, campaign_title=name_of(found), left=left)
    try:
        with unit_of_work():
            sending.withdraw(key, actor_id=asker().id, at=clock.now())
        flash(gettext("Withdrawn. Nobody was given anything."))
    except TooLate:
        flash(gettext("It has gone out already and can no longer be withdrawn."))
    return redirect(url_for("manage.assign_page", key=key), code=303)


def _time_left(found: Campaign, at: datetime) -> str:
    goes = found.goes_out_at or at
    minutes = max(0, int((goes - at).total_seconds() // 60))
    if minutes >= 60:
        return str(gettext("It goes out at %(moment)s.", moment=moment(goes)))
    return str(ngettext("It goes out in %(num)s minute.", "It goes out in %(num)s minutes.", minutes))


@screens.post("/assign/<key>/draft")
@requires(Permission.CAMPAIGN_SEND)
def assign_back(key: str) -> Response:
    """What was withdrawn becomes a draft again."""
    with unit_of_work():
        sending.back_to_draft(key, actor_id=asker().id, at=clock.now())
    return redirect(url_for("manage.assign_step", key=key, step=Step.CHECK), code=303)


@screens.route("/assign/<key>/discard", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def assign_discard(key: str) -> Page:
    """Throw a draft away, after asking."""
    found = campaign_by_key(key)
    if found.state is not CampaignState.DRAFT:
        return redirect(url_for("manage.assign_page", key=key), code=303)
    if request.method == "GET":
        return show("assign_discard", campaign=found, campaign_title=name_of(found))
    with unit_of_work():
        drafting.discard(key, edit_of(request.form.get("seen", "")))
    flash(gettext("The draft was thrown away."))
    return redirect(url_for("manage.assign"), code=303)
