"""Text that PostgreSQL keeps in no column is refused before it gets there."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.outreach import retiree
from tests.support.quiz_texts import quiz_texts


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_texts(quiz_texts())
    hr(client)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/manage/people?text=%00",
        "/manage/cards?text=a%00b",
        "/manage/contacts?region=%00",
        "/manage/contacts/%00",
        "/manage/assist/%00",
        "/with/%00/easy",
    ],
)
def test_no_address_has_it(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_no_form_has_it(desk: FlaskClient) -> None:
    typed = {"name": "陈\0明", "relation": "女儿", "phone": "", "consent_on": "2026-11-23"}
    assert desk.post(f"/manage/contacts/person/{retiree().key}", data=typed).status_code == 400
