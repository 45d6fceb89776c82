"""Who asks, and whether they may. Every route declares its access; one that does not is refused."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from lms.access import queries
from lms.access.helping import helped
from lms.access.queries import Asker
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.web.addresses import WITH, Below, below, is_helped, kept_below, stay_below, url_for

View = TypeVar("View", bound=Callable[..., Any])
OPEN = "open"
_WHILE_WELCOMED = {"access.welcome", "access.leave", "static"}
OPEN_TO_CARDS = frozenset(
    {
        "audio",
        "catchup",
        "certificate",
        "change",
        "easy",
        "event",
        "help",
        "inbox",
        "quiz",
        "sheets",
        "survey",
    }
)
"""Blueprints that a session may reach which a card has opened: the easy view and one's own training."""


class _User(UserMixin):
    """What Flask-Login keeps: the account and the stamp that ends its sessions when it changes."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker

    def get_id(self) -> str:
        """Account id and stamp, and the card if one has opened it, as kept in the session cookie."""
        card = f":{self.asker.card}" if self.asker.card else ""
        return f"{self.asker.account_id}:{self.asker.stamp}{card}"


def requires(permission: Permission) -> Callable[[View], View]:
    """The view may be used by those whose role grants *permission*."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def open_to_all(view: View) -> View:
    """The view may be used by anybody, signed in or not."""
    view.access = OPEN  # type: ignore[attr-defined]
    return view


def access_of(endpoint: str) -> Permission | str | None:
    """What a route declares; ``None`` when it declares nothing."""
    return getattr(current_app.view_functions[endpoint], "access", None)


def asker() -> Asker:
    """The signed-in person of this request."""
    return cast(Asker, g.asker)


def asker_or_none() -> Asker | None:
    """The signed-in person, or ``None`` on an open page."""
    return cast("Asker | None", g.get("asker"))


def whoever_asks() -> Asker | None:
    """Whose session this is, also before the guard has looked; ``None`` when it is nobody's any more."""
    return cast("Asker | None", getattr(current_user, "asker", None))


def let_in(account_id: int, stamp: str, card: str = "") -> Asker | None:
    """Begin a session, by a card if one is named; ``None`` when the account has just been closed."""
    found = _asker_of(account_id, stamp, card)
    if found is not None:
        login_user(_User(found))
        g.asker = found
    return found


def let_out() -> None:
    """End this session."""
    logout_user()
    g.asker = None


def _load(identity: str) -> _User | None:
    account_id, stamp, card = (*identity.split(":"), "", "")[:3]
    found = _asker_of(int(account_id), stamp, card) if account_id.isdigit() else None
    return _User(found) if found else None


def _asker_of(account_id: int, stamp: str, card: str) -> Asker | None:
    if not card:
        return queries.asker(account_id, stamp)
    return queries.card_asker(account_id, stamp, card=card, today=china_date(clock.now()))


def _check() -> AnyResponse | None:
    """Runs before every request."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    declared = access_of(request.endpoint)
    g.asker = whoever_asks()
    if WITH in request.environ:
        return _check_helper(str(request.environ[WITH]), declared)
    if declared == OPEN:
        return None
    if g.asker is None:
        return _to_sign_in()
    if declared is None or not g.asker.may(declared):
        abort(403)
    return _check_session(request.endpoint)


def _check_session(endpoint: str) -> AnyResponse | None:
    """A card opens one's own training, without a password; else one has to have a password of one's own."""
    if g.asker.by_card:
        if request.blueprint not in OPEN_TO_CARDS and endpoint != "access.leave":
            abort(403)
        return None
    if g.asker.must_change and endpoint not in _WHILE_WELCOMED:
        return redirect(url_for("access.welcome"))
    return None


def _check_helper(key: str, declared: Permission | str | None) -> AnyResponse | None:
    """Below the key of a session with a helper, who asks is the person who is helped."""
    here = g.asker
    if here is None:
        return _to_sign_in(below(key))
    may_help = here.may(Permission.ASSIST) and not (here.by_card or here.must_change)
    if not may_help or not is_helped(str(request.endpoint)) or declared in {None, OPEN}:
        abort(404)
    found = helped(here, key, clock.now())
    if found is None:
        return redirect(url_for("manage.assisting", key=key), code=303)
    if not found.may(cast(Permission, declared)):
        abort(403)
    g.asker = found
    stay_below(key)
    return None


def _stay_with(response: Response) -> Response:
    """Wherever a page of a session with a helper leads on to, it stays in that session."""
    if WITH in request.environ and response.location:
        response.location = kept_below(response.location)
    return response


def _to_sign_in(prefix: str = "") -> Response | AnyResponse:
    back = prefix + request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("access.enter", next=back))


class _Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookie; what signs it is made once, not at every request."""

    def __init__(self) -> None:
        self._signing: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer for the application's secret."""
        if self._signing[0] != app.secret_key:
            self._signing = (app.secret_key, super().get_signing_serializer(app))
        return self._signing[1]


def install(app: Flask) -> None:
    """Connect sign-in and the check to the application."""
    app.session_interface = _Sessions()
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None
    manager.user_loader(_load)
    open_to_all(app.view_functions["static"])
    app.before_request(_check)
    app.after_request(_stay_with)
    app.wsgi_app = Below(app.wsgi_app)  # type: ignore[assignment, method-assign]
