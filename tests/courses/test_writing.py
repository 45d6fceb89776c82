"""From Markdown to safe HTML: parameters survive everything, and what is shown is valid."""

from html.parser import HTMLParser

import pytest

from lms.courses.writing import Writing, references_in
from lms.library.faults import Fault, Place
from lms.policies.queries import policies_from
from tests.support.faults import checked
from tests.support.small_library import PARAMETERS, PARAMETERS_PATH, TEXTS

OTHER = PARAMETERS.replace("outpatient.deductible", "in_patient.rate_of_in_service").replace(
    "yuan_per_year", "percent"
)
OTHER = OTHER.replace("value: 1800", "value: 85").replace("      status: in_service", "      status: any")
DAYS = (
    OTHER.replace("in_patient.rate_of_in_service", "registration.limit")
    .replace("percent", "days")
    .replace("85", "30")
)
KINDS = DAYS.replace("registration.limit", "chronic.kinds").replace("unit: days", "unit: kinds")
POLICIES = policies_from(list(checked({**TEXTS, PARAMETERS_PATH: PARAMETERS + OTHER + DAYS + KINDS}).items))
ASKED = "[[outpatient.deductible]]"
WRITTEN = "[[outpatient.deductible///any]]"
PLACE = Place("a.md", 10, 1)
BOX = f"""<div class="admonition example">
<div class="admonition-title p">先付{WRITTEN}</div>
<p>看。</p>
</div>"""
FOLDED = f"""<details class="note">
<summary>展开</summary>
<div class="p">先付{WRITTEN}。</div>
</details>"""
LOOSE = f"""<ul>
<li>
<div class="p">一{WRITTEN}</div>
</li>
<li>
<p>二</p>
</li>
</ul>"""
BLOCKS = {"details", "div", "p", "ul", "ol", "table", "blockquote"}
"""What a browser does not take into a paragraph: it ends the paragraph there."""


def html(text: str) -> str:
    faults: list[Fault] = []
    written = Writing(POLICIES, faults).html(text, PLACE)
    assert faults == []
    return written


def by_hand(text: str) -> list[str]:
    """The numbers in a text that should have been references."""
    faults: list[Fault] = []
    Writing(POLICIES, faults).canonical(text, PLACE)
    return [fault.found for fault in faults]


class Nesting(HTMLParser):
    """Fails on a block inside a paragraph, and on tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        assert not ("p" in self.open and tag in BLOCKS), f"<{tag}> in <p>"
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def as_the_reader_gets_it(text: str) -> str:
    """The HTML with every parameter replaced by a disclosure, as the screens do it."""
    return html(text).replace(WRITTEN, '<details class="pv"><summary>1800</summary><div>x</div></details>')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"起付标准是{ASKED}。", f'<div class="p">起付标准是{WRITTEN}。</div>'),
        ("没有数字。", "<p>没有数字。</p>"),
        (f"- 一{ASKED}\n- 二", f"<ul>\n<li>一{WRITTEN}</li>\n<li>二</li>\n</ul>"),
        (f"- 一{ASKED}\n\n- 二", LOOSE),
        (f"> 先付{ASKED}。", f'<blockquote>\n<div class="p">先付{WRITTEN}。</div>\n</blockquote>'),
        (f"一。\n\n二{ASKED}。", f'<p>一。</p>\n<div class="p">二{WRITTEN}。</div>'),
        (f'!!! example "先付{ASKED}"\n    看。', BOX),
        (f'??? note "展开"\n    先付{ASKED}。', FOLDED),
    ],
)
def test_a_paragraph_with_a_parameter_has_room_for_a_disclosure(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"一{ASKED}二{ASKED}。",
        f"- **看** {ASKED}\n- 二\n    - 三{ASKED}\n",
        f"1. 一{ASKED}\n\n    二{ASKED}\n\n2. 三",
        f"| 城市 | 数 |\n| --- | --- |\n| 北京 | {ASKED} |\n",
        f"> {ASKED}\n>\n> 二",
        f'!!! warning "看"\n    一{ASKED}\n\n    - 二{ASKED}\n',
        f'??? note "看"\n    一{ASKED}\n',
        f"**粗{ASKED}**",
    ],
)
def test_what_the_reader_gets_is_nested_as_browsers_read_it(text: str) -> None:
    nesting = Nesting()
    nesting.feed(as_the_reader_gets_it(text))
    assert nesting.open == []


@pytest.mark.parametrize(
    "text",
    [
        f"| 城市 | 数 |\n| --- | --- |\n| 北京 | {ASKED} |\n",
        f"{ASKED}(按年)",
        f"{ASKED}[按年]",
        f"**{ASKED}**",
        f"_{ASKED}_",
        f"*{ASKED}* 和 _甲_",
        f"- {ASKED}\n- {ASKED}",
    ],
)
def test_a_parameter_survives_markdown(text: str) -> None:
    assert html(text).count(WRITTEN) == text.count(ASKED)


def test_underscores_in_names_are_no_emphasis() -> None:
    name = "in_patient.rate_of_in_service"
    assert html(f"[[{name} region=北京 status=any]]、[[{name} level=any]]") == (
        '<div class="p">[[in_patient.rate_of_in_service/110000/any/any]]、'
        "[[in_patient.rate_of_in_service///any]]</div>"
    )


def test_a_written_text_knows_its_parameters() -> None:
    found = set(references_in(html(f"{ASKED}、[[in_patient.rate_of_in_service region=北京]]")))
    assert found == {("parameter", "outpatient.deductible"), ("parameter", "in_patient.rate_of_in_service")}


def test_nothing_of_an_author_runs_in_the_readers_browser() -> None:
    text = (
        '<img src=x onerror="one()"> [a](javascript:two()) <p onclick="three()">y</p> <script>four()</script>'
    )
    assert Writing(POLICIES, []).html(text, PLACE) == "<p> a </p><p>y</p> <p></p>"


def test_signs_of_arithmetic_are_text() -> None:
    assert html("3 < 5 & 7 > 5") == "<p>3 &lt; 5 &amp; 7 &gt; 5</p>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("先付1800元", ["1800元"]),
        ("先付1,800元", ["1,800元"]),
        ("先付1800.00 元", ["1800.00 元"]),
        ("先付１８００元", ["１８００元"]),
        ("报85%", ["85%"]),
        ("报85％", ["85％"]),
        ("30日内、30天内", ["30日", "30天"]),
        ("先付1801元", []),
        ("先付11800元", []),
        ("先付1800块", []),
        ("先付1800.5元", []),
        ("比例1800%", []),
        ("11月30日", []),
        ("2026年1月30日以前，30日内", ["30日"]),
        ("30个工作日", []),
        ("30", []),
    ],
)
def test_a_number_of_policy_typed_by_hand_is_found(text: str, found: list[str]) -> None:
    assert by_hand(text) == found


def test_a_wrong_option_may_hold_any_number() -> None:
    faults: list[Fault] = []
    assert Writing(POLICIES, faults).canonical("先付1800元", PLACE, any_number=True) == "先付1800元"
    assert faults == []


def test_a_fault_is_placed_in_the_line_and_column_of_the_text() -> None:
    faults: list[Fault] = []
    Writing(POLICIES, faults).canonical("一\n二[[x.y]]，付1800元", Place("a.md", 10, 5))
    assert [(fault.line, fault.column, fault.code) for fault in faults] == [
        (11, 11, "number-by-hand"),
        (11, 2, "no-such-parameter"),
    ]


def test_a_level_that_a_parameter_does_not_have_is_a_fault() -> None:
    levels = PARAMETERS.replace("      from:", "      level: community\n      from:")
    policies = policies_from(list(checked({**TEXTS, PARAMETERS_PATH: levels}).items))
    faults: list[Fault] = []
    Writing(policies, faults).canonical("[[outpatient.deductible level=other]]", PLACE)
    Writing(policies, faults).canonical(ASKED, PLACE)
    assert [(fault.code, fault.found, fault.right) for fault in faults] == [
        ("no-such-level", "other", "level=community"),
        ("no-such-level", "any", "level=community"),
    ]
