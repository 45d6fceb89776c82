"""``flask content``: check, compare, publish and export the library."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext, ngettext

from lms.cli.differences import Telling
from lms.cli.faults import tell
from lms.cli.terminal import Commands, settings
from lms.kernel.clock import CHINA, china_date, now
from lms.kernel.database import unit_of_work
from lms.library import queries as library
from lms.publishing.files import files_below
from lms.publishing.operations import check, export, publish
from lms.publishing.queries import difference, is_live

commands = Commands("content")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@commands.command("check")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
def check_files(folder: Path | None) -> None:
    """Print every fault of every file in DIR, and where; exit 1 when there is one."""
    checked = check(_files(folder), day=china_date(now()))
    if checked.faults:
        tell(checked.faults)
        raise SystemExit(1)
    click.echo(_sound(checked.files, len(checked.items)))


@commands.command("diff")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
def compare(folder: Path | None) -> None:
    """Print what publishing the files in DIR would change."""
    checked = check(_files(folder), day=china_date(now()))
    if checked.faults:
        tell(checked.faults)
        raise SystemExit(1)
    found = difference(checked.items)
    if found.is_empty:
        click.echo(gettext("The files say what the live release says."))
    for line in Telling(checked.items).lines(found):
        click.echo(line)


@commands.command("publish")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
def publish_files(folder: Path | None) -> None:
    """Make the files in DIR live, all of them or none; exit 1 when they have a fault."""
    if not publish_from(folder or settings().library_dir, at=now()):
        raise SystemExit(1)


def publish_from(folder: Path, *, at: datetime) -> bool:
    """Make the files below *folder* live and say what happened; files that are live already are not parsed.

    False when faults stood in the way and an earlier release stays live. Ends the program when there is none.
    """
    files = files_below(folder)
    if is_live(files):
        click.echo(gettext("The library is live already: %(release)s", release=_live_release()))
        return True
    checked = check(files, day=china_date(now()))
    if checked.faults:
        tell(checked.faults)
        return _stays()
    with unit_of_work():
        publish(checked, author_id=None, at=at)
    click.echo(_sound(files, len(checked.items)))
    click.echo(gettext("The library is live now: %(release)s", release=_live_release()))
    return True


def _stays() -> bool:
    if library.live_release_id() is None:
        click.echo(gettext("Nothing was published, and nothing is live yet."), err=True)
        raise SystemExit(1)
    stays = gettext("Nothing was published. Live stays: %(release)s", release=_live_release())
    click.echo(stays, err=True)
    return False


@commands.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def export_files(folder: Path, *, force: bool) -> None:
    """Write the files of the live release into DIR, byte for byte."""
    live = library.live_release_id()
    if live is None:
        raise click.ClickException(gettext("Nothing is live yet."))
    if not force and folder.exists() and any(folder.iterdir()):
        raise click.ClickException(gettext("%(folder)s is not empty; --force writes into it.", folder=folder))
    files = library.files(live)
    count = export(files, folder)
    click.echo(
        ngettext(
            "%(num)s file written to %(folder)s", "%(num)s files written to %(folder)s", count, folder=folder
        )
    )
    for path in sorted(files_below(folder).keys() - files.keys()):
        click.echo(gettext("Not of this release: %(path)s", path=path))


def _files(folder: Path | None) -> dict[str, bytes]:
    return files_below(folder or settings().library_dir)


def _sound(files: Mapping[str, bytes], items: int) -> str:
    return str(gettext("No faults in %(files)s files with %(items)s entries.", files=len(files), items=items))


def _live_release() -> str:
    """The live release as people refer to it: its id and when it was published, in China."""
    live = library.release(str(library.live_release_id()))
    return f"{live.id}, {live.published_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
