"""Policy files changed by forms: only what was meant changes, comments and quotes stay."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lms.kernel.settings import ROOT
from lms.policies import editing
from lms.policies.editing import Heading, KeyExists, NewClause, NewValue, Slot
from lms.policies.roundtrip import NoSuchPart, NotEditable, edited

POLICY = """\
# kept by hand
id: city-rules
title: 门诊待遇规定
short: 门诊规定
title_en: Outpatient rules
issuer: 北京市医疗保障局
number: ''
region: 北京
issued_on: null
effective_on: 2025-01-01
source:
  title: 网站   # read twice
  url: 'https://example.org/a'
mark: law
checked_on: 2026-11-21
clauses:
  - key: '1'
    article: 第一条
    title: 起付标准
    text: 一年的起付标准是1800元。
  # about cards
  - key: 'card'
    article: 第二条
    title: 凭证
    text: "看病要出示凭证。"
"""
PARAMETERS = """\
- name: outpatient.deductible
  label: 门诊起付标准
  values:
    - region: 北京
      status: in_service
      level: any
      from: null
      value: 1800
      clause: 'city-rules#1'
      source:
        title: 网站
        number: ''
        url: ''
      mark: law
      checked_on: 2026-11-21
    # Shanghai is another matter
    - region: 上海
      status: any
      from: 2025-01-01
      value: '0.5'
      clause: ''
      source: {title: 网站}
      mark: single
      checked_on: 2026-11-21
"""
NEW_YEAR = date(2027, 1, 1)
BEIJING = Slot("北京", "in_service", "any", None)
VALUE = NewValue(Decimal(1500), "city-rules#1", "京医保发1号", "1号", "", "law", date(2026, 11, 23))
HEADING = Heading(
    title="门诊待遇规定",
    short="门诊规定",
    title_en="Outpatient rules",
    issuer="北京市医疗保障局",
    number="",
    region="北京",
    issued_on=None,
    effective_on=date(2025, 1, 1),
    source_title="网站",
    source_url="https://example.org/a",
    mark="law",
    checked_on=date(2026, 11, 21),
)


def differing(before: str, after: str) -> list[str]:
    """Lines of *after* that *before* does not have, and the other way round with a minus."""
    old, new = before.splitlines(), after.splitlines()
    return [f"-{line.strip()}" for line in old if line not in new] + [
        line.strip() for line in new if line not in old
    ]


FILES = sorted((ROOT / "content").glob("p*/*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_of_the_library_that_nothing_is_done_to_stays_byte_for_byte(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert edited(text, lambda _root: None) == text


@pytest.mark.parametrize("text", [POLICY, PARAMETERS])
def test_comments_and_quotes_stay(text: str) -> None:
    assert edited(text, lambda _root: None) == text


# -- clauses --------------------------------------------------------------------------------------------


def test_new_words_from_a_day_keep_the_old_ones_until_the_day_before() -> None:
    after = editing.reword(POLICY, "1", "一年的起付标准是1500元。", since=NEW_YEAR, live=POLICY)
    assert differing(POLICY, after) == [
        "-text: 一年的起付标准是1800元。",
        "text: 一年的起付标准是1500元。",
        "earlier:",
        "- until: 2026-12-31",
        "text: 一年的起付标准是1800元。",
        "from: 2027-01-01",
    ]


def test_saving_again_with_another_day_is_like_saving_once() -> None:
    once = editing.reword(POLICY, "1", "是1500元。", since=NEW_YEAR, live=POLICY)
    first = editing.reword(POLICY, "1", "是1400元。", since=date(2027, 3, 1), live=POLICY)
    assert editing.reword(first, "1", "是1500元。", since=NEW_YEAR, live=POLICY) == once


@pytest.mark.parametrize("since", [None, date(2025, 1, 1)])
def test_words_corrected_for_the_same_day_leave_no_trace_of_the_wrong_ones(since: date | None) -> None:
    after = editing.reword(POLICY, "card", "看病要带好凭证。", since=since, live=POLICY)
    assert differing(POLICY, after) == ['-text: "看病要出示凭证。"', 'text: "看病要带好凭证。"']


def test_a_repealed_clause_keeps_its_words() -> None:
    reworded = editing.reword(POLICY, "1", "别的。", since=NEW_YEAR, live=POLICY)
    after = editing.repeal(reworded, "1", on=NEW_YEAR, live=POLICY)
    assert differing(POLICY, after) == ["repealed_on: 2027-01-01"]


def test_what_was_changed_can_be_put_back() -> None:
    reworded = editing.reword(POLICY, "1", "别的。", since=NEW_YEAR, live=POLICY)
    assert editing.restore(reworded, "1", live=POLICY) == POLICY


def test_a_clause_is_added_at_the_end_and_can_be_taken_out_again() -> None:
    after = editing.add_clause(POLICY, NewClause("3", "第三条", "期限", "三十天内办。", NEW_YEAR))
    assert differing(POLICY, after) == [
        "- key: '3'",
        "article: 第三条",
        "title: 期限",
        "text: 三十天内办。",
        "from: 2027-01-01",
    ]
    assert editing.restore(after, "3", live=POLICY) == POLICY


def test_an_added_clause_that_is_reworded_has_no_earlier_words() -> None:
    added = editing.add_clause(POLICY, NewClause("3", "第三条", "期限", "三十天内办。"))
    after = editing.reword(added, "3", "十天内办。", since=NEW_YEAR, live=POLICY)
    assert differing(added, after) == ["-text: 三十天内办。", "text: 十天内办。", "from: 2027-01-01"]


def test_a_key_that_exists_is_refused() -> None:
    with pytest.raises(KeyExists):
        editing.add_clause(POLICY, NewClause("card", "第三条", "期限", "三十天内办。"))


def test_a_clause_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchPart):
        editing.reword(POLICY, "9", "别的。", since=None, live=POLICY)


@pytest.mark.parametrize("text", ["- [", "", "only words", "clauses: 3"])
def test_a_file_of_another_shape_is_not_edited(text: str) -> None:
    with pytest.raises(NotEditable):
        editing.add_clause(text, NewClause("3", "第三条", "期限", "三十天内办。"))


def test_the_heading_changes_where_it_differs() -> None:
    assert editing.describe(POLICY, HEADING) == POLICY
    after = editing.describe(POLICY, Heading(**{**vars(HEADING), "issuer": "国家医保局", "number": "1号"}))
    assert differing(POLICY, after) == [
        "-issuer: 北京市医疗保障局",
        "-number: ''",
        "issuer: 国家医保局",
        "number: '1号'",
    ]


def test_a_new_document_takes_clauses() -> None:
    text = editing.begin_document("new-rules", HEADING)
    after = editing.add_clause(text, NewClause("1", "第一条", "范围", "全市适用。"))
    assert text.startswith("id: new-rules\ntitle: 门诊待遇规定\n")
    assert after.endswith(
        "clauses:\n  - key: '1'\n    article: 第一条\n    title: 范围\n    text: 全市适用。\n"
    )


# -- values ---------------------------------------------------------------------------------------------


def test_a_value_from_a_day_stands_behind_the_last_one_for_the_same_people() -> None:
    slot = Slot("北京", "in_service", "any", NEW_YEAR)
    after = editing.set_value(PARAMETERS, "outpatient.deductible", slot, VALUE)
    lines = after.splitlines()
    assert lines.index("      value: 1500") < lines.index("    # Shanghai is another matter")
    assert "      from: 2027-01-01" in lines
    assert differing(PARAMETERS, after)[0] == "from: 2027-01-01"
    assert editing.remove_value(after, "outpatient.deductible", slot) == PARAMETERS


def test_another_number_for_the_same_day_replaces_the_wrong_one() -> None:
    after = editing.set_value(PARAMETERS, "outpatient.deductible", BEIJING, VALUE)
    assert differing(PARAMETERS, after) == [
        "-value: 1800",
        "-title: 网站",
        "-number: ''",
        "value: 1500",
        "title: 京医保发1号",
        "number: '1号'",
        "checked_on: 2026-11-23",
    ]


def test_a_place_that_had_no_value_gets_one_at_the_end() -> None:
    slot = Slot("南京", "retired", "community", NEW_YEAR)
    rate = NewValue(Decimal("62.5"), "", "网站", "", "", "single", date(2026, 11, 23))
    after = editing.set_value(PARAMETERS, "outpatient.deductible", slot, rate)
    assert after.startswith(PARAMETERS)
    assert "value: '62.5'" in after


def test_a_value_without_a_level_is_that_for_any() -> None:
    after = editing.remove_value(
        PARAMETERS, "outpatient.deductible", Slot("上海", "any", "any", date(2025, 1, 1))
    )
    assert "上海" not in after


def test_a_value_that_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(NoSuchPart):
        editing.remove_value(PARAMETERS, "outpatient.deductible", Slot("上海", "any", "any", None))
    with pytest.raises(NoSuchPart):
        editing.remove_value(PARAMETERS, "no.such", BEIJING)
