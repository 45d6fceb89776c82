"""The easy form is short: what is longer is named with its line when the library is checked."""

import pytest

from lms.courses.plainness import LONGEST_SENTENCE, long_sentences
from tests.support.faults import faults_of
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import COURSE_PATH, LESSON_PATH

HEAD = "---\nid: a\n---\n\n# 标题 {#a}\n@kind policy\n@clauses law#1, law#2, law#3, law#4, law#5\n\n"
JUST = "看" * LONGEST_SENTENCE


@pytest.mark.parametrize(
    "line",
    [
        JUST,
        f"> {JUST}。",
        f"{JUST}。{JUST}？{JUST}；{JUST}",
        f"- **{JUST}**",
        f'!!! warning "{JUST}"',
        f"{JUST[1:]}[[outpatient.deductible region=北京 status=retired]]",
    ],
)
def test_a_sentence_up_to_the_limit_is_right(line: str) -> None:
    assert not list(long_sentences("a.md", HEAD + line))


@pytest.mark.parametrize("line", [f"{JUST}病", f"> 好。{JUST}病。", f"    {JUST}，病"])
def test_a_longer_one_is_named_with_its_line(line: str) -> None:
    (fault,) = long_sentences("a.md", HEAD + line)
    assert (fault.path, fault.line, fault.code) == ("a.md", 9, "long-sentence")
    assert f"（{LONGEST_SENTENCE + (2 if '，' in line else 1)}）" in fault.found


def test_the_check_at_the_end_of_a_lesson_is_not_a_page() -> None:
    assert not list(long_sentences("a.md", HEAD + f"```check\n- stem: {JUST}{JUST}\n```\n"))


def test_only_the_easy_form_has_a_limit() -> None:
    texts = quiz_texts()
    texts[LESSON_PATH] = texts[LESSON_PATH].replace("```check", f"{JUST}{JUST}。\n\n```check")
    assert not faults_of(texts)
    texts[COURSE_PATH] = texts[COURSE_PATH].replace("form: standard", "form: easy")
    assert [fault.code for fault in faults_of(texts)] == ["long-sentence"]
