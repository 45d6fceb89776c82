"""The commands there are. A command's module is read only when the command is used."""

from collections.abc import Iterator, Sequence
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup


class _LateGroup(AppGroup):
    """A group whose commands stand in modules that the serving process never needs."""

    def __init__(self, name: str, modules: Sequence[str], short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for group in self._groups() for name in group.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = (group.commands.get(cmd_name) for group in self._groups())
        return next((command for command in found if command), None)

    def _groups(self) -> Iterator[click.Group]:
        """One module after the other, so that those behind the command that is wanted stay unread."""
        for module in self._modules:
            yield import_module(module).commands


GROUPS = (
    (
        "content",
        ("lms.cli.content", "lms.cli.registering"),
        "Check, compare, publish, register and export the library.",
    ),
    ("demo", ("lms.cli.demo",), "The demo company."),
    ("jobs", ("lms.cli.jobs",), "The clockwork's jobs."),
    ("journal", ("lms.cli.journal",), "Seal the journal, and look whether it was touched."),
    ("reports", ("lms.cli.reports",), "The read model behind lists and numbers."),
    ("rollout", ("lms.cli.rollout_simulation",), "Play a change of policy with invented people."),
    ("site", ("lms.cli.serving", "lms.cli.site"), "Prepare this installation, and serve it."),
)


def install(app: Flask) -> None:
    """Connect to the application."""
    for name, modules, short_help in GROUPS:
        app.cli.add_command(_LateGroup(name, modules, short_help))
