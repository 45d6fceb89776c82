"""Papers as PDF files: tagged, with their fonts, and as many pages as they should have."""

import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lms.printing import typesetting
from lms.printing.documents import (
    Attendance,
    Booklet,
    Box,
    Card,
    Cards,
    Items,
    Key,
    Letter,
    Link,
    Paper,
    Paragraph,
    Phone,
    Run,
    Section,
    Sheet,
    Table,
)
from lms.printing.typesetting import cards_sheet, pdf, pictures
from tests.support.papers import PdfFile

LINK = Link("https://xuanguan.example/easy/lesson/easy-away/register/1", "扫码看这节课")
PHONE = Phone("不明白，打", "400-000-0000")


def one(text: str) -> tuple[Run, ...]:
    return (Run(text),)


SECTION = Section(
    "长住外地，先看户口",
    (
        Key(one("户口迁没迁，选的不一样。")),
        Items(((Run("户口迁过去", bold=True), Run(" 选安置")), one("没有迁，选长住")), ordered=True),
        Paragraph((Run("住满"), Run("6个月"), Run("（自2023年1月1日起）", quiet=True))),
        Table((one("医院"), one("报多少")), ((one("社区"), one("九成")), (one("三级"), one("八成")))),
        Box("example", "看一个例子", (Paragraph(one("郑阿姨住到女儿家。")),)),
    ),
    note="这一页正在核对。",
)
SHORT = Sheet("出发以前", (SECTION,), ("依据：条例第十条", "2026年11月22日的版本"), PHONE, LINK, "住到外地")
LONG = replace(SHORT, sections=(SECTION,) * 4)
LETTER = Letter(
    sender="启衡科技",
    name="陈桂芬",
    address="北京市海淀区中关村大街27号3单元502室",
    day="2026年11月23日",
    greeting="陈桂芬您好：",
    paragraphs=("医保的规定变了一条。", "随信附上一张纸。"),
    closing="祝您身体健康。",
    signature="启衡科技",
    phone=PHONE,
)
CARD = Card("陈桂芬", "7K3M 9QWX", Link("https://xuanguan.example/card/7K3M9QWX", "码"), ("扫右边的码。",))


def of(*parts: Sheet | Letter | Cards | Booklet, **more: str) -> PdfFile:
    return PdfFile(pdf(Paper("大字课", parts, **more)))


def test_a_file_is_tagged_has_its_language_and_claims_the_standard() -> None:
    found = of(SHORT)
    assert found.data.startswith(b"%PDF-1.7")
    assert found.claims
    assert "/Lang(zh-CN)" in found.text
    assert "/Marked true" in found.text
    assert {"H1", "H2", "P", "L", "LI", "Table", "TH", "TD", "Figure"} <= found.roles
    assert "/Alt" in found.text


def test_its_fonts_are_in_it_and_no_others() -> None:
    assert of(SHORT).fonts == {"NotoSansSC-Regular", "NotoSansSC-SemiBold"}


def test_a_lesson_is_set_in_18_points_and_only_its_foot_is_smaller() -> None:
    assert {size for size in of(SHORT).sizes if size < 18} <= {12, 11}
    bare = replace(SHORT, foot=(), link=None)
    assert min(of(bare).sizes) == 18


def test_a_short_lesson_takes_one_side_and_a_long_one_both() -> None:
    assert of(SHORT).pages == 1
    assert of(LONG).pages == 2


def test_each_part_begins_on_the_front_of_a_sheet() -> None:
    assert of(LETTER, LETTER).pages == 3
    assert of(LETTER, LONG, LETTER, LONG).pages == 8


def test_a_lesson_without_words_is_a_page_none_the_less() -> None:
    assert of(Sheet("空", ())).pages == 1


def test_a_letter_is_one_page_also_without_address_and_phone() -> None:
    assert of(LETTER).pages == 1
    assert of(replace(LETTER, address="", phone=None)).pages == 1


def test_ten_cards_go_on_a_page() -> None:
    assert PdfFile(cards_sheet([CARD] * 10, title="登录卡")).pages == 1
    assert PdfFile(cards_sheet([CARD] * 11, title="登录卡")).pages == 2


def test_a_booklet_has_a_cover_and_contents_before_its_sheets() -> None:
    assert of(Booklet("住到外地", "四节短课", "启衡", "2026年", "目录", (SHORT, LONG))).pages == 2 + 1 + 2


def test_no_text_is_taken_for_a_command() -> None:
    name = '#panic("no") *a* $x$ \\ " ] } <b> //'
    assert of(replace(LETTER, name=name, address=name), replace(SHORT, title=name)).claims


def test_a_character_that_no_font_has_leaves_a_gap_and_the_claim_is_dropped() -> None:
    found = of(replace(LETTER, name="😀"))
    assert found.pages == 1
    assert not found.claims


def test_rare_characters_of_names_are_there() -> None:
    assert of(replace(LETTER, name="𫖯㛃喆堃龑")).claims


def test_another_language_is_said() -> None:
    assert "/Lang(en-GB)" in of(SHORT, language="en").text


def test_threads_do_not_get_into_each_others_way() -> None:
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda number: of(replace(SHORT, title=str(number))).pages, range(9)))
    assert found == [1] * 9


def test_a_large_paper_is_set_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = of(LETTER, SHORT, LETTER).data
    monkeypatch.setattr(typesetting, "_LARGE", 2)
    monkeypatch.setattr(typesetting, "pdf_of", None)
    assert of(LETTER, SHORT, LETTER).data == here


def test_pages_can_be_looked_at() -> None:
    found = pictures(Paper("大字课", (LONG,)), ppi=72)
    assert len(found) == 2
    width, height = struct.unpack(">II", found[0][16:24])
    assert (width, height) == (595, 842)


# -- lists to be signed -------------------------------------------------------------------------------------


def attendance(names: int, *, blank: int = 5) -> Paper:
    rows = tuple((f"陈桂芬{number}", "退休办 / 第一支部") for number in range(names))
    head = ("序号", "姓名", "部门", "签名", "备注")
    part = Attendance(
        "签到表：模拟报销流程", ("时间：2026年12月30日",), head, rows, blank, "没有报名的写在空行里。"
    )
    return Paper("签到表", (part,), sides="第{page}页，共{pages}页")


def test_a_list_to_be_signed_is_a_tagged_table_that_claims_the_standard() -> None:
    found = PdfFile(pdf(attendance(3)))
    assert found.claims
    assert {"Table", "TH", "TD", "H1"} <= found.roles
    assert found.pages == 1


def test_a_long_list_goes_over_several_sides_and_an_empty_one_has_its_lines() -> None:
    assert PdfFile(pdf(attendance(60))).pages == 3
    assert PdfFile(pdf(attendance(0, blank=15))).pages == 1
