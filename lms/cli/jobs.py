"""``flask jobs``: the clockwork's jobs by hand."""

from datetime import datetime

import click
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.cli.terminal import Commands
from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import under_way
from lms.jobs.rules import Outcome
from lms.jobs.runner import run_by_hand, worker_name
from lms.jobs.standing import lines
from lms.jobs.timetable import JOBS, job
from lms.kernel.clock import CHINA, now
from lms.words.cadences import cadence

commands = Commands("jobs")

_STATES: dict[OccurrenceState, LazyString] = {
    OccurrenceState.RUNNING: lazy_gettext("running since %(start)s"),
    OccurrenceState.WAITING: lazy_gettext("last run %(start)s failed (%(error)s), tried again at %(again)s"),
    OccurrenceState.DONE: lazy_gettext("last run %(start)s, %(seconds)s s: %(outcome)s"),
    OccurrenceState.FAILED: lazy_gettext("last run %(start)s failed (%(error)s), given up"),
}


class Instant(click.ParamType[datetime]):
    """An instant as ISO 8601; without a zone it is one in China."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the instant."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            right = "2026-03-20T09:00+08:00"
            self.fail(
                gettext("“%(found)s” is no instant; right: %(right)s", found=value, right=right), param, ctx
            )
        return instant if instant.tzinfo else instant.replace(tzinfo=CHINA)


@commands.command("list")
def list_jobs() -> None:
    """Name the jobs, how often each is due, what came of its last run, and when the next one is."""
    at = now()
    for one in lines(JOBS, at):
        click.echo(f"{one.job.name}  {cadence(one.job.trigger.cadence)}")
        click.echo(f"  {_told(one.last) if one.last else gettext('never run yet')}")
        together = under_way(one.job.name, at)
        if together > 1:
            click.echo("  " + gettext("%(num)s workers are at it side by side", num=together))
        if one.skipped:
            skipped = gettext("the run of %(start)s is skipped: %(reason)s")
            facts = {"start": _moment(one.skipped.due_at), "reason": one.skipped.reason}
            click.echo("  " + skipped % facts)
        if one.next_at:
            click.echo("  " + gettext("next run %(start)s", start=_moment(one.next_at)))


def _told(last: Occurrence) -> str:
    took = (last.finished_at or last.started_at) - last.started_at
    return str(_STATES[last.state]) % {
        "start": _moment(last.started_at),
        "error": last.error,
        "again": _moment(last.leased_until),
        "seconds": f"{took.total_seconds():.2f}",
        "outcome": _counted(Outcome(last.count or 0, last.failures)),
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _counted(outcome: Outcome) -> str:
    count = str(ngettext("%(num)s row changed", "%(num)s rows changed", outcome.count))
    if not outcome.failures:
        return count
    failures = str(ngettext("%(num)s failure", "%(num)s failures", outcome.failures))
    return f"{count}, {failures}"


@commands.command("run")
@click.argument("name", type=click.Choice([one.name for one in JOBS]))
@click.option("--at", type=Instant(), help="The instant to run it for; else the present one.")
def run(name: str, at: datetime | None) -> None:
    """Run the job NAME once, whether it is due or not."""
    present = now()
    ran = run_by_hand(job(name), at or present, now=present, worker=worker_name())
    if ran.outcome is None:
        raise click.ClickException(gettext("%(name)s failed: %(error)s", name=name, error=ran.error))
    click.echo(f"{name}: {_counted(ran.outcome)}")
