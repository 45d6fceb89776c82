"""The measures notice what they are for, printed pages are clean, and no page is left out of the walks."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter, Rule

from tests.journeys import (
    test_desk_pages,
    test_event_pages,
    test_every_page,
    test_late_pages,
    test_survey_pages,
)
from tests.support.installations import Installations
from tests.support.measuring import PHONE, measure, measure_print
from tests.support.walking import Walker

SHEET = """
  body { margin: 0; font: 16px/1.7 sans-serif; background: #fff; color: #111 }
  a, button, input { display: inline-flex; min-height: 48px; min-width: 48px }
  :focus-visible { outline: 3px solid #1D56A0; outline-offset: 3px }
  [data-mode=elder] body { font-size: 22px }
  [data-mode=elder][data-size=xl] body { font-size: 26px }
  [data-mode=elder][data-size=xxl] body { font-size: 30px }
  a { color: inherit }
  h1 { font-size: 2em }
"""
SOUND = "<h1>讲座</h1><p>明天下午两点，在二楼的会议室。</p><p><a href='/'>回首页</a></p>"
FAULTY = {
    "small type": ("<p style='font-size: 11px'>字太小</p>", "type 11 px < 12"),
    "pale words": ("<p style='color: #999'>颜色太浅</p>", "contrast 2.85 < 4.5"),
    "a pale hint": (
        "<style>::placeholder { color: #aaa }</style><label>姓名 <input placeholder='例如陈桂芬'></label>",
        "contrast of placeholder",
    ),
    "a pale edge": (
        "<label>姓名 <input style='border: 1px solid #ddd; background: #fff'></label>",
        "contrast of edge",
    ),
    "lines without room": (f"<p style='line-height: 1.1'>{'一行接一行。' * 20}</p>", "line height 1.1 < 1.3"),
    "paragraphs without room": (
        "<div class='read'><p style='margin: 0'>第一段。</p><p style='margin: 0'>第二段。</p></div>",
        "paragraphs 1 lines apart",
    ),
    "a small button": ("<button style='min-height: 0; height: 30px'>关</button>", "target 48 × 30 < 24 × 44"),
    "no ring": (
        "<style>.bare:focus { outline: 0 }</style><a class='bare' href='/'>首页</a>",
        "focus is not seen",
    ),
    "order by number": ("<a href='/' tabindex='3'>首页</a>", "order of focus by number"),
    "another order": (
        "<div style='display: grid'><a href='/1' style='order: 2'>下</a><a href='/2'>上</a></div>",
        "comes after what stands below it",
    ),
    "a bar over it": (
        "<div style='position: fixed; inset: 0; background: #fff'>提示</div><p><a href='/'>首页</a></p>",
        "focus is covered",
    ),
    "too wide": ("<p style='width: 400px'>太宽</p>", "wider than 320 px"),
    "words cut off": (
        "<p style='height: 20px; overflow: hidden'>明天下午两点，在二楼的会议室，讲住院怎么报销。</p>",
        "words are cut off",
    ),
    "a window that jumps up": ("<dialog open>请先看这里</dialog>", "has no place in a page"),
    "another name": ("<a href='/' aria-label='主页面'>首页</a>", "the name leaves out"),
    "a nameless button": ("<button></button>", "button-name"),
}
FAULTY_EASY = {
    "standard type": ("<div class='read'><p style='font-size: 18px'>字不够大</p></div>", "type 18 px < 22"),
    "type that does not grow": ("<style>body { font-size: 22px !important }</style>", "type of the page"),
    "a button of the standard view": ("<a class='btn' href='/'>首页</a>", "< 60 × 60"),
    "lines of the standard view": (f"<p style='line-height: 1.4'>{'一行接一行。' * 20}</p>", "< 1.6"),
}
PRINTED = {
    "retiree": (
        "/easy/lesson/retirement/outpatient/1",
        "/easy/print/retirement/outpatient",
        "/easy/print/retirement",
    ),
    "hr": ("/manage/people/passwords", "/manage/sources"),
}
DOWNLOADED = re.compile(r"\.(ics|pdf|zip|csv|xlsx)$|:ending>$|^/static/|^/easy/audio/")
LEADS_ON = {
    "access.start",
    "course.at",
    "easy.at",
    "easy.enter",
    "easy.standard",
    "inbox.follow",
    "quiz.go_on",
    "cards.scanned",
    "manage.rekey_by_key",
}
"""Addresses that show no page: they lead to another."""
JOURNEYED = (
    "/welcome",
    "/quiz/onboarding/1",
    "/quiz/onboarding/review",
    "/catchup/onboarding/practice/1",
    "/certificate/1",
    "/card/digits",
    "/quiz/retirement/result/1/1",
    "/manage/contacts/1",
    "/manage/contacts/requests/1",
    "/manage/letters/1/1",
    "/manage/assisting/1",
    "/manage/assisting/1/explain",
    "/manage/people/import/1",
)
"""What the journeys of a new hire, a retiree, HR's letters and staff list, and a helper measure."""


@pytest.fixture
def blank(new_context: Callable[[], BrowserContext]) -> Page:
    """A window that needs no server."""
    return new_context().new_page()


def shown(page: Page, words: str, *, mode: str = "") -> list[str]:
    """What is wrong with a small page of our own."""
    page.set_content(
        f"<!doctype html><html lang='zh-CN' {mode}><head><title>讲座</title><style>{SHEET}</style></head>"
        f"<body><main>{words}</main></body></html>"
    )
    return measure(page)


@pytest.mark.browser
def test_a_sound_page_has_no_faults(blank: Page) -> None:
    assert shown(blank, SOUND) == []


@pytest.mark.browser
@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_noticed(blank: Page, fault: str) -> None:
    words, complaint = FAULTY[fault]
    assert any(complaint in one for one in shown(blank, SOUND + words))


@pytest.mark.browser
@pytest.mark.parametrize("fault", FAULTY_EASY)
def test_a_fault_of_an_easy_page_is_noticed(blank: Page, fault: str) -> None:
    words, complaint = FAULTY_EASY[fault]
    assert any(
        complaint in one for one in shown(blank, SOUND + words, mode="data-mode='elder' data-size='l'")
    )


@pytest.mark.parametrize("role", PRINTED)
def test_what_is_printed(page: Page, installations: Installations, role: str) -> None:
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    for address in PRINTED[role]:
        page.goto(address)
        assert measure_print(page) == [], address


@pytest.mark.parametrize(("role", "address"), [("retiree", "/easy"), ("new-hire", "/my"), ("hr", "/manage")])
def test_the_tab_key_goes_through_a_page_as_it_reads(
    page: Page, installations: Installations, role: str, address: str
) -> None:
    Walker(page, installations.demo().app, role).sign_in()
    page.goto(address)
    places = []
    for _ in range(12):
        page.keyboard.press("Tab")
        places.append(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    assert places == sorted(set(places)), places


def test_help_stands_in_the_same_place(page: Page, installations: Installations) -> None:
    Walker(page, installations.demo().app, "retiree").sign_in()
    for address in ("/easy", "/easy/course", "/easy/lesson/retirement/outpatient/1", "/easy/me"):
        page.goto(address)
        assert page.locator("footer a").first.inner_text() == "找人帮忙", address


def test_every_page_is_walked(installations: Installations) -> None:
    app = installations.restored("sqlite").app
    adapter = app.url_map.bind("xuanguan.example")
    walked = {endpoint_of(adapter, address) for address in addresses()}
    assert {rule.endpoint for rule in pages_of(app)} - walked == set()


def pages_of(app: Flask) -> Iterator[Rule]:
    return (
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in LEADS_ON
        and not DOWNLOADED.search(rule.rule)
    )


def addresses() -> Iterator[str]:
    """Every address of every walk, with a stand-in where a key belongs."""
    every, others = test_every_page, (test_desk_pages, test_event_pages, test_late_pages, test_survey_pages)
    by_role = [*every.WALKS, *(walk for other in others for walk in other.WALKS.values())]
    walks = [every.OPEN, every.DRAFT, JOURNEYED, *(of for _, of in by_role)]
    for address in (address for walk in walks for address in walk):
        yield re.sub(r"\{\w+\}", "1", address.partition("?")[0])


def endpoint_of(adapter: MapAdapter, address: str) -> str:
    try:
        return adapter.match(address)[0]
    except NotFound:
        return ""
