"""History of a file over the releases, and what differs between two wordings."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.publishing.history import hunks, versions, word_diff
from lms.publishing.operations import check, publish
from tests.support.people import make_person
from tests.support.small_library import LESSON, LESSON_PATH, QUIZ_PATH, TEXTS

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TEXT = st.text(alphabet="起付标准是由自己 1800.,\n[]a", max_size=40)


def go_live(texts: dict[str, str], *, author_id: int | None = None) -> str | None:
    files = {path: text.encode() for path, text in texts.items()}
    with unit_of_work():
        return publish(check(files, day=date(2026, 11, 23)), author_id=author_id, at=NOW)


def test_a_version_stands_for_each_release_that_changed_the_file(database: Session) -> None:
    author = make_person()
    first = go_live(dict(TEXTS))
    go_live({**TEXTS, QUIZ_PATH: TEXTS[QUIZ_PATH].replace("入门测验", "测验")})
    better = LESSON.replace("带好凭证", "带齐凭证")
    third = go_live({**TEXTS, LESSON_PATH: better}, author_id=author.id)
    assert [(one.release_id, one.author_id, one.text) for one in versions(LESSON_PATH)] == [
        (third, author.id, better),
        (first, None, LESSON),
    ]


def test_a_file_that_was_removed_has_a_version_that_says_so(database: Session) -> None:
    more = "content/courses/basics/02-more.md"
    text = LESSON.replace("id: outpatient", "id: more").replace("outpatient-c1", "more-c1")
    go_live(dict(TEXTS))
    go_live({**TEXTS, more: text})
    go_live(dict(TEXTS))
    assert [one.text for one in versions(more)] == [None, text]
    assert versions("content/courses/basics/03-never.md") == []


def test_words_are_compared_not_letters() -> None:
    old, new = "个人账户资金可在本省范围内与家人共济使用。", "个人账户资金可在全国范围内与近亲属共济使用。"
    assert word_diff(old, new) == [
        ("same", "个人账户资金可在"),
        ("del", "本省"),
        ("ins", "全国"),
        ("same", "范围内与"),
        ("del", "家人"),
        ("ins", "近亲属"),
        ("same", "共济使用。"),
    ]


def test_numbers_and_references_are_never_cut_apart() -> None:
    old, new = "超过[[outpatient.deductible]]报70.5%，共1800元", "超过[[outpatient.ceiling]]报70.8%，共1500元"
    assert [part for part in word_diff(old, new) if part[0] != "same"] == [
        ("del", "[[outpatient.deductible]]"),
        ("ins", "[[outpatient.ceiling]]"),
        ("del", "70.5%"),
        ("ins", "70.8%"),
        ("del", "1800"),
        ("ins", "1500"),
    ]


@given(TEXT, TEXT)
def test_both_texts_come_back_from_their_difference(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(text for op, text in parts if op != "ins") == old
    assert "".join(text for op, text in parts if op != "del") == new


def test_a_long_text_is_shown_only_around_what_differs() -> None:
    old = "".join(f"第{number}行\n" for number in range(1, 41))
    (only,) = hunks(old, old.replace("第20行\n", "第20行，不变\n"))
    assert only.line == 18
    assert only.parts == (
        ("same", "第18行\n第19行\n第20行"),
        ("ins", "，不变"),
        ("same", "\n第21行\n第22行\n"),
    )
