"""Delta units drafted from typed differences: files without faults that say exactly what has changed."""

from dataclasses import replace
from datetime import date

import pytest

from lms.library.faults import Fault
from lms.policies.queries import Policies, policies_from
from lms.publishing.operations import Checked, check
from lms.rollouts.drafting import Unit, draft, unit_name
from lms.rollouts.models import How, Severity
from lms.rollouts.typed import TypedItem
from tests.support.small_library import PARAMETERS, PARAMETERS_PATH, POLICY, POLICY_PATH, TEXTS

DAY = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 1)
LOWER = """\
    - region: 北京
      status: in_service
      from: 2027-01-01
      value: 1500
      clause: city-rules#1
      source: {title: 北京市医疗保障局网站}
      mark: law
      checked_on: 2026-11-21
"""
UNIT = Unit(
    name=unit_name("AB2C", easy=False),
    title="门诊起付标准下调",
    document="city-rules",
    audiences=("employee",),
    form="standard",
    tested=True,
)


VALUE = TypedItem(
    kind="parameter",
    item="outpatient.deductible",
    region="110000",
    status="in_service",
    level="any",
    since=NEXT_YEAR,
    how=How.NEW,
    old="1800",
    new="1500",
    proposed=Severity.SUBSTANTIVE,
)


def clause(item: str, how: How, old: str, new: str) -> TypedItem:
    return TypedItem("clause", item, "", "", "", None, how, old, new, Severity.SUBSTANTIVE)


WORDS = clause("city-rules#2", How.REWORDED, "看病要带医保卡。", "看病要出示凭证。")


def library(**changed: str) -> dict[str, str]:
    return {**TEXTS, PARAMETERS_PATH: PARAMETERS + LOWER} | changed


def checked(texts: dict[str, str]) -> Checked:
    return check({path: text.encode() for path, text in texts.items()}, day=DAY)


@pytest.fixture(scope="module")
def policies() -> Policies:
    """After the change: 1,800 until the end of the year, then 1,500."""
    return policies_from(list(checked(library()).items))


def faults(texts: dict[str, str]) -> list[Fault]:
    return list(checked(texts).faults)


def test_a_changed_number_becomes_a_unit_that_can_be_published_as_it_is(policies: Policies) -> None:
    files = draft(UNIT, [VALUE], policies)
    assert sorted(files) == [
        "content/courses/change-ab2c/01-what-changed.md",
        "content/courses/change-ab2c/course.yaml",
        "quizzes/change-ab2c.yaml",
    ]
    assert faults(library() | files) == []


def test_it_tells_the_old_number_and_the_new_one_without_writing_either(policies: Policies) -> None:
    lesson = draft(UNIT, [VALUE], policies)["content/courses/change-ab2c/01-what-changed.md"]
    assert "[[outpatient.deductible region=北京 status=in_service on=2026-12-31]]" in lesson
    assert "[[outpatient.deductible region=北京 status=in_service on=2027-01-01]]" in lesson
    assert "- **门诊起付标准** [[outpatient.deductible]]" in lesson
    assert "2027年1月1日" in lesson
    assert not {"1800", "1500"} & set(lesson.replace("*", " ").split())


def test_there_are_three_to_five_questions_on_exactly_what_changed(policies: Policies) -> None:
    dated = replace(WORDS, since=NEXT_YEAR)
    assert "size: 5" in draft(UNIT, [VALUE, dated], policies)["quizzes/change-ab2c.yaml"]
    asked = [
        item for item in checked(library() | draft(UNIT, [VALUE], policies)).items if item.kind == "question"
    ]
    mine = [item for item in asked if item.body["quiz"] == "change-ab2c"]
    assert len(mine) == 3
    assert all(("clause", "city-rules#1") in item.references for item in mine)
    assert all(item.body["on"] == "2027-01-01" for item in mine)


def test_words_that_changed_stand_old_beside_new(policies: Policies) -> None:
    files = draft(UNIT, [WORDS], policies)
    lesson = files["content/courses/change-ab2c/01-what-changed.md"]
    assert "- **原规定** 看病要带医保卡。" in lesson
    assert "- **新规定** 看病要出示凭证。" in lesson
    assert faults(library() | files) == []


def test_what_is_only_said_once_is_not_scored(policies: Policies) -> None:
    unverified = {
        key: replace(clause, mark=type(clause.mark)("seed")) for key, clause in policies.clauses.items()
    }
    files = draft(UNIT, [WORDS], replace(policies, clauses=unverified))
    assert "quizzes/change-ab2c.yaml" not in files
    assert "quiz: ''" in files["content/courses/change-ab2c/course.yaml"]


def test_a_clarification_has_no_quiz(policies: Policies) -> None:
    files = draft(replace(UNIT, tested=False), [VALUE, WORDS], policies)
    assert "quizzes/change-ab2c.yaml" not in files


def test_retired_persons_get_one_of_their_own_in_the_easy_form(policies: Policies) -> None:
    easy = replace(UNIT, name=unit_name("AB2C", easy=True), audiences=("retiree",), form="easy")
    files = draft(easy, [VALUE], policies)
    assert "form: easy" in files["content/courses/change-ab2c-easy/course.yaml"]
    assert faults(library() | files | draft(UNIT, [VALUE], policies)) == []


def test_what_is_gone_from_the_library_is_left_out(policies: Policies) -> None:
    gone = clause("city-rules#9", How.REPEALED, "以前有这一条。", "")
    lesson = draft(UNIT, [VALUE, gone], policies)["content/courses/change-ab2c/01-what-changed.md"]
    assert "以前有这一条" not in lesson


def test_our_own_mistake_is_called_one_and_the_wrong_number_is_not_repeated(policies: Policies) -> None:
    mistake = replace(VALUE, how=How.CORRECTED)
    lesson = draft(UNIT, [mistake], policies)["content/courses/change-ab2c/01-what-changed.md"]
    assert "- **更正** 我们以前讲的数字有误" in lesson
    assert "on=2026-12-31" not in lesson


def test_a_clause_refers_to_the_numbers_that_the_same_change_sets() -> None:
    """Another parameter may hold the same number: the draft does not take it for that one."""
    words = clause("city-rules#1", How.REWORDED, "超过1800元的部分才报。", "超过1500元的部分才报。")
    same_number = PARAMETERS.replace("outpatient.deductible", "inpatient.deductible").replace("1800", "1500")
    texts = library() | {PARAMETERS_PATH.replace("outpatient", "inpatient"): same_number}
    texts[POLICY_PATH] = POLICY.replace("超过起付标准的部分才报。", words.new)
    files = draft(UNIT, [words, VALUE], policies_from(list(checked(texts).items)))
    assert faults(texts | files) == []
    lesson = files["content/courses/change-ab2c/01-what-changed.md"]
    number = "[[outpatient.deductible region=北京 status=in_service on={}]]"
    assert f"- **原规定** 超过{number.format('2026-12-31')}的部分才报。" in lesson
    assert f"- **新规定** 超过{number.format('2027-01-01')}的部分才报。" in lesson


def test_other_numbers_in_the_words_of_a_clause_are_not_repeated(policies: Policies) -> None:
    words = clause("city-rules#2", How.REWORDED, "社区医院报85%。", "社区医院报90%。")
    files = draft(UNIT, [replace(words, since=NEXT_YEAR), VALUE], policies)
    lesson = files["content/courses/change-ab2c/01-what-changed.md"]
    assert "90%" not in lesson
    assert "85%" not in lesson
    assert "这一条里的数字变了" in lesson
    assert faults(library() | files) == []


def test_a_title_with_numbers_in_it_gives_way_to_the_name_of_the_document(policies: Policies) -> None:
    files = draft(replace(UNIT, title="起付标准从1800元降到1500元"), [VALUE], policies)
    assert 'title: "规定有变：门诊规定"' in files["content/courses/change-ab2c/course.yaml"]
    assert faults(library() | files) == []
