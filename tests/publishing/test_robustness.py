"""Whatever is wrong with the files, checking them ends in a list of faults, never in a crash."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from lms.publishing.operations import check
from tests.support.small_library import LESSON, LESSON_PATH, TEXTS

LINES = [(path, number) for path, text in TEXTS.items() for number in range(len(text.splitlines()))]
DAMAGE = (
    "",
    "- ",
    "  ",
    "x: [",
    "null",
    "'",
    "a: &a [*a]",
    "]]",
    "[[",
    "{#",
    "```",
    "---",
    "\t",
    "0",
    "\ufeff",
    "\x07",
)


NO_PAGES = [
    ((LESSON_PATH, number), "") for number, line in enumerate(LESSON.splitlines()) if line.startswith("# ")
]


@example(damages=NO_PAGES)
@given(damages=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(DAMAGE)), min_size=1, max_size=4))
def test_lines_replaced_by_anything_are_faults_or_another_library(
    damages: list[tuple[tuple[str, int], str]],
) -> None:
    lines = {path: text.splitlines() for path, text in TEXTS.items()}
    for (path, number), damage in damages:
        lines[path][number] = damage
    found = check({path: "\n".join(text).encode() for path, text in lines.items()}, day=date(2026, 11, 23))
    counts = {path: len(text) + 1 for path, text in lines.items()}
    for fault in found.faults:
        assert 1 <= fault.line <= counts.get(fault.path, 1) + 1
        assert fault.column >= 1


@given(
    path=st.sampled_from(list(TEXTS)),
    start=st.integers(0, 400),
    length=st.integers(1, 60),
    text=st.binary(max_size=8),
)
def test_bytes_replaced_by_anything_are_faults_or_another_library(
    path: str, start: int, length: int, text: bytes
) -> None:
    files = {name: content.encode() for name, content in TEXTS.items()}
    files[path] = files[path][:start] + text + files[path][start + length :]
    check(files, day=date(2026, 11, 23))


@given(
    path=st.sampled_from(list(TEXTS)),
    key=st.integers(0, 40),
    value=st.sampled_from(["[]", "{}", "1", "~", "[{}]"]),
)
def test_values_of_another_shape_are_faults_or_another_library(path: str, key: int, value: str) -> None:
    lines = TEXTS[path].splitlines()
    places = [number for number, line in enumerate(lines) if ": " in line]
    number = places[key % len(places)]
    lines[number] = f"{lines[number].partition(': ')[0]}: {value}"
    texts = {**TEXTS, path: "\n".join(lines)}
    check({name: text.encode() for name, text in texts.items()}, day=date(2026, 11, 23))
