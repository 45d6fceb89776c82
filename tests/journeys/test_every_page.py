"""Every page of every kind of user, measured: see ``tests/support/measuring`` and ``docs/accessibility.md``.

A new page is one more line in a list of addresses.
"""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.policies import editing
from lms.policies.editing import NewValue, Slot
from lms.publishing.drafts import live_text
from lms.quizzes.queries import history
from lms.rollouts.models import Change, TaskState
from lms.rollouts.queries import change, changes, tasks_of
from lms.rollouts.registration import Announcement, register, withdraw
from tests.support.changes import as_proposed, begun
from tests.support.installations import Installations
from tests.support.measuring import PHONE, measure
from tests.support.people import BEIJING
from tests.support.walking import Walker

OPEN = ("/enter", "/card", "/card/7K3M9QWX", "/about", "/verify", "/verify/2026-AAAAA-AAAAA", "/no-such-page")
LEARNING = (
    "/my",
    "/me",
    "/me/password",
    "/me/notices",
    "/inbox",
    "/course",
    "/course/onboarding",
    "/course/onboarding/outpatient/2",
    "/course/onboarding/code-and-family/1",
    "/course/onboarding/outpatient/check",
    "/course/onboarding/outpatient/done",
    "/quiz/onboarding",
)
PLAN = (
    "/my",
    "/me",
    "/catchup/onboarding",
    "/quiz/onboarding",
    "/quiz/onboarding/result/{attempt}",
)
CHANGED = (
    "/my",
    "/inbox",
    "/change/{pooling}",
    "/change/{law}",
    "/course/{unit}",
    "/course/{unit}/what-changed/1",
    "/course/{unit}/what-changed/check",
    "/course/{unit}/what-changed/done",
)
EASY = (
    "/easy",
    "/easy/course",
    "/easy/course/retirement",
    "/easy/lesson/retirement/outpatient/1",
    "/easy/lesson/retirement/outpatient/check",
    "/easy/lesson/retirement/outpatient/done",
    "/easy/lesson/retirement/outpatient/family",
    "/easy/print",
    "/easy/print/retirement",
    "/easy/print/retirement/outpatient",
    "/easy/help",
    "/easy/help/call",
    "/easy/help/visit",
    "/easy/help/question",
    "/easy/help/mine",
    "/easy/help/phones",
    "/easy/me",
    "/easy/me/learnt",
    "/easy/notices",
    "/quiz/retirement",
    "/inbox",
    "/change/{pooling}",
)
DESK = (
    "/manage",
    "/manage/progress",
    "/manage/progress?overdue=yes",
    "/manage/progress?q=nobody-of-this-name",
    "/manage/catchup",
    "/manage/cards",
    "/manage/cards/new?all=yes",
    "/manage/cards/revoke",
    "/manage/sources",
    "/manage/policy",
    "/manage/policy/{pooling}",
    "/manage/policy/{pooling}/task/{open}",
    "/manage/policy/{pooling}/task/{closed}",
)
POLICY = (
    "/manage",
    "/manage/policy/new",
    "/manage/policy/{pooling}",
    "/manage/policy/{law}",
    "/manage/policy/{pooling}/people",
    "/manage/letters",
    "/manage/letters/{pooling}",
    "/manage/policy/{pooling}/task/{open}",
    "/manage/policy/{pooling}/pause",
    "/manage/policy/{pooling}/excuse",
    "/manage/policy/{pooling}/supersede",
    "/manage/log",
)
CONTENT = (
    "/manage/content",
    "/manage/content?q=nothing-like-this",
    "/manage/content/new",
    "/manage/content/publish",
    "/manage/content/publish?workspace={law}",
    "/manage/content/content/courses/onboarding/02-outpatient.md",
    "/manage/content/content/parameters/entitlement.yaml",
    "/manage/content/content/courses/{drafted}/course.yaml?workspace={law}",
    "/manage/content/history/content/courses/onboarding/05-code-and-family.md",
)
DRAFT = (
    "/manage/policy/{key}",
    "/manage/policy/{key}/edit",
    "/manage/policy/{key}/about",
    "/manage/policy/{key}/document",
    "/manage/policy/{key}/clause",
    "/manage/policy/{key}/clause/standards",
    "/manage/policy/{key}/value/outpatient.deductible",
    "/manage/policy/{key}/review",
    "/manage/policy/{key}/withdraw",
)
WALKS = [
    ("new-hire", LEARNING),
    ("new-hire-overdue", ("/my",)),
    ("employee-on-plan", PLAN),
    ("employee-waiting-for-help", PLAN),
    ("department-head", CHANGED),
    ("retiree", EASY),
    ("hr", DESK),
    ("admin", POLICY),
    ("head-of-hr", CONTENT),
]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def look_at(page: Page, address: str, *, axe: bool = True, missing: bool = False) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == 200 or (missing and response.status == 404), f"{response.status} at {address}"
    look(page, axe=axe)


def look(page: Page, *, axe: bool = True) -> None:
    """The page as it stands. A page in English that axe has seen in Chinese needs no *axe*."""
    faults = measure(page, axe=axe)
    assert not faults, f"{page.url}\n\n" + "\n\n".join(faults)


@pytest.mark.parametrize("address", OPEN)
def test_a_page_for_everybody(page: Page, address: str) -> None:
    look_at(page, address, missing=True)


@LANGUAGES
@pytest.mark.parametrize(("role", "addresses"), WALKS, ids=[role for role, _ in WALKS])
def test_the_pages_of(
    page: Page, installations: Installations, role: str, addresses: tuple[str, ...], language: str
) -> None:
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    page.goto(f"/?lang={language}")
    known = known_to(walker)
    for address in addresses:
        look_at(page, address.format(**known), axe=language == "zh" or address == addresses[0])


def known_to(walker: Walker) -> Mapping[str, str]:
    """What addresses name: the two changes of policy, their units and tasks, the person's last paper."""
    with walker.app.app_context():
        keys = {one.document: one.key for one in changes()}
        pooling, law = keys["cross-province-pooling-2025"], keys["medical-security-law"]
        tasks = tasks_of(change(pooling).id, today=china_date(clock.now()))
        by_state = {one.state is TaskState.OPEN: one.key for one in tasks}
        return {
            "pooling": pooling,
            "law": law,
            "unit": f"change-{pooling.lower()}",
            "drafted": f"change-{law.lower()}",
            "open": by_state[True],
            "closed": by_state[False],
            "attempt": last_attempt(walker),
        }


def last_attempt(walker: Walker) -> str:
    """Key of the last paper that the person handed in for the onboarding course; empty without one."""
    with walker.app.app_context():
        duty = walker.duties().get("onboarding", "")
        papers = history([duty]).get(duty, []) if duty else []
    return next((paper.key for paper in reversed(papers) if paper.submitted_at), "")


@LANGUAGES
def test_a_change_before_anybody_has_approved_it(
    page: Page, installations: Installations, language: str
) -> None:
    admin = Walker(page, installations.demo().app, "admin")
    page.set_viewport_size(PHONE)
    admin.sign_in()
    page.goto(f"/?lang={language}")
    key = a_draft(admin).key
    for address in DRAFT:
        look_at(page, address.format(key=key), axe=language == "zh")
    with admin.app.app_context():
        found = change(key)
        decisions, now = as_proposed(found, day=china_date(clock.now())), clock.now()
        with unit_of_work():
            register(key, decisions, version=found.version, actor_id=admin.person.id, at=now)
    look_at(page, f"/manage/policy/{key}", axe=language == "zh")
    with admin.app.app_context(), unit_of_work():
        version = change(key).version
        withdraw(key, reason="重复登记", version=version, actor_id=admin.person.id, at=clock.now())
    look_at(page, f"/manage/policy/{key}", axe=language == "zh")
    look_at(page, "/manage/policy", axe=language == "zh")


@LANGUAGES
def test_forms_about_changes_with_everything_wrong(
    page: Page, installations: Installations, language: str
) -> None:
    admin = Walker(page, installations.demo().app, "admin")
    page.set_viewport_size(PHONE)
    admin.sign_in()
    page.goto(f"/?lang={language}")
    known = known_to(admin)
    for address in (
        "/manage/policy/new",
        "/manage/policy/{pooling}/excuse",
        "/manage/policy/{pooling}/task/{open}",
    ):
        page.goto(address.format(**known))
        with page.expect_navigation():
            page.locator("main form .btn--primary").first.click()
        assert page.locator(".errsum").count() == 1
        look(page, axe=language == "zh")


def a_draft(admin: Walker) -> Change:
    """A change of a document that is live, with one number that differs."""
    path, at = "content/parameters/outpatient.yaml", clock.now()
    day = china_date(at)
    new_year = day.replace(year=day.year + 1, month=1, day=1)
    slot = Slot("北京", "in_service", "any", new_year)
    value = NewValue(Decimal(1500), "", "北京市医疗保障局网站", "", "", "law", day)
    announced = Announcement("beijing-outpatient-standards", "北京门诊起付标准下调", BEIJING, day, new_year)
    with admin.app.app_context():
        text = editing.set_value(str(live_text(path)), "outpatient.deductible", slot, value)
        return begun(admin.person, {path: text}, announced=announced, at=at)
