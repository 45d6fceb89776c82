"""What goes wrong with cards and helpers: told kindly, in words, with what to do; nothing is revealed."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from lms.quizzes.queries import history
from tests.support.browser import PHONE
from tests.support.installations import Installations
from tests.support.retired import (
    Card,
    at_the_desk,
    enters,
    makes_a_card,
    number_of,
    onward,
    scans,
    seen,
    status,
    types_digits,
)
from tests.support.walking import Walker

NAME, WANTS_A_VISIT, FAILED_TWICE = "何翠英", "李淑琴", "杨金生"
HOTLINE = "400-000-0000"


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def retiree(hr: Walker) -> Walker:
    return Walker(hr.page, hr.app, number=number_of(NAME))


def test_a_card_that_does_not_open(hr: Walker, retiree: Walker) -> None:
    page = at_the_desk(hr)
    card = makes_a_card(hr, retiree)
    wrong_digits_and_unknown_cards_look_alike(page, card)
    enters(retiree, card)
    two_windows(page, retiree, card)
    keys_of_others_are_not_found(page, hr)
    is_revoked_while_somebody_learns(hr, retiree, card)


def test_helpers_who_may_not(hr: Walker) -> None:
    another = Walker(hr.page, hr.app, number=number_of(WANTS_A_VISIT))
    colleague = Walker(hr.page, hr.app, number=number_of("范晓静"))
    while_one_helps_nobody_else_does(hr, colleague, Walker(hr.page, hr.app, number=number_of(FAILED_TWICE)))
    visit = takes_a_visit(hr, another)
    somebody_else_is_refused(colleague, hr, another, visit)
    a_visit_is_recorded_once(hr, another, visit)


# -- cards -----------------------------------------------------------------------------------------------


def refusal(page: Page) -> str:
    """What a card that does not open says, without what is the asker's own."""
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator(f"a[href='tel:{HOTLINE.replace('-', '')}'], a[href^='tel:']")).to_have_count(1)
    return str(page.locator("main").inner_text())


def wrong_digits_and_unknown_cards_look_alike(page: Page, card: Card) -> None:
    scans(page, card)
    types_digits(page, "12")
    expect(page.locator(".errsum")).to_be_visible()
    types_digits(page, "0000")
    known = refusal(page)
    seen(page, "40-wrong-digits")
    scans(page, Card("2222 2222", "/card/22222222"))
    types_digits(page, "0000")
    assert refusal(page) == known


def two_windows(page: Page, retiree: Walker, card: Card) -> None:
    """Who leaves in one window has left in the other; a button there leads to signing in, not to a fault."""
    page.goto("/easy/lesson/retirement/outpatient/1")
    other = page.context.new_page()
    other.goto("/easy")
    with other.expect_navigation():
        other.get_by_role("button", name="退出登录").click()
    other.close()
    onward(page)
    assert urlsplit(page.url).path in {"/enter", "/easy/lesson/retirement/outpatient/1"}
    expect(page.locator("h1")).to_be_visible()
    seen(page, "42-left-elsewhere")
    enters(retiree, card)


def keys_of_others_are_not_found(page: Page, hr: Walker) -> None:
    """Others' papers are not there; what a card does not open says so, with the way back."""
    paper = a_paper_of(Walker(page, hr.app, number=number_of(FAILED_TWICE)))
    for address in (f"/quiz/retirement/result/{paper}", f"/quiz/retirement/result/{paper}/1"):
        assert status(page, address) == 404
    for address in ("/manage", f"/manage/people/{hr.person.key}", "/my", "/me"):
        assert status(page, address) == 403
    with page.expect_navigation():
        page.locator("main a.btn").first.click()
    assert urlsplit(page.url).path == "/easy"


def a_paper_of(walker: Walker) -> str:
    with walker.app.app_context():
        duty = walker.duties()["retirement"]
        return history([duty])[duty][-1].key


def is_revoked_while_somebody_learns(hr: Walker, retiree: Walker, card: Card) -> None:
    """The session ends with the card; whoever has the digits right is told why, and whom to call."""
    page, name = hr.page, retiree.person.name
    learning = page.context.storage_state()
    at_the_desk(hr)
    page.goto(f"/manage/cards?text={retiree.login}")
    page.get_by_label(f"选择{name}").check()
    with page.expect_navigation():
        page.locator("button[formaction$='/cards/revoke']").click()
    onward(page)
    page.set_viewport_size(PHONE)
    page.context.clear_cookies()
    page.context.add_cookies(learning["cookies"])  # type: ignore[arg-type] # what it gave itself
    page.goto("/easy")
    assert urlsplit(page.url).path == "/enter"
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    expect(page.get_by_role("link", name="用卡片登录")).to_be_visible()
    seen(page, "42-session-over")
    scans(page, card)
    types_digits(page, retiree.person.phone[-4:])
    assert "停用" in refusal(page)
    seen(page, "43-revoked")


# -- helpers ---------------------------------------------------------------------------------------------


def while_one_helps_nobody_else_does(hr: Walker, colleague: Walker, person: Walker) -> None:
    """The address of a session opens it to the helper alone; a colleague is told who helps already."""
    page, start = at_the_desk(hr), f"/manage/assist/{person.person.key}"
    page.goto(start)
    page.check("input[name=consent][value=spoken]")
    page.check("input[name=kind][value=visit]")
    hr.press("已同意，开始学")
    session = page.url.rpartition("/assisting/")[2].partition("/")[0]
    assert status(page, f"/with/{session}/easy") == 200
    assert status(page, f"/with/{session}/me") == 404
    at_the_desk(colleague)
    for address in (f"/with/{session}/easy", f"/manage/assisting/{session}"):
        assert status(page, address) == 404
    page.goto(start)
    expect(page.locator("main")).to_contain_text(f"{hr.person.name}正在帮")
    expect(page.get_by_role("button", name="已同意，开始学")).to_have_count(0)
    seen(page, "47-helped-already")


def takes_a_visit(hr: Walker, person: Walker) -> str:
    """Address of the contact."""
    page = at_the_desk(hr)
    page.goto("/manage/contacts?list=visit")
    page.get_by_label(f"选择{person.person.name}").check()
    hr.press("接下选中的人")
    page.goto("/manage/contacts?list=mine")
    hr.follow(person.person.name)
    return page.url


def somebody_else_is_refused(colleague: Walker, hr: Walker, person: Walker, visit: str) -> None:
    """Neither number nor address, no result, and no learning together; who has it is named."""
    page, holder = at_the_desk(colleague), hr.person.name
    page.goto(visit)
    expect(page.locator("main")).to_contain_text(f"{holder}已经接下")
    expect(page.locator("form[action$='/show']")).to_have_count(0)
    seen(page, "44-taken-on-by-another")
    page.goto(f"/manage/assist/{person.person.key}")
    expect(page.locator("main")).to_contain_text(holder)
    expect(page.get_by_role("button", name="已同意，开始学")).to_have_count(0)
    seen(page, "45-not-assigned")


def a_visit_is_recorded_once(hr: Walker, person: Walker, visit: str) -> None:
    """From a second window, and a second one on the same day: refused in words, nothing typed is lost."""
    page = at_the_desk(hr)
    page.goto(visit)
    older = page.context.new_page()
    older.goto(visit)
    records(page, "讲了住院报销。")
    expect(page.locator("main")).to_contain_text(person.person.name)
    records(older, "讲了住院报销。")
    expect(older.locator("[role=alert]")).to_be_visible()
    older.close()
    asks_once_more(person)
    page.goto(takes_a_visit(hr, person))
    records(page, "又去了一次。")
    expect(page.locator("[role=alert]")).to_contain_text("已有一次上门记录")
    expect(page.locator("textarea")).to_have_value("又去了一次。")
    seen(page, "46-twice")


def records(page: Page, note: str) -> None:
    """Say that everything was explained."""
    page.check("input[name=result][value=told]")
    page.locator("textarea").fill(note)
    with page.expect_navigation():
        page.get_by_role("button", name="记录结果").click()


def asks_once_more(person: Walker) -> None:
    page = at_the_desk(person, PHONE)
    page.goto("/easy/help/visit")
    onward(page)
