"""Beginning a change of policy: what is wrong is said, what was typed is kept, nothing is overwritten."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.queries import change
from tests.support.changes import TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_learner, sign_in
from tests.support.policy_desk import ABOUT, NEW_DOCUMENT, begin, desk, drafted, save


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def count(database: Session) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(Change)) or 0


def test_before_the_first_change_the_list_says_what_it_is_for(app: Flask) -> None:
    page = desk(app).get("/manage/policy")
    assert "No change has been registered yet" in page
    assert "/manage/policy/new" in page


def test_hr_sees_the_list_but_registers_nothing(app: Flask) -> None:
    at = desk(app, role=Role.HR)
    assert "/manage/policy/new" not in at.get("/manage/policy")
    assert at.client.get("/manage/policy/new").status_code == 403
    assert at.post("/manage/policy/new", ABOUT).status_code == 403


def test_a_learner_sees_nothing_of_it(client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    assert client.get("/manage/policy").status_code == 403


def test_a_change_of_a_known_document_is_kept_as_a_draft(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    found = change(key)
    assert (found.state, found.document, found.region) == (ChangeState.DRAFT, "city-rules", "110000")
    assert "北京门诊起付标准下调" in at.get("/manage/policy")
    assert "Nothing differs yet" in at.get(f"/manage/policy/{key}")
    assert "超过起付标准的部分才报。" in at.get(f"/manage/policy/{key}/edit")


def test_a_new_document_is_written_as_a_file_that_can_be_read(app: Flask) -> None:
    at = desk(app)
    key = begin(at, **NEW_DOCUMENT)
    document = drafted(key).documents["city-rules-2027"]
    assert (document.title, document.number) == ("北京市门诊待遇规定（2027年）", "京医保发〔2026〕1号")
    assert str(document.effective_on) == "2027-01-01"
    assert "The document has no clause yet" in at.get(f"/manage/policy/{key}/edit")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "Enter a title for the change"),
        ("region", "999999", "Choose where it holds"),
        ("document", "no-such", "Choose a document"),
        ("issued_on", "yesterday", "Enter the day as in 2026-03-02"),
        ("effective_on", "2026-11-19", "2026-11-19 is before the day of issue; right is 2026-11-20 or later"),
        ("identity", "", "Enter a key for the new document"),
        ("identity", "Neue Regeln", "Use small letters, digits and hyphens"),
        ("identity", "city-rules", "There is a document “city-rules” already"),
        ("full_title", "", "Enter the full title"),
        ("source_url", "ybj.beijing.gov.cn", "Enter the whole address, beginning with https://"),
        ("mark", "sure", "Choose how well it is verified"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(
    app: Flask, database: Session, field: str, typed: str, said: str
) -> None:
    given = {**NEW_DOCUMENT, field: typed}
    response = desk(app).post("/manage/policy/new", given)
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert "1 thing to correct" in response.text
    assert response.text.count(said) == 2
    assert f'href="#{field}"' in response.text
    for name in {"title", "full_title", "issuer", "number"} - {field}:
        assert f'value="{given[name]}"' in response.text
    assert count(database) == 0


def test_a_known_document_needs_no_heading(app: Flask, database: Session) -> None:
    assert desk(app).post("/manage/policy/new", ABOUT).status_code == 303
    assert count(database) == 1


def test_two_admins_do_not_overwrite_each_other(app: Flask) -> None:
    first, second = desk(app), desk(app, name="莫云帆")
    key = begin(first)
    address = f"/manage/policy/{key}/about"
    assert save(first, address, {**ABOUT, "title": "第一个人的标题"}).status_code == 303
    response = second.post(address, {**ABOUT, "title": "第二个人的标题", "seen": "1"})
    assert response.status_code == 409
    for said in ("Somebody else has saved this meanwhile", "第一个人的标题", "第二个人的标题"):
        assert said in response.text
    assert change(key).title == "第一个人的标题"
    assert save(second, address, {**ABOUT, "title": "第二个人的标题"}).status_code == 303


def test_an_unknown_change_is_not_found(app: Flask) -> None:
    at = desk(app)
    for address in ("", "/edit", "/about", "/review", "/clause/1", "/value/outpatient.deductible"):
        assert at.client.get(f"/manage/policy/NOSUCH{address}").status_code == 404
