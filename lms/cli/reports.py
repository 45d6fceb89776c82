"""``flask reports``: the read model behind lists and numbers."""

import click
from flask_babel import ngettext

from lms.cli.terminal import Commands
from lms.kernel.clock import now
from lms.kernel.database import unit_of_work
from lms.reports import projection

commands = Commands("reports")


@commands.command("rebuild")
def rebuild() -> None:
    """Work the read model out anew from the ledger; for many people quicker than catching up."""
    begun = now()
    with unit_of_work():
        lines = projection.rebuild(begun)
    seconds = round((now() - begun).total_seconds())
    click.echo(
        ngettext(
            "Read model worked out anew: %(num)s row in %(seconds)s s",
            "Read model worked out anew: %(num)s rows in %(seconds)s s",
            lines,
            seconds=seconds,
        )
    )
