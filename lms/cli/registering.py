"""``flask content register``: files that change policy become the draft of a change, not a release."""

from pathlib import Path

import click
from flask_babel import gettext

from lms.access.models import Role
from lms.access.queries import account_of_number
from lms.access.rules import may
from lms.cli.content import FOLDER
from lms.cli.faults import tell
from lms.cli.terminal import Commands, settings
from lms.kernel.clock import china_date, now
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.publishing.files import files_below
from lms.publishing.operations import Checked, HasFaults, check
from lms.publishing.queries import difference
from lms.rollouts.registration import NoSuchDocument, NothingDiffers, register_from_files
from lms.rollouts.unit_files import with_units
from lms.words.differences import Telling

commands = Commands("content")


@commands.command("register")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--document", required=True, metavar="ID", help="The policy document that changes.")
@click.option("--title", required=True, help="What the change is called.")
@click.option("--as", "number", required=True, metavar="NUMBER", help="Your employee number.")
def register_files(folder: Path | None, document: str, title: str, number: str) -> None:
    """Make every file in DIR that differs from what is live the draft of a change of policy."""
    actor_id = _actor(number)
    at = now()
    checked = check(with_units(files_below(folder or settings().library_dir)), day=china_date(at))
    lines = [] if checked.faults else list(Telling(checked.items).lines(difference(checked.items)))
    try:
        with unit_of_work():
            change = register_from_files(checked, title, document=document, actor_id=actor_id, at=at)
            key = change.key
    except HasFaults as refused:
        tell(refused.faults)
        raise SystemExit(1) from None
    except NoSuchDocument:
        raise click.ClickException(_no_document(document, checked)) from None
    except NothingDiffers:
        raise click.ClickException(gettext("No clause and no figure differs from what is live.")) from None
    for line in lines:
        click.echo(line)
    click.echo(
        gettext("Draft of a change: %(key)s. Decide it and register it at %(path)s", key=key, path=_at(key))
    )


def _at(key: str) -> str:
    return f"/manage/policy/{key}"


def _actor(number: str) -> int:
    account = account_of_number(number)
    if account is None or not may(Role(account.role), Permission.CHANGE_REGISTER):
        raise click.ClickException(gettext("%(number)s may not register changes of policy.", number=number))
    return account.person_id


def _no_document(document: str, checked: Checked) -> str:
    known = " / ".join(item.key for item in checked.items if item.kind == "document")
    return str(gettext("there is no document “%(found)s”; possible: %(right)s", found=document, right=known))
