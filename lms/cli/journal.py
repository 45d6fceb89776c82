"""``flask journal``: seal what was written, and look whether anything was touched since."""

import click
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.cli.terminal import Commands
from lms.jobs.housekeeping import seal_journal
from lms.journal.queries import seal_state
from lms.journal.rules import Breach
from lms.journal.seals import verify as broken_seals
from lms.kernel.clock import CHINA, now

commands = Commands("journal")

_BREACHES: dict[Breach, LazyString] = {
    Breach.CHANGED: lazy_gettext("entry %(number)s was changed after it was sealed"),
    Breach.REMOVED: lazy_gettext("entry %(number)s was removed after it was sealed"),
    Breach.INSERTED: lazy_gettext("entry %(number)s was put under a seal afterwards"),
    Breach.SEAL_CHANGED: lazy_gettext("seal %(number)s was changed"),
    Breach.SEAL_REMOVED: lazy_gettext("the seal before seal %(number)s was removed"),
}


@commands.command("seal")
def seal() -> None:
    """Seal what has been written, but for the last minute."""
    count = seal_journal(now())
    click.echo(ngettext("%(num)s entry sealed", "%(num)s entries sealed", count))


@commands.command("verify")
def verify() -> None:
    """Look whether anything under a seal was touched, and say which entry; the status is then 1."""
    broken = broken_seals()
    for one in broken:
        click.echo(str(_BREACHES[one.breach]) % {"number": one.number})
    if broken:
        raise SystemExit(1)
    state = seal_state()
    sealed = ngettext(
        "%(num)s sealed entry is as written", "%(num)s sealed entries are as written", state.sealed
    )
    still_open = ngettext("%(num)s is not sealed yet", "%(num)s are not sealed yet", state.open)
    click.echo(gettext("%(sealed)s; %(open)s", sealed=sealed, open=still_open))
    if state.when:
        when = f"{state.when.astimezone(CHINA):%Y-%m-%d %H:%M}"
        click.echo(
            gettext("seal %(number)s of %(when)s:", number=state.number, when=when) + f" {state.digest}"
        )
