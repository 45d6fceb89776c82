"""Who asks, and whether they may. Every route declares its access; one that does not is refused."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from lms.access import queries
from lms.access.queries import Asker
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for

View = TypeVar("View", bound=Callable[..., Any])
OPEN = "open"
_WHILE_WELCOMED = {"access.welcome", "access.leave", "static"}


class _User(UserMixin):
    """What Flask-Login keeps: the account and the stamp that ends its sessions when it changes."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker

    def get_id(self) -> str:
        """Account id and stamp, as kept in the session cookie."""
        return f"{self.asker.account_id}:{self.asker.stamp}"


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


def let_in(account_id: int, stamp: str) -> Asker | None:
    """Begin a session; ``None`` when the account has just been closed."""
    found = queries.asker(account_id, stamp)
    if found is not None:
        login_user(_User(found))
        g.asker = found
    return found


def let_out() -> None:
    """End this session."""
    logout_user()
    g.asker = None


def _load(identity: str) -> _User | None:
    account_id, _, stamp = identity.partition(":")
    found = queries.asker(int(account_id), stamp) if account_id.isdigit() else None
    return _User(found) if found else None


def _check() -> AnyResponse | None:
    """Runs before every request."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    declared = access_of(request.endpoint)
    g.asker = whoever_asks()
    if declared == OPEN:
        return None
    if g.asker is None:
        return _to_sign_in()
    if declared is None or not g.asker.may(declared):
        abort(403)
    if g.asker.must_change and request.endpoint not in _WHILE_WELCOMED:
        return redirect(url_for("access.welcome"))
    return None


def _to_sign_in() -> Response | AnyResponse:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
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
