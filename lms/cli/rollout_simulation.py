"""``flask rollout simulate``: a change of policy played with invented people, a month within a minute."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import east_asian_width

import click
from flask_babel import LazyString, gettext, lazy_gettext

from lms.cli.rollout_people import LEAST
from lms.cli.rollout_play import Evening, JobFailed, NotEmpty, Play, installation
from lms.cli.terminal import Commands
from lms.kernel.clock import china_date, now
from lms.rollouts.clocks import DEPARTMENT_HEAD, HEAD_OF_HR, PERSON
from lms.rollouts.ladder import DELIVERY, REFRESH
from lms.rollouts.standing import Standing

commands = Commands("rollout")

_HEADINGS: Sequence[LazyString] = (
    lazy_gettext("Day of the change"),
    lazy_gettext("Tasks open"),
    lazy_gettext("Delivered"),
    lazy_gettext("Opened"),
    lazy_gettext("Done"),
    lazy_gettext("Late"),
    lazy_gettext("Messages"),
    lazy_gettext("Rungs taken"),
)
_RUNGS: Mapping[tuple[str, str], LazyString] = {
    (REFRESH, PERSON): lazy_gettext("materials, owner (%(people)s)"),
    (REFRESH, DEPARTMENT_HEAD): lazy_gettext("materials, head of department (%(people)s)"),
    (REFRESH, HEAD_OF_HR): lazy_gettext("materials, head of HR (%(people)s)"),
    (DELIVERY, PERSON): lazy_gettext("people, reminded (%(people)s)"),
    (DELIVERY, DEPARTMENT_HEAD): lazy_gettext("people, heads of departments (%(people)s)"),
    (DELIVERY, HEAD_OF_HR): lazy_gettext("people, head of HR (%(people)s)"),
}
_STANDINGS: Mapping[Standing, LazyString] = {
    Standing.CURRENT: lazy_gettext("know it as it is: %(people)s"),
    Standing.OUTDATED: lazy_gettext("know what no longer holds: %(people)s"),
    Standing.NEVER: lazy_gettext("were never taught it: %(people)s"),
}
_GAP = "  "


@commands.command("simulate")
@click.option("--people", default=1000, show_default=True, type=click.IntRange(min=LEAST))
@click.option("--days", default=30, show_default=True, type=click.IntRange(min=1, max=365))
@click.option("--seed", default=1, show_default=True, help="Another number, other chances.")
@click.option("--database-url", help="An empty database to play on and to keep; else one is thrown away.")
def simulate(*, people: int, days: int, seed: int, database_url: str | None) -> None:
    """Play a change of policy with invented people; your own data is never touched."""
    begun = time.perf_counter()
    play = Play(people, first=china_date(now()), days=days, seed=seed)
    with TemporaryDirectory(prefix="xuanguan-", ignore_cleanup_errors=True) as folder:
        try:
            _play(play, database_url or f"sqlite:///{folder}/simulation.db", days, Path(folder))
        except NotEmpty:
            raise click.ClickException(gettext("This database is not empty.")) from None
        except JobFailed as failure:
            raise click.ClickException(gettext("%(name)s failed; see the log.", name=failure)) from failure
    seconds = f"{time.perf_counter() - begun:.1f}"
    click.echo(
        gettext("%(people)s people, %(days)s days, %(seconds)s s", people=people, days=days, seconds=seconds)
    )


def _play(play: Play, database_url: str, days: int, folder: Path) -> None:
    """Print an evening a line. Words are put outside the other application, which has none."""
    with installation(database_url, folder) as app:
        with app.app_context():
            play.prepare()
        click.echo(gettext("A line for the evening of each day; messages and rungs are those of the day."))
        click.echo(_line([str(heading) for heading in _HEADINGS]))
        for number in range(days + 1):
            with app.app_context():
                evening = play.play(number)
            click.echo(_line(_cells(evening)))
        with app.app_context():
            standings = play.standings()
    for standing, people in standings.items():
        click.echo(str(_STANDINGS[standing]) % {"people": people})


def _cells(one: Evening) -> list[str]:
    figures = (one.day, one.tasks, one.delivered, one.opened, one.done, one.late, one.messages)
    rungs = (str(_RUNGS[rung]) % {"people": told} for rung, told in one.rungs.items())
    return [*map(str, figures), " · ".join(rungs)]


def _line(cells: Sequence[str]) -> str:
    """Figures below their headings, to the right; what comes last takes the room there is."""
    widths = [_width(str(heading)) for heading in _HEADINGS[:-1]]
    figures = (" " * (width - _width(cell)) + cell for width, cell in zip(widths, cells, strict=False))
    return _GAP.join([*figures, cells[-1]]).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal, where Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
