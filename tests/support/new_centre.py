"""A new department tree that HR takes in: its people, their list with and without faults, and its pages."""

from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page

from tests.support.browser import DESKTOP, check_accessibility, screenshot
from tests.support.staff_lists import row
from tests.support.walking import Walker

Rows = Sequence[Mapping[str, str]]
CENTRE, LINE, LAB, AGENCY = "智能制造中心", "一线班组", "检测室", "外协班组"
TITLE = "新中心医保必修"
HEAD, DONE, BOUNCES, UNREACHABLE, LATE, OUTSIDE, OF_HR = (
    "顾一鸣", "林一", "李二", "王三", "赵四", "钱五", "周六",
)  # fmt: skip
"""The people of the new centre. All but the head, the agency's and HR's are given the course."""
NUMBERS = {
    name: str(9001 + count)
    for count, name in enumerate([HEAD, DONE, BOUNCES, UNREACHABLE, LATE, OUTSIDE, OF_HR])
}
WRONG_ADDRESS, ADDRESSES = "nobody.li@example.org", {DONE: "lin@example.org", LATE: "zhao@example.org"}
"""The mail server refuses whoever is called nobody."""
DUE = 4
"""Day of the due date; the course is sent on day 0."""


def sit_at_desk(walker: Walker) -> None:
    """Whoever was signed in leaves; now the walker sits at the desk."""
    walker.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    walker.page.context.clear_cookies()
    walker.sign_in()


def seen(page: Page, name: str) -> None:
    """The page is accessible and fits; a picture of it is kept."""
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    screenshot(page, f"desk-{name}")


def line(page: Page, words: str) -> Locator:
    """The row of a table in which these words stand."""
    return page.locator("main tbody tr").filter(has_text=words)


def member(name: str, unit: str, **more: str) -> dict[str, str]:
    """A row of the new centre, hired so long ago that no rule for joiners applies."""
    path = f"{CENTRE}/{unit}" if unit else CENTRE
    known = {"邮箱": ADDRESSES.get(name, ""), "部门负责人": "否", "身份证号": ""}
    return row(NUMBERS[name], name, **known | {"部门": path, "入职日期": "2020-03-02"} | more)


def staff(moved: Mapping[str, str]) -> list[dict[str, str]]:
    """The list as it should be: the new centre, and one who moves there."""
    return [
        member(HEAD, "", 部门负责人="是"),
        member(DONE, LINE),
        member(BOUNCES, LINE, 邮箱=WRONG_ADDRESS),
        member(UNREACHABLE, LAB),
        member(LATE, LAB),
        member(OUTSIDE, AGENCY),
        member(OF_HR, LAB, 人员类别="人事"),
        dict(moved),
    ]


def as_first_typed(rows: Rows) -> list[dict[str, str]]:
    """The list with what people type: an ID number as a float, no such day, no such city, a number twice."""
    faults = {
        DONE: {"身份证号": "1.1010119900307E+17"},
        BOUNCES: {"入职日期": "2026-02-30"},
        UNREACHABLE: {"参保地": "亚特兰蒂斯"},
        LATE: {"工号": NUMBERS[OUTSIDE]},
    }
    return [dict(one) | faults.get(one["姓名"], {}) for one in rows]
