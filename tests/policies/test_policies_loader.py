"""Reading regions, policies and parameters: what is wrong is named where it stands."""

from datetime import date
from decimal import Decimal

import pytest

from lms.library.faults import Fault
from lms.policies.queries import Policies, policies_from
from lms.policies.rules import Asked, Level, Mark, Region, Source, Unit
from tests.support.faults import Case, checked, faults_of
from tests.support.small_library import (
    PARAMETERS,
    PARAMETERS_PATH,
    POLICY,
    POLICY_PATH,
    REGIONS_PATH,
    TEXTS,
    with_change,
)

NAME = "outpatient.deductible"
ROW = PARAMETERS.partition("  values:\n")[2]
DOCUMENT_KEYS = (
    "id / title / short / title_en / issuer / number / region / issued_on / effective_on / source / mark / "
    "checked_on / clauses"
)
VALUE_KEYS = "region / status / level / from / value / clause / source / mark / checked_on"
KEY = "^[a-z0-9][a-z0-9._-]*$"
NO_MAPPING = "mapping values are not allowed in this context"

REGIONS: list[Case] = [
    Case("parent: 全国", "parent: 中国", 2, 69, "no-such-region", "中国", "全国 / 北京"),
    Case("parent: 全国", "parent: 北京", 2, 69, "not-allowed", "北京", "全国"),
    Case('"110000"', '"11000"', 2, 11, "wrong-value", "11000", r"^\d{6}$"),
    Case("level: city", "level: town", 2, 55, "not-allowed", "town", "nation / province / city"),
    Case("name: 北京, ", "", 2, 3, "missing-key", "name"),
    Case(
        "level: city",
        "level: city, size: 1",
        2,
        61,
        "unknown-key",
        "size",
        "code / name / name_en / level / parent",
    ),
]
POLICIES: list[Case] = [
    Case("issued_on: 2025-01-01", "issued_on: 2025-13-01", 7, 12, "wrong-value", "2025-13-01", "2026-01-31"),
    Case("issued_on: 2025-01-01\n", "", 1, 1, "missing-key", "issued_on"),
    Case(
        "issued_on: 2025-01-01",
        "issued_on: 2025-06-01",
        8,
        15,
        "effect-before-issue",
        "2025-01-01",
        "≥ 2025-06-01",
    ),
    Case("region: 北京", "region: 天津", 6, 9, "no-such-region", "天津", "全国 / 北京"),
    Case("issuer: 北京市医疗保障局", "issuer: ''", 5, 10, "wrong-value", "", "…"),
    Case("short: 门诊规定", "short: 门诊规定\nshort: 又", 4, 1, "key-twice", "short"),
    Case("short: 门诊规定", "short: 门诊规定\nsort: 又", 4, 1, "unknown-key", "sort", DOCUMENT_KEYS),
    Case("mark: law", "mark: gospel", 10, 7, "not-allowed", "gospel", "law / agreed / single / seed"),
    Case(
        "{title: 北京市医疗保障局网站}",
        "{title: 网, url: www.a.example}",
        9,
        25,
        "wrong-value",
        "www.a.example",
        "https://…",
    ),
    Case("{title: 北京市医疗保障局网站}", "网站", 9, 9, "wrong-value", "网站", "key: value"),
    Case("title: 北京市门诊待遇规定", "title: 规定: 新", 2, 10, "yaml", NO_MAPPING),
    Case("id: city-rules", "id: City Rules", 1, 5, "wrong-value", "City Rules", KEY),
    Case("text: 看病要出示凭证。", "text: [看病]", 14, 47, "wrong-value", "['看病']", "…"),
    Case("article: 第二条, ", "", 14, 5, "missing-key", "article"),
    Case(
        "{key: '2', article: 第二条, title: 凭证, text: 看病要出示凭证。}",
        "凭证",
        14,
        5,
        "wrong-value",
        "凭证",
        "key: value",
    ),
]
VALUES: list[Case] = [
    Case("unit: yuan_per_year", "unit: euro", 4, 9, "not-allowed", "euro", " / ".join(Unit)),
    Case("fallback: false", "fallback: maybe", 6, 13, "wrong-value", "maybe", "true / false"),
    Case("value: 1800", "value: 一千八", 11, 14, "wrong-value", "一千八", "1800 / 0.5"),
    Case("value: 1800", "value: 1,800", 11, 14, "wrong-value", "1,800", "1800 / 0.5"),
    Case("value: 1800", "value: Infinity", 11, 14, "wrong-value", "Infinity", "1800 / 0.5"),
    Case("      from: 2025-01-01\n", "", 8, 7, "missing-key", "from"),
    Case(
        "status: in_service", "status: working", 9, 15, "not-allowed", "working", "in_service / retired / any"
    ),
    Case("status: in_service", "status: any\n      sex: any", 10, 7, "unknown-key", "sex", VALUE_KEYS),
    Case("region: 北京", "region: 广州", 8, 15, "no-such-region", "广州", "全国 / 北京"),
    Case(
        "clause: city-rules#1",
        "clause: city-rules#9",
        12,
        15,
        "no-such-clause",
        "city-rules#9",
        "city-rules#1 / city-rules#2",
    ),
    Case("clause: city-rules#1", "clause: other#1", 12, 15, "no-such-clause", "other#1", "city-rules"),
    Case("mark: law", "mark: rumour", 14, 13, "not-allowed", "rumour", "law / agreed / single / seed"),
    Case("checked_on: 2026-11-21", "checked_on: ''", 15, 20, "wrong-value", "", "2026-01-31"),
    Case(ROW, "    []\n", 8, 5, "wrong-value", "[]", "≥ 1"),
]


@pytest.mark.parametrize("case", REGIONS)
def test_a_fault_in_the_list_of_regions(case: Case) -> None:
    case.check(REGIONS_PATH)


@pytest.mark.parametrize("case", POLICIES)
def test_a_fault_in_a_policy(case: Case) -> None:
    case.check(POLICY_PATH)


@pytest.mark.parametrize("case", VALUES)
def test_a_fault_in_a_parameter(case: Case) -> None:
    case.check(PARAMETERS_PATH)


def test_the_list_of_regions_is_needed() -> None:
    texts = {path: text for path, text in TEXTS.items() if path != REGIONS_PATH}
    assert faults_of(texts) == [Fault(REGIONS_PATH, 1, 1, "missing-file", REGIONS_PATH)]


@pytest.mark.parametrize("text", ["", "regions: []", "- ["])
def test_a_list_of_regions_that_cannot_be_read_is_one_fault(text: str) -> None:
    assert [fault.path for fault in faults_of({**TEXTS, REGIONS_PATH: text})] == [REGIONS_PATH]


def test_a_region_is_named_once_and_has_a_code_of_its_own() -> None:
    again = '- {code: "120000", name: 北京, name_en: B, level: city, parent: 全国}\n'
    assert faults_of({**TEXTS, REGIONS_PATH: TEXTS[REGIONS_PATH] + again}) == [
        Fault(REGIONS_PATH, 3, 26, "key-exists", "北京", f"{REGIONS_PATH}:2")
    ]
    other = again.replace("120000", "110000").replace("北京", "天津")
    assert faults_of({**TEXTS, REGIONS_PATH: TEXTS[REGIONS_PATH] + other}) == [
        Fault(REGIONS_PATH, 3, 11, "key-exists", "110000", f"{REGIONS_PATH}:2")
    ]


def test_a_document_and_a_clause_are_named_once() -> None:
    copy = "content/policies/copy.yaml"
    found = faults_of({**TEXTS, copy: POLICY})
    assert [(fault.path, fault.line, fault.code, fault.found, fault.right) for fault in found] == [
        (copy, 1, "key-exists", "city-rules", f"{POLICY_PATH}:1"),
        (copy, 13, "key-exists", "city-rules#1", f"{POLICY_PATH}:13"),
        (copy, 14, "key-exists", "city-rules#2", f"{POLICY_PATH}:14"),
    ]


def test_a_parameter_is_named_once_over_all_files() -> None:
    assert faults_of({**TEXTS, "content/parameters/z.yaml": PARAMETERS}) == [
        Fault("content/parameters/z.yaml", 1, 9, "key-exists", NAME, f"{PARAMETERS_PATH}:1")
    ]


@pytest.mark.parametrize(
    "again", [ROW, ROW.replace("from: 2025-01-01", "from: null").replace("2026-11-21", "2025-01-01")]
)
def test_a_parameter_has_one_value_for_one_beginning(again: str) -> None:
    assert faults_of({**TEXTS, PARAMETERS_PATH: PARAMETERS + again}) == [
        Fault(PARAMETERS_PATH, 16, 7, "value-twice", "北京 in_service any 2025-01-01", "8")
    ]


def test_what_cannot_be_read_is_not_also_missing_elsewhere() -> None:
    texts = {
        **TEXTS,
        POLICY_PATH: POLICY.replace("article: 第一条, ", ""),
        PARAMETERS_PATH: PARAMETERS.replace("value: 1800", "value: many"),
    }
    assert [(fault.path, fault.code) for fault in faults_of(texts)] == [
        (PARAMETERS_PATH, "wrong-value"),
        (POLICY_PATH, "missing-key"),
    ]
    assert [fault.path for fault in faults_of({**TEXTS, POLICY_PATH: "id: ["})] == [POLICY_PATH]
    assert [fault.path for fault in faults_of({**TEXTS, PARAMETERS_PATH: "- ["})] == [PARAMETERS_PATH]


# -- what is read --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policies() -> Policies:
    later = ROW.replace("from: 2025-01-01", "from: 2027-01-01").replace("1800", "'1500.50'")
    unknown = ROW.replace("from: 2025-01-01", "from: null").replace("status: in_service", "status: any")
    unknown = unknown.replace("region: 北京", "region: 全国").replace("      clause: city-rules#1\n", "")
    later = later.replace("网站}", "网站, number: 〔2026〕1号, url: 'https://a.example'}")
    texts = {**TEXTS, PARAMETERS_PATH: PARAMETERS + later + unknown.replace("law", "seed")}
    return policies_from(list(checked(texts).items))


def test_regions_know_their_parents_by_code(policies: Policies) -> None:
    assert policies.regions["110000"] == Region("110000", "北京", "Beijing", "000000")
    assert policies.regions_by_name()["全国"].parent is None


def test_clauses_take_the_mark_of_their_document_unless_they_have_a_weaker_one(policies: Policies) -> None:
    clause = policies.clauses["city-rules#1"]
    assert (clause.article, clause.mark, clause.document) == (
        "第一条",
        Mark.LAW,
        policies.documents["city-rules"],
    )
    assert clause.document.effective_on == date(2025, 1, 1)
    weaker = with_change(POLICY_PATH, "text: 看病要出示凭证。", "text: 看病要出示凭证。, mark: single")
    found = policies_from(list(checked(weaker).items))
    assert [clause.mark for clause in found.clauses.values()] == [Mark.LAW, Mark.SINGLE]


def test_values_are_exact_dated_and_cited(policies: Policies) -> None:
    first, later, unknown = policies.parameters[NAME].values
    assert (first.region, first.status, first.level, first.since) == (
        "110000",
        "in_service",
        Level.ANY,
        date(2025, 1, 1),
    )
    assert (first.value, first.clause, first.mark) == (Decimal(1800), "city-rules#1", Mark.LAW)
    assert first.source == Source("北京市医疗保障局网站", "", "")
    assert str(later.value) == "1500.50"
    assert later.source == Source("北京市医疗保障局网站", "〔2026〕1号", "https://a.example")
    assert (unknown.since, unknown.starts, unknown.clause) == (None, date(2026, 11, 21), "")


def test_a_parameter_is_looked_up_by_its_name(policies: Policies) -> None:
    found = policies.answer(Asked(NAME, "110000", "in_service"), date(2026, 11, 23))
    assert found.current is not None
    assert found.upcoming is not None
    assert (found.current.value, found.upcoming.since) == (Decimal(1800), date(2027, 1, 1))
    with pytest.raises(KeyError):
        policies.answer(Asked("outpatient.rate"), date(2026, 11, 23))


def test_a_parameter_uses_the_clauses_that_its_values_cite() -> None:
    items = {(item.kind, item.key): item for item in checked(TEXTS).items}
    assert items["parameter", NAME].references == {("clause", "city-rules#1")}
    assert (items["parameter", NAME].place.path, items["parameter", NAME].place.line) == (PARAMETERS_PATH, 1)
    assert (items["clause", "city-rules#2"].place.line, items["region", "110000"].place.line) == (14, 2)
