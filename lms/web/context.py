"""What every template can use."""

from typing import Any, cast

from flask import Flask, current_app, request

from lms.kernel.markup import ph
from lms.kernel.settings import DEMO_COMPANY, Settings
from lms.web import formats
from lms.web.addresses import static_url, url_for
from lms.web.guard import asker_or_none
from lms.web.languages import HTML_LANGUAGE, chosen, switch_address
from lms.web.shells import is_easy, may_choose
from lms.web.tokens import form_token

SIZES = ("l", "xl", "xxl")


def settings() -> Settings:
    """Settings of this installation."""
    return cast(Settings, current_app.extensions["xuanguan.settings"])


def type_size() -> str:
    """Type size of the easy view: chosen by a link, remembered in a cookie."""
    size = request.cookies.get("size", "l")
    return size if size in SIZES else "l"


def _everywhere() -> dict[str, Any]:
    asker = asker_or_none()
    here = settings()
    return {
        "asker": asker,
        "lang": HTML_LANGUAGE[chosen()],
        "lang_switch_url": switch_address(),
        "demo": here.demo,
        "company": here.company or (DEMO_COMPANY if here.demo else ""),
        "nav": "",
        "size": type_size(),
        "easy": is_easy(),
        "may_choose": may_choose(),
    }


def install(app: Flask) -> None:
    """Connect to the application."""
    app.context_processor(_everywhere)
    app.jinja_env.filters.update(ph=ph, **formats.FILTERS)
    app.jinja_env.globals.update(static_url=static_url, url_for=url_for, csrf_token=form_token)
