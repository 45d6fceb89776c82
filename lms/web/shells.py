"""In which view a learner's page stands, and in which shell: retired persons start in the easy view.

Anyone may choose the other one; the browser remembers it. Who signed in with a card, and whoever is being
helped, stays in the easy view.
"""

from flask import request
from werkzeug.wrappers import Response

from lms.web.addresses import url_for
from lms.web.guard import asker_or_none

EASY = "_elder.html"
VIEWS = ("easy", "standard")
_COOKIE = "view"
_A_YEAR = 31_536_000


def is_easy() -> bool:
    """True when this request is answered in the easy view."""
    here = asker_or_none()
    if not may_choose():
        return True
    chosen = request.cookies.get(_COOKIE)
    if chosen in VIEWS:
        return chosen == "easy"
    return here is not None and here.is_retiree


def may_choose() -> bool:
    """Whether the standard view is open to the asker at all."""
    here = asker_or_none()
    return here is None or not (here.by_card or here.helper)


def remember(response: Response, name: str, value: str) -> Response:
    """Keep a choice of the browser's for a year."""
    response.set_cookie(name, value, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def remember_view(response: Response, view: str) -> Response:
    """Keep which of the two ``VIEWS`` was chosen."""
    return remember(response, _COOKIE, view)


def shell(standard: str) -> str:
    """The template to extend: the easy view's where that was chosen, *standard* otherwise."""
    return EASY if is_easy() else standard


def form(standard: str, easy: str) -> str:
    """The template to show: *easy* in the easy view, *standard* otherwise."""
    return easy if is_easy() else standard


def home() -> str:
    """Address of the learner's own home."""
    return url_for("easy.home" if is_easy() else "home.my")
