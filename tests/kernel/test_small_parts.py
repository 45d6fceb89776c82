"""Keys to be read aloud, headings that break well, refusals with facts, settings of an installation."""

import stat
from pathlib import Path

import pytest

from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import ALPHABET, new_key
from lms.kernel.markup import ph
from lms.kernel.settings import ROOT, from_environment


def test_a_key_has_no_letters_that_are_mistaken_for_others() -> None:
    keys = [new_key(12) for _ in range(500)]
    assert {len(key) for key in keys} == {12}
    assert set("".join(keys)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01OILU")
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("门诊怎么报", "门诊怎么报"),
        (
            "门诊怎么报：三步算清楚",
            '<span class="ph">门诊怎么报：</span><span class="ph">三步算清楚</span>',
        ),
        ("<b>，&", '<span class="ph">&lt;b&gt;，</span><span class="ph">&amp;</span>'),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_heading_breaks_after_punctuation_and_is_escaped(text: str, html: str) -> None:
    assert str(ph(text)) == html


def test_a_refusal_carries_a_stable_code_and_facts() -> None:
    refusal = NotFound(kind="person", key="K1")
    assert isinstance(refusal, DomainError)
    assert (refusal.code, str(refusal), refusal.facts) == (
        "not-found",
        "not-found",
        {"kind": "person", "key": "K1"},
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No setting but the folder that the installation writes to."""
    for name in ("DATABASE_URL", "SECRET_KEY", "LIBRARY", "COMPANY", "DEMO", "SECURE_COOKIES"):
        monkeypatch.delenv(f"XUANGUAN_{name}", raising=False)
    monkeypatch.setenv("XUANGUAN_DATA", str(tmp_path / "data"))
    return monkeypatch


def test_without_settings_one_machine_works(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = from_environment()
    assert found.database_url == f"sqlite:///{tmp_path / 'data' / 'xuanguan.db'}"
    assert (found.library_dir, found.demo, found.secure_cookies) == (ROOT, True, False)


def test_the_secret_is_made_once_and_kept_for_its_owner_only(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = from_environment().secret_key
    assert len(first) >= 48
    assert from_environment().secret_key == first
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("written", "on"), [("1", True), ("true", True), ("Yes", True), ("on", True), ("0", False), ("", False)]
)
def test_a_switch_is_on_or_off(environment: pytest.MonkeyPatch, written: str, on: bool) -> None:
    environment.setenv("XUANGUAN_DEMO", written)
    environment.setenv("XUANGUAN_SECURE_COOKIES", written)
    found = from_environment()
    assert (found.demo, found.secure_cookies) == (on, on)


def test_every_setting_can_be_given(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("XUANGUAN_DATABASE_URL", "postgresql+psycopg:///x")
    environment.setenv("XUANGUAN_SECRET_KEY", "given")
    environment.setenv("XUANGUAN_LIBRARY", str(tmp_path))
    found = from_environment()
    assert (found.database_url, found.secret_key, found.library_dir) == (
        "postgresql+psycopg:///x",
        "given",
        tmp_path,
    )
    assert not (tmp_path / "data" / "secret_key").exists()
