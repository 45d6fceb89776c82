"""Quizzes analysed in the background: which papers count, when it is due, and questions that collapse."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.item_analysis import queries
from lms.item_analysis.operations import NoteMissing, due, settle
from lms.item_analysis.rules import Sample
from lms.jobs.items import analyse_items
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.queries import inbox
from lms.people.models import Audience, Person
from lms.quizzes.models import RegradePolicy
from tests.support.corrections import HOUR, a_change, mark_anew, sat
from tests.support.corrections import RIGHT as CORRECTED
from tests.support.corrections import texts as texts_with_sums
from tests.support.items import analysed, texts, written
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.sittings import AT, assigned, make_up, start

LATER = AT + 2 * HOUR
TOMORROW = AT + timedelta(days=1)


@pytest.fixture
def library(database: Session) -> None:
    """Five questions a paper."""
    publish_texts(texts())


# -- which papers count ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_the_first_papers_are_counted_question_by_question() -> None:
    papers = [written(), written(), written(1), written(1, 2), written(1, 2, 3)]
    assert analysed() == 1
    found = queries.quiz(QUIZ)
    assert found is not None
    assert (found.papers, found.passed) == (5, 3)
    assert found.mean == pytest.approx((100 + 100 + 80 + 60 + 40) / 5)
    assert found.deviation == pytest.approx(((24**2) * 2 + 4**2 + 16**2 + 36**2) ** 0.5 / 5**0.5)
    assert found.detail["scores"] == [0, 0, 0, 0, 1, 0, 1, 0, 1, 2]
    asked = papers[0].paper
    lines = {line.question: line for line in queries.items(QUIZ, "question")}
    assert [(lines[one.question].n, lines[one.question].right) for one in asked] == [
        (5, 2),
        (5, 3),
        (5, 4),
        (5, 5),
        (5, 5),
    ]
    first = lines[asked[0].question]
    assert first.edition == asked[0].edition
    assert first.sample is Sample.TOO_FEW
    assert first.concern is None
    assert first.detail["months"] == [["2026-11", 5, 2]]
    assert [(one.value, one.right, one.n) for one in first.answers] == [("1", False, 3), ("0", True, 2)][::-1]


@pytest.mark.usefixtures("library")
def test_a_second_paper_and_an_open_one_do_not_count() -> None:
    person = assigned()
    written(1, 2, 3, person=person)
    make_up(person)
    written(person=person, at=LATER, seed=2)
    start(assigned())
    assert analysed() == 1
    found = queries.quiz(QUIZ)
    assert found is not None
    assert (found.papers, found.passed) == (1, 0)


def test_a_withdrawn_question_is_left_out_and_the_others_stay(database: Session) -> None:
    publish_texts(texts_with_sums())
    sat(assigned(), CORRECTED)
    change = a_change()
    assert analysed(LATER) == 1
    assert sum(line.n for line in queries.items(QUIZ, "n")) == 5
    mark_anew(change, RegradePolicy.WITHDRAW)
    sat(assigned(), CORRECTED, at=LATER)
    assert analysed(TOMORROW) == 1
    found = {line.question: line.n for line in queries.items(QUIZ, "question")}
    assert sum(found.values()) == 3 + 5


def test_what_was_typed_counts_as_the_right_number_another_one_or_none(database: Session) -> None:
    publish_texts(quiz_texts({"sums": 1}))
    for sums in ("3200", "3500", "1"):
        sat(assigned(), sums)
    analysed()
    (line,) = queries.items(QUIZ, "n")
    assert {(one.value, one.right, one.n) for one in line.answers} == {
        ("number", True, 1),
        ("other-number", False, 2),
    }


@pytest.mark.usefixtures("library")
def test_another_edition_starts_from_nothing() -> None:
    before = written()
    edited = {
        path: text.replace("第1问", "第一问").replace("第2问", "第二问") for path, text in texts().items()
    }
    publish_texts(edited)
    written(at=LATER)
    analysed(LATER)
    twice = {one.question for one in before.paper} & {"claims-01", "claims-02"}
    assert twice
    for question in twice:
        several = queries.items_of(question)
        assert [line.n for line in several.values()] == [1, 1]
        assert [one.question.edition for one in queries.editions(question)][1] in several


# -- when it is due -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_a_quiz_is_due_at_its_first_paper_then_at_twenty_or_on_the_next_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert due(AT) == []
    written()
    assert due(AT) == [QUIZ]
    assert analysed() == 1
    assert due(TOMORROW) == []
    written()
    assert due(LATER) == []
    assert due(TOMORROW) == [QUIZ]
    monkeypatch.setattr("lms.item_analysis.operations.NEW_PAPERS", 1)
    assert due(LATER) == [QUIZ]
    assert analysed(LATER) == 1
    assert due(LATER) == []


# -- questions that collapse ----------------------------------------------------------------------------


@pytest.fixture
def few_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight papers conclude something: all right before and all wrong after is 2.8 standard errors."""
    monkeypatch.setattr("lms.item_analysis.rules.FEW", 4)


def editor() -> Person:
    """Somebody who may mend questions."""
    person = make_person(name="叶文瑾", audience=Audience.HR)
    make_account(person=person, role=Role.LEAD)
    return person


def collapse() -> str:
    """Four papers all right, a change, and four on which the first words are wrong; the change's key."""
    for _ in range(4):
        sat(assigned(), "3200")
    change = a_change()
    for _ in range(4):
        sat(assigned(), CORRECTED, words_wrong=1, at=LATER)
    return change.key


@pytest.mark.usefixtures("few_suffice")
def test_a_question_that_collapses_after_a_change_raises_an_alarm_and_is_told_once(
    database: Session,
) -> None:
    publish_texts(texts_with_sums())
    person, learner = editor(), make_person()
    change_key = collapse()
    analysed(LATER)
    (alarm,) = queries.alarms()
    assert queries.alarm_count() == 1
    assert (alarm.change_key, alarm.before, alarm.after, alarm.before_n, alarm.after_n) == (
        change_key,
        1,
        0,
        4,
        4,
    )
    assert alarm.z == pytest.approx(8**0.5)
    (note,) = [one for one in inbox(person.id) if one.topic == "item.collapsed"]
    assert (note.facts["question"], note.facts["before"], note.facts["after"]) == (alarm.question, 100, 0)
    assert inbox(learner.id) == []
    sat(assigned(), CORRECTED, words_wrong=1, at=LATER)
    analysed(TOMORROW)
    (again,) = queries.alarms()
    assert (again.key, again.after_n) == (alarm.key, 5)
    assert len([one for one in inbox(person.id) if one.topic == "item.collapsed"]) == 1


@pytest.mark.usefixtures("few_suffice")
def test_an_alarm_is_settled_with_a_note_and_stays_settled(database: Session) -> None:
    publish_texts(texts_with_sums())
    person = editor()
    collapse()
    analysed(LATER)
    (alarm,) = queries.alarms()
    with pytest.raises(NoteMissing), unit_of_work():
        settle(alarm.question, note=" ", actor_id=person.id, at=LATER)
    with unit_of_work():
        assert settle(alarm.question, note="题目已按新规修订", actor_id=person.id, at=LATER) == 1
    assert queries.alarms() == []
    sat(assigned(), CORRECTED, words_wrong=1, at=LATER)
    analysed(TOMORROW)
    assert queries.alarm_count() == 0
    (kept,) = queries.alarms_of(alarm.question)
    assert (kept.settled_by, kept.note, kept.after_n) == ("叶文瑾", "题目已按新规修订", 4)
    with pytest.raises(NotFound), unit_of_work():
        settle(alarm.question, note="再看一次", actor_id=person.id, at=LATER)


def test_few_papers_raise_no_alarm(database: Session) -> None:
    publish_texts(texts_with_sums())
    collapse()
    analysed(LATER)
    assert queries.alarms() == []


@pytest.mark.usefixtures("few_suffice")
def test_a_change_of_long_ago_raises_no_alarm(database: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.item_analysis.analysis.LOOKING_BACK", timedelta(0))
    publish_texts(texts_with_sums())
    collapse()
    analysed(LATER)
    assert queries.alarms() == []


def test_one_quiz_that_cannot_be_analysed_does_not_stop_the_job(
    database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_texts(texts())
    written()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("lms.jobs.items.analyse", fail)
    outcome = analyse_items(AT)
    assert (outcome.count, outcome.failures) == (0, 1)
    assert queries.quizzes() == []
