"""What nobody types and no database keeps alike: text with the character NUL is not taken."""

from flask import Flask, abort, request

from lms.web.addresses import WITH

_NUL = "\0"
_FORM = "application/x-www-form-urlencoded"
"""Of everything but files; those are read by whoever may send one."""


def _refuse() -> None:
    """Before anything is looked up. In an address it names nothing; in a form a program went wrong."""
    where = f"{request.environ.get(WITH, '')}{request.path}"
    if _NUL in where or b"%00" in request.query_string:
        abort(404)
    if request.mimetype == _FORM and any(_NUL in one for some in request.form.listvalues() for one in some):
        abort(400)


def install(app: Flask) -> None:
    """Connect to the application; before whatever looks something up."""
    app.before_request(_refuse)
