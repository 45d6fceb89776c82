"""The shape of the source text: sizes, tables, promises."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST_MODULE = 300
UNTRACKED_PROMISE = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))")
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
    )
)
"""Written in parts, so that this file does not find itself."""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def kept_files() -> list[Path]:
    """What git keeps or would keep; without git, everything outside hidden folders."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]
    visible = (path for top in ROOT.iterdir() if top.name != ".venv" for path in (top, *top.rglob("*")))
    return [path for path in visible if path.is_file()]


def imported_modules(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_module_outgrows_what_one_reads_in_one_go() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("lms", "tests")
    }
    too_long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LARGEST_MODULE}
    assert too_long == {}


def test_migrations_see_every_table() -> None:
    seen = imported_modules(ROOT / "lms" / "tables.py")
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "lms").rglob("models.py")
    }
    assert modules - seen == set()


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in (ROOT / "lms").glob("*/__init__.py")))
def test_every_folder_of_the_program_says_what_it_is_about(folder: str) -> None:
    package = ROOT / "lms" / folder / "__init__.py"
    assert ast.get_docstring(ast.parse(package.read_text(encoding="utf-8")))


def test_what_is_left_for_later_carries_the_number_of_an_issue() -> None:
    promises = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in python_files("lms", "tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNTRACKED_PROMISE.search(line)
    ]
    assert promises == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    naming = [
        str(path.relative_to(ROOT))
        for path in kept_files()
        if any(host.encode() in path.read_bytes() for host in REGISTRIES)
    ]
    assert naming == []
