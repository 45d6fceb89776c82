"""Files on disk and edits made in the browser: neither overwrites the other; policy is registered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.library import queries as library
from lms.publishing import drafts
from lms.publishing.drafts import CONTENT
from tests.support.people import make_person
from tests.support.small_library import (
    LESSON,
    LESSON_PATH,
    PARAMETERS_PATH,
    POLICY_PATH,
    QUIZ,
    QUIZ_PATH,
    TEXTS,
    with_change,
    written,
)

Run = Callable[..., Result]
BETTER = LESSON.replace("带好凭证", "带齐凭证")
RENAMED = QUIZ.replace("入门测验", "测验")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "en")


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs ``flask content …``."""

    def content(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=["content", *map(str, words)])

    return content


@pytest.fixture
def library_dir(run: Run, tmp_path: Path) -> Path:
    """The small library as files, live."""
    folder = written(tmp_path / "library")
    assert run("publish", folder).exit_code == 0
    return folder


def edit(app: Flask, path: str, text: str | None) -> None:
    """Somebody edits and publishes a file in the browser."""
    with app.app_context():
        author, at = make_person(), clock.now()
        with unit_of_work():
            base = drafts.live_sha(path)
            drafts.save(CONTENT, path, text, base=base, version=0, author_id=author.id, at=at)
            drafts.publish_workspace(CONTENT, author_id=author.id, at=at, day=china_date(at))


def live(app: Flask) -> dict[str, str]:
    with app.app_context():
        files = library.files(str(library.live_release_id()))
        return {path: content.decode() for path, content in files.items()}


def test_files_do_not_overwrite_what_was_edited_in_the_browser(
    run: Run, app: Flask, library_dir: Path
) -> None:
    edit(app, LESSON_PATH, BETTER)
    (library_dir / QUIZ_PATH).write_text(RENAMED)
    refused = run("publish", library_dir)
    assert refused.exit_code == 1
    assert f"differ from what is live:\n  {LESSON_PATH}\n" in refused.output
    assert "--live-wins" in refused.output
    assert "--files-win" in refused.output
    assert live(app) == {**TEXTS, LESSON_PATH: BETTER}


def test_the_files_win_when_told_so(run: Run, app: Flask, library_dir: Path) -> None:
    edit(app, LESSON_PATH, BETTER)
    assert run("publish", library_dir, "--files-win").exit_code == 0
    assert live(app) == TEXTS
    assert run("publish", library_dir).exit_code == 0


def test_what_is_live_wins_when_told_so_and_is_then_in_the_files(
    run: Run, app: Flask, library_dir: Path
) -> None:
    edit(app, LESSON_PATH, BETTER)
    (library_dir / QUIZ_PATH).write_text(RENAMED)
    told = run("publish", library_dir, "--live-wins")
    assert told.exit_code == 0
    assert f"Taken from what is live: {LESSON_PATH}\n" in told.output
    assert (library_dir / LESSON_PATH).read_text() == BETTER
    assert live(app) == {**TEXTS, LESSON_PATH: BETTER, QUIZ_PATH: RENAMED}


def test_a_file_that_the_browser_added_or_removed_counts_too(run: Run, app: Flask, library_dir: Path) -> None:
    more = "content/courses/basics/02-more.md"
    edit(app, more, LESSON.replace("id: outpatient", "id: more").replace("outpatient-c1", "more-c1"))
    assert f"  {more}\n" in run("publish", library_dir).output
    assert run("publish", library_dir, "--live-wins").exit_code == 0
    edit(app, more, None)
    assert run("publish", library_dir, "--live-wins").exit_code == 0
    assert not (library_dir / more).exists()
    assert live(app) == TEXTS


def test_files_that_were_exported_know_of_the_edits(run: Run, app: Flask, library_dir: Path) -> None:
    edit(app, LESSON_PATH, BETTER)
    assert run("export", library_dir, "--force").exit_code == 0
    assert (library_dir / LESSON_PATH).read_bytes() == BETTER.encode()
    (library_dir / LESSON_PATH).write_text(BETTER.replace("门诊怎么报", "门诊"))
    assert run("publish", library_dir).exit_code == 0
    edit(app, QUIZ_PATH, RENAMED)
    assert f"  {QUIZ_PATH}\n" in run("publish", library_dir).output


def test_edits_of_the_browser_come_back_to_files_byte_for_byte(
    run: Run, app: Flask, library_dir: Path, tmp_path: Path
) -> None:
    edit(app, LESSON_PATH, BETTER.replace("\n", "\r\n"))
    assert run("export", tmp_path / "copy").exit_code == 0
    assert (tmp_path / "copy" / LESSON_PATH).read_bytes() == BETTER.encode()
    assert run("publish", tmp_path / "copy").output.startswith("The library is live already")


@pytest.mark.parametrize(
    ("path", "old", "new", "name"),
    [
        (PARAMETERS_PATH, "value: 1800", "value: 1500", "parameter outpatient.deductible 门诊起付标准"),
        (POLICY_PATH, "看病要出示凭证", "看病应当出示凭证", "clause city-rules#2 凭证"),
    ],
)
def test_a_change_of_policy_is_registered_not_published(
    run: Run, app: Flask, library_dir: Path, path: str, old: str, new: str, name: str
) -> None:
    written(library_dir, with_change(path, old, new))
    refused = run("publish", library_dir)
    assert refused.exit_code == 1
    assert f"  {name}\n" in refused.output
    assert "flask content register" in refused.output
    assert live(app) == TEXTS


def test_an_edit_of_the_browser_that_was_taken_back_there_does_not_come_again_from_files(
    run: Run, app: Flask, library_dir: Path
) -> None:
    edit(app, LESSON_PATH, BETTER)
    (library_dir / LESSON_PATH).write_text(BETTER)
    edit(app, LESSON_PATH, LESSON)
    refused = run("publish", library_dir)
    assert refused.exit_code == 1
    assert f"  {LESSON_PATH}\n" in refused.output
    assert live(app) == TEXTS
