"""``flask jobs``: the clockwork's jobs by hand."""

from datetime import datetime

import click
from flask_babel import gettext, ngettext

from lms.cli.terminal import Commands
from lms.jobs.timetable import JOBS, job
from lms.kernel.clock import CHINA, now

commands = Commands("jobs")


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
    """Name the jobs and how often each is due."""
    for one in JOBS:
        every = ngettext("every %(num)s minute", "every %(num)s minutes", one.every_minutes)
        click.echo(f"{one.name}  {every}")


@commands.command("run")
@click.argument("name", type=click.Choice([one.name for one in JOBS]))
@click.option("--at", type=Instant(), help="The instant to run it for; else the present one.")
def run(name: str, at: datetime | None) -> None:
    """Run the job NAME once."""
    count = job(name).run(at or now())
    click.echo(ngettext("%(name)s: %(num)s row changed", "%(name)s: %(num)s rows changed", count, name=name))
