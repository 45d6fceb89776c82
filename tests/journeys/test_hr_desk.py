"""HR at a desk: from the workbench to the people behind a number, to a record, to help put on record."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.support.browser import DESKTOP, check_accessibility, screenshot
from tests.support.installations import Installations
from tests.support.walking import Walker


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    page.set_viewport_size(DESKTOP)
    walker = Walker(page, installations.demo().app, "hr")
    walker.sign_in()
    return walker


def seen(page: Page, name: str) -> None:
    check_accessibility(page)
    screenshot(page, f"hr-{name}")


def test_a_number_on_the_workbench_leads_to_exactly_its_people_and_their_export(hr: Walker) -> None:
    page = hr.page
    expect(page).to_have_url(re.compile("/manage$"))
    seen(page, "1-workbench")
    line = page.locator(".queue > li").filter(has_text="逾期未完成学习")
    number = int(re.sub(r"\D", "", line.locator(".queue__n").inner_text()))
    with page.expect_navigation():
        line.get_by_role("link").first.click()
    seen(page, "2-progress")
    assert number > 0
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("XLSX|Excel")).click()
    rows = CalamineWorkbook.from_filelike(BytesIO(download.value.path().read_bytes()))
    sheet = rows.get_sheet_by_index(0).to_python()
    people = {row[0] for row in sheet[1:]}
    assert len(people) == number


def test_help_put_on_record_opens_a_new_paper_for_the_learner(
    hr: Walker, installations: Installations
) -> None:
    page = hr.page
    stuck = Walker(page, hr.app, "employee-waiting-for-help")
    page.goto("/manage/catchup")
    seen(page, "3-help-list")
    page.goto(f"/manage/people/{stuck.person.key}")
    seen(page, "4-record")
    hr.follow("登记补课")
    seen(page, "5-record-help")
    page.get_by_label("一对一").check()
    day = page.locator("input[type=date]")
    day.fill(day.get_attribute("max") or "")
    page.locator("textarea").fill("对照结算单，讲了起付标准和报销比例。")
    with page.expect_navigation():
        page.locator("main form .btn--primary").click()
    expect(page.locator(".note--ok")).to_contain_text("新卷子已经开放")

    page.context.clear_cookies()
    stuck.sign_in()
    page.goto("/quiz/onboarding")
    expect(page.get_by_role("button", name="去重测")).to_be_visible()


def test_a_paper_is_shown_to_hr_as_it_was(hr: Walker) -> None:
    page = hr.page
    stuck = Walker(page, hr.app, "employee-waiting-for-help")
    page.goto(f"/manage/people/{stuck.person.key}")
    with page.expect_navigation():
        page.locator("a[href*='/attempt/']").first.click()
    seen(page, "6-paper")
    expect(page.locator("main")).to_contain_text("80")


def test_somebody_who_cannot_sign_in_gets_a_new_first_password(hr: Walker) -> None:
    page = hr.page
    learner = Walker(page, hr.app, "new-hire")
    page.goto(f"/manage/people/{learner.person.key}")
    hr.follow("发新的初始密码")
    hr.press("发新的初始密码")
    issued = page.locator("main code").inner_text()
    seen(page, "7-first-password")

    page.context.clear_cookies()
    learner.sign_in(password=issued)
    expect(page).to_have_url(re.compile("/welcome"))
