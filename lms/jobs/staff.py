"""The job that checks staff imports, in many short transactions, and applies them, each in a single one."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy.exc import IntegrityError

from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.policies.queries import policies_of
from lms.staff import applying, staging, work
from lms.staff.sheets import Unreadable
from lms.staff.work import MOST_TRIES, Claim, TakenOver

log = logging.getLogger(__name__)
BROKE, CHANGED, NO_NUMBERS = "broke", "changed-meanwhile", "missing-column"
"""Why an import failed."""


def carry_imports(now: datetime) -> Outcome:
    """Check what was uploaded and apply what was confirmed; counts imports.

    What goes wrong is logged by its kind alone: its text could hold what stands in the file.
    """
    begun = monotonic()

    def at() -> datetime:
        return now + timedelta(seconds=monotonic() - begun)

    count = failures = 0
    ids = work.waiting(now)
    session().rollback()
    for import_id in ids:
        with unit_of_work():
            mine = work.claim(import_id, new_key(16), at=at())
        if mine is None:
            continue
        error = _carry(mine, at)
        count, failures = count + (not error), failures + (error == BROKE)
    return Outcome(count, failures)


def _carry(mine: Claim, at: Callable[[], datetime]) -> str:
    """Do one import; returns why it failed, empty when it did not."""
    try:
        error = _attempt(mine, at)
        if error:
            with unit_of_work():
                work.fail(mine, error, at=at())
    except TakenOver:
        log.warning("import %s was taken over by another worker", mine.key)
        return ""
    return error


def _attempt(mine: Claim, at: Callable[[], datetime]) -> str:
    if mine.tries > MOST_TRIES:
        return BROKE
    try:
        if mine.is_check:
            check_import(mine, cities(), at)
        else:
            apply_import(mine, at)
    except TakenOver:
        raise
    except Exception as failure:
        log.warning("import %s failed: %s", mine.key, type(failure).__name__)
        return _reason(failure)
    return ""


def _reason(failure: Exception) -> str:
    if isinstance(failure, Unreadable):
        return str(failure.facts["why"])
    if isinstance(failure, staging.MissingColumn):
        return NO_NUMBERS
    return CHANGED if isinstance(failure, applying.ChangedMeanwhile | IntegrityError) else BROKE


def check_import(mine: Claim, known: Mapping[str, str], at: Callable[[], datetime]) -> None:
    """Stage an uploaded file, a chunk a transaction, so that everybody sees how far it is."""
    staged = staging.prepare(mine.import_id, known, china_date(at()))
    with unit_of_work():
        staging.begin(mine, staged, at=at())
    done = 0
    for checked in staging.chunks(staged):
        done += len(checked)
        with unit_of_work():
            staging.keep(mine, checked, done, at=at())
    with unit_of_work():
        staging.finish(mine, staged, at=at())


def apply_import(mine: Claim, at: Callable[[], datetime]) -> int:
    """Carry a confirmed import into the register, all or nothing; returns how many people it touched."""
    with unit_of_work():
        return applying.apply(mine, at=at())


def cities() -> dict[str, str]:
    """Names of the places that have rules of their own and none below them → their codes."""
    release_id = live_release_id()
    if release_id is None:
        return {}
    regions = policies_of(release_id).regions
    above = {region.parent for region in regions.values()}
    lowest = [region for region in regions.values() if region.code not in above and region.name not in above]
    return {name: region.code for region in lowest for name in (region.name, region.name_en)}
