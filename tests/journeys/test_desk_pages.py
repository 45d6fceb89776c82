"""Every page of assigning, chasing and channels, as ``test_every_page`` looks at the others."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page
from sqlalchemy import Select, select

from lms.assignments.adjustments import adjustments_page
from lms.assignments.models import AdjustmentState
from lms.campaigns.cases import cases_page
from lms.campaigns.models import CampaignState, CaseState
from lms.campaigns.queries import campaigns_page
from lms.campaigns.standing_rules import rules_list
from lms.item_analysis.models import AnalysedItem
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.notifications.robots import note_refused
from lms.people.models import Department, Person
from lms.planning.budgets import NewCost, enter, reserve
from lms.planning.entries import Planned, add
from lms.planning.members import Membership, join
from lms.planning.rules import Category, DutyKind
from lms.planning.years import open_year
from tests.journeys.test_every_page import LANGUAGES, look, look_at
from tests.support.events import on_the_desk
from tests.support.gateways import robot
from tests.support.installations import Installations
from tests.support.measuring import PHONE
from tests.support.quarterly import drafted
from tests.support.topics import found_effects
from tests.support.walking import Walker

ASSIGNING = (
    "/manage/assign",
    "/manage/assign?state=sent",
    "/manage/assign?state=withdrawn",
    "/manage/assign/new",
    "/manage/assign/{draft}/content",
    "/manage/assign/{draft}/people",
    "/manage/assign/{draft}/time",
    "/manage/assign/{draft}/notice",
    "/manage/assign/{draft}/check",
    "/manage/assign/{draft}/names",
    "/manage/assign/{draft}/discard",
    "/manage/assign/{queued}",
    "/manage/assign/{queued}/withdraw",
    "/manage/assign/{sent}",
    "/manage/assign/{sent}/names?outcome=exception",
)
RULES = (
    "/manage/rules",
    "/manage/rules/new",
    "/manage/rules/{rule}",
    "/manage/rules/{rule}/edit",
    "/manage/rules/{rule}/plus",
    "/manage/rules/{rule}/minus",
    "/manage/rules/{rule}/release",
    "/manage/rules/{rule}/off",
    "/manage/exceptions",
    "/manage/exceptions?state=given",
    "/manage/adjustments",
    "/manage/adjustments?state=refused",
    "/manage/adjust/{assignment}",
)
CHASING = (
    "/manage/messages",
    "/manage/messages?text=nobody-of-this-name",
    "/manage/people?account=no",
    "/manage/people/{bounced}/edit",
    "/manage/items",
    "/manage/items/quiz/onboarding",
    "/manage/items/{question}",
    "/manage/reconciliation",
)
CHANNELS = (
    "/manage/adjustments/{request}",
    "/manage/channels",
    "/manage/channels/wecom",
    "/manage/channels/sms",
    "/manage/channels/robots/new",
    "/manage/channels/robots/{robot}",
    "/manage/channels/robots/{robot}/remove",
)
PEOPLE = (
    "/manage/people",
    "/manage/people/{retiree}",
    "/manage/people/{retiree}/leave",
    "/manage/people/{retiree}/password",
    "/manage/people/import",
    "/manage/people/passwords",
    "/manage/departments",
    "/manage/departments/new",
    "/manage/departments/{department}/rename",
    "/manage/departments/{department}/move",
    "/manage/departments/{department}/head",
    "/manage/departments/{department}/remove",
    "/manage/catchup/{waiting}",
)
RETIREES = (
    "/manage/assist",
    "/manage/assist/{retiree}",
    "/manage/cards",
    "/manage/cards/new?person={retiree}",
    "/manage/contacts",
    "/manage/contacts?list=visit",
    "/manage/contacts/person/{retiree}",
    "/manage/contacts/requests",
    "/manage/hotlines",
    "/manage/letters",
    "/manage/prints",
    "/manage/prints/batch",
)
YEAR = (
    "/manage/plan",
    "/manage/plan?view=calendar",
    "/manage/plan/new",
    "/manage/plan/approve",
    "/manage/plan/entries/{entry}",
    "/manage/plan/entries/{entry}/edit",
    "/manage/plan/group",
    "/manage/plan/group/new",
    "/manage/plan/group/{member}",
    "/manage/plan/budget",
    "/manage/plan/budget/reserve",
    "/manage/plan/budget/enter",
    "/me/calendar",
)
EVENTS = (
    "/manage/events",
    "/manage/events/new",
    "/manage/events/{event}?text=1",
    "/manage/events/{event}/edit",
    "/manage/events/{event}/cancel",
    "/manage/events/{over}/attendance",
    "/manage/events/{over}/finish",
)
REPORTS = (
    "/manage/reports",
    "/manage/reports/{quarter}",
    "/manage/reports/{quarter}/words",
    "/manage/reports/{quarter}/due",
    "/manage/reports/{quarter}/sign",
    "/manage/reports/{quarter}/correct",
)
EFFECTS = (
    "/manage/effects",
    "/manage/effects/{marked_in}/topic/{topic}",
    "/manage/effects/{marked_in}/topic/{topic}/onboarding",
    "/manage/effects/{marked_in}/course/onboarding",
    "/manage/effects/rollout/{rollout}",
)
CLOCKWORK = (
    "/manage/clockwork",
    "/manage/clockwork/reconcile-reports",
    "/manage/clockwork/reconcile-reports/run",
    "/manage/clockwork/reconcile-reports/skip",
    "/manage/clockwork/reconcile-reports/unskip",
)
TEAM = ("/team", "/team?list=overdue", "/team?list=done")
WALKS = {
    "assigning": ("hr", ASSIGNING),
    "rules": ("hr", RULES),
    "chasing": ("hr", CHASING),
    "channels": ("head-of-hr", CHANNELS),
    "people": ("hr", PEOPLE),
    "retirees": ("hr", RETIREES),
    "clockwork": ("head-of-hr", CLOCKWORK),
    "team": ("department-head", TEAM),
    "effects": ("hr", EFFECTS),
    "year": ("head-of-hr", YEAR),
    "events": ("hr", EVENTS),
    "reports": ("head-of-hr", REPORTS),
}
WRONG = (
    ("hr", "/manage/assign/new"),
    ("hr", "/manage/assign/{draft}/time"),
    ("hr", "/manage/rules/new"),
    ("hr", "/manage/exceptions"),
    ("head-of-hr", "/manage/clockwork/reconcile-reports/skip"),
    ("hr", "/manage/adjust/{assignment}"),
    ("head-of-hr", "/manage/channels/wecom"),
    ("head-of-hr", "/manage/channels/robots/new"),
    ("hr", "/manage/events/new"),
    ("head-of-hr", "/manage/reports/{quarter}/correct"),
    ("hr", "/manage/events/{event}/cancel"),
    ("head-of-hr", "/manage/plan/new"),
    ("head-of-hr", "/manage/plan/group/new"),
    ("head-of-hr", "/manage/plan/budget/enter"),
)
"""Forms that say what is wrong when they are handed in as they open."""


def arrived(page: Page, installations: Installations, role: str, language: str) -> Mapping[str, str]:
    """Somebody signed in on a phone; what addresses name."""
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    page.goto(f"/?lang={language}")
    return known_to(walker)


@LANGUAGES
@pytest.mark.parametrize("walk", WALKS)
def test_the_pages_of(page: Page, installations: Installations, walk: str, language: str) -> None:
    role, addresses = WALKS[walk]
    known = arrived(page, installations, role, language)
    for address in addresses:
        look_at(page, address.format(**known), axe=language == "zh" or address == addresses[0])


@LANGUAGES
@pytest.mark.parametrize("role", ["hr", "head-of-hr"])
def test_forms_with_everything_wrong(
    page: Page, installations: Installations, role: str, language: str
) -> None:
    known = arrived(page, installations, role, language)
    for address in (address for whose, address in WRONG if whose == role):
        page.goto(address.format(**known))
        with page.expect_navigation():
            page.locator("main form .btn--primary").first.click()
        assert page.locator(".errsum").count() == 1, address
        look(page, axe=language == "zh")


def known_to(walker: Walker) -> Mapping[str, str]:
    """What the demo has on its desk, and a robot that its group has refused."""
    with walker.app.app_context():
        today = china_date(clock.now())
        return {
            "draft": campaign_in(CampaignState.DRAFT),
            "queued": campaign_in(CampaignState.QUEUED),
            "sent": cases_page(CaseState.WAITING, page=1)[0][0].campaign_key,
            "rule": rules_list(today)[0].key,
            "assignment": Walker(walker.page, walker.app, "employee-on-plan").duties()["onboarding"],
            "request": adjustments_page(AdjustmentState.WAITING, page=1)[0][0].key,
            "bounced": the_first(select(Person.key).where(Person.email_error != "")),
            "question": the_first(select(AnalysedItem.question).where(AnalysedItem.quiz == "onboarding")),
            "robot": refused_robot(),
            "department": the_first(select(Department.key).where(Department.parent_id.is_not(None))),
            "retiree": Walker(walker.page, walker.app, "retiree").person.key,
            **planned_year(today),
            **found_effects(clock.now()),
            "quarter": drafted(clock.now()),
            **on_the_desk(walker.person, Walker(walker.page, walker.app, "retiree").person, clock.now()),
            "waiting": Walker(walker.page, walker.app, "employee-waiting-for-help").duties()["onboarding"],
        }


def the_first(found: Select[str]) -> str:
    return session().scalars(found.limit(1)).one()


def campaign_in(state: CampaignState) -> str:
    return campaigns_page([state], today=china_date(clock.now()), page=1)[0][0].key


def planned_year(today: date) -> Mapping[str, str]:
    """The year of today, opened, with something of its own, a leader of the group, and money."""
    actor = session().scalars(select(Person.id).limit(1)).one()
    with unit_of_work():
        open_year(today.year, actor_id=actor, at=clock.now())
        planned = Planned("知识竞赛", "", today, today)
        entry = add(today.year, planned, actor_id=actor, at=clock.now())
        lead = Membership("", "李组长", "启衡科技", DutyKind.LEAD, "", today)
        member = join(lead, actor_id=actor, at=clock.now())
        reserve(today.year, per_head=Decimal(40), heads=100, actor_id=actor, at=clock.now())
        cost = NewCost(Category.EXPERT, Decimal("1500.50"), today, "宣讲")
        enter(today.year, cost, actor_id=actor, at=clock.now())
    return {"entry": entry, "member": member}


def refused_robot() -> str:
    new = robot()
    with unit_of_work():
        note_refused(new.id, "wecom-93000", clock.now())
    return new.key
