"""``flask reports rebuild`` works the read model out anew."""

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.reports.models import Line
from lms.reports.workbench import workbench
from tests.support.company import TODAY, obliged
from tests.support.desk import current
from tests.support.library import publish_texts
from tests.support.quiz_texts import quiz_texts


def test_what_was_lost_is_there_again(app: Flask, database: Session) -> None:
    publish_texts(quiz_texts())
    obliged(due_in=-1)
    current()
    with unit_of_work() as session:
        session.execute(delete(Line))
    found = app.test_cli_runner().invoke(args=["reports", "rebuild"])
    assert (found.exit_code, "1" in found.output) == (0, True)
    database.rollback()
    assert workbench(TODAY).total.overdue == 1
