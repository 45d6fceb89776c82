"""Serving: a production WSGI server with the clockwork in the same process."""

import ctypes
import gc
from contextlib import suppress
from typing import NoReturn

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info
from flask_babel import force_locale, gettext
from sqlalchemy import inspect
from waitress import create_server

from lms.cli.terminal import Commands, language
from lms.jobs import scheduler
from lms.kernel.database import db
from lms.library.models import Live

HOST, PORT = "127.0.0.1", 8000
THREADS = 8
COLLECT_AFTER = (10_000, 20, 50)
"""Thresholds of the garbage collector: what a page needs dies by itself; looking for circles can wait."""

M_ARENA_MAX, ARENAS = -8, 2
"""glibc gives each thread an arena of its own, and keeps what it once held; two do for all: mallopt(3)."""

commands = Commands("site")


@commands.command("serve")
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=PORT, show_default=True)
@pass_script_info
def serve_site(script: ScriptInfo, host: str, port: int) -> None:
    """Serve with the clockwork in the same process."""
    serve(script.load_app(), host=host, port=port)


def serve(app: Flask, *, host: str = HOST, port: int = PORT) -> None:
    """Serve until stopped. Ends the program at once, saying why, when it cannot begin."""
    _share_arenas()
    with app.app_context(), force_locale(language()):
        if not inspect(db.engine).has_table(Live.__tablename__):
            _end(gettext("The database has no tables yet. Start with: make run"))
        try:
            server = create_server(app, host=host, port=port, threads=THREADS, ident="")
        except OSError as error:
            _end(
                gettext(
                    "Cannot serve on %(host)s:%(port)s: %(why)s", host=host, port=port, why=error.strerror
                )
            )
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    ticking = scheduler.start(app)
    click.echo(f"http://{host}:{port}")
    try:
        server.run()
    finally:
        ticking.shutdown(wait=False)


def _share_arenas() -> None:
    """Spare some ten megabytes; elsewhere than on glibc there is nothing to be set."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, ARENAS)


def _end(why: str) -> NoReturn:
    click.echo(why, err=True)
    raise SystemExit(1)
