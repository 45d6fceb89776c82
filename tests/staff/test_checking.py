"""What a list would do, and everything that is wrong with it at once, before anything is changed."""

import pytest
from sqlalchemy.orm import Session

from lms.people.models import Audience, Person
from lms.staff.models import Covers, Import, ImportState, Kind
from lms.staff.queries import import_faults, import_rows
from tests.support.people import leave, make_department, make_person
from tests.support.staff import (
    HEADERS,
    checked,
    csv,
    fault,
    faults,
    hr,
    id_number,
    kinds,
    known_cities,
    person,
    row,
    taken,
    xlsx,
)

__all__ = ["known_cities"]
pytestmark = pytest.mark.usefixtures("known_cities")
ALL = (*HEADERS, "状态", "邮箱", "手机", "身份证号", "企业微信账号", "部门负责人")


def test_every_fault_is_told_at_once_by_line_and_column(database: Session) -> None:
    make_department(name="总装车间")
    make_person(number="OLD")
    taken(csv(["OLD", id_number(7)], headers=("工号", "身份证号")), hr())
    found = checked(
        csv(
            [
                "N1",
                "林晓",
                "总装车间",
                "天津",
                "领导",
                "2026-02-30",
                "休假",
                "x",
                "123",
                "1.1010119900307E+17",
                "微信",
                "也许",
            ],
            ["N2", "", "装配", "", "", "1899-01-01", "", "", "", id_number(7), "", ""],
            ["N3", "甲", "总装车间", "北京", "职工", "2026-01-01", "", "", "", id_number(8), "", "是"],
            ["N3", "乙", "总装车间", "北京", "职工", "2026-01-01", "", "", "", id_number(8), "", "是"],
            ["", "丙", "总装车间", "北京", "-", "2026-01-01", "", "", "", "", "", ""],
            ["N6", "丁", "总装车间", "北京", "人事", "2026-01-01", "退休", "", "", "", "", ""],
            ["N7", "戊", "总装车间", "北京", "退休", "2026-01-01", "在职", "", "", "", "", "是"],
            ["1024.0", "己", "总装车间", "北京", "职工", "2028-01-01", "", "", "", "", "", ""],
            ["N9", "庚\x01", "总装车间", "北京", "职工", "2026-01-01", "", "", "13800000013.0", "", "", ""],
            headers=ALL,
        ),
        hr_again(),
    )
    assert faults(found) == [
        (2, "city", "unknown-city"),
        (2, "audience", "unknown-audience"),
        (2, "hired_on", "bad-date"),
        (2, "state", "unknown-state"),
        (2, "email", "bad-email"),
        (2, "phone", "bad-phone"),
        (2, "id_number", "id-float"),
        (2, "wecom_id", "bad-wecom-id"),
        (2, "head", "unknown-answer"),
        (3, "name", "needed"),
        (3, "department", "unknown-department"),
        (3, "city", "needed"),
        (3, "audience", "needed"),
        (3, "hired_on", "date-out-of-range"),
        (3, "id_number", "id-of-other"),
        (4, "number", "duplicate-number"),
        (4, "id_number", "duplicate-id"),
        (5, "number", "duplicate-number"),
        (5, "id_number", "duplicate-id"),
        (5, "head", "two-heads"),
        (6, "number", "needed"),
        (6, "audience", "cannot-clear"),
        (7, "state", "audience-against-state"),
        (8, "state", "audience-against-state"),
        (8, "head", "cannot-head"),
        (9, "number", "number-float"),
        (9, "hired_on", "date-out-of-range"),
        (10, "name", "bad-name"),
        (10, "phone", "phone-float"),
    ]
    assert found.faults_n == 29
    assert found.counts["fault"] == 9
    assert fault_lines(found, "duplicate-number") == {4: [5], 5: [4]}
    assert fault_lines(found, "two-heads") == {5: [4]}


def hr_again() -> Person:
    return person("HR1")


def fault_lines(found: Import, code: str) -> dict[int, list[int]]:
    listed, _ = import_faults(found.key, page=1)
    return {one.line: one.facts["lines"] for one in listed if one.code == code}


def test_what_stands_in_a_faulty_cell_is_shown_and_numbers_are_masked(database: Session) -> None:
    found = checked(
        csv([*row(), "110105194912310021", "1380000"], headers=(*HEADERS, "身份证号", "手机")), hr()
    )
    assert fault(found, "id_number").found == "110***********0021"
    assert fault(found, "phone").found == "*******"
    assert fault(found, "department").found == "总装车间"


def test_an_id_number_that_a_workbook_holds_as_a_number_is_refused(database: Session) -> None:
    make_department(name="总装车间")
    found = checked(xlsx([*HEADERS, "身份证号"], [*row(), 110105194912310020]), hr())
    assert faults(found) == [(2, "id_number", "id-float")]


def test_headers_that_are_not_known_or_there_twice_are_faults_of_the_file(database: Session) -> None:
    make_department(name="总装车间")
    found = checked(csv([*row(), "本科", "x"], headers=(*HEADERS, "学历", "名字")), hr())
    assert faults(found) == [(1, "学历", "unknown-header"), (1, "name", "duplicate-column")]
    assert kinds(found) == {"N1": "add"}


def test_a_header_line_of_somebodys_data_is_not_kept_in_clear(database: Session) -> None:
    found = checked(csv(["N1", "x", "y"], headers=("工号", id_number(), "a@b.cn")), hr())
    assert [one["column"].count("*") > 3 for one in found.faults] == [True, True]


def test_a_list_without_numbers_is_no_list_of_people(database: Session) -> None:
    found = checked(csv(["林晓"], headers=("姓名",)), hr())
    assert (found.state, found.error) == (ImportState.FAILED, "missing-column")


def test_a_file_that_breaks_off_fails_with_the_reason(database: Session) -> None:
    found = checked('工号,姓名\n"1"x,2\n'.encode(), hr())
    assert (found.state, found.error) == (ImportState.FAILED, "damaged")


def test_each_row_is_of_the_weightiest_kind(database: Session) -> None:
    author, shop = hr(), make_department(name="总装车间")
    for number in ("SAME", "CHANGE", "MOVE", "RETIRE", "LEAVE", "BACK", "GONE"):
        make_person(number=number, department=shop)
    make_department(name="销售部")
    for number in ("BACK", "GONE"):
        leave(person(number))
    headers = ("工号", "姓名", "部门", "人员类别", "状态")
    found = checked(
        csv(
            ["SAME", "林晓", "总装车间", "职工", "在职"],
            ["CHANGE", "林小", "", "", ""],
            ["MOVE", "林小", "销售部", "", ""],
            ["RETIRE", "", "销售部", "", "退休"],
            ["LEAVE", "林小", "销售部", "", "离职"],
            ["BACK", "林小", "", "", "在职"],
            ["GONE", "", "", "", ""],
            ["STRANGER", "", "", "", "离职"],
            headers=headers,
        ),
        author,
    )
    assert faults(found) == []
    assert kinds(found) == {
        "SAME": "same",
        "CHANGE": "change",
        "MOVE": "move",
        "RETIRE": "retire",
        "LEAVE": "leave",
        "BACK": "return",
        "GONE": "same",
        "STRANGER": "same",
    }


def test_a_change_is_shown_before_and_after_with_masks(database: Session) -> None:
    make_person(number="N1", name="林晓", department=make_department(name="总装车间"))
    author, headers = hr(), ("工号", "姓名", "手机", "身份证号")
    first, second = id_number(21), id_number(22)
    taken(csv(["N1", "林晓", "13800000013", first], headers=headers), author)
    found = checked(csv(["N1", "林小", "13900000014", second], headers=headers), author)
    (line,), total = import_rows(found.key, Kind.CHANGE, page=1)
    assert total == 1
    assert [(one.column, one.before, one.after) for one in line.changes] == [
        ("name", "林晓", "林小"),
        ("phone", "138****0013", "139****0014"),
        ("id_number", f"110***********{first[-4:]}", f"110***********{second[-4:]}"),
    ]
    assert (line.line, line.name, line.department) == (2, "林小", "总装车间")


def test_an_empty_cell_leaves_what_is_stored_and_a_dash_clears_it(database: Session) -> None:
    make_person(number="N1")
    author, headers = hr(), ("工号", "姓名", "邮箱", "手机")
    taken(csv(["N1", "林晓", "a@b.cn", "13800000013"], headers=headers), author)
    found = checked(csv(["N1", "", "-", ""], headers=headers), author)
    (line,), _ = import_rows(found.key, Kind.CHANGE, page=1)
    assert [(one.column, one.after) for one in line.changes] == [("email", "")]


def test_who_comes_back_to_work_from_retirement_needs_an_audience(database: Session) -> None:
    make_person(number="N1", audience=Audience.RETIREE)
    found = checked(csv(["N1", "在职"], headers=("工号", "状态")), hr())
    assert faults(found) == [(2, "audience", "audience-needed")]


def test_names_are_written_without_the_spaces_that_pad_them(database: Session) -> None:
    make_department(name="总装车间")
    taken(csv(row("N1", "张\u3000三"), row("N2", "Li  Lei")), hr())
    assert [person(number).name for number in ("N1", "N2")] == ["张三", "Li Lei"]


# -- a list of everybody ------------------------------------------------------------------------------------


def test_who_is_not_in_a_list_of_everybody_would_leave_but_not_whoever_uploads_it(database: Session) -> None:
    author = hr()
    make_person(number="STAYS")
    make_person(number="GOES", name="石磊")
    leave(make_person(number="GONE"))
    found = checked(csv(["STAYS"], headers=("工号",)), author, covers=Covers.ALL)
    assert kinds(found) == {"STAYS": "same", "GOES": "leave"}
    (line,), _ = import_rows(found.key, Kind.LEAVE, page=1)
    assert (line.line, line.name) == (-1, "石磊")
    assert (found.counts["missing"], found.counts["active"]) == (1, 3)


def test_who_is_in_a_list_of_everybody_is_back(database: Session) -> None:
    leave(make_person(number="GONE"))
    found = checked(csv(["GONE"], headers=("工号",)), hr(), covers=Covers.ALL)
    assert kinds(found) == {"GONE": "return"}


def test_nobody_leaves_by_the_list_that_they_upload(database: Session) -> None:
    author = hr()
    found = checked(csv([author.number, "离职"], headers=("工号", "状态")), author)
    assert faults(found) == [(2, "state", "yourself")]
