"""A workshop from the plan over the waiting line and the door to the new paper of somebody who was stuck."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.access.rules import shown_code
from lms.jobs.workshops import remind_of_events
from lms.kernel.settings import ADDRESS
from lms.notifications.rules import Topic
from lms.printing.qr import svg
from lms.workshops.door import code_of
from tests.support.browser import PHONE
from tests.support.days import Days
from tests.support.evidence import seen, text_of
from tests.support.installations import Installations
from tests.support.new_centre import line
from tests.support.retired import at_the_desk, onward
from tests.support.walking import Walker

TITLE, PLACE, HOST = "入职必修错题讲解", "二楼培训室", "医保局王老师"
COURSE = "onboarding"
EVENT_DAY = 3
"""Held on the third day from 16:30 to 18:00, with two seats."""


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    page.set_default_timeout(5000)
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def days(hr: Walker, monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, hr.app)


def test_from_the_plan_to_a_new_paper(hr: Walker, days: Days) -> None:
    quick, stuck = (
        Walker(hr.page, hr.app, role) for role in ("employee-on-plan", "employee-waiting-for-help")
    )
    retiree = Walker(hr.page, hr.app, "retiree")
    key = plans_it(hr, days)
    publishes_and_suggests(hr, stuck)
    takes_a_seat(quick, "standard")
    takes_a_seat(retiree, "easy")
    waits_in_line(stuck)
    gives_it_back(quick)

    days.come(EVENT_DAY - 1, 9)
    is_reminded(hr, days, {stuck.login: 1, retiree.login: 1, quick.login: 0})
    days.come(EVENT_DAY, 15)
    has_moved_up(stuck)
    is_refused_kindly(stuck, days, key)
    days.come(EVENT_DAY, 16, 10)
    path = shows_the_square(hr, days, key)
    prints_the_sheet(hr, key, [stuck, retiree])
    scans_it(stuck, path)

    days.come(EVENT_DAY, 19)
    door_is_closed(stuck, path)
    notes_who_was_there(hr, key, retiree)
    counts_it(hr, key, stuck, retiree)
    takes_a_new_paper(stuck)


# -- planning ------------------------------------------------------------------------------------------------


def plans_it(hr: Walker, days: Days) -> str:
    """Being there does not replace a quiz: refused in words. As help it is kept; the key of the draft."""
    page = at_the_desk(hr)
    page.goto("/manage/events")
    hr.follow("安排活动")
    page.fill("#title", TITLE)
    page.fill("#about", "带上答过的卷子，逐题讲。")
    page.fill("#host_name", HOST)
    page.fill("#day", days.on(EVENT_DAY).isoformat())
    page.fill("#starts", "16:30")
    page.fill("#ends", "18:00")
    page.fill("#place", PLACE)
    page.fill("#capacity", "2")
    page.fill("#waiting_most", "1")
    page.select_option("#course", COURSE)
    page.check("input[name=counts][value=course]")
    hr.press("存为草稿")
    expect(page.locator("main")).to_contain_text("要80分合格，到场不能代替")
    page.check("input[name=counts][value=help]")
    hr.press("存为草稿")
    expect(page.locator("main")).to_contain_text("发布之前别人看不到")
    seen(page, "workshop-01-draft", axe=False)
    return page.url.split("/")[-1]


def publishes_and_suggests(hr: Walker, stuck: Walker) -> None:
    """Those on the help list are asked whether they want to come; that takes no seat."""
    page = hr.page
    hr.press("发布")
    expect(page.locator("#suggest + p")).to_contain_text("还没有这场活动的名额")
    with page.expect_navigation():
        page.locator("form[action$='/suggest'] button").click()
    expect(page.locator("main")).to_contain_text("已报0人，共2个名额")
    expect(page.locator("section[aria-labelledby=list-suggested]")).to_contain_text(stuck.person.name)
    seen(page, "workshop-02-published", axe=False)


# -- signing up ----------------------------------------------------------------------------------------------


def takes_a_seat(who: Walker, view: str) -> None:
    page = at_the_desk(who, PHONE)
    page.goto("/event")
    who.follow(TITLE)
    who.press("报名")
    expect(page.locator("main")).to_contain_text("报名成功")
    seen(page, f"workshop-03-signed-{view}", axe=False)


def waits_in_line(stuck: Walker) -> None:
    """From the message to the house that is full by now."""
    page = at_the_desk(stuck, PHONE)
    page.goto("/inbox")
    stuck.follow(f"您愿意参加吗：{TITLE}")
    expect(page.locator("main")).to_contain_text("名额已满")
    stuck.press("我要参加")
    expect(page.locator("main")).to_contain_text("您排在第1位")
    seen(page, "workshop-04-waiting")


def gives_it_back(quick: Walker) -> None:
    page = at_the_desk(quick, PHONE)
    page.goto("/event")
    quick.follow(TITLE)
    quick.follow("我来不了")
    quick.press("我来不了")
    expect(page.locator("main")).to_contain_text("已取消报名")


def is_reminded(hr: Walker, days: Days, expected: dict[str, int]) -> None:
    """The day before, whoever has a seat, once."""
    with hr.app.app_context():
        assert remind_of_events(days.now).count == sum(expected.values())
    for number, count in expected.items():
        assert len(days.told(number, Topic.EVENT_REMINDER)) == count


def has_moved_up(stuck: Walker) -> None:
    """The first of the line has the seat, and was told."""
    page = at_the_desk(stuck, PHONE)
    page.goto("/inbox")
    expect(page.locator("main")).to_contain_text(f"明天：{TITLE}")
    stuck.follow(f"您有名额了：{TITLE}")
    expect(page.locator("main")).to_contain_text("16:00起可以签到入场")
    seen(page, "workshop-05-moved-up", axe=False)


# -- at the door ---------------------------------------------------------------------------------------------


def is_refused_kindly(stuck: Walker, days: Days, key: str) -> None:
    """With the code of yesterday, and before the door opens: why, and that the list counts the same."""
    page = stuck.page
    with stuck.app.app_context():
        codes = [code_of(key, days.on(day)) for day in (EVENT_DAY - 1, EVENT_DAY)]
    for code, why in zip(codes, ("前几天的签到码", "16:00开始签到"), strict=True):
        page.goto("/event/in")
        page.fill("#code", shown_code(code).lower())
        stuck.press("我到了")
        expect(page.get_by_role("alert")).to_contain_text(why)
        expect(page.locator("main")).to_contain_text("请工作人员在签到表上为您登记")
    seen(page, "workshop-06-too-early")


def shows_the_square(hr: Walker, days: Days, key: str) -> str:
    """On the wall hang the square and the code of the day; where the square leads."""
    page = at_the_desk(hr)
    page.goto(f"/manage/events/{key}/door?refresh=no")
    with hr.app.app_context():
        code = code_of(key, days.on(EVENT_DAY))
    path = f"/event/in/{code}?e={key}"
    expect(page.locator(".door__key")).to_have_text(shown_code(code))
    assert str(page.locator(".door svg path").last.get_attribute("d")) in svg(f"{ADDRESS}{path}")
    seen(page, "workshop-07-door", axe=False)
    return path


def prints_the_sheet(hr: Walker, key: str, expected: list[Walker]) -> None:
    """The list to sign by hand, on the screen and as PDF, with lines for whoever comes besides."""
    page = hr.page
    page.goto(f"/manage/events/{key}/sheet")
    names = sorted(one.person.name for one in expected)
    assert sorted(filter(None, page.locator(".signing tbody th").all_inner_texts())) == names
    seen(page, "workshop-09-sheet", axe=False)
    answer = page.request.get(f"/manage/events/{key}/sheet.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    words = text_of(answer.body())
    assert all(one in words for one in (*names, PLACE, HOST, "16:30至18:00"))


def scans_it(stuck: Walker, path: str) -> None:
    """Not signed in yet: signs in, is led back, and presses once."""
    page = stuck.page
    page.set_viewport_size(PHONE)
    page.context.clear_cookies()
    page.goto(path)
    page.get_by_label("工号").fill(stuck.login)
    page.get_by_label("密码", exact=True).fill(stuck.password)
    stuck.press("登录")
    stuck.press("我到了")
    expect(page.locator("main")).to_contain_text("签到成功，16:10")
    seen(page, "workshop-08-arrived")


def door_is_closed(stuck: Walker, path: str) -> None:
    """Half an hour after the end the code says so, and names the sheet."""
    page = stuck.page
    page.goto(path)
    stuck.press("我到了")
    expect(page.get_by_role("alert")).to_contain_text("18:30")
    expect(page.locator("main")).to_contain_text("请在签到表上登记")


# -- afterwards ----------------------------------------------------------------------------------------------


def notes_who_was_there(hr: Walker, key: str, retiree: Walker) -> None:
    """Who scanned was there; the retired person signed the sheet, and so did one who had not signed up."""
    page = at_the_desk(hr)
    walked_in = Walker(page, hr.app, "new-hire")
    page.goto(f"/manage/events/{key}/attendance")
    page.fill("#number", walked_in.login)
    hr.press("添加")
    expect(page.locator("main")).to_contain_text(f"{walked_in.person.name}已加到签到表上")
    line(page, retiree.person.name).get_by_label("部分").check()
    line(page, retiree.person.name).locator("input[name^=helper-]").fill(hr.login)
    seen(page, "workshop-10-attendance")
    hr.press("保存参加情况")
    expect(page.locator("main")).to_contain_text("已保存3人的参加情况")


def counts_it(hr: Walker, key: str, stuck: Walker, retiree: Walker) -> None:
    """It says for whom it counts before it does; then once and for all."""
    page = hr.page
    page.goto(f"/manage/events/{key}/finish")
    counted = page.locator("section[aria-labelledby=counts] tbody tr")
    expect(counted).to_have_count(1)
    expect(counted).to_contain_text(stuck.person.name)
    expect(counted).to_contain_text("开放新的试卷")
    page.locator("details.more summary").click()
    expect(page.locator("details.more")).to_contain_text(retiree.person.name)
    seen(page, "workshop-11-counting")
    hr.press("封存并为1人计入")
    expect(page.locator("main")).to_contain_text("已计入1项任务")
    seen(page, "workshop-12-closed", axe=False)


def takes_a_new_paper(stuck: Walker) -> None:
    """Who had to wait for help may sit down to the questions again."""
    page = at_the_desk(stuck, PHONE)
    page.goto("/my")
    with page.expect_navigation():
        page.locator(".next .btn--primary").click()
    seen(page, "workshop-13-help-is-on-record", axe=False)
    onward(page)
    assert re.search(r"/quiz/onboarding/\w+", page.url), page.url
