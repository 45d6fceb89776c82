"""The clockwork: every rule of the calendar with its last and its next run, and what failed."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from flask_babel import gettext, ngettext

from lms.campaigns.standing_rules import RuleLine, rules_list
from lms.jobs.housekeeping import SHOWN
from lms.jobs.models import Occurrence
from lms.jobs.queries import history
from lms.jobs.rules import Job
from lms.jobs.standing import Line, Standing, line, lines, took
from lms.jobs.steering import is_skippable
from lms.jobs.timetable import JOBS, job
from lms.kernel import clock
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.workdays import is_announced
from lms.publishing.contents import names_of
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.assign_parts import content_name
from lms.web.manage.assign_words import RULE_STATES, RULE_TAGS
from lms.web.manage.clockwork_words import AREAS, STANDINGS, STATES, Said
from lms.web.manage.clockwork_words import JOBS as SAID
from lms.web.manage.parts import screens, show, today
from lms.words.cadences import cadence

_WRONG = {Standing.FAILED, Standing.LATE, Standing.WAITING, Standing.PARTLY}


def job_named(name: str) -> Job:
    """The job of this name. Raises ``NotFound``."""
    try:
        return job(name)
    except KeyError:
        raise NotFound(kind="job", key=name) from None


# -- all of them ---------------------------------------------------------------------------------------------


@screens.get("/clockwork")
@requires(Permission.CLOCKWORK_VIEW)
def clockwork() -> str:
    """All rules by what they are about, and the dates that standing rules of campaigns set."""
    found = lines(JOBS, clock.now())
    return show(
        "clockwork",
        areas=_by_area(found),
        wrong=[(one, SAID[one.job.name]) for one in found if one.standing in _WRONG],
        standings=STANDINGS,
        cadence=cadence,
        took=seconds,
        changed=changed,
        dates=_dates(),
        rule_states=RULE_STATES,
        rule_tags=RULE_TAGS,
        years=_years(),
        may_edit=asker().may(Permission.CONTENT_EDIT),
    )


def _by_area(found: Sequence[Line]) -> list[tuple[str, list[tuple[Line, Said]]]]:
    order = list(AREAS)
    said = sorted(((one, SAID[one.job.name]) for one in found), key=lambda row: order.index(row[1].area))
    return [(str(AREAS[area]), list(rows)) for area, rows in groupby(said, key=lambda row: row[1].area)]


def _dates() -> list[tuple[RuleLine, str]]:
    """Standing rules, for whoever may see them."""
    if not asker().may(Permission.CAMPAIGN_VIEW):
        return []
    return [(one, content_name(one.path, one.courses)) for one in rules_list(today())]


def _years() -> list[tuple[int, bool]]:
    """This year and the next, and whether the notice about their workdays is known."""
    return [(year, is_announced(year)) for year in (today().year, today().year + 1)]


# -- one of them ---------------------------------------------------------------------------------------------


@screens.get("/clockwork/<name>", endpoint="clockwork_job")
@requires(Permission.CLOCKWORK_VIEW)
def clockwork_job(name: str) -> str:
    """What it does and when, its last runs, and what can be done about it."""
    now = clock.now()
    found = line(job_named(name), now)
    runs = history(name, now, most=SHOWN)
    people = {one.actor_id for one in [*runs, found.skipped] if one and one.actor_id}
    return show(
        "clockwork_job",
        line=found,
        said=SAID[name],
        when=cadence(found.job.trigger.cadence),
        tag_of=STANDINGS[found.standing],
        trouble=_trouble(found),
        runs=runs,
        states=STATES,
        took=took,
        seconds=seconds,
        changed=changed,
        names=names_of(people),
        may_run=asker().may(Permission.CLOCKWORK_RUN),
        may_skip=asker().may(Permission.CLOCKWORK_RUN) and is_skippable(found.job),
    )


def _trouble(found: Line) -> str:
    """What is wrong and what happens next; empty when nothing is."""
    last, standing = found.last, found.standing
    if last is None or standing not in _WRONG:
        return ""
    facts = {"start": moment(last.started_at), "error": last.error or gettext("the worker was lost")}
    following = moment(found.next_at) if found.next_at else "—"
    if standing is Standing.LATE:
        told = gettext(
            "A run has been due for more than ten minutes and nobody has begun it. Is the server running?"
        )
    elif standing is Standing.WAITING:
        again = gettext("The run of %(start)s failed (%(error)s). It is tried again after %(again)s.")
        told = again % {**facts, "again": moment(last.leased_until)}
    elif standing is Standing.FAILED:
        given_up = gettext("The run of %(start)s failed (%(error)s) and was given up. Next run: %(next)s.")
        told = given_up % {**facts, "next": following}
    else:
        told = ngettext(
            "%(num)s thing failed in the last run; the rest was done. The server's log says which.",
            "%(num)s things failed in the last run; the rest was done. The server's log says which.",
            last.failures,
        )
    return str(told)


# -- words ---------------------------------------------------------------------------------------------------


def seconds(length: timedelta | None) -> str:
    """How long something took."""
    if length is None:
        return "—"
    total = length.total_seconds()
    if total < 60:
        return str(gettext("%(num)s s", num=f"{total:.1f}"))
    minutes, rest = divmod(round(total), 60)
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest))


def changed(run: Occurrence | None) -> str:
    """What a run came to: how many things it changed, and how many failed."""
    if run is None or run.count is None:
        return "—"
    told = ngettext("%(num)s row changed", "%(num)s rows changed", run.count)
    if not run.failures:
        return str(told)
    failed = ngettext("%(num)s failure", "%(num)s failures", run.failures)
    return f"{told} · {failed}"
