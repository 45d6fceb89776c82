"""HR's desk from a faulty staff list to the last message that arrives, with a week in between."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.access.models import Account
from lms.cli.demo_history import STORIES, Learner, sit_down
from lms.kernel.database import session, unit_of_work
from lms.notifications.rules import Topic
from lms.people.queries import persons_by_number
from tests.support.assigning_steps import (
    chooses_content_and_people,
    left_out,
    says_when_and_how,
    sees_who_gets_it_and_why,
    sends_it,
)
from tests.support.browser import PHONE
from tests.support.counting_mail import Counted, counting_mail_server
from tests.support.days import Days
from tests.support.installations import Installations
from tests.support.mail import mail_to
from tests.support.new_centre import (
    ADDRESSES,
    AGENCY,
    BOUNCES,
    CENTRE,
    DONE,
    DUE,
    HEAD,
    LAB,
    LATE,
    LINE,
    NUMBERS,
    OF_HR,
    OUTSIDE,
    UNREACHABLE,
    Rows,
    as_first_typed,
    line,
    seen,
    sit_at_desk,
    staff,
)
from tests.support.staff_lists import IMPORT, as_csv
from tests.support.walking import Walker

OWN_PASSWORD = "rain over the old bridge"


@pytest.fixture
def hr(page: Page, installations: Installations) -> Walker:
    return Walker(page, installations.demo().app, "hr")


@pytest.fixture
def days(hr: Walker, monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, hr.app)


@pytest.fixture
def mail(hr: Walker, tmp_path: Path) -> Iterator[Counted]:
    with counting_mail_server(tmp_path) as server, mail_to(hr.app, server.port):
        yield server


def test_from_a_faulty_list_to_the_last_message(hr: Walker, days: Days, mail: Counted) -> None:
    stuck = Walker(hr.page, hr.app, "employee-on-plan")
    rows = staff({"工号": stuck.login, "姓名": stuck.person.name, "部门": f"{CENTRE}/{LINE}"})
    sit_at_desk(hr)
    sees_the_faults(hr, as_first_typed(rows))
    takes_the_list(hr, rows)
    finds_everybody_in_their_department(hr)
    password = issues_first_passwords(hr)

    key = chooses_content_and_people(hr)
    sees_who_gets_it_and_why(hr, key, stuck.person.name)
    says_when_and_how(hr, key, days)
    sends_it(hr, key)
    goes_out_after_ten_minutes(hr, key, days, mail)
    left_out(hr, key, "exception", stuck.person.name)
    expect(line(hr.page, stuck.person.name)).to_contain_text("截止")

    days.mornings(1, 1)
    learns_it(hr, days)
    days.mornings(2, DUE + 3)
    were_reminded_and_the_head_was_told(days)
    days.come(DUE + 3, 10)
    head = Walker(hr.page, hr.app, number=NUMBERS[HEAD])
    sees_the_own_people_and_nothing_else(head, password, stuck.person.name)

    sit_at_desk(hr)
    sees_who_received_nothing(hr, key)
    mends_an_address_and_tries_again(hr, key, days, mail)


# -- the staff list ------------------------------------------------------------------------------------------


def upload(page: Page, rows: Rows) -> None:
    """Upload a list that may create departments, and wait until it is checked."""
    page.goto(IMPORT)
    page.set_input_files("#file", {"name": "名单.csv", "mimeType": "text/csv", "buffer": as_csv(rows)})
    page.check("input[name=covers][value=some]")
    page.check("input[name=creates_departments]")
    with page.expect_navigation():
        page.locator("main form button.btn--primary").click()
    expect(page.locator("#rows")).to_be_visible(timeout=30_000)


def sees_the_faults(hr: Walker, rows: Rows) -> None:
    """Every fault at once, by row and column of the file; nobody was changed."""
    page = hr.page
    upload(page, rows)
    told = [tuple(one.locator("th, td").all_inner_texts()[:2]) for one in page.locator("tbody tr").all()]
    at = {name: f"第{number}行" for number, name in enumerate([one["姓名"] for one in rows], 2)}
    assert sorted(told) == sorted(
        [
            (at[DONE], "身份证号"),
            (at[BOUNCES], "入职日期"),
            (at[UNREACHABLE], "参保地"),
            (at[LATE], "工号"),
            (at[OUTSIDE], "工号"),
        ]
    )
    expect(line(page, at[DONE])).to_contain_text("后几位已丢失")
    seen(page, "1-faults")
    with hr.app.app_context():
        assert persons_by_number(list(NUMBERS.values())) == {}


def takes_the_list(hr: Walker, rows: Rows) -> None:
    """The corrected file has no faults: seven are new, one moves, and all is taken."""
    page = hr.page
    upload(page, rows)
    kinds = page.locator("section[aria-labelledby=rows] nav li").all_inner_texts()
    assert [int(re.sub(r"\D", "", kind)) for kind in kinds] == [7, 1]
    seen(page, "2-preview")
    with page.expect_navigation():
        page.locator('form[action$="/apply"] button').click()
    expect(page.locator(".linklist")).to_be_visible(timeout=30_000)
    seen(page, "3-taken")


def finds_everybody_in_their_department(hr: Walker) -> None:
    """The departments are there with their people, and the centre has its head."""
    page = hr.page
    with page.expect_navigation():
        page.locator('.linklist a[href$="/departments"]').click()
    counts = {CENTRE: ("1", "8"), LINE: ("3", "3"), LAB: ("3", "3"), AGENCY: ("1", "1")}
    for name, expected in counts.items():
        cells = line(page, name).first.locator("td.n").all_inner_texts()
        assert tuple(cells) == expected, name
    expect(line(page, CENTRE).first).to_contain_text(HEAD)
    seen(page, "4-departments")


def issues_first_passwords(hr: Walker) -> str:
    """Everybody of the centre gets one; returns the head's."""
    page = hr.page
    with page.expect_navigation():
        page.get_by_role("link", name=CENTRE, exact=True).click()
    for box in page.locator("input[name=person]").all():
        box.check()
    with page.expect_navigation():
        page.locator("main form .row button").click()
    with page.expect_navigation():
        page.locator("main form button.btn--primary").click()
    slip = page.locator(".slip").filter(has_text=HEAD)
    return str(slip.locator("code").inner_text())


# -- a week --------------------------------------------------------------------------------------------------


def goes_out_after_ten_minutes(hr: Walker, key: str, days: Days, mail: Counted) -> None:
    """Nothing before; then four have it. Two letters arrive, one address is refused, one is missing."""
    days.come(0, 10, 9)
    assert days.campaigns_go_out().count == 0
    days.messages_leave()
    before = len(mail.recipients())
    days.come(0, 10, 10)
    assert days.campaigns_go_out().count == 4
    sent = days.messages_leave()
    assert (sent.count, sent.failures) == (2, 1)
    assert sorted(mail.recipients()[before:]) == sorted(ADDRESSES.values())
    hr.page.goto(f"/manage/assign/{key}")
    expect(hr.page.locator(".sum .total").first).to_contain_text("4人")
    seen(hr.page, "11-sent")


def learns_it(hr: Walker, days: Days) -> None:
    """One of them takes the course on the second day, as the people of the demo do."""
    with hr.app.app_context():
        number = NUMBERS[DONE]
        person = persons_by_number([number])[number]
        account = session().scalars(select(Account.id).where(Account.person_id == person.id)).one()
        who = Learner(person.id, account, number, "onboarding", person.id, Random(1))
        for hour, act in enumerate(STORIES["passed"], 12):
            with unit_of_work():
                sit_down(who, act, days.come(1, hour))


def were_reminded_and_the_head_was_told(days: Days) -> None:
    """One message on each day that was chosen until it is done; the head once, three days after."""
    assert days.told(NUMBERS[DONE], Topic.DIGEST) == [DUE - 3]
    for name in (BOUNCES, UNREACHABLE, LATE):
        assert days.told(NUMBERS[name], Topic.DIGEST) == [DUE - 3, DUE, DUE + 1]
    for name in (OUTSIDE, OF_HR, HEAD):
        assert days.told(NUMBERS[name], Topic.DIGEST) == []
    assert days.told(NUMBERS[HEAD], Topic.TEAM) == [DUE + 3]


def sees_the_own_people_and_nothing_else(head: Walker, password: str, stuck: str) -> None:
    """From the message to the own tree: who is done, who is not, who is overdue."""
    page = head.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.context.clear_cookies()
    head.sign_in(password=password)
    for field in page.locator("input[type=password]").all():
        field.fill(OWN_PASSWORD)
    head.press("设好密码，开始学习")
    page.goto("/inbox")
    head.follow("您部门有3人逾期")
    expect(page).to_have_url(re.compile("/team$"))
    seen(page, "12-team")
    late = {BOUNCES, UNREACHABLE, LATE}
    lists = {"unfinished": {*late, stuck}, "overdue": late, "done": {DONE}}
    for which, names in lists.items():
        page.goto(f"/team?list={which}")
        table = page.locator("section[aria-labelledby=names] table")
        rows = table.locator("tbody th").all_inner_texts()
        assert sorted(row.split()[0] for row in rows) == sorted(names)
        assert table.locator("thead th").all_inner_texts() == ["姓名", "部门", "课程", "截止日期", "状态"]
    expect(page.locator("main a:not([href^='/team'])")).to_have_count(0)
    assert page.request.get("/manage/progress").status == 403


# -- who received nothing ------------------------------------------------------------------------------------


def open_messages(hr: Walker, key: str) -> None:
    """From the assignment to who should have received its message and did not."""
    hr.page.goto(f"/manage/assign/{key}")
    with hr.page.expect_navigation():
        hr.page.locator(f"main a[href*='/messages?subject={key}']").click()


def missed(page: Page) -> list[str]:
    return sorted(page.locator("main tbody th a.nowrap").all_inner_texts())


def sees_who_received_nothing(hr: Walker, key: str) -> None:
    """Two of four, each with the reason and where it is mended."""
    page = hr.page
    open_messages(hr, key)
    expect(page.locator("h1 + p")).to_contain_text("4")
    assert missed(page) == sorted([BOUNCES, UNREACHABLE])
    expect(line(page, BOUNCES)).to_contain_text("550")
    expect(line(page, UNREACHABLE)).to_contain_text("没有任何渠道的联系方式")
    seen(page, "13-not-received")


def mends_an_address_and_tries_again(hr: Walker, key: str, days: Days, mail: Counted) -> None:
    """The page of the person says what is wrong; with another address the message arrives, once."""
    page = hr.page
    for name, address in ((BOUNCES, "li@example.org"), (UNREACHABLE, "wang@example.org")):
        with page.expect_navigation():
            line(page, name).locator("a[href$='/edit']").click()
        expect(page.locator(".note--bad")).to_have_count(1 if name == BOUNCES else 0)
        seen(page, f"14-mended-{address[:2]}")
        page.fill("#email", address)
        with page.expect_navigation():
            page.locator("main section form.card button").click()
        expect(page.locator(".note--bad")).to_have_count(0)
        open_messages(hr, key)
        with page.expect_navigation():
            page.locator("section[aria-labelledby=reasons] form button").click()
        days.messages_leave()
        assert mail.recipients().count(address) == 1
        open_messages(hr, key)
    assert missed(page) == []
    seen(page, "15-everybody-reached")
    assert len(mail.keys()) == len(set(mail.keys()))
