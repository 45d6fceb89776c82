"""What every command stands on: the language of the terminal, and the settings of the installation."""

import os
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from lms.kernel.settings import Settings

_VARIABLES = ("XUANGUAN_LANG", "LC_ALL", "LANG")
_CATALOGS = {"zh": "zh_Hans", "en": "en"}


def language() -> str:
    """The catalog for this terminal: the first variable that names a language there is, else Chinese."""
    named = (os.environ.get(variable, "")[:2].lower() for variable in _VARIABLES)
    return next((_CATALOGS[name] for name in named if name in _CATALOGS), _CATALOGS["zh"])


def settings() -> Settings:
    """Settings of this installation."""
    return cast(Settings, current_app.extensions["xuanguan.settings"])


class Commands(AppGroup):
    """A group of commands that speak the language of the terminal."""

    def command(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Declare a command; it runs in an application context."""
        declare = super().command(*args, **kwargs)

        def spoken(command: Callable[..., Any]) -> click.Command:
            def speak(*values: Any, **options: Any) -> Any:
                with force_locale(language()):
                    return command(*values, **options)

            return declare(update_wrapper(speak, command))

        return spoken
