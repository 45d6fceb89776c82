"""Two admins in front of the pages about changes of policy. Needs an application context."""

from dataclasses import dataclass
from datetime import datetime

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.access.models import Role
from lms.people.models import Audience, Person
from lms.policies.queries import Policies, policies_from
from lms.publishing.drafts import merged
from lms.publishing.operations import check
from tests.support.changes import TODAY
from tests.support.people import make_account, make_person, sign_in

ABOUT = {
    "title": "北京门诊起付标准下调",
    "document": "city-rules",
    "region": "110000",
    "issued_on": "2026-11-20",
    "effective_on": "2027-01-01",
    "mark": "law",
}
NEW_DOCUMENT = {
    **ABOUT,
    "document": "",
    "identity": "city-rules-2027",
    "full_title": "北京市门诊待遇规定（2027年）",
    "short": "2027门诊规定",
    "title_en": "Outpatient rules of 2027",
    "issuer": "北京市医疗保障局",
    "number": "京医保发〔2026〕1号",
    "source_title": "北京市医疗保障局网站",
    "source_url": "https://ybj.beijing.gov.cn/1",
}
CHEAPER = {
    "region": "110000",
    "status": "in_service",
    "level": "any",
    "since": "2027-01-01",
    "value": "1500",
    "clause": "city-rules#1",
    "source_title": "北京市医疗保障局网站",
    "mark": "law",
}


@dataclass(frozen=True)
class Desk:
    """A person signed in with a browser of their own."""

    person: Person
    client: FlaskClient

    def later(self, clock: time_machine.Traveller, at: datetime) -> "Desk":
        """The same person at another time, signed in anew: no session lasts so long."""
        clock.move_to(at)
        sign_in(self.client, number=self.person.number)
        return self

    def get(self, address: str) -> str:
        """The text of a page that is there."""
        response = self.client.get(address)
        assert response.status_code == 200, (response.status_code, address)
        return response.text

    def post(self, address: str, data: dict[str, str] | None = None) -> TestResponse:
        """What a form is answered with."""
        return self.client.post(address, data=data or {})


def desk(app: Flask, *, name: str = "叶文瑾", role: Role = Role.ADMIN, language: str = "en") -> Desk:
    """Somebody of HR with this role, signed in."""
    person = make_person(name=name, audience=Audience.HR)
    make_account(person=person, role=role, language=language)
    client = app.test_client()
    sign_in(client, number=person.number)
    return Desk(person, client)


def begin(at: Desk, **typed: str) -> str:
    """Begin a change of the document that is there; returns its key."""
    response = at.post("/manage/policy/new", {**ABOUT, **typed})
    assert response.status_code == 303, response.text
    return str(response.location).split("/")[-2]


def seen(page: str) -> str:
    """The hidden field in which a form keeps what its page knew."""
    return page.split('name="seen"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def save(at: Desk, address: str, data: dict[str, str]) -> TestResponse:
    """Open a form and hand it in."""
    return at.post(address, {**data, "seen": seen(at.get(address))})


def cheaper(at: Desk) -> str:
    """A draft with the number from 2027; returns the change's key."""
    key = begin(at)
    response = save(at, f"/manage/policy/{key}/value/outpatient.deductible", CHEAPER)
    assert response.status_code == 303, response.text
    return key


def register(at: Desk, key: str) -> TestResponse:
    """Register a draft as proposed."""
    return save(at, f"/manage/policy/{key}/review", {})


def drafted(key: str) -> Policies:
    """What the drafts of a change would make of the library; they have no fault."""
    checked = check(merged(key), day=TODAY)
    assert not checked.faults, checked.faults
    return policies_from(list(checked.items))
