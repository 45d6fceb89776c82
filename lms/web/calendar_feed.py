"""One's calendar for calendar programs: an address that only its owner has, made, renewed and taken back."""

from collections import deque
from datetime import date, datetime, timedelta
from math import ceil

import flask
from flask import Blueprint, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.access import queries as accounts
from lms.access.queries import Asker
from lms.access.throttling import count_failure, locked, throttle_key
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.planning import feeds
from lms.web.addresses import url_for
from lms.web.calendar_file import calendar_file
from lms.web.calendar_items import Item, in_order, of_desk, of_own
from lms.web.context import settings
from lms.web.guard import asker, open_to_all, requires
from lms.web.qr import outside_url
from lms.web.shells import shell

screens = Blueprint("calendar", __name__)
_BACK, _AHEAD = timedelta(days=92), timedelta(days=400)
"""The days that the desk's calendar covers, before and after today."""
_WRONG_LIMIT = 30
"""So many addresses that open nothing may be tried from one place; then none is looked at for a while."""
_READS, _SPAN = 12, timedelta(minutes=1)
"""A calendar program needs one look an hour; more than so many in so long are answered later."""


class _Pace:
    """Counts looks at each calendar in this process, and forgets them after the span."""

    def __init__(self) -> None:
        self._looks: deque[tuple[datetime, str]] = deque(maxlen=10_000)

    def is_too_fast(self, key: str, at: datetime) -> bool:
        """Count one look; whether there were too many."""
        while self._looks and self._looks[0][0] <= at - _SPAN:
            self._looks.popleft()
        self._looks.append((at, key))
        return sum(one == key for _, one in self._looks) > _READS


_pace = _Pace()


@screens.get("/calendar/<token>.ics")
@open_to_all
def feed(token: str) -> AnyResponse:
    """The calendar of whoever has this address; 304 while it is as it was when it was last asked for."""
    at = clock.now()
    found = _owner(token)
    if found is None:
        return _refused(at)
    if _pace.is_too_fast(found.key, at):
        return _later(_SPAN)
    g.asker = found
    name = gettext("Medical insurance training")
    response = make_response(calendar_file(_items(china_date(at), at), name, at))
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = "inline; filename=calendar.ics"
    response.add_etag()
    return response.make_conditional(request)


def _owner(token: str) -> Asker | None:
    """Who would be asking, were they signed in; they see no more here than there."""
    key = feeds.holder(token)
    account = accounts.account_of(key) if key else None
    return accounts.asker(account.id, account.stamp) if account else None


def _items(today: date, at: datetime) -> list[Item]:
    own = of_own(today, at)
    if not asker().may(Permission.PLAN_VIEW):
        return own
    mine = {(one.kind, one.key) for one in own}
    desk = of_desk(today - _BACK, today + _AHEAD, today)
    return in_order([*own, *(one for one in desk if (one.kind, one.key) not in mine)])


def _refused(at: datetime) -> AnyResponse:
    """An address that opens nothing looks like one that never was: raises ``NotFound``."""
    key = throttle_key(settings().secret_key, f"calendar:{request.remote_addr or ''}")
    until = locked({key: _WRONG_LIMIT}, at=at)
    if until is not None:
        return _later(until - at)
    with unit_of_work():
        count_failure({key: _WRONG_LIMIT}, at=at)
    raise NotFound(kind="calendar", key="")


def _later(wait: timedelta) -> AnyResponse:
    response = make_response(gettext("Too many requests; come back later."), 429)
    response.content_type = "text/plain; charset=utf-8"
    response.headers["Retry-After"] = str(ceil(wait.total_seconds()))
    return response


@screens.get("/me/calendar")
@requires(Permission.OWN_ACCOUNT_EDIT)
def page() -> str:
    """Whether there is an address, what it shows, and how it is used."""
    return _page("")


@screens.post("/me/calendar")
@requires(Permission.OWN_ACCOUNT_EDIT)
def renew() -> str:
    """The new address, on a page that is kept nowhere."""
    with unit_of_work():
        token = feeds.renew(asker().id, at=clock.now())
    return _page(outside_url(flask.url_for("calendar.feed", token=token)))


def _page(address: str) -> str:
    return render_template(
        "me/calendar.html",
        shell=shell("_learner.html"),
        address=address,
        made_at=feeds.made_at(asker().id),
        shows_plan=asker().may(Permission.PLAN_VIEW),
        nav="me",
    )


@screens.post("/me/calendar/revoke")
@requires(Permission.OWN_ACCOUNT_EDIT)
def revoke() -> AnyResponse:
    """The address opens nothing any more."""
    with unit_of_work():
        feeds.revoke(asker().id, at=clock.now())
    flash(gettext("The address opens nothing any more. Remove it from your calendar program as well."))
    return redirect(url_for("calendar.page"), code=303)
