"""Pages that the demo reaches only after steps of somebody, as ``test_every_page`` looks at the others."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from lms.assignments.adjustments import adjustments_page
from lms.assignments.models import AdjustmentState, Assignment, Completion
from lms.campaigns.cases import cases_page
from lms.campaigns.models import CaseState, Trigger
from lms.campaigns.standing_rules import RuleForm, add_rule
from lms.item_analysis.queries import editions
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.people.models import Person
from lms.policies import editing
from lms.policies.editing import NewValue, Slot
from lms.publishing.drafts import CONTENT, live_sha, live_text, publish_workspace, save
from lms.quizzes.models import Attempt, AttemptState
from lms.rollouts.approval import approve
from lms.rollouts.queries import change
from lms.rollouts.registration import Announcement, register
from lms.surveys.drafting import EVERYBODY
from tests.journeys.test_every_page import last_attempt, look, look_at
from tests.support.changes import as_proposed, begun
from tests.support.installations import Installations
from tests.support.measuring import PHONE
from tests.support.people import BEIJING
from tests.support.walking import Walker

DESK = (
    "/manage/assign/{sent}/extend",
    "/manage/people/{person}/attempt/{attempt}",
    "/manage/people/{person}/return",
    "/manage/policy/{waiting}/send-back",
    "/manage/policy/{corrected}/correction",
    "/manage/items/{question}/rekey/{edition}",
)
REFUSED = ("/manage/adjustments/{request}/decide", "/manage/rules/{rule}/on")
"""Where a form that was refused stands; the page with the form is one step above."""
PAPER = ("/quiz/{quiz}/paper",)
CERTIFICATE = ("/certificate/acknowledged/{number}",)
WALKS = {
    "desk": ("head-of-hr", (*DESK, *REFUSED)),
    "paper": ("", PAPER),
    "certificate": ("", CERTIFICATE),
}
QUESTION, QUIZ_FILE = "onb-bas-04", "quizzes/onboarding.yaml"


@pytest.fixture
def head(page: Page, installations: Installations) -> Walker:
    return Walker(page, installations.demo().app, "head-of-hr")


def arrives(walker: Walker) -> Page:
    """Signed in on a phone."""
    walker.page.set_viewport_size(PHONE)
    walker.sign_in()
    return walker.page


def look_there(page: Page, address: str) -> None:
    """At a page of that address, not one that it leads on to."""
    look_at(page, address)
    assert page.url.endswith(address)


@pytest.mark.parametrize("addresses", [DESK[:3], REFUSED], ids=["steps", "refused"])
def test_pages_of_the_desk(head: Walker, addresses: tuple[str, ...]) -> None:
    page, known = arrives(head), on_the_desk(head)
    for address in addresses:
        if address in REFUSED:
            page.goto(address.format(**known).rpartition("/")[0])
            with page.expect_navigation():
                page.locator("main form .btn--primary").first.click()
            assert page.url.endswith(address.format(**known))
            assert page.locator(".errsum").count() == 1, address
            look(page)
        else:
            look_there(page, address.format(**known))


def test_a_change_that_waits_for_approval_and_one_that_corrects(head: Walker) -> None:
    page, key = arrives(head), correction_of(head)
    look_there(page, DESK[3].format(waiting=key))
    with head.app.app_context(), unit_of_work():
        version = change(key).version
        approve(key, version=version, actor_id=head.person.id, at=clock.now())
    look_there(page, DESK[4].format(corrected=key))
    assert page.locator("main form[action$='/regrade']").count() == 1


def test_a_key_that_was_wrong(head: Walker) -> None:
    page = arrives(head)
    with head.app.app_context():
        was = editions(QUESTION)[0].question.edition
        put_right(head.person.id)
    look_there(page, DESK[5].format(question=QUESTION, edition=was[:12]))
    assert page.locator("main form[action$='/papers']").count() == 1


def test_a_paper_on_one_page(head: Walker) -> None:
    begun_papers = (
        select(Person.number, Attempt.quiz).join(Attempt, Attempt.person_id == Person.id).order_by(Attempt.id)
    )
    with head.app.app_context():
        number, quiz = session().execute(begun_papers.where(Attempt.state == AttemptState.OPEN)).all()[0]
    page = arrives(Walker(head.page, head.app, number=number))
    look_there(page, PAPER[0].format(quiz=quiz))


def test_a_certificate_without_a_quiz(head: Walker) -> None:
    acknowledged = (
        select(Person.number, Completion.certificate)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .where(Completion.attempt_id.is_(None))
        .order_by(Completion.assignment_id)
    )
    with head.app.app_context():
        owner, number = session().execute(acknowledged).all()[0]
    page = arrives(Walker(head.page, head.app, number=owner))
    look_there(page, CERTIFICATE[0].format(number=number))


def on_the_desk(head: Walker) -> Mapping[str, str]:
    """What is sent, asked for and handed in, and a rule that would reach everybody."""
    at = clock.now()
    learner = Walker(head.page, head.app, "employee-on-plan")
    everybody = RuleForm(
        title="",
        path="",
        courses=["onboarding"],
        selection=EVERYBODY,
        trigger=Trigger.MATCHING,
        hired_from=None,
        due_days=30,
        repeat_months=12,
        anchor_on=china_date(at),
    )
    with head.app.app_context():
        with unit_of_work():
            rule = add_rule(everybody, actor_id=head.person.id, at=at)
        return {
            "sent": cases_page(CaseState.WAITING, page=1)[0][0].campaign_key,
            "request": adjustments_page(AdjustmentState.WAITING, page=1)[0][0].key,
            "person": learner.person.key,
            "attempt": last_attempt(learner),
            "rule": rule,
        }


def correction_of(head: Walker) -> str:
    """A change by which a number of Beijing was wrong from the beginning; it waits for approval."""
    admin, at = Walker(head.page, head.app, "admin").person, clock.now()
    day, path = china_date(at), "content/parameters/outpatient.yaml"
    value = NewValue(Decimal(1500), "", "北京市医疗保障局网站", "", "", "law", day)
    announced = Announcement("beijing-outpatient-standards", "北京门诊起付标准更正", BEIJING, day, day)
    with head.app.app_context():
        slot = Slot("北京", "in_service", "any", None)
        text = editing.set_value(str(live_text(path)), "outpatient.deductible", slot, value)
        found = begun(admin, {path: text}, announced=announced, at=at)
        decisions = as_proposed(found, day=day)
        with unit_of_work():
            register(found.key, decisions, version=found.version, actor_id=admin.id, at=at)
        return found.key


def put_right(actor_id: int) -> None:
    """The statement was true, contrary to its key."""
    at = clock.now()
    before, mark, after = str(live_text(QUIZ_FILE)).partition(f"- id: {QUESTION}\n")
    text = before + mark + after.replace("answer: false", "answer: true", 1)
    base = live_sha(QUIZ_FILE)
    with unit_of_work():
        save(CONTENT, QUIZ_FILE, text, base=base, version=0, author_id=actor_id, at=at)
        publish_workspace(CONTENT, author_id=actor_id, at=at, day=china_date(at))
