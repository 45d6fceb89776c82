"""Charts: named and described, drawn without any style, and safe whatever the words are."""

from xml.etree import ElementTree as ET

from markupsafe import Markup

from lms.web.charts import Column, Heading, Pair, columns, pairs

HEADING = Heading("c1", "Papers by score", 'How many <b>papers</b> & "scores"')
SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Markup) -> ET.Element:
    """The chart as XML."""
    return ET.fromstring(f'<div xmlns="http://www.w3.org/2000/svg">{chart}</div>')[0]


def test_a_chart_has_a_name_and_a_description_for_who_cannot_see_it() -> None:
    found = drawn(columns(HEADING, [Column(0.5, "1", "50%")]))
    assert found.get("role") == "img"
    assert found.get("aria-labelledby") == "c1-t c1-d"
    assert [(one.get("id"), one.text) for one in found[:2]] == [
        ("c1-t", HEADING.title),
        ("c1-d", HEADING.desc),
    ]


def test_columns_are_as_high_as_their_share_and_never_leave_the_plot() -> None:
    found = drawn(columns(HEADING, [Column(0, "a", "0%"), Column(0.5, "b", "50%"), Column(7, "c", "x")]))
    heights = [float(one.get("height", "")) for one in found.iter(f"{SVG}rect")]
    assert heights == [0, 65, 130]
    assert [one.text for one in found.iter(f"{SVG}text")] == ["0%", "a", "50%", "b", "x", "c"]


def test_pairs_tell_two_groups_apart_by_a_legend() -> None:
    found = drawn(pairs(HEADING, [Pair("A", 1, 0.25, "100%", "25%")], ("upper", "lower")))
    widths = [float(one.get("width", "")) for one in found.iter(f"{SVG}rect")]
    assert widths[:2] == [12, 12]
    assert widths[2] == 4 * widths[3]
    assert {one.get("class") for one in found.iter(f"{SVG}rect")} == {"chart__1", "chart__2"}
    assert [one.text for one in found.iter(f"{SVG}text")] == ["upper", "lower", "A", "100%", "25%"]


def test_words_are_escaped_and_nothing_is_styled() -> None:
    chart = pairs(HEADING, [Pair("<script>", 0, 0, "<i>", "&")], ("a", "b"))
    assert "<script>" not in chart
    assert "&lt;script&gt;" in chart
    assert "style" not in chart


def test_an_empty_chart_is_a_chart() -> None:
    assert drawn(columns(HEADING, [])).tag == f"{SVG}svg"
    assert drawn(pairs(HEADING, [], ("a", "b"))).tag == f"{SVG}svg"
