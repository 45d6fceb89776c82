"""What the comparison of every night found: ledger, lists, screens and exports beside each other."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.kernel.permissions import Permission
from lms.reports.models import Reconciliation
from lms.reports.reconciliation import reconciliations
from lms.web.guard import requires
from lms.web.manage.parts import screens, show
from lms.web.manage.words import DUES, PAPERS, STATES

SHOWN = 14
"""So many nights are shown."""
WHATS: Mapping[str, LazyString] = {
    "ledger": lazy_gettext("Papers and completions"),
    "lines": lazy_gettext("Rows of the progress list"),
    "cells": lazy_gettext("Counts behind the numbers"),
    "profiles": lazy_gettext("People behind the search"),
    "screens": lazy_gettext("Numbers on screens (rows / people)"),
    "export": lazy_gettext("Rows of the export"),
}
COUNTED: Mapping[str, LazyString] = {
    "assignments": lazy_gettext("Assignments in the ledger"),
    "completions": lazy_gettext("Completions in the ledger"),
    "lines": lazy_gettext("Rows of the progress list"),
    "profiles": lazy_gettext("People behind the search"),
    "cells": lazy_gettext("Counts behind the numbers"),
    "exported": lazy_gettext("Rows of the export"),
}
_WHERES: Mapping[str, LazyString] = {
    **{one.value: words for known in (STATES, DUES, PAPERS) for one, words in known.items()},
    "passed-without-completion": lazy_gettext("passed, but not completed"),
    "completed-by-a-strange-paper": lazy_gettext("completed by a paper of another assignment"),
    "surplus": lazy_gettext("rows without an assignment"),
    "people": lazy_gettext("people"),
    "everything": lazy_gettext("All"),
    "unfinished": lazy_gettext("All unfinished"),
    "workbench": lazy_gettext("Workbench: overdue / due within 7 days"),
    "all": lazy_gettext("all that differ"),
}


@screens.get("/reconciliation")
@requires(Permission.RECONCILIATION_VIEW)
def reconciliation() -> str:
    """The last nights, the newest first, with what differed in the newest one."""
    nights = reconciliations(count=SHOWN)
    return show(
        "reconciliation",
        nights=nights,
        last=nights[0] if nights else None,
        sentence=_sentence(nights[0]) if nights else "",
        whats=WHATS,
        counted=COUNTED,
        where=_where,
    )


def _sentence(last: Reconciliation) -> str:
    if not last.differences:
        return str(gettext("Everything agrees."))
    if last.mended:
        return str(gettext("Something differed. The lists were worked out anew from the ledger afterwards."))
    return str(gettext("Something differs that cannot be mended by working the lists out anew."))


def _where(code: str) -> str:
    """In words where there are some; the key of an assignment or person as it is."""
    known = _WHERES.get(code)
    return str(known) if known is not None else code
