"""Chinese is complete: every word of pages and commands stands in the catalog, which is compiled."""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "lms/web/translations/zh_Hans/LC_MESSAGES/messages.po"
METHODS = [("**.py", "python"), ("web/templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext", "_l")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
}


@cache
def catalog() -> Catalog:
    with CATALOG.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def messages() -> list[Message]:
    return [message for message in catalog() if message.id]


def words_in_the_source() -> set[str]:
    found = extract_from_dir(ROOT / "lms", method_map=METHODS, keywords=KEYWORDS)
    return {one[2][0] if isinstance(one[2], tuple) else one[2] for one in found}


def words(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def test_every_word_of_the_source_stands_in_the_catalog_and_no_other() -> None:
    assert {words(message) for message in messages()} == words_in_the_source()


def test_every_word_is_translated_and_none_is_fuzzy() -> None:
    lacking = [words(message) for message in messages() if message.fuzzy or not all(strings(message))]
    assert lacking == []


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_a_translation_uses_the_values_that_the_words_are_given() -> None:
    wrong = {
        words(message): [str(error) for error in message.check(catalog())]
        for message in messages()
        if message.python_format and list(message.check(catalog()))
    }
    assert wrong == {}


def test_the_compiled_catalog_is_the_written_one() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog())
    assert CATALOG.with_suffix(".mo").read_bytes() == compiled.getvalue()
