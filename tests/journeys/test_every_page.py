"""Every page of every kind of user: accessible in light and dark, and no wider than a narrow phone."""

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
from tests.support.browser import PHONE, check_accessibility
from tests.support.changes import as_proposed, begun
from tests.support.installations import Installations
from tests.support.people import BEIJING
from tests.support.walking import Walker

NARROW = {"width": 320, "height": 640}
OPEN = ("/enter", "/about", "/verify", "/verify/2026-AAAAA-AAAAA", "/no-such-page")
LEARNING = (
    "/my",
    "/me",
    "/me/password",
    "/inbox",
    "/course",
    "/course/onboarding",
    "/course/onboarding/outpatient/2",
    "/course/onboarding/code-and-family/1",
    "/course/onboarding/outpatient/check",
    "/course/onboarding/outpatient/done",
    "/quiz/onboarding",
)
PLAN = ("/my", "/me", "/catchup/onboarding", "/quiz/onboarding", "/quiz/onboarding/result/{attempt}")
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
    "/easy/lesson/retirement/outpatient/1",
    "/easy/lesson/retirement/outpatient/check",
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


def look_at(page: Page, address: str, *, missing: bool = False) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == 200 or (missing and response.status == 404), f"{response.status} at {address}"
    look(page)


def look(page: Page) -> None:
    """The page as it stands."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        check_accessibility(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    page.set_viewport_size(PHONE)


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
        look_at(page, address.format(**known))


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
        look_at(page, address.format(key=key))
    with admin.app.app_context():
        found = change(key)
        decisions, now = as_proposed(found, day=china_date(clock.now())), clock.now()
        with unit_of_work():
            register(key, decisions, version=found.version, actor_id=admin.person.id, at=now)
    look_at(page, f"/manage/policy/{key}")
    with admin.app.app_context(), unit_of_work():
        version = change(key).version
        withdraw(key, reason="重复登记", version=version, actor_id=admin.person.id, at=clock.now())
    look_at(page, f"/manage/policy/{key}")
    look_at(page, "/manage/policy")


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
        look(page)


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
