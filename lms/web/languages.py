"""Which language a page is in: chosen once, else the browser's, else Chinese."""

from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from urllib.parse import urlencode

from babel.support import Translations
from flask import Flask, g, redirect, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from lms.access.operations import remember_language
from lms.kernel.database import unit_of_work
from lms.web.addresses import kept_below
from lms.web.guard import asker_or_none

LANGUAGES = {"zh": "zh_Hans", "en": "en"}
"""What stands in ``?lang=`` → catalog."""
HTML_LANGUAGE = {"zh_Hans": "zh-CN", "en": "en"}
CATALOGS = "web/translations"
_COOKIE = "lang"
_A_YEAR = 31_536_000


def chosen() -> str:
    """The catalog for this request: the person's choice, the browser's remembered one, the browser's own."""
    known = g.get("catalog")
    if known is None:
        known = g.catalog = _choose()
    return str(known)


def _choose() -> str:
    asker = asker_or_none()
    if asker is not None and asker.language in HTML_LANGUAGE:
        return asker.language
    remembered = request.cookies.get(_COOKIE)
    if remembered in HTML_LANGUAGE:
        return remembered
    return _best(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best(accepted: str) -> str:
    """The catalog for what a browser says it accepts."""
    best = parse_accept_header(accepted, LanguageAccept).best_match(["zh-CN", "zh-Hans", "zh", "en"], "zh-CN")
    return "en" if best == "en" else "zh_Hans"


def switch_address() -> str:
    """This page in the other language."""
    other = "zh" if chosen() == "en" else "en"
    arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    base = kept_below(request.path) if request.method in {"GET", "HEAD"} else "/"
    return f"{base}?{urlencode([*arguments, ('lang', other)])}"


def _remember() -> Response | None:
    """``?lang=en`` on any page: remember, then show the page without it."""
    catalog = LANGUAGES.get(request.args.get("lang", ""))
    if catalog is None or request.method != "GET":
        return None
    asker = asker_or_none()
    if asker is not None and asker.language != catalog:
        with unit_of_work():
            remember_language(asker, catalog)
    rest = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "lang"])
    response = redirect(f"{request.path}?{rest}" if rest else request.path)
    response.set_cookie(
        _COOKIE, catalog, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
    )
    return response


def install(app: Flask) -> None:
    """Connect to the application; after the guard, which finds out who asks."""
    Babel(app, locale_selector=chosen, default_translation_directories=CATALOGS)
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.before_request(_remember)


@lru_cache(maxsize=8)
def _catalog(name: str) -> NullTranslations:
    """A catalog, read once. Templates ask it directly: a page has a hundred words."""
    return Translations.load(Path(__file__).parents[1] / CATALOGS, [name])


def _gettext(message: str, **values: object) -> Markup:
    """The words of a template; values are escaped and put in where it says ``%(name)s``."""
    text = Markup(_catalog(chosen()).gettext(message))  # noqa: S704 - written by us
    return text % values if values else text


def _ngettext(singular: str, plural: str, num: int, **values: object) -> Markup:
    """The same for words that depend on a number, which is ``%(num)s``."""
    text = _catalog(chosen()).ngettext(singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 - written by us
