"""Every page of surveys, as ``test_every_page`` looks at the others: those who answer, and HR's desk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from lms.campaigns.selection import Selection
from lms.courses.questionnaires import Option, Question, QuestionKind
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.surveys import answering, drafting, opening, queries
from lms.surveys.drafting import EVERYBODY, Draft
from lms.surveys.models import Invitation, Survey
from lms.surveys.proposals import Proposing, propose
from lms.surveys.rules import Source, SurveyKind
from tests.journeys.test_every_page import LANGUAGES, look, look_at
from tests.support.installations import Installations
from tests.support.measuring import PHONE
from tests.support.walking import Walker

LEARNER = (
    "/survey",
    "/survey/{needs}",
    "/survey/{needs}/review",
    "/survey/{over}",
    "/survey/{done}/thanks",
    "/survey/after/{course}",
    "/survey/{needs}/1",
)
DESK = (
    "/manage/surveys",
    "/manage/surveys/new",
    "/manage/surveys/{needs}",
    "/manage/surveys/{needs}/comments",
    "/manage/surveys/{needs}/extend",
    "/manage/surveys/{needs}/close",
    "/manage/surveys/{rated}",
    "/manage/surveys/{rated}/comments",
    "/manage/surveys/{draft}/edit",
    "/manage/surveys/{draft}/people",
    "/manage/surveys/{draft}/open",
    "/manage/surveys/{draft}/questions/new",
    "/manage/surveys/{draft}/questions/point",
    "/manage/surveys/{draft}/preview/employee/standard/2",
    "/manage/surveys/{draft}/preview/retiree/easy/2",
    "/manage/proposals",
    "/manage/proposals/{proposal}",
)
WALKS = {"learner": ("new-hire", LEARNER), "easy": ("retiree", LEARNER), "desk": ("hr", DESK)}
QUESTIONS = (
    Question(id="point", kind=QuestionKind.RECOMMEND, text="您愿意推荐给同事吗？"),
    Question(
        id="way",
        kind=QuestionKind.MULTIPLE,
        text="您喜欢怎么学？",
        options=(Option(id="paper", text="看印好的纸", text_en="On paper"), Option(id="talk", text="听人讲")),
    ),
    Question(id="wish", kind=QuestionKind.OPEN, text="还想学什么？", required=False),
)


@LANGUAGES
@pytest.mark.parametrize("walk", WALKS)
def test_the_pages_of(page: Page, installations: Installations, walk: str, language: str) -> None:
    role, addresses = WALKS[walk]
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    page.goto(f"/?lang={language}")
    with walker.app.app_context():
        known = surveys_of(walker.person)
    for address in addresses:
        look_at(page, address.format(**known), axe=language == "zh" or address == addresses[0])
    if addresses is LEARNER:
        answer_all(page, axe=language == "zh")


def answer_all(page: Page, *, axe: bool) -> None:
    """From the first question, first without an answer, to the look before sending."""
    onward = page.locator("button.btn--primary").last
    onward.click()
    look(page, axe=axe)
    while page.locator("[name=answer]").count():
        if page.locator("textarea").count():
            page.locator("textarea").fill("家庭共济怎么绑定")
        else:
            page.locator(".choice").first.click()
        onward.click()
        look(page, axe=axe)
    onward.click()
    page.wait_for_url("**/thanks")


def surveys_of(person: Person) -> Mapping[str, str]:
    """One like the needs survey with six answers, one over, one already answered, one rated, and a draft."""
    person_id, at = person.id, clock.now()
    with unit_of_work():
        quarter = Quarter.of(china_date(at))
        needs = _like_the_needs(quarter, person_id)
        opening.open_now(needs, actor_id=person_id, at=at)
        over, done, draft = (_drafted(person_id, title) for title in ("旧的", "答过的", "体检之后"))
        for key in (over, done):
            opening.open_now(key, actor_id=person_id, at=at)
        answering.submit(done, person_id, {"point": ["9"], "way": ["paper"]}, at=at)
        opening.close(over, actor_id=person_id, at=at)
        wish = Proposing("", "讲讲家庭共济", Source.SURVEY, needs, str(quarter), 6)
        proposal = propose(wish, actor_id=person_id, at=at)
        _six_answer(needs, without=person_id)
    rated = select(Survey.key).where(Survey.kind == SurveyKind.SATISFACTION).order_by(Survey.published.desc())
    return {
        "needs": needs,
        "rated": session().scalars(rated).first() or "",
        "over": over,
        "done": done,
        "draft": draft,
        "proposal": proposal,
        "course": "retirement" if person.audience == "retiree" else "onboarding",
    }


def _like_the_needs(quarter: Quarter, author_id: int) -> str:
    at, found = clock.now(), drafting.template(SurveyKind.NEEDS)
    assert found is not None
    closes_on = china_date(at) + timedelta(days=7)
    draft = drafting.needs_draft(found[0], quarter)
    own = replace(draft, kind=SurveyKind.OWN, quarter="", closes_on=closes_on)
    return drafting.new(own, actor_id=author_id, at=at)


def _drafted(author_id: int, title: str) -> str:
    at = clock.now()
    closes_on = china_date(at) + timedelta(days=7)
    everybody: Selection = EVERYBODY
    draft = Draft(title=title, closes_on=closes_on, selection=everybody, questions=QUESTIONS)
    return drafting.new(draft, actor_id=author_id, at=at)


def _six_answer(key: str, *, without: int) -> None:
    one = queries.survey(key)
    asked = session().execute(
        select(Invitation.person_id, Invitation.audience)
        .where(Invitation.survey_id == one.id, Invitation.person_id != without)
        .order_by(Invitation.person_id)
        .limit(6)
    )
    for person_id, audience in asked.all():
        answers = {each.id: _answer(each) for each in queries.preview(one, audience.value)}
        answering.submit(key, person_id, answers, at=clock.now())


def _answer(question: Question) -> list[str]:
    return ["异地就医怎么备案"] if question.kind is QuestionKind.OPEN else [question.values[0]]
