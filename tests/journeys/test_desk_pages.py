"""Every page of assigning, chasing and channels, as ``test_every_page`` looks at the others."""

from collections.abc import Mapping

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
from tests.journeys.test_every_page import LANGUAGES, look, look_at
from tests.support.gateways import robot
from tests.support.installations import Installations
from tests.support.measuring import PHONE
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
TEAM = ("/team", "/team?list=overdue", "/team?list=done")
WALKS = {
    "assigning": ("hr", ASSIGNING),
    "rules": ("hr", RULES),
    "chasing": ("hr", CHASING),
    "channels": ("head-of-hr", CHANNELS),
    "people": ("hr", PEOPLE),
    "retirees": ("hr", RETIREES),
    "team": ("department-head", TEAM),
}
WRONG = (
    ("hr", "/manage/assign/new"),
    ("hr", "/manage/assign/{draft}/time"),
    ("hr", "/manage/rules/new"),
    ("hr", "/manage/exceptions"),
    ("hr", "/manage/adjust/{assignment}"),
    ("head-of-hr", "/manage/channels/wecom"),
    ("head-of-hr", "/manage/channels/robots/new"),
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
            "waiting": Walker(walker.page, walker.app, "employee-waiting-for-help").duties()["onboarding"],
        }


def the_first(found: Select[str]) -> str:
    return session().scalars(found.limit(1)).one()


def campaign_in(state: CampaignState) -> str:
    return campaigns_page([state], today=china_date(clock.now()), page=1)[0][0].key


def refused_robot() -> str:
    new = robot()
    with unit_of_work():
        note_refused(new.id, "wecom-93000", clock.now())
    return new.key
