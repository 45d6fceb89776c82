"""Every page of events, as ``test_every_page`` looks at the others: learners', the door's, and the lists'."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.workshops import signing
from lms.workshops.door import code_of
from lms.workshops.rules import How
from tests.journeys.test_every_page import LANGUAGES, look_at
from tests.support.events import published
from tests.support.installations import Installations
from tests.support.measuring import PHONE
from tests.support.walking import Walker

LEARNER = (
    "/event",
    "/event/{open}",
    "/event/{today}",
    "/event/{today}/withdraw",
    "/event/in",
    "/event/in/{code}?e={today}",
    "/event/{come}/arrived",
)
DESK = (
    "/manage/events/{today}/door",
    "/manage/events/{open}/door",
    "/manage/events/{today}/arrivals",
    "/manage/events/{today}/sheet",
)
WALKS = {
    "learner": ("new-hire", LEARNER),
    "easy": ("retiree", (*LEARNER, "/event/past")),
    "desk": ("hr", DESK),
}


@LANGUAGES
@pytest.mark.parametrize("walk", WALKS)
def test_the_pages_of(page: Page, installations: Installations, walk: str, language: str) -> None:
    role, addresses = WALKS[walk]
    walker = Walker(page, installations.demo().app, role)
    page.set_viewport_size(PHONE)
    walker.sign_in()
    page.goto(f"/?lang={language}")
    with walker.app.app_context():
        known = events_of(walker.person)
    for address in addresses:
        look_at(page, address.format(**known), axe=language == "zh" or address == addresses[0])


def events_of(person: Person) -> Mapping[str, str]:
    """One next week, one that begins soon and has a place for the person, and one at which they are."""
    at = clock.now()
    soon, later = at + timedelta(minutes=20), at + timedelta(days=7)
    today, come = (_one(person, soon + number * timedelta(hours=3)) for number in range(2))
    for key in (today, come):
        with unit_of_work():
            signing.sign_up(key, person.id, at=at, anyway=True)
    with unit_of_work():
        signing.check_in(come, person.id, How.DESK, at=soon + timedelta(hours=3), actor_id=person.id)
    return {"open": _one(person, later), "today": today, "come": come, "code": code_of(today, china_date(at))}


def _one(by: Person, starts_at: datetime) -> str:
    return published(
        by,
        at=clock.now(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        sign_up_until=starts_at,
        about="带上手机和一张病历单，现场把流程走一遍。",
        host_name="医保局王老师",
        capacity=30,
    )
