"""What threads read with goes back when they end: there are few connections, and threads come and go."""

import gc
from threading import Thread

from flask import Flask
from sqlalchemy import QueuePool, literal, select

from lms.kernel.database import db, read


def test_a_thread_that_has_read_leaves_no_connection_behind(app: Flask) -> None:
    def reads() -> None:
        with app.app_context():
            assert read(select(literal(1))).all() == [(1,)]

    with app.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    before = pool.checkedout()
    gc.disable()
    try:
        for _ in range(3):
            thread = Thread(target=reads)
            thread.start()
            thread.join()
        assert pool.checkedout() == before
    finally:
        gc.enable()
