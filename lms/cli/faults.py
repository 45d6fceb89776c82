"""Faults of text files in a terminal."""

from collections.abc import Iterable

import click
from flask_babel import ngettext

from lms.library.faults import Fault
from lms.words.faults import sentence


def tell(faults: Iterable[Fault]) -> None:
    """Print every fault as ``path:line:column: sentence``, then how many there are in how many files."""
    listed = list(faults)
    for fault in listed:
        click.echo(f"{fault.path}:{fault.line}:{fault.column}: {sentence(fault)}")
    files = len({fault.path for fault in listed})
    count = ngettext("%(num)s fault", "%(num)s faults", len(listed))
    click.echo(ngettext("%(faults)s in %(num)s file", "%(faults)s in %(num)s files", files, faults=count))
