"""``flask content register``: files that change policy become the draft of a change."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from lms.access.models import Role
from lms.kernel.database import session
from lms.library.queries import live_release_id
from lms.publishing.drafts import drafts_of
from lms.rollouts.models import Change, ChangeState
from tests.support.changes import CHEAPER_IN_BEIJING, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_account, make_learner, make_person
from tests.support.small_library import PARAMETERS_PATH, written

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Registers files in English; 1001 is an administrator, 1002 a learner, the two cities are live."""
    monkeypatch.setenv("XUANGUAN_LANG", "en")
    with app.app_context():
        publish_texts(TWO_CITIES)
        make_account(person=make_person(number="A1001"), role=Role.ADMIN)
        make_learner(number="A1002")

    def register(texts: Mapping[str, str], *, document: str = "city-rules", number: str = "A1001") -> Result:
        folder = written(tmp_path / "library", texts)
        words = [
            "content",
            "register",
            str(folder),
            "--document",
            document,
            "--title",
            "下调",
            "--as",
            number,
        ]
        return app.test_cli_runner().invoke(args=words)

    return register


def test_files_that_change_policy_become_a_draft_and_stay_unpublished(app: Flask, run: Run) -> None:
    with app.app_context():
        live = live_release_id()
    done = run({**TWO_CITIES, **CHEAPER_IN_BEIJING})
    assert done.exit_code == 0, done.output
    assert "1800 → 1500" in done.output
    with app.app_context():
        change = session().scalars(select(Change)).one()
        assert done.output.splitlines()[-1].endswith(f"/manage/policy/{change.key}")
        assert (change.title, change.state) == ("下调", ChangeState.DRAFT)
        assert [one.path for one in drafts_of(change.key)] == [PARAMETERS_PATH]
        assert live_release_id() == live


@pytest.mark.parametrize(
    ("texts", "document", "number", "says"),
    [
        (TWO_CITIES, "city-rules", "A1001", "No clause and no figure differs"),
        (CHEAPER_IN_BEIJING, "elsewhere", "A1001", "possible: city-rules"),
        (CHEAPER_IN_BEIJING, "city-rules", "A1002", "A1002 may not register"),
        (CHEAPER_IN_BEIJING, "city-rules", "A9999", "A9999 may not register"),
        ({PARAMETERS_PATH: "- name: x\n"}, "city-rules", "A1001", f"{PARAMETERS_PATH}:1:"),
    ],
)
def test_what_cannot_be_registered_is_refused_with_the_reason(
    app: Flask, run: Run, texts: Mapping[str, str], document: str, number: str, says: str
) -> None:
    refused = run({**TWO_CITIES, **texts}, document=document, number=number)
    assert refused.exit_code == 1
    assert says in refused.output
    with app.app_context():
        assert session().scalars(select(Change)).all() == []
