"""The one request that may be large: the file of a staff import, from somebody who may send one."""

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.guard import whoever_asks

LARGEST_FILE = 40_000_000
"""Bytes of a staff list. 200,000 rows as a workbook are about half of it."""
_AROUND_THE_FILE = 100_000
"""Bytes of the other fields of the form, and of what separates them."""
_IMPORT = "manage.people_import"


def _allow() -> Response | None:
    """Before anything reads the form, as the check of its token does. What is larger still is not read.

    Of everybody else nothing is read beyond what any form may hold: a signed cookie alone is no reason to.
    """
    if request.endpoint != _IMPORT:
        return None
    who = whoever_asks()
    if who is None or not who.may(Permission.PEOPLE_EDIT):
        return None
    limit = LARGEST_FILE + _AROUND_THE_FILE
    if (request.content_length or 0) > limit:
        return redirect(url_for(_IMPORT, refused="too-large"), code=303)
    request.max_content_length = limit
    return None


def install(app: Flask) -> None:
    """Connect to the application; before whatever reads a form."""
    app.before_request(_allow)
