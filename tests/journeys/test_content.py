"""An admin edits a lesson in the browser: faults while typing, a reader's view, publishing, history."""

import pytest
from playwright.sync_api import Page, expect

from lms.library import queries as library
from tests.support.browser import DESKTOP, PHONE, check_accessibility, screenshot
from tests.support.installations import Installations
from tests.support.walking import Walker

PATH = "content/courses/onboarding/02-outpatient.md"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def admin(page: Page, installations: Installations) -> Walker:
    page.set_viewport_size(DESKTOP)
    walker = Walker(page, installations.demo().app, "admin")
    walker.sign_in()
    return walker


def seen(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        check_accessibility(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    page.set_viewport_size(DESKTOP)
    screenshot(page, f"content-{name}")


def live_text(walker: Walker) -> str:
    with walker.app.app_context():
        return library.files(str(library.live_release_id()))[PATH].decode()


def test_faults_and_the_view_of_a_reader_follow_what_is_typed(admin: Walker) -> None:
    page = admin.page
    page.goto("/manage/content?q=门诊怎么报")
    seen(page, "1-list")
    with page.expect_navigation():
        page.locator(f"a[href*='{PATH}']").click()
    text = page.locator("#text")
    before = text.input_value()
    text.fill(before.replace("[[outpatient.deductible", "[[outpatient.deductable", 1))
    fault = page.locator(".faults a[data-line]").first
    expect(fault).to_be_visible()
    seen(page, "2-fault")
    fault.click()
    expect(text).to_be_focused()
    assert page.evaluate("document.getElementById('text').selectionStart") == before.index("[[outpatient")

    text.fill(before.replace("先看哪些费用算数", "先分清哪些费用算数"))
    expect(page.locator("#checked")).to_contain_text("先分清哪些费用算数")
    expect(page.locator(".faults")).to_have_count(0)
    chip = page.locator("#checked .pv__v").first
    here = chip.inner_text()
    page.locator("#region").select_option("310000")
    expect(chip).not_to_have_text(here)


def test_a_lesson_is_edited_published_and_read(admin: Walker) -> None:
    page = admin.page
    page.goto(f"/manage/content/{PATH}")
    before = page.locator("#text").input_value()
    better = before.replace("先看哪些费用算数", "先分清哪些费用算数")
    page.locator("#text").fill(better)
    with page.expect_navigation():
        page.locator("button[value=save]").click()
    assert live_text(admin) == before
    seen(page, "3-saved")

    page.goto("/manage/content/publish")
    expect(page.locator(".differs")).to_contain_text("先看哪些费用算数 → 先分清哪些费用算数")
    seen(page, "4-publish")
    with page.expect_navigation():
        page.locator("main form .btn--primary").click()
    assert live_text(admin) == better
    page.goto(f"/manage/content/history/{PATH}")
    expect(page.locator("ins").filter(has_text="分清")).to_be_visible()
    seen(page, "5-history")

    page.set_viewport_size(PHONE)
    page.goto("/course/onboarding/outpatient/1")
    expect(page.locator("h1")).to_have_text("先分清哪些费用算数")


def test_two_admins_at_the_same_lesson_lose_nothing(admin: Walker) -> None:
    page = admin.page
    page.goto(f"/manage/content/{PATH}")
    other = page.context.new_page()
    other.goto(f"/manage/content/{PATH}")
    before = page.locator("#text").input_value()
    other.locator("#text").fill(before.replace("先看哪些", "先认清哪些"))
    with other.expect_navigation():
        other.locator("button[value=save]").click()
    mine = before.replace("先看哪些", "先分清哪些")
    page.locator("#text").fill(mine)
    with page.expect_navigation():
        page.locator("button[value=save]").click()
    expect(page.locator(".errsum")).to_be_visible()
    expect(page.locator("#text")).to_have_value(mine)
    expect(page.locator("del").filter(has_text="认清")).to_be_visible()
    expect(page.locator("ins").filter(has_text="分清")).to_be_visible()
    seen(page, "6-clash")
    with page.expect_navigation():
        page.locator("button[value=save]").click()
    expect(page.locator("#text")).to_have_value(mine)
