"""Taking evidence away: one pack for a change, one for a quarter. It is noted who took it."""

import re
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta

from flask import send_file
from werkzeug.wrappers import Response

from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.rollouts.evidence import changes_between
from lms.rollouts.models import Change
from lms.rollouts.queries import change as change_by_key
from lms.web.guard import asker, requires
from lms.web.manage.evidence_pack import write
from lms.web.manage.parts import screens

_QUARTER = re.compile(r"(20\d\d)-Q([1-4])")


@screens.get("/policy/<key>/evidence.zip")
@requires(Permission.EVIDENCE_EXPORT)
def evidence(key: str) -> Response:
    """The pack of a change that was approved."""
    change = change_by_key(key)
    if change.approved_at is None:
        raise NotFound(kind="evidence", key=key)
    return _taken([change], key)


@screens.get("/evidence/<quarter>.zip")
@requires(Permission.EVIDENCE_EXPORT)
def quarter_evidence(quarter: str) -> Response:
    """The pack of all changes that were under way in a quarter, written as 2026-Q4."""
    found = _QUARTER.fullmatch(quarter)
    if found is None:
        raise NotFound(kind="quarter", key=quarter)
    first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
    last = (first + timedelta(days=92)).replace(day=1) - timedelta(days=1)
    return _taken([one for one in changes_between(first, last) if one.approved_at], quarter)


def last_quarters(day: date) -> list[str]:
    """The quarter of a day and the one before it, as addresses name them."""
    before = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return [f"{one.year}-Q{(one.month + 2) // 3}" for one in (day, before)]


def _taken(changes: Sequence[Change], name: str) -> Response:
    """Written to the disk first, then noted, then handed out."""
    at = clock.now()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response when it has been sent
    count = write(file, changes, at=at)
    with unit_of_work():
        record("evidence.exported", name, actor_id=asker().id, at=at, files=count)
    file.seek(0)
    return send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"evidence-{name}.zip"
    )
