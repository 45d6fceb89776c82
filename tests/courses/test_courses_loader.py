"""Reading courses and lessons: what is wrong is named where it stands."""

import pytest

from lms.courses.rules import PageKind
from lms.library.faults import Fault, Item
from tests.support.faults import Case, checked, faults_of
from tests.support.small_library import COURSE_PATH, LESSON, LESSON_PATH, TEXTS, with_change

PARAMETER = "[[outpatient.deductible]]"
KINDS = " / ".join(PageKind)
KINDS_OF_COURSES = "onboarding / annual / topic / delta"
HEADING = "# … {#…}"
SHOWN = "**…** / - … / 1. … / | … | / > …"
CHECKS = LESSON.partition("```check")[2]
LAST = "  explanation: 先自己付，超过才报。\n```\n"

COURSE: list[Case] = [
    Case("id: basics", "id: basic", 1, 5, "name-differs", "basic", "basics"),
    Case("title: 看病报销入门\n", "", 1, 1, "missing-key", "title"),
    Case("audiences: [employee]", "audiences: []", 5, 12, "wrong-value", "[]", "≥ 1"),
    Case("[employee]", "[boss]", 5, 13, "not-allowed", "boss", "hr / employee / retiree"),
    Case("[employee]", "[employee, retiree]", 7, 7, "no-easy-form", "看病报销入门", "easy"),
    Case("kind: onboarding", "kind: weekly", 6, 7, "not-allowed", "weekly", KINDS_OF_COURSES),
    Case("mandatory: true", "mandatory: sometimes", 8, 12, "wrong-value", "sometimes", "true / false"),
    Case("goals: [知道先付多少]", "goals: 知道", 9, 8, "wrong-value", "知道", "- …"),
    Case("quiz: basics", "quiz: ''", 10, 8, "needs-quiz", "onboarding", "delta"),
    Case("quiz: basics", "quiz: advanced", 10, 7, "no-such-quiz", "advanced", "basics"),
    Case("summary: 一节课", "summary: 先付1800元", 4, 12, "number-by-hand", "1800元", PARAMETER),
    Case("[知道先付多少]", "[先付1800元]", 9, 11, "number-by-hand", "1800元", PARAMETER),
]
FRONT_MATTER: list[Case] = [
    Case("---\nid: outpatient", "id: outpatient", 1, 1, "no-front-matter", "id: outpatient", "--- … ---"),
    Case("minutes: 3\n---", "minutes: 3", 1, 1, "no-front-matter", "---", "--- … ---"),
    Case("minutes: 3", "minutes: 2", 5, 10, "wrong-value", "2", "≥ 3"),
    Case("minutes: 3", "minutes: 6", 5, 10, "wrong-value", "6", "≤ 5"),
    Case("kind: policy\nminutes", "kind: theory\nminutes", 4, 7, "not-allowed", "theory", KINDS),
    Case("title: 门诊怎么报", "title: 门诊先付1800元", 3, 12, "number-by-hand", "1800元", PARAMETER),
    Case("minutes: 3", "minutes: [", 6, 1, "yaml", "did not find expected node content"),
]
PAGES: list[Case] = [
    Case("---\n\n# 先过", "---\n\n前言。\n\n# 先过", 8, 1, "no-heading", "前言。", HEADING),
    Case("# 先过起付标准 {#deductible}", "# 先过起付标准", 8, 1, "bad-heading", "# 先过起付标准", HEADING),
    Case("{#card}", "{#Card}", 16, 1, "bad-heading", "# 带好凭证 {#Card}", HEADING),
    Case("# 带好凭证", "# 带好1800元", 16, 5, "number-by-hand", "1800元", PARAMETER),
    Case("@kind practice", "@kind theory", 17, 1, "not-allowed", "theory", KINDS),
    Case("@kind practice\n", "", 16, 1, "missing-key", "@kind", KINDS),
    Case("@kind practice", "@kind practice\n@kinds x", 18, 1, "unknown-key", "@kinds", "@kind / @clauses"),
    Case("@clauses city-rules#2\n", "", 16, 1, "no-source", "# 带好凭证 {#card}", "@clauses …"),
    Case("city-rules#2", ", ", 16, 1, "no-source", "# 带好凭证 {#card}", "@clauses …"),
    Case(
        "#2\n", "#2, city-rules#3\n", 18, 1, "no-such-clause", "city-rules#3", "city-rules#1 / city-rules#2"
    ),
    Case("city-rules#2", "city-rule#2", 18, 1, "no-such-clause", "city-rule#2", "city-rules"),
]
ELSEWHERE = "[[outpatient.deductible region=全国]]"
OTHERS = "[[outpatient.deductible region=北京 status=retired]]"
EARLIER = "[[outpatient.deductible region=北京 status=in_service on=2024-12-31]]"
EXPLICIT = "outpatient.deductible/110000/in_service/any"
SLOTS = "region=北京 status=in_service"
TEXT: list[Case] = [
    Case(PARAMETER, "1,800元", 14, 6, "number-by-hand", "1,800元", PARAMETER),
    Case(PARAMETER, "\n\n- 一\n- 二，付1800 元", 17, 6, "number-by-hand", "1800 元", PARAMETER),
    Case(PARAMETER, "[[ ]]", 14, 6, "bad-reference", " ", "name region=… status=… level=… on=…"),
    Case(PARAMETER, "[[outpatient.deductible on=2027]]", 14, 6, "bad-reference", "2027", "2026-01-31"),
    Case(PARAMETER, ELSEWHERE, 14, 6, "no-value", "outpatient.deductible/000000//any", SLOTS),
    Case(PARAMETER, OTHERS, 14, 6, "no-value", "outpatient.deductible/110000/retired/any", SLOTS),
    Case(PARAMETER, EARLIER, 14, 6, "no-value", f"{EXPLICIT}/2024-12-31", SLOTS),
    Case(PARAMETER, "[[outpatient.deductible region=天津]]", 14, 6, "bad-reference", "天津", "全国 / 北京"),
    Case(
        PARAMETER, "[[outpatient.rate]]", 14, 6, "no-such-parameter", "outpatient.rate", PARAMETER.strip("[]")
    ),
    Case(
        PARAMETER, "[[inpatient.rate]]", 14, 6, "no-such-parameter", "inpatient.rate", PARAMETER.strip("[]")
    ),
    Case("> 看病出示凭证。", "[凭证](https://x.example)", 19, 1, "not-allowed", "<a>", SHOWN),
    Case("> 看病出示凭证。", "<b>凭证</b>", 19, 1, "not-allowed", "<b>", SHOWN),
    Case("> 看病出示凭证。", "<script>alert(1)</script>", 19, 1, "not-allowed", "<script>", SHOWN),
    Case("> 看病出示凭证。", "![图](a.png)", 19, 1, "not-allowed", "<img>", SHOWN),
    Case("> 看病出示凭证。", "## 小标题", 19, 1, "not-allowed", "<h2>", SHOWN),
    Case("> 看病出示凭证。", "`凭证`", 19, 1, "not-allowed", "<code>", SHOWN),
    Case(
        "> 看病出示凭证。",
        '!!! danger "小心"\n    看。',
        19,
        1,
        "not-allowed",
        "danger",
        "warning / example / correction / note",
    ),
    Case(
        "> 看病出示凭证。",
        f'??? note "{PARAMETER}"\n    看。',
        19,
        1,
        "not-allowed",
        "[[outpatient.deductible///any]]",
        '??? note "…"',
    ),
]
CHECK: list[Case] = [
    Case(f"```check{CHECKS}", "", 1, 1, "no-check", "", "```check"),
    Case(LAST, LAST.removesuffix("```\n"), 22, 1, "check-not-closed", "```check", "```"),
    Case(LAST, f"{LAST}\n# 又一页 {{#more}}\n", 33, 1, "after-check", "# 又一页 {#more}", "```"),
    Case("page: deductible", "page: nowhere", 26, 9, "no-such-page", "nowhere", "deductible / card"),
    Case("  answer: false\n", "", 23, 3, "missing-key", "answer"),
    Case("because_true: 要先过起付标准。", "because_true: ''", 23, 3, "missing-key", "because_true"),
    Case("  because_false: 对，要先过起付标准。\n", "", 23, 3, "missing-key", "because_false"),
    Case("type: truefalse", "type: essay", 24, 9, "not-allowed", "essay", "single / multiple / truefalse"),
    Case("stem: 第一次看病就能全报。", "stem: 先付1800元。", 25, 11, "number-by-hand", "1800元", PARAMETER),
    Case("stem: 第一次看病就能全报。", "stem: '先付1800元。'", 25, 12, "number-by-hand", "1800元", PARAMETER),
    Case(
        LAST,
        f"  explanation: 付[[a.b]]。\n{LAST[-4:]}",
        30,
        17,
        "no-such-parameter",
        "a.b",
        PARAMETER.strip("[]"),
    ),
    Case(
        "- id: outpatient-c1\n",
        "id: outpatient-c1\n",
        24,
        7,
        "yaml",
        "mapping values are not allowed in this context",
    ),
    Case(CHECKS, "\nnothing\n```\n", 23, 1, "wrong-value", "str", "- …"),
]


@pytest.mark.parametrize("case", COURSE)
def test_a_fault_in_a_course(case: Case) -> None:
    case.check(COURSE_PATH)


@pytest.mark.parametrize("case", [*FRONT_MATTER, *PAGES, *TEXT, *CHECK])
def test_a_fault_in_a_lesson(case: Case) -> None:
    case.check(LESSON_PATH)


def test_a_lesson_without_a_page_is_a_fault() -> None:
    head, _, rest = LESSON.partition("# 先过")
    text = head + "```check" + rest.partition("```check")[2].replace("  page: deductible\n", "  page: x\n")
    found = faults_of({**TEXTS, LESSON_PATH: text})
    assert Fault(LESSON_PATH, 7, 1, "no-pages", "", HEADING) in found


OPTIONS = """\
  type: single
  options:
    - {text: 一, right: true, because: 对}
    - {text: 二, because: 付1800元}
    - {text: 先付1800元, because: 错}
"""


def faults_with_options(options: str) -> list[tuple[int, int, str, str, str]]:
    found = faults_of(with_change(LESSON_PATH, "  type: truefalse\n", options))
    return [(fault.line, fault.column, fault.code, fault.found, fault.right) for fault in found]


def test_wrong_options_and_reasons_may_hold_a_number_that_is_right_elsewhere() -> None:
    assert faults_with_options(OPTIONS) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("right: true, ", "", (26, 5, "right-options", "0", "1")),
        ("二, ", "二, right: true, ", (26, 5, "right-options", "2", "1")),
        ("single", "multiple", (26, 5, "right-options", "1", "2–2")),
        ("二, ", "一, ", (27, 7, "option-twice", "一", "")),
        ("{text: 一,", "{text: 付1800元,", (26, 15, "number-by-hand", "1800元", PARAMETER)),
        ("{text: 一,", "{text: '[[a.b]]',", (26, 15, "no-such-parameter", "a.b", PARAMETER.strip("[]"))),
        ("because: 对", "because: '[[a.b]]'", (26, 40, "no-such-parameter", "a.b", PARAMETER.strip("[]"))),
        ("because: 对", "why: 对", (26, 7, "missing-key", "because", "")),
    ],
)
def test_a_fault_among_options(old: str, new: str, fault: tuple[int, int, str, str, str]) -> None:
    assert OPTIONS.count(old) == 1
    assert fault in faults_with_options(OPTIONS.replace(old, new))


@pytest.mark.parametrize(("count", "is_fault"), [(1, True), (2, False), (6, False), (7, True)])
def test_there_are_two_to_six_options(count: int, is_fault: bool) -> None:
    rows = [f"    - {{text: '{number}', because: x}}\n" for number in range(1, count)]
    options = "  type: single\n  options:\n    - {text: '0', because: x, right: true}\n" + "".join(rows)
    expected = [(26, 5, "option-count", str(count), "2–6")] if is_fault else []
    assert faults_with_options(options) == expected


def test_all_right_is_no_multiple_choice() -> None:
    options = OPTIONS.replace("single", "multiple").replace("二, ", "二, right: true, ")
    assert faults_with_options(options) == []
    every = options.replace("先付1800元, ", "三, right: true, ")
    assert faults_with_options(every) == [(26, 5, "right-options", "3", "2–2")]


def test_a_folder_with_lessons_needs_a_course_file() -> None:
    texts = {path: text for path, text in TEXTS.items() if path != COURSE_PATH}
    assert faults_of(texts) == [Fault(COURSE_PATH, 1, 1, "missing-file", COURSE_PATH)]


def test_a_course_needs_a_lesson() -> None:
    texts = {path: text for path, text in TEXTS.items() if path != LESSON_PATH}
    right = "content/courses/basics/01-….md"
    assert faults_of(texts) == [Fault(COURSE_PATH, 1, 1, "no-lessons", "basics", right)]


def test_lessons_pages_and_checks_are_named_once_in_a_course() -> None:
    again = "content/courses/basics/02-again.md"
    found = faults_of({**TEXTS, again: LESSON})
    assert [(fault.line, fault.column, fault.code, fault.found, fault.right) for fault in found] == [
        (2, 5, "key-exists", "basics/outpatient", f"{LESSON_PATH}:2"),
        (8, 1, "key-exists", "basics/outpatient#deductible", f"{LESSON_PATH}:8"),
        (16, 1, "key-exists", "basics/outpatient#card", f"{LESSON_PATH}:16"),
        (23, 7, "key-exists", "outpatient-c1", f"{LESSON_PATH}:23"),
    ]


def test_faults_of_several_lessons_are_all_named() -> None:
    second = (
        LESSON.replace("outpatient\n", "travel\n")
        .replace("outpatient-c1", "c2")
        .replace("minutes: 3", "minutes: 9")
    )
    texts = {
        **TEXTS,
        LESSON_PATH: LESSON.replace("@kind practice", "@kind theory"),
        "content/courses/basics/02-travel.md": second,
    }
    assert [(fault.path, fault.line, fault.code) for fault in faults_of(texts)] == [
        (LESSON_PATH, 17, "not-allowed"),
        ("content/courses/basics/02-travel.md", 5, "wrong-value"),
    ]


# -- what is read --------------------------------------------------------------------------------------------


def items_of(texts: dict[str, str]) -> dict[tuple[str, str], Item]:
    found = checked(texts)
    assert found.faults == []
    return {(item.kind, item.key): item for item in found.items}


def test_a_course_has_its_lessons_in_the_order_of_their_files() -> None:
    second = LESSON.replace("outpatient\n", "travel\n").replace("outpatient-c1", "travel-c1")
    items = items_of({**TEXTS, "content/courses/basics/00-travel.md": second})
    assert items["course", "basics"].body["lessons"] == ["basics/travel", "basics/outpatient"]
    assert items["course", "basics"].body["audiences"] == ["employee"]
    assert items["course", "basics"].place.path == COURSE_PATH


def test_a_lesson_has_its_pages_its_checks_and_their_references() -> None:
    text = LESSON.replace("stem: 第一次看病就能全报。", f"stem: 超过{PARAMETER}才报。")
    items = items_of({**TEXTS, LESSON_PATH: text})
    lesson = items["lesson", "basics/outpatient"]
    assert lesson.body["pages"] == ["basics/outpatient#deductible", "basics/outpatient#card"]
    assert lesson.references == {("parameter", "outpatient.deductible")}
    assert (lesson.place.path, lesson.place.line) == (LESSON_PATH, 2)
    assert lesson.body["checks"] == [
        {
            "id": "outpatient-c1",
            "type": "truefalse",
            "stem": "超过[[outpatient.deductible///any]]才报。",
            "page": "deductible",
            "options": [
                {"text": "true", "right": False, "because": "要先过起付标准。"},
                {"text": "false", "right": True, "because": "对，要先过起付标准。"},
            ],
            "explanation": "先自己付，超过才报。",
        }
    ]


def test_a_page_has_its_title_kind_sources_and_references() -> None:
    items = items_of(
        with_change(LESSON_PATH, "@clauses city-rules#1\n", "@clauses city-rules#1, city-rules#2\n")
    )
    page = items["page", "basics/outpatient#deductible"]
    assert (page.body["title"], page.body["kind"]) == ("先过起付标准", "policy")
    assert page.body["clauses"] == ["city-rules#1", "city-rules#2"]
    assert page.references == {
        ("clause", "city-rules#1"),
        ("clause", "city-rules#2"),
        ("parameter", "outpatient.deductible"),
    }
    assert (page.place.line, items["page", "basics/outpatient#card"].place.line) == (8, 16)


def test_windows_line_ends_change_nothing() -> None:
    texts = {**TEXTS, LESSON_PATH: LESSON.replace("\n", "\r\n")}
    assert items_of(texts) == items_of(dict(TEXTS))
