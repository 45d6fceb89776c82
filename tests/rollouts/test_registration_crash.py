"""A process that is killed at any statement of an approval leaves all of it or nothing."""

from flask import Flask

from lms.rollouts import queries
from lms.rollouts.approval import approve
from lms.rollouts.models import ChangeState
from tests.support.changes import DAY_0, TWO_CITIES, registered, two_admins
from tests.support.killing import everything, killed_at_each_statement
from tests.support.library import publish_texts


def test_killed_at_any_statement_an_approval_is_whole_or_has_not_happened(app: Flask) -> None:
    with app.app_context():
        publish_texts(TWO_CITIES)
        admin, approver = two_admins()
        change = registered(admin)
        key, version, who = change.key, change.version, approver.id

    killed = killed_at_each_statement(
        app, lambda: approve(key, version=version, actor_id=who, at=DAY_0), everything
    )

    assert killed > 20
    with app.app_context():
        assert queries.change(key).state is ChangeState.RUNNING
        assert everything()["rollouts_tasks"] == 4
