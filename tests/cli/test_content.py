"""``flask content``: what an author sees in the terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from lms.kernel.database import session
from lms.kernel.settings import ROOT
from lms.library.models import Release
from lms.library.queries import live_release_id
from tests.support.small_library import (
    COURSE_PATH,
    LESSON_PATH,
    PARAMETERS_PATH,
    POLICY_PATH,
    QUIZ_PATH,
    TEXTS,
    with_change,
    written,
)

Run = Callable[..., Result]
BROKEN = {
    POLICY_PATH: ("effective_on: 2025-01-01", "effective_on: 2024-01-01"),
    COURSE_PATH: ("summary: 一节课", "summary: 一节课弄懂1800元"),
    LESSON_PATH: (
        "起付标准是[[outpatient.deductible]]。",
        "起付标准是[[outpatient.deductable]]，不是1800元。",
    ),
    QUIZ_PATH: ("size: 1", "size: 2"),
}

MORE = "- {name: a, label: b, label_en: c, unit: yuan, explain: d, fallback: maybe, values: []}\n"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of ``flask content`` in English."""
    monkeypatch.setenv("XUANGUAN_LANG", "en")
    return lambda *words: app.test_cli_runner().invoke(args=["content", *map(str, words)])


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return written(tmp_path / "library")


def live_id(app: Flask) -> str | None:
    with app.app_context():
        return live_release_id()


def test_the_library_of_this_repository_has_no_faults(run: Run) -> None:
    checked = run("check", ROOT)
    assert checked.output.startswith("No faults in ")
    assert checked.exit_code == 0


def test_all_faults_of_all_files_are_named_at_once_where_they_stand_and_with_what_would_be_right(
    run: Run, tmp_path: Path
) -> None:
    texts = {path: text.replace(*BROKEN.get(path, ("", ""))) for path, text in TEXTS.items()}
    texts["content/parameters/more.yaml"] = MORE
    checked = run("check", written(tmp_path, texts))
    by_hand = "“1800元” is a number of policy typed by hand; right: [[outpatient.deductible]]"
    assert checked.exit_code == 1
    assert checked.output.splitlines() == [
        f"{LESSON_PATH}:14:6: there is no parameter “outpatient.deductable”; possible: outpatient.deductible",
        f"{LESSON_PATH}:14:34: {by_hand}",
        f"{COURSE_PATH}:4:15: {by_hand}",
        "content/parameters/more.yaml:1:70: “maybe” cannot be read here; right: true / false",
        "content/parameters/more.yaml:1:85: “[]” cannot be read here; right: ≥ 1",
        f"{POLICY_PATH}:8:15: in force from 2024-01-01, which is before it was issued; right: ≥ 2025-01-01",
        f"{QUIZ_PATH}:5:7: size is 2, but the topics draw 1 questions",
        "7 faults in 5 files",
    ]


def test_a_folder_that_holds_no_library_is_a_fault(run: Run, tmp_path: Path) -> None:
    checked = run("check", tmp_path)
    assert checked.exit_code == 1
    assert "content/:1:1: content/ quizzes/ is missing" in checked.output


def test_a_file_that_nothing_would_read_is_a_fault(run: Run, library: Path) -> None:
    (library / "quizzes" / "more.yml").write_text("id: more")
    checked = run("check", library)
    assert checked.exit_code == 1
    assert checked.output.startswith("quizzes/more.yml:1:1: nothing reads this file; files stand at quizzes/")


def test_publishing_the_same_files_again_changes_nothing(run: Run, app: Flask, library: Path) -> None:
    first = run("publish", library)
    published = live_id(app)
    again = run("publish", library)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert again.output.startswith(f"The library is live already: {published}, 2026-11-23 09:00")
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Release)) == 1


def test_a_publish_that_is_refused_names_the_faults_and_keeps_the_live_release(
    run: Run, app: Flask, library: Path, tmp_path: Path
) -> None:
    run("publish", library)
    published = live_id(app)
    broken = with_change(QUIZ_PATH, "size: 1", "size: 2")
    refused = run("publish", written(tmp_path / "broken", broken))
    assert refused.exit_code == 1
    assert f"{QUIZ_PATH}:5:7: size is 2, but the topics draw 1 questions\n1 fault in 1 file" in refused.output
    assert f"Nothing was published. Live stays: {published}" in refused.output
    assert live_id(app) == published


def test_a_refused_first_publish_leaves_nothing_live(run: Run, app: Flask, tmp_path: Path) -> None:
    broken = with_change(COURSE_PATH, "kind: onboarding", "kind: boarding")
    refused = run("publish", written(tmp_path, broken))
    assert refused.exit_code == 1
    assert "nothing is live yet" in refused.output
    assert live_id(app) is None


def test_export_gives_the_same_bytes_back(run: Run, library: Path, tmp_path: Path) -> None:
    windows = library / LESSON_PATH
    windows.write_bytes(windows.read_bytes().replace(b"\n", b"\r\n"))
    run("publish", library)
    exported = run("export", tmp_path / "copy")
    assert exported.exit_code == 0
    copied = {path: (tmp_path / "copy" / path).read_bytes() for path in TEXTS}
    assert copied == {path: (library / path).read_bytes() for path in TEXTS}


def test_export_writes_into_a_folder_that_is_not_empty_only_when_forced(run: Run, library: Path) -> None:
    run("publish", library)
    (library / "quizzes" / "draft.yaml").write_text("id: draft")
    refused = run("export", library)
    assert refused.exit_code == 1
    assert "is not empty; --force writes into it" in refused.output
    forced = run("export", library, "--force")
    assert forced.exit_code == 0
    assert forced.output.splitlines()[1:] == ["Not of this release: quizzes/draft.yaml"]


def test_export_needs_a_live_release(run: Run, tmp_path: Path) -> None:
    refused = run("export", tmp_path / "copy")
    assert refused.exit_code == 1
    assert "Nothing is live yet" in refused.output


def difference(run: Run, library: Path, folder: Path, texts: dict[str, str]) -> list[str]:
    """What ``diff`` prints for *texts* while the small library is live."""
    run("publish", library)
    told = run("diff", written(folder, texts))
    assert told.exit_code == 0, told.output
    return told.output.splitlines()


def test_no_difference_is_said_in_words(run: Run, library: Path, tmp_path: Path) -> None:
    told = difference(run, library, tmp_path / "new", dict(TEXTS))
    assert told == ["The files say what the live release says."]


def test_a_value_from_a_new_day_is_a_change_of_policy(run: Run, library: Path, tmp_path: Path) -> None:
    row = TEXTS[PARAMETERS_PATH].partition("  values:\n")[2]
    later = row.replace("from: 2025-01-01", "from: 2027-01-01").replace("1800", "1500")
    texts = {**TEXTS, PARAMETERS_PATH: TEXTS[PARAMETERS_PATH] + later}
    assert difference(run, library, tmp_path / "new", texts) == [
        "* parameter outpatient.deductible 门诊起付标准 [yuan_per_year]",
        "    北京 in service: 1800 → 1500 from 2027-01-01",
    ]


def test_another_number_for_the_same_day_is_a_correction(run: Run, library: Path, tmp_path: Path) -> None:
    texts = with_change(PARAMETERS_PATH, "value: 1800", "value: 1300")
    assert difference(run, library, tmp_path / "new", texts)[1:] == [
        "    北京 in service: 1800 → 1300, corrected for the same first day 2025-01-01",
    ]


def test_a_value_that_is_gone_is_withdrawn(run: Run, library: Path, tmp_path: Path) -> None:
    texts = with_change(PARAMETERS_PATH, "status: in_service", "status: any")
    assert difference(run, library, tmp_path / "new", texts)[1:] == [
        "    北京: — → 1800 from 2025-01-01",
        "    北京 in service: 1800 from 2025-01-01 withdrawn",
    ]


def test_a_better_source_for_the_same_number_is_told_by_its_field(
    run: Run, library: Path, tmp_path: Path
) -> None:
    texts = with_change(PARAMETERS_PATH, "mark: law", "mark: agreed")
    assert difference(run, library, tmp_path / "new", texts)[1:] == [
        "    110000 in_service any 2025-01-01.mark: law → agreed",
    ]


def test_pages_lessons_and_questions_are_told_apart(run: Run, library: Path, tmp_path: Path) -> None:
    lesson = TEXTS[LESSON_PATH].replace("看病出示凭证。", "看病、取药都出示凭证。")
    lesson = lesson.replace("minutes: 3", "minutes: 4").replace("{#card}", "{#proof}")
    quiz = TEXTS[QUIZ_PATH].replace("answer: true", "answer: false").replace("basics-02", "basics-03")
    told = difference(run, library, tmp_path / "new", {**TEXTS, LESSON_PATH: lesson, QUIZ_PATH: quiz})
    assert told == [
        "* lesson basics/outpatient 门诊怎么报",
        "    minutes: 3 → 4",
        "    pages[2]: basics/outpatient#card → basics/outpatient#proof",
        "* quiz basics 入门测验",
        "    questions[2]: basics-02 → basics-03",
        "* question basics-01 超过起付标准的部分才报。",
        "    options[1].right: true → false",
        "    options[2].right: false → true",
        "+ page basics/outpatient#proof 带好凭证",
        "+ question basics-03 小李花了{cost}元，超过起付标准多少？",
        "- page basics/outpatient#card",
        "- question basics-02",
    ]


def test_a_long_text_is_only_said_to_be_reworded(run: Run, library: Path, tmp_path: Path) -> None:
    texts = with_change(LESSON_PATH, "起付标准是", "一年里门诊费用先由自己承担的部分叫起付标准，今年是")
    assert difference(run, library, tmp_path / "new", texts) == [
        "* page basics/outpatient#deductible 先过起付标准",
        "    text reworded",
    ]


def test_broken_files_are_not_compared(run: Run, library: Path) -> None:
    (library / COURSE_PATH).write_text("id: [")
    refused = run("diff", library)
    assert refused.exit_code == 1
    assert f"{COURSE_PATH}:" in refused.output


def test_commands_speak_chinese_unless_the_terminal_speaks_english(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "zh")
    assert run("check", library).output == "没有错误：6个文件，13项内容。\n"
