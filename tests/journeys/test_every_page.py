"""Every page of every kind of user: accessible in light and dark, and no wider than a narrow phone."""

import pytest
from playwright.sync_api import Page

from lms.quizzes.queries import history
from tests.support.browser import PHONE, check_accessibility
from tests.support.installations import Installations
from tests.support.walking import Walker

NARROW = {"width": 320, "height": 640}
OPEN = ("/enter", "/about", "/verify", "/verify/2026-AAAAA-AAAAA", "/no-such-page")
LEARNING = (
    "/my",
    "/me",
    "/me/password",
    "/course",
    "/course/onboarding",
    "/course/onboarding/outpatient/2",
    "/course/onboarding/code-and-family/1",
    "/course/onboarding/outpatient/check",
    "/course/onboarding/outpatient/done",
    "/quiz/onboarding",
)
PLAN = ("/my", "/me", "/catchup/onboarding", "/quiz/onboarding", "/quiz/onboarding/result/{attempt}")
EASY = (
    "/easy",
    "/easy/lesson/retirement/outpatient/1",
    "/easy/lesson/retirement/outpatient/check",
    "/quiz/retirement",
)
DESK = (
    "/manage",
    "/manage/progress",
    "/manage/progress?overdue=yes",
    "/manage/progress?q=nobody-of-this-name",
    "/manage/catchup",
    "/manage/sources",
)
WALKS = [
    ("new-hire", LEARNING),
    ("new-hire-overdue", ("/my",)),
    ("employee-on-plan", PLAN),
    ("employee-waiting-for-help", PLAN),
    ("retiree", EASY),
    ("hr", DESK),
    ("admin", ("/manage", "/manage/sources")),
]


def look_at(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status in {200, 404}, f"{response.status} at {address}"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        check_accessibility(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], address
    page.set_viewport_size(PHONE)


@pytest.mark.parametrize("address", OPEN)
def test_a_page_for_everybody(page: Page, address: str) -> None:
    look_at(page, address)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("role", "addresses"), WALKS, ids=[role for role, _ in WALKS])
def test_the_pages_of(
    page: Page, installations: Installations, role: str, addresses: tuple[str, ...], language: str
) -> None:
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    page.goto(f"/?lang={language}")
    for address in addresses:
        look_at(page, address.format(attempt=last_attempt(walker) if "{" in address else ""))


def last_attempt(walker: Walker) -> str:
    """Key of the last paper that the person handed in for the onboarding course."""
    with walker.app.app_context():
        duties = walker.duties()
        papers = history([duties["onboarding"]])[duties["onboarding"]]
    return [paper.key for paper in papers if paper.submitted_at][-1]
