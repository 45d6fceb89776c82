"""Results by question and audience tell nothing about groups of fewer than five."""

from decimal import Decimal

from flask import Flask
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.quarters import Quarter
from lms.people.models import Audience, Person
from lms.surveys import opening
from lms.surveys.comments import Comments, comment_topics, comments, topics
from lms.surveys.results import Counts, results
from tests.support.people import make_person
from tests.support.statements import statements
from tests.support.surveys import ANSWERS, AT, answer, drafted, opened, people

DESK = {**ANSWERS, "desk": ["red", "blue"], "wish": ["办公桌"]}


def answered(key: str, persons: list[Person], **changed: list[str]) -> None:
    for person in persons:
        answer(key, person, {**ANSWERS, **changed})


def test_a_group_of_five_is_shown_and_its_measures_with_it(database: Session) -> None:
    clerks, retirees = people(6), people(5, Audience.RETIREE)
    key = opened(make_person(audience=Audience.HR), anonymous=True)
    answered(key, clerks[:5], mark=["5"])
    answered(key, clerks[5:], mark=["2"])
    answered(key, retirees, colour=["blue"])
    found = results(key)
    assert (found.invited, found.n) == (12, 11)
    colour, mark, desk, wish = found.questions
    assert colour.total is not None
    assert colour.total.values == {"red": 6, "blue": 5}
    by_audience = {name: one and one.values for name, one in colour.audiences.items()}
    assert by_audience == {
        "hr": {"red": 0, "blue": 0},
        "employee": {"red": 6, "blue": 0},
        "retiree": {"red": 0, "blue": 5},
    }
    employees = mark.audiences["employee"]
    assert employees is not None
    assert (employees.mean, employees.n) == (Decimal("4.50"), 6)
    assert employees.csat is not None
    assert round(employees.csat, 2) == Decimal("0.83")
    assert (desk.n, list(desk.audiences), wish.written) == (0, ["hr"], 0)
    assert found.of("mark") is mark
    assert Counts(2, {"9": 1, "3": 1}).nps == 0
    assert found.of("nothing") is None


def test_a_group_of_four_is_hidden_and_with_it_the_next_smallest(database: Session) -> None:
    officers, clerks, retirees = people(4, Audience.HR), people(9), people(6, Audience.RETIREE)
    key = opened(officers[0], anonymous=True)
    for officer in officers:
        answer(key, officer, DESK)
    answered(key, clerks)
    answered(key, retirees)
    colour, _mark, desk, _wish = results(key).questions
    assert colour.total is not None
    assert colour.total.n == 19
    assert [name for name, one in colour.audiences.items() if one is None] == ["hr", "retiree"]
    assert desk.n == 4
    assert desk.total is None
    assert desk.audiences == {"hr": None}


def test_what_few_wrote_is_held_back_and_of_a_hidden_group_not_named(database: Session) -> None:
    officers, clerks = people(2, Audience.HR), people(6)
    key = opened(officers[0], anonymous=True)
    answer(key, officers[0], DESK)
    assert comments(key) == Comments(0, 1, [])
    assert topics(key) == {}
    answered(key, clerks, wish=["门诊"])
    found = comments(key)
    assert (found.count, found.held_back, len(found.rows)) == (7, 0, 7)
    assert {(one.audience, one.traceable) for one in found.rows} == {("", False)}
    assert topics(key) == {"": 7}
    assert comment_topics(Quarter.of(AT.date())) == {}
    with unit_of_work():
        opening.close(key, actor_id=officers[0].id, at=AT)
    assert comment_topics(Quarter.of(AT.date())) == {"": 7}
    assert comments(key, topic="away").count == 0
    assert comments(key, question="wish", topic="", page=2).rows == []


def test_of_a_survey_with_names_comments_are_shown_at_once(database: Session) -> None:
    officer = make_person(audience=Audience.HR)
    key = opened(officer)
    answer(key, officer, DESK)
    assert [(one.audience, one.text, one.traceable) for one in comments(key).rows] == [("hr", "办公桌", True)]


def test_results_take_a_handful_of_statements_and_a_draft_has_none(app: Flask, database: Session) -> None:
    officer = make_person(audience=Audience.HR)
    key = drafted(officer)
    assert (results(key).n, results(key).invited) == (0, 0)
    with statements(app) as heard:
        results(key)
    assert len([one for one in heard if one.startswith("SELECT")]) == 3
