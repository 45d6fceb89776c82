"""Read aloud: with a voice of the browser's, with a file, and with neither."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE
from tests.support.installations import Installations
from tests.support.walking import Walker

LESSON = "/easy/lesson/retirement/outpatient/1"
VOICE = """
(() => {
  let live = null;
  window.heard = [];
  window.end = () => { const one = live; live = null; one.onend(); };
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voice = {
    getVoices: () => VOICES,
    addEventListener() {},
    speak(one) { heard.push([one.text.trim(), one.rate]); live = one; },
    cancel() { live = null; },
  };
  Object.defineProperty(window, "speechSynthesis", { value: voice });
})();
"""
"""Stands for the voices of a browser: a sentence has been read when the test says so."""
NO_SOUND = "HTMLMediaElement.prototype.play = function () { return Promise.reject(new Error('no sound')); };"
SOUND = """
HTMLMediaElement.prototype.play = function () { window.playing = this; return Promise.resolve(); };
HTMLMediaElement.prototype.pause = function () { window.playing = null; };
"""


@pytest.fixture
def retiree(page: Page, installations: Installations) -> Walker:
    page.set_viewport_size(PHONE)
    walker = Walker(page, installations.demo().app, "retiree")
    walker.sign_in()
    return walker


def voices(page: Page, listed: str) -> None:
    page.add_init_script(VOICE.replace("VOICES", listed))


def buttons(page: Page) -> list[str]:
    """What can be pressed: its names, in the order of the page."""
    shown = page.locator(".listen:visible").all()
    return [str(one.get_attribute("data-do")) for one in shown]


def press(page: Page, name: str) -> None:
    page.locator(f"[data-do={name}]").click()


def heard(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate("heard")
    return found


def with_file(page: Page) -> None:
    """As if an engine had read the page."""
    page.route(
        f"**{LESSON}",
        lambda route: route.fulfill(
            body=route.fetch()
            .text()
            .replace('data-read="#read"', 'data-read="#read" data-audio="/easy/audio/x.mp3"'),
            content_type="text/html; charset=utf-8",
        ),
    )


def test_sentence_by_sentence_with_a_pause_slower_and_again(retiree: Walker, page: Page) -> None:
    voices(page, "[{ lang: 'zh-CN' }]")
    page.goto(LESSON)
    assert buttons(page) == ["play"]
    expect(page.get_by_role("button", name="读给我听")).to_be_visible()
    press(page, "play")
    assert buttons(page) == ["play", "again", "slow"]
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    title = page.locator("h1").inner_text().replace("\n", "")
    assert str(heard(page)[0][0]) in title
    page.evaluate("end()")
    second = str(heard(page)[-1][0])
    assert page.locator(".say--on").all_inner_texts() != []
    press(page, "play")
    expect(page.locator(".say--on")).to_have_count(0)
    press(page, "slow")
    press(page, "play")
    words, rate = heard(page)[-1]
    assert words == second
    assert rate == 0.6
    press(page, "again")
    assert heard(page)[-1][0] == heard(page)[0][0]
    while buttons(page) != ["play"]:
        page.evaluate("end()")
    expect(page.locator(".say--on")).to_have_count(0)


def test_without_a_chinese_voice_there_is_no_button(retiree: Walker, page: Page) -> None:
    voices(page, "[{ lang: 'en-US' }]")
    for address in ("/easy", LESSON):
        page.goto(address)
        assert buttons(page) == []


def test_a_file_goes_before_the_voice(retiree: Walker, page: Page) -> None:
    voices(page, "[]")
    page.add_init_script(SOUND)
    with_file(page)
    page.goto(LESSON)
    press(page, "play")
    assert page.evaluate("playing.src").endswith("/easy/audio/x.mp3")
    press(page, "slow")
    assert page.evaluate("playing.playbackRate") == 0.75
    press(page, "play")
    assert page.evaluate("playing") is None
    assert heard(page) == []


@pytest.mark.parametrize(("listed", "left"), [("[]", 0), ("[{ lang: 'zh-CN' }]", 3)])
def test_a_file_that_cannot_be_played_leaves_it_to_the_voice(
    retiree: Walker, page: Page, listed: str, left: int
) -> None:
    voices(page, listed)
    page.add_init_script(NO_SOUND)
    with_file(page)
    page.goto(LESSON)
    press(page, "play")
    expect(page.locator(".listen:visible")).to_have_count(left)
    assert (heard(page) != []) is (left > 0)
