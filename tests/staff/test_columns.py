"""Headers in two languages, words in cells, days as they are written in China, departments by their paths."""

from datetime import date

import pytest

from lms.people.queries import DepartmentNode
from lms.staff.columns import COLUMNS, day_of, folded, layout, template
from lms.staff.places import Cities, Departments, Found
from tests.support.staff import CITIES

NODES = [
    DepartmentNode(1, "A", "启衡科技", None, 0),
    DepartmentNode(2, "B", "生产制造部", 1, 1),
    DepartmentNode(3, "C", "总装车间", 2, 2),
    DepartmentNode(4, "D", "研发中心", 1, 1),
    DepartmentNode(5, "E", "测试组", 4, 2),
    DepartmentNode(6, "F", "测试组", 2, 2),
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_understood(language: str) -> None:
    headers, example = template(language)
    found = layout(headers)
    assert list(found.places) == sorted(column.name for column in COLUMNS)
    assert not found.unknown
    assert not found.doubled
    assert len(example) == len(headers)


def test_no_header_means_two_columns() -> None:
    headers = [header for column in COLUMNS for header in column.headers]
    assert len(headers) == len(set(headers))


def test_headers_are_folded() -> None:
    assert folded(" ＩＤ_Number＊：") == "idnumber"
    assert layout(["E-Mail", "WeCom ID", "员工编号"]).places == {"email": 0, "wecom_id": 1, "number": 2}


def test_unknown_headers_and_columns_that_are_there_twice_are_told() -> None:
    found = layout(["工号", "学历", "", "姓名", "名字"])
    assert found.unknown == ("学历",)
    assert found.doubled == ("name",)
    assert found.places["name"] == 3


@pytest.mark.parametrize(
    "text",
    ["2026-03-02", "2026/3/2", "2026.3.2", "2026年3月2日", "20260302", " 2026 - 03 - 02", "２０２６-03-02"],
)
def test_days_as_they_are_written(text: str) -> None:
    assert day_of(text) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "46083", "02.03.2026", "2026-03", "明年", "2026-03-02 08:30:00"]
)
def test_what_is_no_day(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("总装车间", Found(3)),
        ("生产制造部/总装车间", Found(3)),
        ("启衡科技／生产制造部 / 总装车间/", Found(3)),
        ("研发中心/测试组", Found(5)),
        ("测试组", Found(fault="ambiguous-department")),
        ("总装车间/生产制造部", Found(fault="unknown-department")),
        ("生产制造部//总装车间", Found(fault="bad-department")),
        ("x" * 81, Found(fault="bad-department")),
    ],
)
def test_a_department_is_meant_by_any_end_of_its_path_that_no_other_has(text: str, found: Found) -> None:
    assert Departments(NODES, creates=False).find(text) == found


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("总装车间/甲班", ("启衡科技", "生产制造部", "总装车间", "甲班")),
        ("工会", ("启衡科技", "工会")),
        ("工会/办公室", ("启衡科技", "工会", "办公室")),
    ],
)
def test_a_department_to_be_made_stands_below_what_is_known(text: str, path: tuple[str, ...]) -> None:
    assert Departments(NODES, creates=True).find(text) == Found(new=path)


def test_below_an_ambiguous_department_none_is_made() -> None:
    assert Departments(NODES, creates=True).find("测试组/甲").fault == "ambiguous-department"


def test_without_any_department_a_path_begins_the_tree() -> None:
    assert Departments([], creates=True).find("启衡科技/工会").new == ("启衡科技", "工会")


def test_a_whole_path_goes_before_an_end_of_another() -> None:
    nodes = [*NODES, DepartmentNode(7, "G", "测试组", None, 0)]
    assert Departments(nodes, creates=False).find("测试组") == Found(7)


def test_cities_by_name_and_code() -> None:
    cities = Cities(CITIES)
    assert {cities.code(text) for text in ("北京", "北京市", "110000", "Beijing", " 北 京 ")} == {"110000"}
    assert cities.code("110105") is None
