"""The language of a terminal."""

import pytest

from lms.cli.terminal import language


@pytest.mark.parametrize(
    ("variables", "catalog"),
    [
        ({}, "zh_Hans"),
        ({"LANG": "C.UTF-8"}, "zh_Hans"),
        ({"LANG": "de_DE.UTF-8"}, "zh_Hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh_Hans"),
        ({"LANG": "zh_CN.UTF-8", "XUANGUAN_LANG": "en"}, "en"),
    ],
)
def test_the_first_variable_that_names_a_language_there_is_decides(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], catalog: str
) -> None:
    for name in ("XUANGUAN_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == catalog
