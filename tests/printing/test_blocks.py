"""HTML of lesson pages as blocks to print."""

import pytest

from lms.printing.blocks import blocks
from lms.printing.documents import Box, Items, Key, Paragraph, Run, Table

CHIP = (
    '<details class="pv"><summary><span class="pv__v">6个月</span><small class="pv__d">（自2023年1月1日起）'
    '</small><span class="sr">看出处</span></summary><div class="pv__s"><dl><dt>项目</dt><dd>时间</dd></dl>'
    "</div></details>"
)


def test_a_quotation_is_the_key_sentence() -> None:
    assert blocks("<blockquote>\n<p>先看户口。</p>\n</blockquote>") == (Key((Run("先看户口。"),)),)


def test_bold_words_stay_bold_in_a_list() -> None:
    (found,) = blocks('<ul>\n<li class="lead"><strong>户口没迁</strong> 选长住</li>\n<li>再说</li>\n</ul>')
    assert found == Items(((Run("户口没迁", bold=True), Run(" 选长住")), (Run("再说"),)))


def test_an_ordered_list_is_told_apart() -> None:
    (found,) = blocks("<ol><li>一</li><li>二</li></ol>")
    assert isinstance(found, Items)
    assert found.ordered


def test_of_a_number_its_value_and_its_date_are_printed_and_nothing_of_its_source() -> None:
    (found,) = blocks(f'<div class="p">住满{CHIP}以上</div>')
    assert found == Paragraph(
        (Run("住满"), Run("6个月"), Run("（自2023年1月1日起）", quiet=True), Run("以上"))
    )


@pytest.mark.parametrize("kind", ["example", "warning", "correction", "note"])
def test_a_box_has_its_title_and_its_blocks(kind: str) -> None:
    html = f'<div class="admonition {kind}"><p class="admonition-title">看一看</p><p>郑阿姨</p></div>'
    assert blocks(html) == (Box(kind, "看一看", (Paragraph((Run("郑阿姨"),)),)),)


def test_what_opens_on_a_screen_is_printed_open() -> None:
    (found,) = blocks('<details class="note"><summary>想多知道</summary><p>细节</p></details>')
    assert found == Box("note", "想多知道", (Paragraph((Run("细节"),)),))


def test_a_table_keeps_its_headings_apart() -> None:
    html = "<table><thead><tr><th>医院</th></tr></thead><tbody><tr><td>社区</td></tr></tbody></table>"
    assert blocks(html) == (Table(((Run("医院"),),), (((Run("社区"),),),)),)


def test_a_table_without_a_row_is_none_the_less_a_table() -> None:
    assert blocks("<table></table>") == (Table((), ()),)


def test_a_line_break_stays_and_blanks_do_not() -> None:
    assert blocks("<p>\n一<br>\n二 \n </p>") == (Paragraph((Run("一"), Run("\n"), Run("二"))),)


def test_words_between_blocks_are_a_paragraph_of_their_own() -> None:
    assert blocks("先<p>后</p>") == (Paragraph((Run("先"),)), Paragraph((Run("后"),)))


def test_nothing_is_nothing() -> None:
    assert blocks("<p> </p>\n") == ()


def test_characters_of_html_come_as_they_are_meant() -> None:
    assert blocks("<p>a &lt; b &amp; #c $d$</p>") == (Paragraph((Run("a < b & #c $d$"),)),)
