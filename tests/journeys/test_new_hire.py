"""A new hire on a phone: first sign-in, lessons, a failed quiz, the plan, a pass, the certificate."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_every_page import look
from tests.support.browser import PHONE, screenshot
from tests.support.installations import Installations
from tests.support.walking import Answers, Walker, wrong

OWN_PASSWORD = "rain over the old bridge"
QUIZ = "onboarding"
MISSED = 4
"""Wrong answers of ten: 60 points, as in the picture that the pages were built to."""


@pytest.fixture
def newcomer(page: Page, installations: Installations) -> Walker:
    page.set_viewport_size(PHONE)
    return Walker(page, installations.demo().app, "new-hire-first-sign-in")


def seen(page: Page, name: str) -> None:
    look(page)
    screenshot(page, f"new-hire-{name}")


def test_a_new_hire_learns_misses_eighty_catches_up_and_passes(newcomer: Walker) -> None:
    page = newcomer.page
    newcomer.sign_in()
    sets_a_password_of_her_own(newcomer)
    seen(page, "1-home")

    newcomer.study()
    expect(page).to_have_url(re.compile(rf"/quiz/{QUIZ}$"))
    seen(page, "2-quiz")

    newcomer.press("开始测验")
    answers = newcomer.right_answers(QUIZ)
    seen(page, "3-question")
    newcomer.answer_all([*wrong(answers[:MISSED]), *answers[MISSED:]])
    seen(page, "3-review")
    newcomer.press("交卷")
    expect(page.get_by_role("heading", level=1)).to_contain_text("60")
    expect(page.get_by_role("button", name="去重测")).to_have_count(0)
    seen(page, "4-below-eighty")
    failed = page.url.rsplit("/", 1)[1]

    catches_up(newcomer, failed)
    seen(page, "6-plan-done")
    newcomer.press("去重测")
    again = newcomer.right_answers(QUIZ)
    newcomer.answer_all(again)
    newcomer.press("交卷")
    expect(page.get_by_role("heading", level=1)).to_contain_text("100")
    seen(page, "7-passed")

    number = reads_the_certificate(newcomer)
    anybody_can_verify(page, number)


def sets_a_password_of_her_own(newcomer: Walker) -> None:
    page = newcomer.page
    expect(page).to_have_url(re.compile("/welcome"))
    seen(page, "0-welcome")
    for field in page.locator("input[type=password]").all():
        field.fill(OWN_PASSWORD)
    newcomer.press("设好密码，开始学习")
    expect(page).to_have_url(re.compile("/my$"))


def catches_up(newcomer: Walker, failed: str) -> None:
    """Reads again exactly what the plan names, then practises each missed question until it is right."""
    page = newcomer.page
    page.goto(f"/catchup/{QUIZ}")
    seen(page, "5-plan")
    expect(page.get_by_role("button", name="去重测")).to_have_count(0)
    while page.get_by_role("link", name=re.compile("^开始重看")).count():
        newcomer.follow("开始重看")
        newcomer.go_on()
    for position in range(1, MISSED + 1):
        page.goto(f"/catchup/{QUIZ}/practice/{position}")
        if position == 1:
            seen(page, "5-practice")
        newcomer.choose(newcomer.right_answer_of(failed, position))
        newcomer.go_on()
    page.goto(f"/catchup/{QUIZ}")


def reads_the_certificate(newcomer: Walker) -> str:
    newcomer.follow("看证书")
    seen(newcomer.page, "8-certificate")
    found = re.search(r"\d{4}-\w{5}-\w{5}", newcomer.page.locator("main").inner_text())
    assert found
    return found[0]


def anybody_can_verify(page: Page, number: str) -> None:
    page.context.clear_cookies()
    page.goto(f"/verify/{number}")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text("用好您的医保")
    expect(page.locator("main")).not_to_contain_text("启航")
    seen(page, "9-verified")


def test_answers_survive_a_reload_a_second_tab_and_a_lost_connection(newcomer: Walker) -> None:
    page = newcomer.page
    newcomer.sign_in()
    sets_a_password_of_her_own(newcomer)
    newcomer.study()
    newcomer.press("开始测验")
    page.goto(f"/quiz/{QUIZ}/{a_question_with_radio_buttons(newcomer.right_answers(QUIZ))}")
    saved = page.locator("[data-save-status]")
    option = page.locator("input[name=answer]")

    option.nth(0).check()
    expect(saved).to_have_attribute("data-state", "saved")
    page.reload()
    expect(option.nth(0)).to_be_checked()

    page.context.set_offline(True)
    option.nth(1).check()
    expect(saved).to_have_attribute("data-state", "failed")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(saved).to_have_attribute("data-state", "saved")
    page.reload()
    expect(option.nth(1)).to_be_checked()

    second = page.context.new_page()
    second.goto(page.url)
    second.locator("input[name=answer]").nth(0).check()
    expect(second.locator("[data-save-status]")).to_contain_text("已保存")
    page.locator("input[name=answer]").nth(2).check()
    expect(saved).to_have_attribute("data-state", "failed")
    page.reload()
    expect(option.nth(0)).to_be_checked()


def a_question_with_radio_buttons(answers: Answers) -> int:
    """Number of the first question with one right option of at least three."""
    return next(number for number, answer in enumerate(answers, 1) if answer in (["b"], ["c"], ["d"]))
