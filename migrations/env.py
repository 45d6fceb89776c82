"""How migrations run: on the application's engine, with our column types written by name."""

from typing import Any

from alembic import context
from flask import current_app

from lms.kernel.database import Base, UtcDateTime


def render_item(kind: str, value: Any, autogen_context: Any) -> str | bool:
    """Write ``UtcDateTime`` with its import; leave everything else to Alembic."""
    if kind == "type" and isinstance(value, UtcDateTime):
        autogen_context.imports.add("from lms.kernel.database import UtcDateTime")
        return "UtcDateTime()"
    return False


def run() -> None:
    """Run on a connection of its own; on SQLite tables are rebuilt in batch mode."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=connection.dialect.name == "postgresql",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
