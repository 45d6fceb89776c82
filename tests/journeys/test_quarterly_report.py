"""The report to the authority: drafted by itself, worded, signed, handed over, and corrected once."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from lms.kernel.quarters import Quarter
from lms.kernel.workdays import first_workday
from lms.printing.documents import Paper
from lms.printing.typesetting import pictures
from tests.support.days import Days
from tests.support.evidence import seen, text_of
from tests.support.installations import Installations
from tests.support.papers import printed
from tests.support.retired import at_the_desk, onward
from tests.support.walking import Walker

__all__ = ["printed"]
SENTENCE = "本季度大多数人按期学完，下季度先帮还没有学完的人。"
REASON = "漏记一笔讲课费"
BILL, AMOUNT = "十二月讲座的讲课费", "1234.50"


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    page.set_default_timeout(5000)
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def days(hr: Walker, monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, hr.app)


def test_from_the_draft_to_a_second_edition(
    hr: Walker, days: Days, printed: list[Paper], tmp_path: Path
) -> None:
    head = Walker(hr.page, hr.app, "head-of-hr")
    quarter = days.next_quarter.previous
    address = f"/manage/reports/{quarter}"
    is_drafted_by_itself(days)
    finds_the_draft(head, quarter)
    writes_the_sentence(head, address)
    numbers = signs_it(head, quarter)
    is_frozen(head, address)
    prints_it(hr, address, numbers, printed, tmp_path)
    takes_the_tables(hr, address, numbers)

    days.come_to(days.next_quarter.first.replace(day=12), 10)
    enters_a_late_bill(head, quarter)
    corrects_it(head, address)
    both_editions_stay(head, address, numbers)


# -- the draft -----------------------------------------------------------------------------------------------


def is_drafted_by_itself(days: Days) -> None:
    """On the first workday after the quarter, half past nine; nobody has asked for it."""
    days.come_to(first_workday(days.next_quarter.first), 9, 30)
    days.clockwork_runs()


def finds_the_draft(head: Walker, quarter: Quarter) -> None:
    """From the message to numbers of the whole quarter, with what they were worked out from."""
    page = at_the_desk(head)
    page.goto("/inbox")
    head.follow(f"{name_of(quarter)}培训报告已起草")
    expect(page.locator(".note--warn h2")).to_have_text("草稿，未签发")
    expect(page.locator(".stats .stat")).to_have_count(4)
    expect(page.locator("#defs")).to_have_text("统计口径")
    seen(page, "report-01-draft")


def name_of(quarter: Quarter) -> str:
    return f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度"


def writes_the_sentence(head: Walker, address: str) -> None:
    """Without one it is refused; what is written stands on top."""
    page = head.page
    head.follow("改结论和打算")
    page.fill("#sentence", "")
    head.press("保存文字")
    expect(page.locator(".errsum")).to_contain_text("请写出报告开头的一句话")
    page.fill("#sentence", SENTENCE)
    head.press("保存文字")
    expect(page.locator(".report__key .key")).to_have_text(SENTENCE)
    expect(page).to_have_url(re.compile(f"{address}$"))


# -- signed --------------------------------------------------------------------------------------------------


def signs_it(head: Walker, quarter: Quarter) -> list[tuple[str, str, str]]:
    """Looked at once more, then signed; the four numbers as they are from now on."""
    page = head.page
    head.follow("再看一遍并签发")
    expect(page.locator(".key")).to_have_text(SENTENCE)
    mark = page.locator(".report__hash").inner_text()
    onward(page)
    expect(page.locator("main")).to_contain_text("已签发。这一版从此不再改动")
    expect(page.locator(".report__hash")).to_have_text(mark)
    expect(page.locator(".report__defs")).to_contain_text(f"第1版，{head.person.name}于")
    seen(page, "report-02-signed")
    return numbers_of(page)


def numbers_of(page: Page) -> list[tuple[str, str, str]]:
    """Of the four numbers what each is, the number with its unit, and what it was worked out from."""
    found = page.locator(".stats .stat").all()
    return [tuple("".join(one.split()) for one in stat.locator("dt, dd").all_inner_texts()) for stat in found]  # type: ignore[misc]


def is_frozen(head: Walker, address: str) -> None:
    """No way to its words is left, neither on the page nor past it."""
    page = head.page
    expect(page.locator(".report__acts")).to_have_count(0)
    answer = page.goto(f"{address}/words")
    assert answer
    assert answer.status == 409
    expect(page.locator("main")).to_contain_text("这份报告没有草稿")


# -- handed over ---------------------------------------------------------------------------------------------


def prints_it(
    hr: Walker, address: str, numbers: list[tuple[str, str, str]], printed: list[Paper], folder: Path
) -> None:
    """A PDF that says the same, and names who signed and who took it; its pages are kept to be looked at."""
    page = at_the_desk(hr)
    answer = page.request.get(f"{address}.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    words = text_of(answer.body())
    (folder / "report.pdf").write_bytes(answer.body())
    for one in numbers:
        assert all(part in words for part in one), (one, words)
    assert SENTENCE in words
    assert "第1版" in words
    assert f"{hr.person.name}于" in words
    for number, picture in enumerate(pictures(printed[-1]), 1):
        (folder / f"report-{number}.png").write_bytes(picture)


def takes_the_tables(hr: Walker, address: str, numbers: list[tuple[str, str, str]]) -> None:
    """A workbook of which the first lines are the same numbers again."""
    answer = hr.page.request.get(f"{address}.xlsx")
    assert answer.status == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.body()))
    lines: dict[Any, list[Any]] = {row[0]: row[1:] for row in book.get_sheet_by_index(1).to_python()}
    part, whole, percent = (int(one) for one in lines["必修完成率"])
    assert numbers[0][1] == f"{percent}%"
    assert numbers[0][2].startswith(f"{part}/{whole}人")
    assert len(book.sheet_names) == 11


# -- corrected -----------------------------------------------------------------------------------------------


def enters_a_late_bill(head: Walker, quarter: Quarter) -> None:
    page = at_the_desk(head)
    page.goto(f"/manage/plan/budget/enter?year={quarter.year}&what=spent")
    page.check("input[name=category][value=expert]")
    page.fill("#amount", AMOUNT)
    page.fill("#on", quarter.last.isoformat())
    page.fill("#note", BILL)
    onward(page)
    expect(page.locator("main")).to_contain_text(BILL)


def corrects_it(head: Walker, address: str) -> None:
    """A new edition says why there is one, and what differs: the budget alone."""
    page = head.page
    page.goto(address)
    head.follow("更正：另出一版")
    page.fill("#reason", REASON)
    head.press("另出一版")
    expect(page.locator("main")).to_contain_text(f"更正原因：{REASON}")
    told = page.locator("section[aria-labelledby=differs] tbody tr").all_inner_texts()
    assert told
    assert all("预算" in one for one in told), told
    seen(page, "report-03-second-edition")
    head.follow("再看一遍并签发")
    onward(page)
    expect(page.locator(".report__defs")).to_contain_text("第2版")


def both_editions_stay(head: Walker, address: str, numbers: list[tuple[str, str, str]]) -> None:
    """The first one is as it was signed, and says that there is a newer one."""
    page = head.page
    page.goto(f"{address}?edition=1")
    expect(page.locator(".note--warn")).to_contain_text("有更新的一版")
    expect(page.locator(".note--bad")).to_have_count(0)
    assert numbers_of(page) == numbers
