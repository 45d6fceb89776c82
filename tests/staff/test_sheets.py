"""Files become rows of texts; what cannot be read is refused with a reason."""

import io
import zipfile
import zlib
from datetime import date, datetime

import pytest

from lms.staff import sheets, workbooks
from lms.staff.sheets import Unreadable, read
from tests.support.staff import xlsx


def rows(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    table = read(data)
    return [(table.header.line, table.header.cells), *((row.line, row.cells) for row in table.rows())]


def why(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        list(read(data).rows())
    return str(caught.value.facts["why"])


def packed(**entries: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in entries.items():
            archive.writestr(f"xl/worksheets/{name}.xml", content)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_the_encodings_and_with_the_separators_that_are_met(encoding: str, separator: str) -> None:
    text = f"工号{separator}姓名\r\n1{separator} 林晓 \r\n"
    assert rows(text.encode(encoding)) == [(1, ("工号", "姓名")), (2, ("1", "林晓"))]


def test_lines_are_those_of_the_file() -> None:
    text = '\n工号,备注\n\n1,"两\n行"\n,,\n2,x\n'
    assert [line for line, _ in rows(text.encode())] == [2, 4, 7]


def test_cells_of_a_workbook_as_somebody_would_have_typed_them() -> None:
    data = xlsx(
        ["a", "b", "c", "d", "e", "f", "g"],
        [],
        [
            1001,
            110101199003070011,
            date(2026, 11, 23),
            datetime.fromisoformat("2026-11-23T08:30"),
            True,
            1.5,
            " x ",
        ],
    )
    assert rows(data) == [
        (1, ("a", "b", "c", "d", "e", "f", "g")),
        (3, ("1001", "1.1010119900307E+17", "2026-11-23", "2026-11-23 08:30:00", "yes", "1.5", "x")),
    ]


def test_a_workbook_whose_header_comes_late_keeps_its_lines() -> None:
    assert rows(xlsx([], [], ["a"], ["1"])) == [(3, ("a",)), (4, ("1",))]


def test_rows_can_be_gone_through_twice() -> None:
    for data in (b"a\n1\n2\n", xlsx(["a"], ["1"], ["2"])):
        table = read(data)
        assert [row.cells for row in table.rows()] == [row.cells for row in table.rows()] == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b",,\n", "no-header"),
        (b"\x89PNG\r\n\0\0\0", "not-a-sheet"),
        (b"\xd0\xcf\x11\xe0rest", "old-excel"),
        (b"\xd0\xcf\x11\xe0E\0n\0c\0r\0y\0p\0t\0", "protected"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b"\xff\xfea\xd8", "encoding"),
        (b"a,b\n\xff\xff\xff", "encoding"),
        (b'a,b\n"1"x,2\n', "damaged"),
        (",".join(f"c{n}" for n in range(61)).encode(), "too-many-columns"),
        (packed(), "damaged"),
        (packed(sheet1=b"<worksheet"), "damaged"),
    ],
)
def test_files_that_cannot_be_read_say_why(data: bytes, code: str) -> None:
    assert why(data) == code


def test_an_archive_of_something_else_is_no_list() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert why(target.getvalue()) == "not-a-sheet"


def test_files_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 10)
    assert why(b"a,b,c,d,e,f") == "too-large"


def test_lists_that_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert len(rows(b"a\n1\n\n2\n")) == 3
    assert why(b"a\n1\n2\n3\n") == "too-many-rows"


def test_a_workbook_that_says_how_far_it_unfolds_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1000)
    assert why(packed(sheet1=b" " * 2000)) == "bomb"


def test_nor_is_one_that_lies_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = packed(sheet1=b" " * 2_000_000)
    size, short = (2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    lying = honest.replace(size, short)
    assert lying != honest
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    assert why(lying) == "bomb"


@pytest.mark.parametrize(
    "place", [b'<c r="XFD1048576"><v>1</v></c>', b'<row  r = "9999999"><c/><c r="B1"/></row>']
)
def test_a_cell_very_far_away_does_not_make_a_rectangle_of_all_before_it(place: bytes) -> None:
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"/></row>' + place + b"</sheetData></worksheet>"
    assert why(packed(sheet1=sheet)) == "too-many-cells"


def test_a_place_between_two_pieces_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_CHUNK", 80)
    sheet = b" " * 70 + b'<c r="XFD1048576"/>' + b" " * 200
    assert why(packed(sheet1=sheet)) == "too-many-cells"


def test_encrypted_entries_and_strange_packing_are_refused() -> None:
    data = bytearray(packed(sheet1=b"<worksheet/>"))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    assert why(bytes(data)) == "damaged"


def test_broken_packing_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" * 100)
    data = bytearray(target.getvalue())
    begin = 30 + len("xl/workbook.xml")
    data[begin : begin + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(zlib.error):
        zlib.decompress(bytes(data[begin : begin + 20]), -15)
    assert why(bytes(data)) == "damaged"
