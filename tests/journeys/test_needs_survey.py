"""The quarterly needs survey, from the morning on which it opens by itself to the report that answers it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from lms.courses.questionnaires import Question, QuestionKind
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.kernel.workdays import first_workday
from lms.people.models import Audience
from lms.surveys import answering, queries
from lms.surveys.models import Invitation, Survey
from lms.surveys.rules import NEEDS_DAYS, SurveyKind
from tests.support.browser import PHONE
from tests.support.days import Days
from tests.support.evidence import seen
from tests.support.installations import Installations
from tests.support.new_centre import line
from tests.support.retired import at_the_desk, enters, makes_a_card, onward
from tests.support.walking import Walker

SURVEY, TOPIC = "季度需求调研", "医保码、医保卡与家庭共济"
WISH = "家人绑定以后一年能用多少？"
NOTE = "加了一页讲额度和解除绑定。"
LESSON, LESSON_TITLE = "onboarding/code-and-family", "医保码"
HOW_MANY = {Audience.EMPLOYEE: 8, Audience.RETIREE: 6}
"""So many others answer while it is open; those in front of the browser come on top."""


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    page.set_default_timeout(5000)
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def days(hr: Walker, monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, hr.app)


def test_from_the_first_workday_to_the_next_report(hr: Walker, days: Days) -> None:
    quarter = days.next_quarter
    employee = Walker(hr.page, hr.app, "employee-on-plan")
    retiree, slow = Walker(hr.page, hr.app, "retiree"), Walker(hr.page, hr.app, "new-hire")
    opens = first_workday(quarter.first)
    days.come_to(opens, 8, 59)
    days.clockwork_runs()
    assert key_of(hr, quarter) == ""
    days.come_to(opens, 9)
    days.clockwork_runs()
    key = key_of(hr, quarter)

    answers_on_the_phone(employee, key)
    cannot_answer_twice(employee, key)
    answers_with_a_card(hr, retiree)
    others_answer(hr, key, days)
    sees_how_many(hr, key)

    days.come_to(opens + timedelta(days=NEEDS_DAYS), 9, 5)
    days.clockwork_runs()
    comes_too_late(slow, key, opens + timedelta(days=NEEDS_DAYS - 1))
    proposal = proposes_what_most_need(hr, key)
    settles_it(hr, proposal)

    days.come_to(first_workday(quarter.next.first), 9, 30)
    days.clockwork_runs()
    is_answered_for(Walker(hr.page, hr.app, "head-of-hr"), quarter)


def key_of(hr: Walker, quarter: Quarter) -> str:
    """Key of the needs survey of a quarter; empty before there is one."""
    asked = select(Survey.key).where(Survey.kind == SurveyKind.NEEDS, Survey.quarter == str(quarter))
    with hr.app.app_context():
        return session().scalar(asked) or ""


# -- answering -----------------------------------------------------------------------------------------------


def answers_on_the_phone(employee: Walker, key: str) -> None:
    """From the message over one question a page to the thanks. A question left open is asked again."""
    page = at_the_desk(employee, PHONE)
    page.goto("/inbox")
    employee.follow(SURVEY)
    expect(page).to_have_url(f"{page.url.split('/survey/')[0]}/survey/{key}")
    expect(page.locator("main")).to_contain_text("谁也看不到是谁答的")
    expect(page.locator("main")).to_contain_text("4题")
    seen(page, "survey-01-intro", axe=False)
    page.locator("main a.btn--primary").click()
    primary(page)
    expect(page.get_by_role("alert")).to_be_visible()
    seen(page, "survey-02-left-open")
    answers_everything(page)
    expect(page.locator("main")).to_contain_text(WISH)
    seen(page, "survey-03-before-sending")
    primary(page)
    expect(page.get_by_role("status")).to_contain_text("答案已经收到")
    seen(page, "survey-04-thanks", axe=False)


def answers_everything(page: Page) -> None:
    """One question a page until there is none left."""
    while (asked := page.locator("[name=answer]")).count():
        if page.locator("textarea").count():
            page.fill("textarea", WISH)
        else:
            asked.first.check()
        primary(page)


def primary(page: Page) -> None:
    """Press what the page is for; the first button of the form is the same for the Enter key."""
    with page.expect_navigation():
        page.locator("button.btn--primary").last.click()


def cannot_answer_twice(employee: Walker, key: str) -> None:
    """Neither the survey nor any of its questions opens again, and it is off the list."""
    page = employee.page
    for address in (f"/survey/{key}", f"/survey/{key}/1"):
        page.goto(address)
        expect(page.locator("h1")).to_have_text("这份调研您已经答过了")
        expect(page.locator("main")).to_contain_text("每份调研只能答一次")
    page.goto("/survey")
    expect(page.locator(f"main a[href$='{key}']")).to_have_count(0)


def answers_with_a_card(hr: Walker, retiree: Walker) -> None:
    """A printed card is enough; one question a screen in the largest type."""
    at_the_desk(hr)
    enters(retiree, makes_a_card(hr, retiree))
    page = retiree.page
    page.goto("/survey")
    retiree.follow(SURVEY)
    expect(page.locator("main")).to_contain_text("人事也不能")
    onward(page)
    expect(page.locator("main")).to_contain_text("慢性病报销要办什么手续")
    seen(page, "survey-05-question-easy")
    answers_everything(page)
    seen(page, "survey-06-before-sending-easy", axe=False)
    onward(page)
    expect(page.get_by_role("status")).to_contain_text("答案已经收到")


def others_answer(hr: Walker, key: str, days: Days) -> None:
    with hr.app.app_context():
        one = queries.survey(key)
        for audience, count in HOW_MANY.items():
            asked = (
                select(Invitation.person_id)
                .where(Invitation.survey_id == one.id, Invitation.audience == audience)
                .where(Invitation.answered.is_(False))
                .order_by(Invitation.person_id)
            )
            answers = dict(_answers(queries.preview(one, audience.value)))
            for person_id in session().scalars(asked.limit(count)).all():
                with unit_of_work():
                    answering.submit(key, person_id, answers, at=days.now)


def _answers(questions: tuple[Question, ...]) -> Iterator[tuple[str, list[str]]]:
    for one in questions:
        yield one.id, [WISH] if one.kind is QuestionKind.OPEN else [one.values[0]]


# -- what comes of it ----------------------------------------------------------------------------------------


def sees_how_many(hr: Walker, key: str) -> None:
    """While it is open only how many have answered; from what they said nobody could be told apart."""
    page = at_the_desk(hr)
    page.goto("/manage/surveys")
    with page.expect_navigation():
        page.locator(f"main a[href$='/surveys/{key}']").first.click()
    expect(page.locator("#turnout")).to_contain_text("16人已作答")
    expect(page.locator("#written")).to_have_count(0)
    seen(page, "survey-07-turnout", axe=False)


def comes_too_late(slow: Walker, key: str, last: date) -> None:
    page = at_the_desk(slow, PHONE)
    page.goto(f"/survey/{key}")
    expect(page.locator("h1")).to_have_text("这份调研已经截止")
    expect(page.locator("main")).to_contain_text(f"截止日期是{last.month}月{last.day}日")
    seen(page, "survey-08-closed", axe=False)


def proposes_what_most_need(hr: Walker, key: str) -> str:
    """One press makes a proposal of what most wrote about, another one of an answer; the first one's page."""
    page = at_the_desk(hr)
    page.goto(f"/manage/surveys/{key}")
    expect(page.locator("body")).not_to_contain_text(WISH)
    seen(page, "survey-09-results")
    top = page.locator("section[aria-labelledby=written] tbody tr").first
    expect(top).to_contain_text(TOPIC)
    proposes(page, top)
    proposal = page.url
    expect(page.locator("h1")).to_have_text(TOPIC)
    page.goto(f"/manage/surveys/{key}")
    expect(line(page, "住到外地怎么看病").get_by_role("button")).to_have_count(0)
    proposes(page, line(page, "慢性病报销要办什么手续"))
    page.goto("/manage/proposals")
    expect(line(page, TOPIC).first).to_contain_text("16次")
    seen(page, "survey-10-proposals", axe=False)
    return proposal


def proposes(page: Page, row: Locator) -> None:
    with page.expect_navigation():
        row.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("落实情况会写进下一期季度报告")


def settles_it(hr: Walker, proposal: str) -> None:
    """Somebody takes it on, and says in the end what there is now."""
    page = hr.page
    page.goto(proposal)
    hr.press("我来做")
    page.check("input[name=state][value=done]")
    page.select_option("#result", LESSON)
    page.fill("#note", NOTE)
    hr.press("办结")
    expect(page.locator("main")).to_contain_text("季度报告会写明")
    seen(page, "survey-11-settled", axe=False)


def is_answered_for(head: Walker, quarter: Quarter) -> None:
    """The next report names what was raised, how often, what there is now, and what is still open."""
    page = at_the_desk(head)
    page.goto(f"/manage/reports/{quarter}")
    needs = page.locator("section[aria-labelledby=needs] tbody tr")
    settled = needs.filter(has=page.locator("th", has_text=TOPIC))
    for words in ("16", LESSON_TITLE, NOTE, "已办结"):
        expect(settled).to_contain_text(words)
    expect(needs.filter(has_text="慢性病")).to_contain_text("还没有处理")
    seen(page, "survey-12-report")
