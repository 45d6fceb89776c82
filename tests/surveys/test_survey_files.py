"""The surveys of the library: read from files, and checked by line."""

import pytest
from sqlalchemy.orm import Session

from lms.courses.questionnaire_files import questionnaires_of
from lms.courses.questionnaires import AUDIENCES
from lms.surveys.rules import for_audience
from tests.support.faults import faults_of
from tests.support.surveys import library, with_surveys

PATH = "content/surveys/satisfaction.yaml"


def test_the_surveys_of_the_library_are_read(database: Session) -> None:
    found = questionnaires_of(library())
    assert list(found) == ["follow-up", "needs", "satisfaction"]
    needs, _edition = found["needs"]
    assert needs.anonymous
    asked = {audience: [one.id for one in for_audience(needs.questions, audience)] for audience in AUDIENCES}
    assert asked == {
        "hr": ["hr-stuck", "hr-asked", "sure", "wish"],
        "employee": ["employee-topics", "employee-way", "sure", "wish"],
        "retiree": ["retiree-topics", "retiree-way", "sure", "wish"],
    }
    assert len(found["satisfaction"][0].questions) == 5
    assert not found["follow-up"][0].anonymous


def test_a_library_need_not_have_surveys(database: Session) -> None:
    assert questionnaires_of("") == {}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("id: satisfaction", "id: other", "wrong-value", 2),
        ("anonymous: true", "anonymous: maybe", "wrong-value", 5),
        ("anonymous: true\n", "", "missing-key", 2),
        ("    text: 讲的内容，我看懂了。\n", "", "missing-key", 7),
        ("    text_en: I understood what it said.\n", "", "missing-key", 7),
        ("id: useful", "id: understood", "key-twice", 11),
        ("kind: recommend", "kind: single", "option-count", 19),
        ("kind: recommend", "kind: guess", "not-allowed", 20),
        ("    kind: open", "    kind: open\n    audiences: [boss]", "not-allowed", 25),
        (
            "    kind: open",
            "    kind: open\n    options: [{id: a, text: 一, text_en: A}]",
            "option-count",
            25,
        ),
        ("还想学什么，哪里没讲清楚？", "长" * 201, "wrong-value", 26),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(old: str, new: str, code: str, line: int) -> None:
    texts = with_surveys()
    assert texts[PATH].count(old) == 1
    found = faults_of({**texts, PATH: texts[PATH].replace(old, new)})
    assert [(one.path, one.code, one.line) for one in found] == [(PATH, code, line)]


def test_options_are_checked_and_every_audience_is_asked_something() -> None:
    texts, path = with_surveys(), "content/surveys/needs.yaml"
    shorter = texts[path][: texts[path].index("  - id: retiree-topics")]
    doubled = shorter.replace("text: 都还顺手", "text: 人员增减和缴费申报").replace("text: 先放着, ", "")
    found = faults_of({**texts, path: doubled})
    assert [(one.code, one.found) for one in found] == [
        ("missing-key", "audiences: [retiree]"),
        ("option-twice", "人员增减和缴费申报"),
        ("missing-key", "text"),
    ]
    assert faults_of({**texts, "content/surveys/other.yaml": texts[PATH].replace("id: sat", "id: other # ")})
