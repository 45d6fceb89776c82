"""From a printed card to a course learnt with a helper: the retiree's telephone, and HR's desk."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.outreach.rules import RequestKind, promised_on
from lms.web.spoken import to_be_heard
from tests.journeys.test_read_aloud import SOUND, buttons, heard, press, voices
from tests.support.installations import Installations
from tests.support.retired import (
    answers_all,
    at_the_desk,
    enters,
    in_largest_type,
    looks_at_it_again,
    makes_a_card,
    number_of,
    onward,
    reads_everything,
    row,
    scans,
    seen,
    status,
    types_digits,
)
from tests.support.walking import Walker, wrong

NAME = "林水生"
QUIZ, COURSE = "retirement", "退休后看病报销"
DONE_BY_HR = (
    *("card.issued", "contact.taken", "contact.revealed"),
    *("assistance.begun", "help.recorded", "assistance.ended"),
)
A_VOICE_WHEN_ASKED_FOR = "localStorage.voice ? [{ lang: 'zh-CN' }] : []"


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def retiree(hr: Walker) -> Walker:
    """Somebody who has never opened anything."""
    return Walker(hr.page, hr.app, number=number_of(NAME))


@pytest.fixture
def audio(hr: Walker) -> Iterator[Path]:
    """The folder of lessons read to files; what a test puts there goes away with it."""
    folder: Path = hr.app.extensions["xuanguan.settings"].audio_dir
    folder.mkdir(exist_ok=True)
    yield folder
    for path in folder.iterdir():
        path.unlink()


def test_from_the_card_to_the_record(hr: Walker, retiree: Walker, audio: Path) -> None:
    page = at_the_desk(hr)
    card = makes_a_card(hr, retiree)
    seen(page, "01-card")
    page.goto("/manage/cards")
    expect(page.locator("main")).not_to_contain_text(card.number)

    scans(page, card)
    in_largest_type(page)
    seen(page, "02-one-question", measured=True)
    types_digits(page, retiree.person.phone[-4:])
    is_at_home(page, retiree)
    listens(retiree, audio)
    reads_everything(page)
    is_below_the_line(retiree)
    looks_at_it_again(retiree)
    is_below_the_line_again(retiree)
    asks_to_be_called(page)

    takes_the_call(hr, retiree)
    begins_together(hr, retiree)
    explains(hr, retiree)
    passes_together(retiree)
    puts_it_on_record(hr, retiree)
    is_told_apart(hr, retiree)
    stands_in_the_journal(Walker(page, hr.app, "head-of-hr"), hr, retiree)

    enters(retiree, card)
    has_learnt_it(page)


# -- on the telephone ------------------------------------------------------------------------------------


def is_at_home(page: Page, retiree: Walker) -> None:
    """One thing to do, at most four rows beside it, nothing that presses."""
    expect(page.locator("h1")).to_contain_text(retiree.person.name)
    expect(page.locator("html")).to_have_attribute("data-size", "xxl")
    assert page.locator("main .btn--primary").count() == 1
    assert 1 <= page.locator("main .erow").count() <= 4
    expect(page.locator("body")).not_to_contain_text("逾期")
    seen(page, "03-home")


def listens(retiree: Walker, audio: Path) -> None:
    """No voice, no button; with a voice sentence by sentence; with a file the file."""
    page = retiree.page
    voices(page, A_VOICE_WHEN_ASKED_FOR)
    page.add_init_script(SOUND)
    onward(page)
    assert re.search(r"/easy/lesson/retirement/\w+/1$", page.url)
    assert buttons(page) == []
    seen(page, "04-lesson")
    page.evaluate("localStorage.voice = 'yes'")
    page.reload()
    expect(page.get_by_role("button", name="读给我听")).to_be_visible()
    press(page, "play")
    assert buttons(page) == ["play", "again", "slow"]
    press(page, "play")
    press(page, "slow")
    press(page, "play")
    (first, _), (words, rate) = heard(page)[0], heard(page)[-1]
    assert (words, rate) == (first, 0.6)
    press(page, "again")
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    seen(page, "05-listening")
    reads_to_a_file(retiree, audio)
    page.reload()
    press(page, "play")
    assert re.search(r"/easy/audio/\w+\.mp3$", page.evaluate("playing.src"))
    assert heard(page) == []
    page.evaluate("delete localStorage.voice")


def reads_to_a_file(retiree: Walker, audio: Path) -> None:
    """As if an engine had read the page that is open."""
    title = "".join(retiree.page.locator("h1").inner_text().split())
    with retiree.app.app_context():
        names = [name for name, text in to_be_heard(clock.now()).items() if text.startswith(title)]
    assert names
    for name in names:
        (audio / name).write_bytes(b"sound")


def is_below_the_line(retiree: Walker) -> None:
    """One question a screen, without time; the reasons at once; pages to look at, and somebody to ask."""
    page = retiree.page
    seen(page, "06-before-the-questions")
    onward(page)
    seen(page, "07-question", measured=True)
    answers_all(retiree, wrong(retiree.right_answers(QUIZ)))
    expect(page.locator("h1")).to_have_text("还差一点")
    expect(page.get_by_role("link", name="找人帮忙").first).to_be_visible()
    seen(page, "08-below", measured=True)
    onward(page)
    expect(page.locator(".ewhy")).to_contain_text("原因")
    seen(page, "09-reason", measured=True)
    while "/catchup/" not in page.url:
        onward(page)
    seen(page, "10-once-more", measured=True)


def is_below_the_line_again(retiree: Walker) -> None:
    """Nobody has to try without end: from here on somebody explains it."""
    page = retiree.page
    answers_all(retiree, wrong(retiree.right_answers(QUIZ)))
    expect(page.locator("main")).to_contain_text("我们会打电话给您")
    expect(page.get_by_role("button", name="再答一次")).to_have_count(0)
    seen(page, "11-somebody-explains", measured=True)


def asks_to_be_called(page: Page) -> None:
    """找人帮忙: the promised day stands there before and after."""
    promised = promised_on(RequestKind.CALL, china_date(clock.now()))
    with page.expect_navigation():
        page.locator("main a[href^='/easy/help']").first.click()
    assert page.locator("main .erow").count() <= 5
    expect(page.locator("main a[href^='tel:']")).to_have_count(1)
    seen(page, "12-help")
    with page.expect_navigation():
        page.locator("a[href^='/easy/help/call']").click()
    expect(page.locator("main")).to_contain_text(f"最晚{promised.month}月{promised.day}日")
    onward(page)
    expect(page.locator("main .ecard")).to_contain_text(f"最晚{promised.month}月{promised.day}日")
    seen(page, "13-promised")


# -- at the desk -----------------------------------------------------------------------------------------


def takes_the_call(hr: Walker, retiree: Walker) -> None:
    """Both reasons stand in the list; the number is shown in full to whoever has taken it on, when asked."""
    page, person = at_the_desk(hr), retiree.person
    page.goto("/manage")
    with page.expect_navigation():
        page.locator("nav a[href='/manage/contacts']").first.click()
    assert all(words in row(page, person.name) for words in ("等人帮", "本人提出"))
    expect(page.locator("main")).not_to_contain_text(person.phone)
    seen(page, "14-call-list")
    page.get_by_label(f"选择{person.name}").check()
    hr.press("接下选中的人")
    expect(page.locator("main tbody")).not_to_contain_text(person.name)
    page.goto("/manage/contacts?list=mine")
    hr.follow(person.name)
    expect(page.locator("main")).not_to_contain_text(person.phone)
    with page.expect_navigation():
        page.locator("form:has(input[value=phone]) button").click()
    expect(page.locator(f"a[href='tel:{person.phone}']")).to_have_text(person.phone)
    seen(page, "15-contact", measured=True)


def begins_together(hr: Walker, retiree: Walker) -> None:
    """Without consent nothing begins."""
    page = hr.page
    hr.follow(f"和{retiree.person.name}开始学")
    hr.press("已同意，开始学")
    expect(page.locator(".errsum")).to_contain_text("本人不同意，不能替本人操作")
    page.check("input[name=consent][value=spoken]")
    page.check("input[name=kind][value=phone]")
    seen(page, "16-consent")
    hr.press("已同意，开始学")


def explains(hr: Walker, retiree: Walker) -> None:
    """What was missed is explained before a new paper opens."""
    page = hr.page
    expect(page.locator("h1")).to_contain_text(retiree.person.name)
    page.locator("textarea").fill("逐题讲了错在哪里，本人能自己说出为什么。")
    seen(page, "17-explain")
    onward(page)


def passes_together(retiree: Walker) -> None:
    """The questions are read out in large type and answered; every page says for whom."""
    page = retiree.page
    assert re.search(r"/with/\w+/quiz/retirement$", page.url)
    expect(page.locator(".ehelp")).to_contain_text(f"您在帮{retiree.person.name}学习")
    onward(page)
    seen(page, "18-question-read-out", measured=True)
    answers_all(retiree, retiree.right_answers(QUIZ))
    expect(page.locator("h1")).to_have_text("答得好，过了")
    expect(page.locator(".ehelp")).to_be_visible()
    seen(page, "19-passed", measured=True)


def puts_it_on_record(hr: Walker, retiree: Walker) -> None:
    """Who helped, how, how long, and what came of it; the contact is closed with it."""
    page, name = hr.page, retiree.person.name
    hr.follow("结束并记录")
    page.check("input[name=result][value=finished]")
    seen(page, "20-end")
    hr.press("登记")
    expect(page.locator(".sum").first).to_contain_text(COURSE)
    seen(page, "21-on-record")
    at_the_desk(hr)
    for which in ("call", "visit", "mine"):
        page.goto(f"/manage/contacts?list={which}")
        expect(page.locator("main")).not_to_contain_text(name)


def is_told_apart(hr: Walker, retiree: Walker) -> None:
    """On the record, in the list, and in the table to take away."""
    page, person = hr.page, retiree.person
    page.goto(f"/manage/people/{person.key}")
    expect(page.locator("dl.sum.card").first).to_contain_text("有人协助")
    expect(page.locator("section[aria-labelledby=together]")).to_contain_text(hr.person.name)
    seen(page, "22-record")
    page.goto(f"/manage/progress?text={person.number}")
    assert "有人协助" in row(page, person.name)
    with page.expect_download() as download:
        page.locator("a[href*='progress.csv']").click()
    lines = csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")))
    assert [(line["姓名"], line["有人协助"]) for line in lines] == [(person.name, "电话")]


def stands_in_the_journal(head: Walker, hr: Walker, retiree: Walker) -> None:
    """Every act with who did it; the number of the card stands nowhere."""
    page = at_the_desk(head)
    for actor, done in ((hr, DONE_BY_HR), (retiree, ("card.used",))):
        for act in done:
            page.goto(f"/manage/log?act={act}&actor={actor.login}")
            assert page.locator("main tbody tr").count() >= 1, act


# -- at home again ---------------------------------------------------------------------------------------


def has_learnt_it(page: Page) -> None:
    """It stands among what was learnt, with whose help; a card opens nothing but this."""
    page.goto("/easy/me/learnt")
    expect(page.locator("main .erow")).to_contain_text(COURSE)
    expect(page.locator("main .erow")).to_contain_text("有人协助")
    seen(page, "23-learnt")
    assert status(page, "/me/password") == 403
    seen(page, "24-not-with-a-card")
