"""The program on an empty database of either engine, and how long something takes."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from lms.factory import create_app
from lms.kernel.database import db
from lms.kernel.settings import Settings
from tests.support.postgres import PostgresServer

ROOMY = {
    "shared_buffers": "2GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "16GB",
}
"""What a server is given that keeps many people; the tests' own settings are for small data."""


@contextmanager
def installation(engine: str) -> Iterator[Flask]:
    """The program on an empty database of this engine."""
    folder = Path(tempfile.mkdtemp(prefix="xuanguan-bench-"))
    server = PostgresServer(**ROOMY) if engine == "postgresql" else None
    url = f"sqlite:///{folder / 'xuanguan.db'}"
    if server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench ENCODING 'UTF8' TEMPLATE template0")
        url = server.url("bench").replace("postgresql://", "postgresql+psycopg://", 1)
    app = create_app(
        Settings(database_url=url, secret_key="benchmark", data_dir=folder, data_keys=("benchmark",))
    )
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
        if server:
            server.close()
        shutil.rmtree(folder)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that it took, and what came of it."""
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found
