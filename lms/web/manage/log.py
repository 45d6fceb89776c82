"""The journal: who did what to what, the newest first, and how far it is sealed."""

from flask import request
from flask_babel import gettext

from lms.journal.queries import PAGE, Filters, Line, count, page_of, seal_state
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.web.guard import requires
from lms.web.manage.log_words import ACTS, act_words, facts_words
from lms.web.manage.parts import course_name, screens, show
from lms.web.manage.progress import Select

_NAMES = ("act", "actor", "subject")
"""Names of the filters in an address."""
_LONGEST_TEXT = 80
_ON_ACCOUNTS = {"account.signed-in", "account.locked"}
"""Acts whose subject says nothing to people: the number of an account, a hash."""


@screens.get("/log")
@requires(Permission.JOURNAL_VIEW)
def log() -> str:
    """The list. A page behind the last one shows the last one."""
    given = _asked()
    filters = Filters(**given)
    entries = count(filters)
    pages = max(1, -(-entries // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "log",
        lines=page_of(filters, page=page),
        entries=entries,
        page=page,
        pages=pages,
        given=given,
        acts=_acts(given.get("act", "")),
        seal=seal_state(),
        act_words=act_words,
        facts_words=facts_words,
        about=_about,
    )


def _asked() -> dict[str, str]:
    """The filters of this address, without empty ones. Raises ``NotFound`` for an act that no list offers."""
    given = {name: request.args.get(name, "").strip()[:_LONGEST_TEXT] for name in _NAMES}
    if given["act"] and given["act"] not in ACTS:
        raise NotFound(kind="act", key=given["act"])
    return {name: value for name, value in given.items() if value}


def _about(line: Line) -> str:
    """What was acted on: a course by its title, anything else by its key; an account is who acted."""
    return "—" if line.act in _ON_ACCOUNTS else course_name(line.subject)


def _acts(chosen: str) -> Select:
    options = sorted((str(words), act) for act, words in ACTS.items())
    return Select(
        "act", gettext("Act"), [("", gettext("All")), *((act, words) for words, act in options)], chosen
    )
