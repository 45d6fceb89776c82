"""Every fault has a sentence, and every sentence a fault."""

import ast
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.kernel.settings import ROOT
from lms.library.faults import Fault
from lms.words.faults import SENTENCES, sentence

FLOORS = ("library", "policies", "courses", "quizzes", "publishing")


def codes() -> Iterator[str]:
    """The codes that the loaders use: the first argument of ``….fault(…)``, the fourth of ``Fault(…)``."""
    for floor in FLOORS:
        for path in (ROOT / "lms" / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(attr="fault"), args=[ast.Constant(value=str(code)), *_]):
                        yield code
                    case ast.Call(
                        func=ast.Name(id="Fault"), args=[_, _, _, ast.Constant(value=str(code)), *_]
                    ):
                        yield code


def test_every_code_of_the_loaders_has_a_sentence_and_no_sentence_is_unused() -> None:
    assert set(codes()) == set(SENTENCES)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_a_sentence_says_what_was_found(app: Flask, language: str) -> None:
    silent = {"check-not-closed", "no-check", "no-pages", "unknown-file"}
    with app.app_context(), force_locale(language):
        said = {code: sentence(Fault("a.yaml", 1, 1, code, "found ½", "right ⅓")) for code in SENTENCES}
    assert {code for code, words in said.items() if "found ½" not in words} <= silent


def test_of_many_possible_words_those_nearest_to_what_was_found_are_named(app: Flask) -> None:
    names = [f"parameter.{number:02}" for number in range(40)] + ["outpatient.deductible"]
    fault = Fault("a.md", 1, 1, "no-such-parameter", "outpatient.deductable", " / ".join(names))
    with app.app_context(), force_locale("en"):
        words = sentence(fault)
    assert "possible: outpatient.deductible / " in words
    assert words.endswith(" / …")
    assert words.count(" / ") == 8


def test_a_long_text_that_was_found_is_cut(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        words = sentence(Fault("a.md", 1, 1, "no-heading", "很" * 500, "# … {#…}"))
    assert len(words) < 200
