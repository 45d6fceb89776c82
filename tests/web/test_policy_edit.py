"""The draft of a change in forms: old beside new, and a second admin never overwrites the first."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.policies.rules import Value
from lms.publishing.drafts import drafts_of
from lms.rollouts.queries import change
from tests.support.changes import NEW_YEAR, TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.policy_desk import CHEAPER, begin, cheaper, desk, drafted, register, save, seen

WORDS = "超过起付标准的部分按比例报。"
REWORDED = {"action": "reword", "words": WORDS, "since": "2027-01-01"}
VALUE = "/value/outpatient.deductible"


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def numbers(key: str) -> list[tuple[str, str, str]]:
    """Region, first day and number of the drafted values."""
    values: tuple[Value, ...] = drafted(key).parameters["outpatient.deductible"].values
    return [(one.region, str(one.since), str(one.value)) for one in values]


# -- clauses --------------------------------------------------------------------------------------------


def test_a_reworded_clause_keeps_its_words_until_the_day_before(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    assert save(at, f"/manage/policy/{key}/clause/1", REWORDED).status_code == 303
    clause = drafted(key).clauses["city-rules#1"]
    assert clause.words_on(TODAY) == "超过起付标准的部分才报。"
    assert clause.words_on(NEW_YEAR) == WORDS
    page = at.get(f"/manage/policy/{key}/clause/1")
    assert "超过起付标准的部分才报。" in page
    assert WORDS in page


def test_saving_again_with_another_day_leaves_one_earlier_wording(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    save(at, f"/manage/policy/{key}/clause/1", REWORDED)
    save(at, f"/manage/policy/{key}/clause/1", {**REWORDED, "since": "2027-03-01"})
    assert len(drafted(key).clauses["city-rules#1"].earlier) == 1


def test_a_clause_is_repealed_and_put_back(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    save(at, f"/manage/policy/{key}/clause/2", {"action": "repeal", "since": "2027-01-01"})
    assert drafted(key).clauses["city-rules#2"].repealed_on == NEW_YEAR
    assert at.post(f"/manage/policy/{key}/clause/2/restore").status_code == 303
    assert drafts_of(key) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"action": ""}, "Choose what happens to this clause"),
        ({"words": " "}, "Enter the new words"),
        ({"action": "repeal", "since": ""}, "Enter the first day on which it no longer holds"),
        ({"since": "2027-13-01"}, "Enter the day as in 2026-03-02"),
        ({"words": "好" * 2001}, "Shorten this to 2000 characters at most"),
    ],
)
def test_what_is_wrong_with_a_clause_is_said(app: Flask, typed: dict[str, str], said: str) -> None:
    at = desk(app)
    key = begin(at)
    response = save(at, f"/manage/policy/{key}/clause/1", {**REWORDED, **typed})
    assert response.status_code == 422
    assert response.text.count(said) == 2
    if "words" not in typed:
        assert WORDS in response.text
    assert drafts_of(key) == []


def test_a_second_admin_sees_what_the_first_saved_and_what_they_typed(app: Flask) -> None:
    first, second = desk(app), desk(app, name="莫云帆")
    key = begin(first)
    address = f"/manage/policy/{key}/clause/1"
    before = seen(second.get(address))
    assert save(first, address, REWORDED).status_code == 303
    typed = {**REWORDED, "words": "第二个人的说法。"}
    response = second.post(address, {**typed, "seen": before})
    assert response.status_code == 409
    for said in ("Somebody else has saved this meanwhile", WORDS, "第二个人的说法。"):
        assert said in response.text
    assert drafted(key).clauses["city-rules#1"].text == WORDS
    assert second.post(address, {**typed, "seen": seen(response.text)}).status_code == 303
    assert drafted(key).clauses["city-rules#1"].text == "第二个人的说法。"


def test_two_admins_at_two_clauses_do_not_disturb_each_other(app: Flask) -> None:
    first, second = desk(app), desk(app, name="莫云帆")
    key = begin(first)
    before = seen(second.get(f"/manage/policy/{key}/clause/2"))
    save(first, f"/manage/policy/{key}/clause/1", REWORDED)
    typed = {**REWORDED, "words": "看病先出示医保码。", "seen": before}
    assert second.post(f"/manage/policy/{key}/clause/2", typed).status_code == 303
    clauses = drafted(key).clauses
    assert clauses["city-rules#1"].text == WORDS
    assert clauses["city-rules#2"].text == "看病先出示医保码。"


NEW = {"key": "3", "article": "第三条", "title": "期限", "words": "三十天内办。", "since": "2027-01-01"}


def test_a_clause_is_added_once(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    assert at.post(f"/manage/policy/{key}/clause", NEW).status_code == 303
    assert drafted(key).clauses["city-rules#3"].text == "三十天内办。"
    response = at.post(f"/manage/policy/{key}/clause", NEW)
    assert response.status_code == 422
    assert response.text.count("The document has a clause “3” already") == 2


# -- numbers --------------------------------------------------------------------------------------------


def test_a_number_from_a_day_stands_beside_the_one_in_force(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    assert ("110000", "2027-01-01", "1500") in numbers(key)
    assert ("110000", "2025-01-01", "1800") in numbers(key)
    assert "1500 yuan a year" in at.get(f"/manage/policy/{key}{VALUE}")
    assert "1500 yuan a year" in at.get(f"/manage/policy/{key}/edit")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": ""}, "Enter the number"),
        ({"value": "viel"}, "“viel” is no number; right is, for example, 1500 yuan a year"),
        ({"value": "20%"}, "“20%” is in another unit; right is, for example, 1500 yuan a year"),
        ({"region": "440100"}, "Choose where it holds"),
        ({"since": "", "region": "310000", "status": "retired"}, "Enter the first day on which the number"),
        ({"clause": "other#1"}, "Choose a clause of the document, or none"),
        ({"source_title": ""}, "Enter where the number was read"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(app: Flask, typed: dict[str, str], said: str) -> None:
    at = desk(app)
    key = begin(at)
    response = save(at, f"/manage/policy/{key}{VALUE}", {**CHEAPER, **typed})
    assert response.status_code == 422
    assert response.text.count(said) == 2
    assert drafts_of(key) == []


@pytest.mark.parametrize("typed", ["1,500", "1500 yuan a year", " 1500 "])
def test_a_number_may_be_typed_with_its_unit(app: Flask, typed: str) -> None:
    at = desk(app)
    key = begin(at)
    assert save(at, f"/manage/policy/{key}{VALUE}", {**CHEAPER, "value": typed}).status_code == 303
    assert drafted(key).parameters["outpatient.deductible"].values[1].value == Decimal(1500)


def test_a_number_for_the_same_first_day_is_a_correction(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    form = {**CHEAPER, "since": "2025-01-01"}
    assert save(at, f"/manage/policy/{key}{VALUE}", form).status_code == 303
    assert numbers(key)[0] == ("110000", "2025-01-01", "1500")
    assert "Corrected" in at.get(f"/manage/policy/{key}/review")


def test_a_drafted_number_is_taken_out_and_a_live_one_put_back(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    remove = f"/manage/policy/{key}{VALUE}/remove"
    assert at.post(remove, {"slot": "110000/in_service/any/2027-01-01"}).status_code == 303
    assert len(numbers(key)) == 2
    assert at.post(remove, {"slot": "310000/in_service/any/2025-01-01"}).status_code == 303
    assert len(numbers(key)) == 1
    assert "taken out" in at.get(f"/manage/policy/{key}{VALUE}")
    assert at.post(remove, {"slot": "310000/in_service/any/2025-01-01"}).status_code == 303
    assert len(numbers(key)) == 2
    assert at.post(remove, {"slot": "999999/any/any/"}).status_code == 404


def test_a_second_admin_sees_the_number_that_the_first_saved(app: Flask) -> None:
    first, second = desk(app), desk(app, name="莫云帆")
    key = begin(first)
    before = seen(second.get(f"/manage/policy/{key}{VALUE}"))
    save(first, f"/manage/policy/{key}{VALUE}", CHEAPER)
    response = second.post(f"/manage/policy/{key}{VALUE}", {**CHEAPER, "value": "1400", "seen": before})
    assert response.status_code == 409
    assert "Somebody else has saved this meanwhile" in response.text
    assert "1500 yuan a year" in response.text
    assert 'value="1400"' in response.text
    assert ("110000", "2027-01-01", "1500") in numbers(key)


def test_what_is_registered_can_no_longer_be_edited(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    assert register(at, key).status_code == 303
    assert at.client.get(f"/manage/policy/{key}/edit").status_code == 409
    assert at.post(f"/manage/policy/{key}/clause/1", REWORDED).status_code == 409
    assert change(key).registered_on == TODAY
