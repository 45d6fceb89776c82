"""Delta units: short, few questions, and without a quiz where acknowledging is enough."""

from tests.support.faults import checked, faults_of
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import COURSE_PATH, LESSON_PATH
from tests.support.units import UNIT, UNIT_PATH, UNIT_QUIZ_PATH, easy_unit_texts, unit_texts


def test_a_unit_may_be_one_minute_without_check_and_quiz() -> None:
    found = checked(unit_texts())
    assert found.faults == []
    (unit,) = (item for item in found.items if item.key == UNIT)
    assert (unit.body["kind"], unit.body["quiz"]) == ("delta", "")
    assert faults_of(easy_unit_texts()) == []


def test_no_other_course_may() -> None:
    texts = quiz_texts()
    texts[LESSON_PATH] = texts[LESSON_PATH].replace("minutes: 3", "minutes: 1").partition("```check")[0]
    texts[COURSE_PATH] = texts[COURSE_PATH].replace("quiz: basics", "quiz: ''")
    codes = {fault.code for fault in faults_of(texts)}
    assert {"wrong-value", "needs-quiz"} <= codes
    texts[LESSON_PATH] = texts[LESSON_PATH].replace("minutes: 1", "minutes: 3")
    assert {"no-check", "needs-quiz"} <= {fault.code for fault in faults_of(texts)}


def test_the_questions_about_one_change_need_to_be_no_more_than_are_asked() -> None:
    texts = unit_texts(with_quiz=True)
    assert faults_of(texts) == []
    texts[UNIT_QUIZ_PATH] = texts[UNIT_QUIZ_PATH].replace("draw: 3", "draw: 4").replace("size: 3", "size: 4")
    (fault,) = faults_of(texts)
    assert (fault.code, fault.found, fault.right) == ("too-few-questions", "changed: 3", "≥ 4")


def test_a_unit_names_a_quiz_that_exists_or_none() -> None:
    texts = unit_texts()
    texts[UNIT_PATH] = texts[UNIT_PATH].replace("quiz: ''", "quiz: nothing")
    (fault,) = faults_of(texts)
    assert fault.code == "no-such-quiz"


def test_a_check_may_end_the_lesson_of_a_unit() -> None:
    found = checked(unit_texts(with_check=True))
    assert found.faults == []
    (lesson,) = (item for item in found.items if item.key == f"{UNIT}/changed")
    assert len(str(lesson.body["checks"])) > 2
