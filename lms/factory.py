"""Joins everything to Flask."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, request
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from lms import tables
from lms.cli import commands
from lms.kernel import encryption
from lms.kernel.database import db
from lms.kernel.encryption import Keyring
from lms.kernel.settings import ROOT, Settings, from_environment
from lms.web import (
    compression,
    context,
    errors,
    group_texts,
    guard,
    headers,
    languages,
    messages,
    plain_text,
    screens,
    spoken,
    uploads,
)

SESSION_LENGTH = timedelta(hours=12)
LARGEST_REQUEST = 1_000_000


class _Application(Flask):
    """Flask, told that nothing here is asynchronous: it would look at every function of every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """*func* as it is."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Flask's own line; of a scanned card it names the rule, as the address holds its code."""
        if request.endpoint != "cards.scanned":
            super().log_exception(exc_info)
            return
        self.logger.error("Exception on %s [%s]", request.url_rule, request.method, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for *settings*, or for those of the environment."""
    settings = settings or from_environment()
    app = _Application("lms", template_folder="web/templates", static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_size": 10, "max_overflow": 30},
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PERMANENT_SESSION_LIFETIME=SESSION_LENGTH,
        SESSION_COOKIE_NAME="xuanguan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_ENABLED=not settings.testing,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.testing,
    )
    app.extensions["xuanguan.settings"] = settings
    encryption.install(Keyring(settings.data_keys))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    uploads.install(app)
    plain_text.install(app)
    CSRFProtect(app)
    guard.install(app)
    languages.install(app)
    headers.install(app)
    compression.install(app)
    context.install(app)
    errors.install(app)
    messages.install(app)
    group_texts.install(app)
    spoken.install(app)
    screens.install(app)
    commands.install(app)
    return app


__all__ = ["create_app", "tables"]
