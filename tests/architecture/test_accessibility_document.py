"""``docs/accessibility.md`` is complete, and what it rests on exists."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (TESTS.parent / "docs/accessibility.md").read_text("utf-8").splitlines()
    if line.startswith("|")
]
GUIDELINES = {
    "1.1": (1,),
    "1.2": (1, 2, 3, 4, 5),
    "1.3": (1, 2, 3, 4, 5),
    "1.4": (1, 2, 3, 4, 5, 10, 11, 12, 13),
    "2.1": (1, 2, 4),
    "2.2": (1, 2),
    "2.3": (1,),
    "2.4": (1, 2, 3, 4, 5, 6, 7, 11),
    "2.5": (1, 2, 3, 4, 7, 8),
    "3.1": (1, 2),
    "3.2": (1, 2, 3, 4, 6),
    "3.3": (1, 2, 3, 4, 7, 8),
    "4.1": (2, 3),
}
CRITERIA = [f"{guideline}.{number}" for guideline, numbers in GUIDELINES.items() for number in numbers]
"""All of WCAG 2.2 A and AA; 4.1.1 was removed. Source: w3.org/TR/WCAG22."""
STATES = {"met", "not applicable", "open"}
JUDGED = [row for row in ROWS if len(row) == 5 and STATES & set(row)]


def test_every_criterion_is_judged_once() -> None:
    assert [row[0].split()[0] for row in JUDGED if re.match(r"\d", row[0])] == CRITERIA


def test_what_is_met_names_its_test_and_what_is_not_its_reason() -> None:
    bare = [row[0] for row in JUDGED if not (row[4] if "met" in row else row[3])]
    assert bare == []


def test_every_test_that_is_named_exists() -> None:
    named = {tuple(one.split("::")) for row in JUDGED for one in re.findall(r"`([^`]+::[^`]+)`", row[4])}
    assert named
    assert {(path, name) for path, name in named if name not in functions_of(TESTS / path)} == set()


def functions_of(path: Path) -> set[str]:
    found = ast.walk(ast.parse(path.read_text("utf-8"))) if path.exists() else ()
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}
