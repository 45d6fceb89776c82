"""A change of policy on paper and by telephone, and the clock that counts it; a question and its answer."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.jobs.rollouts import deliver_changes
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.rollouts.queries import changes
from tests.support.browser import PHONE
from tests.support.installations import Installations
from tests.support.retired import at_the_desk, number_of, onward, seen
from tests.support.walking import Walker

POOLING = "cross-province-pooling-2025"
WITHOUT_ADDRESS = "周永年"
"""Wants letters, and nobody knows where to."""
ASKS, ANSWER = "刘玉兰", "可以。先在手机上把您和孙子绑定在一起，再用。"


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    return Walker(page, installations.demo().app, "hr")


def test_a_change_reaches_retired_people_as_they_wish(hr: Walker) -> None:
    key = key_of_change(hr)
    finishes_the_material(hr, key)
    approves_the_unit(Walker(hr.page, hr.app, "head-of-hr"), key)
    goes_out(hr)
    before, letters = waits_for_paper(hr, key)
    mailing = prints_the_letters(hr, key, letters)
    takes_the_pdf(hr, mailing, letters)
    hands_them_to_the_post(hr, mailing)
    assert delivered(hr, key) == before + letters
    calls_somebody(hr)
    assert delivered(hr, key) == before + letters + 1
    one_comes_back(hr, mailing)
    assert delivered(hr, key) == before + letters


def test_a_question_is_answered_where_it_was_asked(hr: Walker) -> None:
    """It waits in the queue with the day that was promised; the answer stands on the page of who asked."""
    asker = Walker(hr.page, hr.app, number=number_of(ASKS))
    page = at_the_desk(asker, PHONE)
    page.goto("/easy/help/mine")
    question = page.locator("main .ecard p").first.inner_text()
    page = at_the_desk(hr)
    page.goto("/manage/contacts/requests")
    with page.expect_navigation():
        page.locator("main tbody tr").filter(has_text=ASKS).locator(".c-act a").click()
    expect(page.locator("main")).to_contain_text(question)
    seen(page, "37-question", measured=True)
    page.locator("textarea").fill(ANSWER)
    onward(page)
    expect(page.locator("main tbody")).not_to_contain_text(ASKS)
    page = at_the_desk(asker, PHONE)
    page.goto("/easy/help/mine")
    expect(page.locator("main .ecard")).to_contain_text(ANSWER)
    seen(page, "38-answer", measured=True)


def key_of_change(hr: Walker) -> str:
    with hr.app.app_context():
        return next(one.key for one in changes() if one.document == POOLING)


# -- before it goes out ----------------------------------------------------------------------------------


def finishes_the_material(hr: Walker, key: str) -> None:
    """The one text that was still open is right as it stands."""
    page = at_the_desk(hr)
    page.goto(f"/manage/policy/{key}")
    impact = page.locator("section[aria-labelledby=impact]")
    impact.locator("input[type=checkbox]").first.check()
    impact.locator("textarea").fill("照新规定看过，说法仍然对。")
    with page.expect_navigation():
        impact.locator("button").click()


def approves_the_unit(head: Walker, key: str) -> None:
    page = at_the_desk(head)
    page.goto(f"/manage/policy/{key}")
    head.press("批准送达退休职工")


def goes_out(hr: Walker) -> None:
    with hr.app.app_context():
        assert deliver_changes(clock.now()).failures == 0


# -- letters ---------------------------------------------------------------------------------------------


def waits_for_paper(hr: Walker, key: str) -> tuple[int, int]:
    """Who looks for themselves has it; the others do not yet, and the page says how many letters it takes."""
    page = at_the_desk(hr)
    before = delivered(hr, key)
    words = page.locator("main").inner_text()
    seen(page, "30-not-delivered-yet")
    return before, int(re.search(r"信\s*(\d+)\s*封", words)[1])  # type: ignore[index] # fails without


def delivered(hr: Walker, key: str) -> int:
    """How many retired people have it, as the page of the change says."""
    hr.page.goto(f"/manage/policy/{key}")
    line = hr.page.locator("section[aria-labelledby=reach] tbody tr").filter(has_text="退休职工")
    return int(line.locator("td[data-l=已送达]").inner_text())


def prints_the_letters(hr: Walker, key: str, letters: int) -> str:
    """Whom a letter cannot reach is named, with the way to mend it; the others' letters are printed."""
    page = hr.page
    page.goto("/manage/letters")
    expect(page.locator("section[aria-labelledby=lacking] tbody")).to_contain_text(WITHOUT_ADDRESS)
    seen(page, "31-letters")
    page.goto(f"/manage/letters/{key}")
    onward(page)
    expect(page.locator("main tbody tr")).to_have_count(letters)
    seen(page, "32-printed", measured=True)
    return page.url


def takes_the_pdf(hr: Walker, mailing: str, letters: int) -> None:
    """One real PDF: for everybody a covering letter and at least one sheet."""
    answer = hr.page.request.get(f"{mailing}.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF")
    assert pages_of(answer.body()) >= 2 * letters


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF says it has."""
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def hands_them_to_the_post(hr: Walker, mailing: str) -> None:
    """A day to come is refused in words; from today on they count."""
    page = hr.page
    for day in ("2099-01-01", china_date(clock.now()).isoformat()):
        page.locator("input[type=date]").fill(day)
        with page.expect_navigation():
            page.locator("section[aria-labelledby=posting] .btn--primary").click()
        expect(page.locator(".errsum")).to_have_count(1 if day.startswith("2099") else 0)
    expect(page.locator("main tbody tr").first).to_contain_text("已寄出")
    seen(page, "33-posted")


def one_comes_back(hr: Walker, mailing: str) -> None:
    """What the post brings back counts no more, and leads to the address."""
    page = hr.page
    page.goto(mailing)
    line = page.locator("main tbody tr").first
    with page.expect_navigation():
        line.locator("form[action$=returned] button").click()
    expect(line.locator("a[href$='/edit']")).to_be_visible()
    seen(page, "36-came-back")


# -- a call ----------------------------------------------------------------------------------------------


def calls_somebody(hr: Walker) -> None:
    """Who wants a call stands in the call list for the change; told is told when the call was made."""
    page = at_the_desk(hr)
    page.goto("/manage/contacts?reason=change")
    name = page.locator("main tbody th a").first.inner_text()
    page.get_by_label(f"选择{name}").check()
    hr.press("接下选中的人")
    page.goto("/manage/contacts?list=mine")
    hr.follow(name)
    page.check("input[name=result][value=told]")
    seen(page, "34-told")
    hr.press("记录结果")
    expect(page.locator("main")).to_contain_text(name)
