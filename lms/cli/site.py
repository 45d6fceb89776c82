"""``flask site prepare``: an installation made ready to serve."""

import click
from flask_babel import gettext
from flask_migrate import upgrade

from lms.campaigns.cycles import apply_rules
from lms.cli import demo
from lms.cli.content import publish_from
from lms.cli.terminal import Commands, settings
from lms.kernel.clock import now
from lms.kernel.database import unit_of_work
from lms.people.queries import is_empty
from lms.publishing.files import files_below

commands = Commands("site")


@commands.command("prepare")
def prepare() -> None:
    """Migrate the database, publish the library, invent the demo company when there is nobody yet."""
    here = settings()
    upgrade()
    at = now()
    invents = here.demo and is_empty()
    if invents:
        publish_from(here.library_dir, at=demo.begins(at), library_of=demo.library_to_begin_with)
        click.echo(gettext("Inventing the demo company"))
        demo.invent_when_empty(files_below(here.library_dir), at=at)
    else:
        publish_from(here.library_dir, at=at)
    with unit_of_work():
        apply_rules(at)
    if here.demo:
        demo.print_accounts()
