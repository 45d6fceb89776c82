"""线下活动 as learners see them: what is coming, signing up, the place in line, and giving a place back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import Response, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web import event_in
from lms.web.addresses import url_for
from lms.web.agenda import foreign_title
from lms.web.easy_parts import BigRow, one_screen, start_of_screen
from lms.web.event_calendar import calendar_file
from lms.web.event_parts import big_row, open_row, own_row, past_row, screens
from lms.web.event_texts import ATTENDED, clock_time, places_left, standing
from lms.web.event_words import KINDS, when
from lms.web.guard import asker, requires
from lms.web.shells import is_easy, shell
from lms.workshops import signing
from lms.workshops.clashes import overlapping
from lms.workshops.queries import (
    Event,
    Mine,
    is_meant,
    is_taken_off,
    open_to,
    past,
    seat_of,
    upcoming,
    visible_event,
)
from lms.workshops.queries import event as find_event
from lms.workshops.refusals import (
    EventCancelled,
    EventOver,
    NotPublished,
    NotSigned,
    Overlaps,
    SignUpOver,
    TakenOff,
    WaitingFull,
)
from lms.workshops.rules import EventState, SeatState, window

__all__ = ["event_in", "screens"]
Answer = str | tuple[str, int] | AnyResponse
_TOO_LATE = (EventCancelled, EventOver, NotPublished, SignUpOver, TakenOff, WaitingFull)


class Stage(StrEnum):
    """What the page of an event has to say first."""

    CANCELLED = "cancelled"
    OVER = "over"
    ARRIVED = "arrived"
    DOOR = "door"
    SIGNED = "signed"
    WAITING = "waiting"
    SUGGESTED = "suggested"
    REMOVED = "removed"
    OPEN = "open"
    LINE = "line"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True)
class Look:
    """An event as one person finds it at one moment."""

    event: Event
    mine: Mine | None
    at: datetime
    is_taken_off: bool

    @property
    def stage(self) -> Stage:
        """What the page says first."""
        if self.event.state is EventState.CANCELLED:
            return Stage.CANCELLED
        if self.mine and self.mine.checked_in_at:
            return Stage.ARRIVED
        if self.event.is_over(self.at):
            return Stage.OVER
        return self._own if self.mine else self._offer

    @property
    def _own(self) -> Stage:
        if self.mine and self.mine.state is SeatState.SUGGESTED:
            return Stage.SUGGESTED if self.event.takes_sign_ups(self.at) else Stage.CLOSED
        if self.mine and self.mine.state is SeatState.WAITING:
            return Stage.WAITING if self.at < self.event.starts_at else Stage.CLOSED
        opens, closes = window(self.event.starts_at, self.event.ends_at)
        return Stage.DOOR if opens <= self.at <= closes else Stage.SIGNED

    @property
    def _offer(self) -> Stage:
        if self.is_taken_off:
            return Stage.REMOVED
        if not self.event.takes_sign_ups(self.at):
            return Stage.CLOSED
        if not self.event.is_full:
            return Stage.OPEN
        return Stage.LINE if self.event.waiting < self.event.waiting_most else Stage.FULL


@screens.get("")
@requires(Permission.EVENT_JOIN)
def page() -> str:
    """One's own events, then those that one may sign up for, then those that are over."""
    here, at = asker(), clock.now()
    own, offered = upcoming(here.id, at), open_to(here.id, at)
    if is_easy():
        rows = [big_row(one.event, standing(one)) for one in own]
        rows += [big_row(one, places_left(one)) for one in offered]
        return _big_rows([*rows, *_way_to_past(at)])
    return render_template(
        "event/page.html",
        own=[own_row(one) for one in own],
        offered=[open_row(one) for one in offered],
        past=[past_row(one) for one in past(here.id, at)],
        nav="my",
    )


def _way_to_past(at: datetime) -> list[BigRow]:
    if not past(asker().id, at, limit=1):
        return []
    words = gettext("Those that are over"), gettext("Where you have been")
    return [BigRow(url_for("event.past"), "done", *words)]


def _big_rows(rows: list[BigRow]) -> str:
    return render_template(
        "easy/rows.html",
        rows=one_screen(rows, "event.page"),
        title=gettext("Workshops and lectures"),
        back=url_for("event.page") if start_of_screen() else "",
    )


@screens.get("/past", endpoint="past")
@requires(Permission.EVENT_JOIN)
def been() -> Answer:
    """Where one has been, in large type; the standard view has it on the first page."""
    if not is_easy():
        return redirect(url_for("event.page"))
    found = past(asker().id, clock.now())
    rows = [big_row(one.event, str(ATTENDED[one.level]) if one.level else "") for one in found]
    return render_template(
        "easy/rows.html",
        rows=one_screen(rows, "event.past"),
        title=gettext("Those that are over"),
        empty=gettext("Nothing yet."),
        back=url_for("event.past") if start_of_screen() else url_for("event.page"),
    )


@screens.get("/<key>")
@requires(Permission.EVENT_JOIN)
def show(key: str) -> str:
    """When, where, for how many, and the one thing that can be done now."""
    return _page(key)


def _page(key: str, *, refused: bool = False, clashes: list[Event] | None = None) -> str:
    here, at = asker(), clock.now()
    look = _look(key, here.id, at)
    signed = look.stage in {Stage.SIGNED, Stage.DOOR}
    return render_template(
        "event/show.html",
        shell=shell("_learner.html"),
        look=look,
        event=look.event,
        stage=look.stage.value,
        kind=KINDS[look.event.kind],
        when=when,
        places=places_left(look.event),
        opens=clock_time(window(look.event.starts_at, look.event.ends_at)[0]),
        levels=ATTENDED,
        title_lang=foreign_title(),
        has_begun=at >= look.event.starts_at,
        is_refused=refused,
        clashes=clashes or (overlapping(key, here.id) if signed else []),
        asks_again=clashes is not None,
        nav="my",
    )


def _look(key: str, person_id: int, at: datetime) -> Look:
    event, mine = visible_event(key, person_id, at), seat_of(key, person_id)
    return Look(event, mine, at, is_taken_off=mine is None and is_taken_off(event.id, person_id))


@screens.post("/<key>/sign-up")
@requires(Permission.EVENT_JOIN)
def sign_up(key: str) -> Answer:
    """Take a place, or the next one in line; who is somewhere else at that time is asked once more."""
    here = asker()
    try:
        with unit_of_work():
            state = signing.sign_up(key, here.id, at=clock.now(), anyway=_is_sure())
    except Overlaps:
        return _page(key, clashes=overlapping(key, here.id)), 409
    except _TOO_LATE:
        return _page(key, refused=True), 409
    if state is SeatState.WAITING:
        flash(gettext("You are in line. We tell you as soon as a place is free."))
    else:
        flash(gettext("You have a place. We remind you the day before."))
    return redirect(url_for("event.show", key=key), code=303)


def _is_sure() -> bool:
    return "anyway" in request.form


@screens.route("/<key>/withdraw", methods=["GET", "POST"])
@requires(Permission.EVENT_JOIN)
def withdraw(key: str) -> Answer:
    """Asked once, for whoever waits gets the place at once."""
    here, at = asker(), clock.now()
    event, mine = visible_event(key, here.id, at), seat_of(key, here.id)
    if mine is None or at >= event.starts_at or event.state is not EventState.PUBLISHED:
        return redirect(url_for("event.show", key=key), code=303)
    if request.method == "GET":
        return render_template(
            "event/withdraw.html",
            shell=shell("_learner.html"),
            event=event,
            mine=mine,
            when=when,
            title_lang=foreign_title(),
            nav="my",
        )
    return _give_back(key, here.id, at)


def _give_back(key: str, person_id: int, at: datetime) -> AnyResponse:
    try:
        with unit_of_work():
            signing.withdraw(key, person_id, at=at)
    except (EventCancelled, EventOver):
        return redirect(url_for("event.show", key=key), code=303)
    except NotSigned:
        flash(gettext("You are not on the list any more."))
    else:
        flash(_given_back(key, person_id, at))
    return redirect(url_for("event.page"), code=303)


def _given_back(key: str, person_id: int, at: datetime) -> str:
    """Whether there is a way back; none for whom HR had asked to what is not meant for them."""
    if is_meant(find_event(key), person_id, at):
        return str(gettext("You are not on the list any more. You can sign up again while there is room."))
    return str(gettext("You are not on the list any more."))


@screens.get("/<key>.ics")
@requires(Permission.EVENT_JOIN)
def calendar(key: str) -> Response:
    """The event for one's own calendar."""
    at = clock.now()
    event = visible_event(key, asker().id, at)
    response = Response(calendar_file(event, at), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"event-{key}.ics")
    return response
