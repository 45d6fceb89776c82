"""``flask content``: check, compare, publish and export the library."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import click
from flask_babel import gettext, ngettext

from lms.cli.faults import tell
from lms.cli.terminal import Commands, settings
from lms.kernel.clock import CHINA, china_date, now
from lms.kernel.database import unit_of_work
from lms.library import queries as library
from lms.publishing.files import files_below
from lms.publishing.history import edits_unknown_to
from lms.publishing.operations import Checked, HasFaults, check, export, publish
from lms.publishing.queries import difference, is_live, policy_changes
from lms.rollouts.unit_files import with_units
from lms.words.differences import Telling

commands = Commands("content")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXPORTED = ".release"
"""Stands in a folder that was exported and names the release: the files know of every edit up to it."""


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
    checked = check(with_units(_files(folder)), day=china_date(now()))
    if checked.faults:
        tell(checked.faults)
        raise SystemExit(1)
    found = difference(checked.items)
    if found.is_empty:
        click.echo(gettext("The files say what the live release says."))
    for line in Telling(checked.items).lines(found):
        click.echo(line)


class Wins(StrEnum):
    """Which of two edits of the same file counts."""

    FILES = "files"
    LIVE = "live"


@commands.command("publish")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--files-win", "wins", flag_value=Wins.FILES, help="Undo edits made in the browser since.")
@click.option(
    "--live-wins", "wins", flag_value=Wins.LIVE, help="Write edits made in the browser into DIR first."
)
def publish_files(folder: Path | None, wins: str | None) -> None:
    """Make the files in DIR live, all of them or none; exit 1 when they have a fault."""
    folder = folder or settings().library_dir
    if not publish_from(folder, at=now(), wins=Wins(wins) if wins else None):
        raise SystemExit(1)


def publish_from(
    folder: Path,
    *,
    at: datetime,
    wins: Wins | None = None,
    library_of: Callable[[Mapping[str, bytes]], Mapping[str, bytes]] = with_units,
) -> bool:
    """Make the files below *folder* live and say what happened; what is live already is not parsed.

    *library_of* gives the library that files stand for; they need not hold units of changes that are live.
    False when faults, edits made in the browser or a change of policy stood in the way and an earlier release
    stays live. Ends the program when there is none.
    """
    files = library_of(files_below(folder))
    if is_live(files):
        click.echo(gettext("The library is live already: %(release)s", release=_live_release()))
        return True
    unknown = edits_unknown_to(files, exported=_exported(folder))
    if unknown and wins is None:
        return _edited_in_browser(unknown)
    if unknown and wins is Wins.LIVE:
        _take_from_live(unknown, folder)
        return publish_from(folder, at=at, wins=Wins.FILES)
    live = library.live_release_id()
    checked = check(files, day=china_date(now()))
    if checked.faults:
        tell(checked.faults)
        return _stays()
    policy = policy_changes(difference(checked.items))
    if policy:
        return _changes_policy([Telling(checked.items).named(name) for name in policy])
    return _publish(checked, replaces=live, at=at)


def _publish(checked: Checked, *, replaces: str | None, at: datetime) -> bool:
    try:
        with unit_of_work():
            publish(checked, author_id=None, at=at, replaces=replaces)
    except HasFaults as refused:
        tell(refused.faults)
        return _stays()
    click.echo(_sound(checked.files, len(checked.items)))
    click.echo(gettext("The library is live now: %(release)s", release=_live_release()))
    return True


def _edited_in_browser(paths: Sequence[str]) -> bool:
    click.echo(gettext("These files were edited in the browser and differ from what is live:"), err=True)
    for path in paths:
        click.echo(f"  {path}", err=True)
    click.echo(
        gettext(
            "Say which counts: flask content publish --live-wins (writes the live text into the files) or "
            "--files-win."
        ),
        err=True,
    )
    return _stays()


def _take_from_live(paths: Sequence[str], folder: Path) -> None:
    release_id = str(library.live_release_id())
    live = library.files(release_id)
    export({path: live[path] for path in paths if path in live}, folder)
    for path in (path for path in paths if path not in live):
        (folder / path).unlink(missing_ok=True)
    (folder / EXPORTED).write_text(f"{release_id}\n")
    for path in paths:
        click.echo(gettext("Taken from what is live: %(path)s", path=path))


def _changes_policy(names: Sequence[str]) -> bool:
    click.echo(gettext("This changes policy that people have been taught:"), err=True)
    for name in names:
        click.echo(f"  {name}", err=True)
    click.echo(
        gettext("Register it, so that everyone concerned learns of it: flask content register --help"),
        err=True,
    )
    return _stays()


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
    (folder / EXPORTED).write_text(f"{live}\n")
    click.echo(
        ngettext(
            "%(num)s file written to %(folder)s", "%(num)s files written to %(folder)s", count, folder=folder
        )
    )
    for path in sorted(files_below(folder).keys() - files.keys()):
        click.echo(gettext("Not of this release: %(path)s", path=path))


def _exported(folder: Path) -> str:
    """The release that was exported into a folder; empty when none was."""
    note = folder / EXPORTED
    return note.read_text().strip() if note.is_file() else ""


def _files(folder: Path | None) -> dict[str, bytes]:
    return files_below(folder or settings().library_dir)


def _sound(files: Mapping[str, bytes], items: int) -> str:
    return str(gettext("No faults in %(files)s files with %(items)s entries.", files=len(files), items=items))


def _live_release() -> str:
    """The live release as people refer to it: its id and when it was published, in China."""
    live = library.release(str(library.live_release_id()))
    return f"{live.id}, {live.published_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
