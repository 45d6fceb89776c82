"""HR goes through the five steps of assigning in a browser: the new centre gets a course."""

import re

from playwright.sync_api import Page, expect

from tests.support.days import Days
from tests.support.new_centre import (
    AGENCY,
    BOUNCES,
    CENTRE,
    DONE,
    DUE,
    HEAD,
    LATE,
    NUMBERS,
    OF_HR,
    TITLE,
    UNREACHABLE,
    line,
    seen,
)
from tests.support.walking import Walker


def onward(page: Page) -> None:
    """Answer a step of assigning."""
    with page.expect_navigation():
        page.locator("main form button[value=next]").click()


def chooses_content_and_people(hr: Walker) -> str:
    """One course; the centre with all below it, but neither the agency's nor the head. The draft's key."""
    page = hr.page
    page.goto("/manage/assign/new")
    page.check("input[name=content][value='course:onboarding']")
    page.fill("#title", TITLE)
    seen(page, "5-content")
    onward(page)
    for folded in page.locator("details.more").all():
        folded.evaluate("details => { details.open = true }")
    tick(page, "departments", CENTRE)
    tick(page, "without_departments", AGENCY)
    page.fill("#without_persons", NUMBERS[HEAD])
    with page.expect_navigation():
        page.locator("main form button[value=count]").click()
    expect(page.locator("aside .total")).to_contain_text("4人")
    seen(page, "6-people")
    return page.url.split("/")[-2]


def tick(page: Page, field: str, words: str) -> None:
    """Tick a box in one of the long lists."""
    boxes = page.locator(f"label:has(input[name={field}])")
    boxes.filter(has_text=re.compile(f"^{words}$")).locator("input").check()


def sees_who_gets_it_and_why(hr: Walker, key: str, stuck: str) -> None:
    """The names with what chose them, and who is left out with the reason."""
    page = hr.page
    with page.expect_navigation():
        page.locator("aside a[href$='/names']").click()
    told = page.locator("main tbody th a").all_inner_texts()
    assert sorted(told) == sorted([DONE, BOUNCES, UNREACHABLE, LATE])
    expect(line(page, DONE)).to_contain_text(f"部门：{CENTRE}")
    seen(page, "7-names")
    left_out(hr, key, "has_it", stuck)
    left_out(hr, key, "not_for_them", OF_HR)
    page.goto(f"/manage/assign/{key}/people")
    onward(page)


def left_out(hr: Walker, key: str, outcome: str, name: str) -> None:
    """One person alone is left out for this reason."""
    hr.page.goto(f"/manage/assign/{key}/names?outcome={outcome}")
    assert hr.page.locator("main tbody th a").all_inner_texts() == [name]


def says_when_and_how(hr: Walker, key: str, days: Days) -> None:
    """Due on the fourth day, over e-mail; reminded before, on and after that day."""
    page = hr.page
    expect(page).to_have_url(re.compile(f"{key}/time$"))
    page.check("input[name=due][value=on]")
    page.fill("#due_on", days.on(DUE).isoformat())
    onward(page)
    expect(page).to_have_url(re.compile(f"{key}/notice$"))
    for name, wanted in (("channels", {"email"}), ("reminders", {"-3", "0", "1"})):
        for box in page.locator(f"input[name={name}]").all():
            box.set_checked(box.get_attribute("value") in wanted)
    seen(page, "8-notice")
    onward(page)


def sends_it(hr: Walker, key: str) -> None:
    """To herself first; then to everybody, with ten minutes to think again."""
    page = hr.page
    expect(page.locator("main table")).to_contain_text(CENTRE)
    with page.expect_navigation():
        page.locator("form[action$='/to-myself'] button").click()
    expect(page.locator(".note--ok")).to_be_visible()
    seen(page, "9-check")
    button = page.locator("main .row .btn--primary")
    expect(button).to_contain_text("4人")
    with page.expect_navigation():
        button.click()
    expect(page).to_have_url(re.compile(f"/manage/assign/{key}$"))
    expect(page.locator(".note h2")).to_contain_text("10:10")
    expect(page.locator("a[href$='/withdraw']")).to_be_visible()
    seen(page, "10-ten-minutes")
