"""The pages on which HR learns together with somebody, measured like all others."""

from playwright.sync_api import Page

from tests.journeys.test_every_page import look, look_at
from tests.support.installations import Installations
from tests.support.measuring import PHONE
from tests.support.walking import Walker

OPENED = (
    "/easy/course",
    "/easy/lesson/retirement/outpatient/1",
    "/easy/lesson/retirement/outpatient/done",
    "/easy/print",
    "/quiz/retirement",
)


def submit(page: Page) -> None:
    """Press the one primary button of a form, and measure what comes."""
    with page.expect_navigation():
        page.locator("main form .btn--primary").first.click()
    look(page)


def begin(page: Page, person: str, kind: str) -> None:
    """Begin with a person who has agreed."""
    look_at(page, f"/manage/assist/{person}")
    page.check("input[name=consent][value=spoken]")
    page.check(f"input[name=kind][value={kind}]")
    submit(page)


def test_the_pages_of_a_helper(page: Page, installations: Installations) -> None:
    helper = Walker(page, installations.demo().app, "hr")
    page.set_viewport_size(PHONE)
    helper.sign_in()
    begin(page, Walker(page, helper.app, "retiree").person.key, "phone")
    below = page.url.removesuffix("/easy")
    for address in OPENED:
        look_at(page, below + address)
    page.goto(f"/manage/assisting/{below.rpartition('/')[2]}")
    submit(page)
    assert page.locator(".errsum").count() == 1
    page.check("input[name=result][value=finished]")
    submit(page)
    look_at(page, "/manage/assist")


def test_explaining_before_the_next_paper(page: Page, installations: Installations) -> None:
    helper = Walker(page, installations.demo().app, "hr")
    page.set_viewport_size(PHONE)
    helper.sign_in()
    begin(page, Walker(page, helper.app, "employee-waiting-for-help").person.key, "visit")
    submit(page)
    assert page.locator(".errsum").count() == 1
    page.fill("textarea", "讲了起付标准")
    submit(page)
    assert "/quiz/onboarding" in page.url
