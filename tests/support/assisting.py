"""Sessions with a helper: beginning one, and the browser in which its pages are open."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.kernel.database import unit_of_work
from lms.outreach.contacts import Need, take
from lms.outreach.rules import ContactKind, Reason
from lms.people.models import Person
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.sittings import AT
from tests.support.small_library import COURSE_PATH

BEGUN = {"kind": "phone", "consent": "spoken", "family_name": "女儿小陈"}
ENDED = {"result": "finished", "minutes": "25", "note": "念了题目，她自己答的"}
LESSON = f"/easy/lesson/{COURSE}/outpatient"


def easy_texts() -> dict[str, str]:
    """The library whose course is written in the easy form."""
    texts = quiz_texts()
    return {**texts, COURSE_PATH: texts[COURSE_PATH].replace("form: standard", "form: easy")}


class Beside:
    """A browser in which all addresses stand below those of a session."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client, self.key, self.below = client, key, f"/with/{key}"

    def get(self, path: str, **values: Any) -> TestResponse:
        """A page of the session."""
        return self._client.get(self.below + path, **values)

    def post(self, path: str, **values: Any) -> TestResponse:
        """A form of the session."""
        return self._client.post(self.below + path, **values)


def start(client: FlaskClient, person: Person, **typed: str) -> TestResponse:
    """What HR is answered who begins a session."""
    return client.post(f"/manage/assist/{person.key}", data={**BEGUN, **typed})


def beside(client: FlaskClient, person: Person) -> Beside:
    """A session begun by whoever is signed in."""
    location = start(client, person).location or ""
    assert location.endswith("/easy"), location
    return Beside(client, location.split("/")[2])


def addresses(page: str) -> list[str]:
    """Where links and forms lead."""
    return re.findall(r'(?:href|action)="(/[^"]*)"', page)


def contact_of(person: Person, holder: Person) -> None:
    """The call to *person* is assigned to *holder*."""
    with unit_of_work():
        need = Need(person.id, (Reason.WAITS,))
        take([need], ContactKind.CALL, assign_to=holder.id, actor_id=holder.id, at=AT)
