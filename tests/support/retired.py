"""A retired person in front of a telephone with a printed card, and HR at the desk: the steps of journeys."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, ViewportSize, expect

from lms.cli.demo_company import members
from lms.jobs.reports import catch_up_reports
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.settings import ADDRESS
from lms.printing.qr import svg
from tests.support.browser import DESKTOP, PHONE, screenshot
from tests.support.measuring import measure
from tests.support.walking import Answers, Walker

LARGEST = "xxl"


@dataclass(frozen=True)
class Card:
    """What is printed: the number as it stands there, and where the square leads."""

    number: str
    path: str


def number_of(name: str) -> str:
    """Employee number of somebody in the demo company."""
    return next(one.number for one in members(china_date(clock.now())) if one.name == name)


def at_the_desk(walker: Walker, size: ViewportSize = DESKTOP) -> Page:
    """Whoever was signed in leaves; now it is the walker's turn, and lists are up to date."""
    with walker.app.app_context():
        catch_up_reports(clock.now())
    walker.page.set_viewport_size(size)
    walker.page.context.clear_cookies()
    walker.sign_in()
    return walker.page


def seen(page: Page, name: str, *, measured: bool = False) -> None:
    """Keep a picture; nothing is wider than the window. *measured*: by all measures of every page."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    screenshot(page, f"retiree-{name}")
    if measured:
        size = page.viewport_size
        faults = measure(page)
        assert not faults, f"{page.url}\n\n" + "\n\n".join(faults)
        page.set_viewport_size(size or PHONE)


def onward(page: Page) -> None:
    """Press or follow the one primary thing of the page."""
    with page.expect_navigation():
        page.locator("main .btn--primary:visible").first.click()


def status(page: Page, address: str) -> int:
    """With what a page answers."""
    answer = page.goto(address)
    assert answer
    return answer.status


def row(page: Page, name: str) -> str:
    """The words of somebody's line in a table."""
    return page.locator("main tbody tr").filter(has_text=name).first.inner_text()


# -- cards -----------------------------------------------------------------------------------------------


def makes_a_card(hr: Walker, person: Walker) -> Card:
    """From the record of somebody: the new card, whose number is shown once and never again."""
    page = hr.page
    page.goto(f"/manage/people/{person.person.key}")
    hr.follow("做一张登录卡")
    hr.press("做1张卡")
    slip = page.locator(".slip")
    expect(slip).to_contain_text(person.person.name)
    shown = slip.locator("code").inner_text()
    path = "/card/" + "".join(shown.split())
    assert str(slip.locator("svg path").last.get_attribute("d")) in svg(f"{ADDRESS}{path}")
    return Card(shown, path)


def scans(page: Page, card: Card) -> None:
    """Somebody points a telephone at the card: nobody is signed in, and the number leaves the address."""
    page.set_viewport_size(PHONE)
    page.context.clear_cookies()
    page.goto(card.path)
    assert urlsplit(page.url).path == "/card/digits"


def in_largest_type(page: Page) -> None:
    """Choose the largest type where the page offers it."""
    with page.expect_navigation():
        page.locator(f"a[href='?size={LARGEST}']").click()
    expect(page.locator("html")).to_have_attribute("data-size", LARGEST)


def types_digits(page: Page, digits: str) -> None:
    """Answer the one question of a card."""
    page.locator("#digits").fill(digits)
    onward(page)


def enters(person: Walker, card: Card) -> None:
    """Scan the card, choose the largest type, answer the question, and be at home."""
    scans(person.page, card)
    in_largest_type(person.page)
    types_digits(person.page, person.person.phone[-4:])
    assert urlsplit(person.page.url).path == "/easy"


# -- learning --------------------------------------------------------------------------------------------


def reads_everything(page: Page) -> None:
    """Turn page by page, answer every quick check, and stop where the questions begin."""
    while "/quiz/" not in page.url:
        open_answers = page.locator("input[name=choice]:enabled")
        if open_answers.count():
            open_answers.first.check()
        onward(page)


def answers_all(person: Walker, answers: Answers) -> None:
    """One question a screen, then hand in."""
    for answer in answers:
        person.choose(answer)
        onward(person.page)
    onward(person.page)


def looks_at_it_again(person: Walker) -> None:
    """From a failed paper through the pages that explain it and the practice to the next paper."""
    page = person.page
    while page.get_by_role("button", name="再答一次").count() == 0:
        tries_again(person)
        onward(page)
    onward(page)


def tries_again(person: Walker) -> None:
    """Give the right answer to a question of the practice, if the page asks one."""
    found = re.search(r"/practice/(\d+)$", person.page.url)
    if found and person.page.locator("[name=answer]:enabled").count():
        attempt = person.page.locator("main input[name=attempt]").first.get_attribute("value") or ""
        person.choose(person.right_answer_of(attempt, int(found[1])))
