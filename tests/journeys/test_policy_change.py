"""A policy change from its registration to the proof: 1800 becomes 1500 in Beijing, and who learns it."""

import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.jobs.rollouts import deliver_changes
from lms.kernel import clock
from lms.kernel.database import session
from lms.notifications.models import Message
from lms.rollouts.models import Path as Way
from lms.rollouts.models import Recipient
from lms.rollouts.queries import change
from tests.support.browser import DESKTOP, PHONE, check_accessibility, screenshot
from tests.support.deductible import (
    ANNOUNCED,
    CLAUSE,
    PARAMETER,
    TITLE,
    VALUE,
    concerned,
    long_day,
    new_year,
    somebody_in_shanghai,
    stale_texts,
    today,
)
from tests.support.installations import Installations
from tests.support.walking import Walker

TOLD = ("change.to-learn", "change.to-acknowledge", "change.course")
BEFORE, AFTER = "先减起付标准，再乘比例，次序不能反。", "先减看病那年的起付标准，再乘比例，次序不能反。"
"""The key sentence of the page that an admin revises."""


@pytest.fixture
def admin(page: Page, installations: Installations) -> Walker:
    walker = Walker(page, installations.demo().app, "admin")
    sit_down(walker)
    return walker


def sit_down(walker: Walker, size: dict[str, int] = DESKTOP) -> None:
    """Whoever was signed in leaves; now it is the walker's turn."""
    walker.page.set_viewport_size(size)  # type: ignore[arg-type]
    walker.page.context.clear_cookies()
    walker.sign_in()


def seen(page: Page, name: str) -> None:
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    screenshot(page, f"policy-change-{name}")


def test_a_change_goes_from_its_registration_to_the_proof(admin: Walker, tmp_path: Path) -> None:
    page, app = admin.page, admin.app
    head, learner = Walker(page, app, "head-of-hr"), Walker(page, app, "department-head")
    people = concerned(admin)
    stale = stale_texts(admin)

    key = drafts_the_change(admin)
    registers_it(admin, key, stale, people)
    sit_down(head)
    approves_it(head, key, stale)
    sit_down(admin)
    revises_a_page(admin, key)
    confirms_the_rest(admin, key)
    approves_the_unit(admin, key)
    delivers_it(admin, key, people)

    sit_down(learner, PHONE)
    learns_it(learner, key)
    other = Walker(page, app, number=somebody_in_shanghai(admin))
    sit_down(other, PHONE)
    has_nothing_to_learn(other)
    sit_down(head)
    takes_the_evidence(head, key, learner, tmp_path)


# -- steps -----------------------------------------------------------------------------------------------


def fill(page: Page, typed: dict[str, str]) -> None:
    """Type into fields, or choose from lists, by their labels."""
    for label, text in typed.items():
        field = page.locator("main").get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def drafts_the_change(admin: Walker) -> str:
    """A new document with its clause, and the number from New Year's Day on; returns the change's key."""
    page = admin.page
    page.goto("/manage/policy")
    admin.follow("登记政策更新")
    fill(page, ANNOUNCED | {"发布日期": str(today() - timedelta(days=2)), "施行日期": str(new_year())})
    seen(page, "1-new")
    admin.press("存为草稿，下一步")
    key = page.url.split("/")[-2]
    admin.follow("添加条款")
    fill(page, CLAUSE)
    admin.press("添加")
    page.get_by_text("改动其他数值").click()
    admin.follow(PARAMETER)
    fill(page, VALUE)
    seen(page, "2-value")
    admin.press("保存数值")
    expect(page.locator("main ins")).to_have_text("1500元")
    page.goto(f"/manage/policy/{key}/edit")
    seen(page, "3-draft")
    return key


def registers_it(admin: Walker, key: str, stale: set[str], people: dict[int, str]) -> None:
    """Looks at what will follow before anything is sent; it is exactly what has to come out."""
    page = admin.page
    admin.follow("核对并登记")
    expect(page.locator(".diff")).to_contain_text("1800元")
    texts = page.locator("section[aria-labelledby=imp] tbody th .d").all_inner_texts()
    assert set(texts) == stale
    far = Counter(people.values())
    row = page.locator("section[aria-labelledby=who] tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("th")).to_have_text("员工")
    counts = [far["passed"], far["learning"], far["never"], len(people)]
    assert row.locator("td").all_inner_texts() == ["北京", *map(str, counts)]
    seen(page, "4-review")
    admin.press("登记，今天为第0天")
    expect(page.get_by_role("button", name="批准并发布")).to_have_count(0)


def approves_it(head: Walker, key: str, stale: set[str]) -> None:
    """The head of HR finds it on the workbench and compares it with the source."""
    page = head.page
    page.goto("/manage")
    with page.expect_navigation():
        page.locator(".queue > li").filter(has_text=TITLE).get_by_role("link").click()
    seen(page, "5-waiting")
    head.press("批准并发布")
    expect(page.locator("main h2").first).to_contain_text("离全员宣贯截止还有14天")
    expect(page.locator("section[aria-labelledby=impact] tbody tr")).to_have_count(len(stale))
    seen(page, "6-day-0")


def revises_a_page(admin: Walker, key: str) -> None:
    """Edits the stale text, publishes it, and closes the task as revised."""
    page = admin.page
    page.goto(f"/manage/policy/{key}")
    admin.follow("完整算一遍")
    task = page.url
    seen(page, "7-task")
    admin.follow("打开材料")
    text = page.locator("#text")
    text.fill(text.input_value().replace(BEFORE, AFTER))
    admin.press("保存草稿")
    admin.follow("去发布")
    with page.expect_navigation():
        page.locator("main form .btn--primary").click()
    page.goto(task)
    page.get_by_label("已更新，新版已发布").check()
    admin.press("以我的名义办结")


def confirms_the_rest(admin: Walker, key: str) -> None:
    """Every other text is still right as it stands: it shows the number that is in force."""
    page = admin.page
    while page.locator("section[aria-labelledby=impact] tbody tr").filter(has_text="待更新").count():
        with page.expect_navigation():
            page.locator("section[aria-labelledby=impact] tr").filter(has_text="待更新").first.get_by_role(
                "link"
            ).click()
        page.get_by_label("已核对，照原样仍然正确").check()
        fill(page, {"核对了什么，改了什么？": "数值由平台按日期换，文字不变。"})
        admin.press("以我的名义办结")


def approves_the_unit(admin: Walker, key: str) -> None:
    """Looks at what the platform drafted, as a reader in Beijing would see it, and approves it."""
    page = admin.page
    admin.follow("01-what-changed.md")
    expect(page.locator("#checked")).to_contain_text("1500元")
    page.goto(f"/manage/policy/{key}")
    admin.press("批准送达员工")
    seen(page, "8-ready")


def delivers_it(admin: Walker, key: str, people: dict[int, str]) -> None:
    """What the clockwork does: everybody concerned and nobody else gets it, with one message each."""
    with admin.app.app_context():
        assert deliver_changes(clock.now()).failures == 0
        reached = session().execute(
            select(Recipient.person_id, Recipient.path).where(Recipient.change_id == change(key).id)
        )
        assert {row.person_id: row.path for row in reached} == {
            person: Way.DELTA if far == "passed" else Way.COURSE for person, far in people.items()
        }
        told = select(Message.person_id).where(Message.subject == key, Message.topic.in_(TOLD))
        assert sorted(session().scalars(told)) == sorted(people)
    admin.page.goto(f"/manage/policy/{key}")
    seen(admin.page, "9-delivered")


def learns_it(learner: Walker, key: str) -> None:
    """Follows the message, reads old and new with the day, and passes the quiz on exactly that."""
    page, unit = learner.page, f"change-{key.lower()}"
    page.goto("/my")
    expect(page.get_by_role("heading", name=re.compile(f"规定有变：\\s*{TITLE}"))).to_be_visible()
    seen(page, "10-my")
    page.goto("/inbox")
    seen(page, "11-inbox")
    learner.follow(f"政策有变：{TITLE}")
    expect(page).to_have_url(re.compile(f"/course/{unit}$"))
    seen(page, "12-unit")
    learner.follow("开始学")
    reads_old_and_new(learner, unit)
    learner.finish_lesson()
    seen(page, "14-read")
    with page.expect_navigation():
        page.locator(".next .btn--primary").click()
    learner.press("开始测验")
    learner.answer_all(learner.right_answers(unit))
    learner.press("交卷")
    expect(page.get_by_role("heading", level=1)).to_contain_text("100")
    seen(page, "15-passed")


def reads_old_and_new(learner: Walker, unit: str) -> None:
    page, last = learner.page, new_year() - timedelta(days=1)
    expect(page).to_have_url(re.compile(f"/course/{unit}/what-changed/1$"))
    learner.go_on()
    for words in ("1800元", long_day(last), "1500元", long_day(new_year())):
        expect(page.locator("main")).to_contain_text(words)
    seen(page, "13-old-and-new")


def has_nothing_to_learn(somebody: Walker) -> None:
    """In Shanghai nothing has changed."""
    for address in ("/my", "/inbox"):
        somebody.page.goto(address)
        expect(somebody.page.locator("main")).not_to_contain_text("起付标准")
    seen(somebody.page, "16-shanghai")


def takes_the_evidence(head: Walker, key: str, learner: Walker, folder: Path) -> None:
    """The pack names who learned it, and its own script finds every file as the manifest says."""
    page = head.page
    page.goto(f"/manage/policy/{key}")
    seen(page, "17-one-has-learned-it")
    with page.expect_download() as download:
        page.get_by_role("link", name="证据包").click()
    ZipFile(download.value.path()).extractall(folder)
    verified = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout[:2]) == (0, "OK"), verified.stdout
    page.goto("about:blank")
    page.set_content((folder / key / "summary.html").read_text(encoding="utf-8"))
    seen(page, "18-evidence")
    roster = (folder / key / "roster.csv").read_text(encoding="utf-8-sig").splitlines()
    row = next(line for line in roster if line.startswith(f"{learner.login},"))
    assert "已学完" in row
