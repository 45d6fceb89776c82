"""Texts as their reader sees them: numbers of policy for their own city, status and day, with the source."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import get_template_attribute
from flask_babel import LazyString, force_locale, gettext, lazy_gettext
from markupsafe import Markup, escape

from lms.courses import queries as courses
from lms.courses.rules import Page
from lms.kernel import clock
from lms.library import queries as library
from lms.policies.queries import Policies, policies_of
from lms.policies.references import PARAMETER, parse
from lms.policies.rules import ANY, Answer, Asked, Level, Parameter, Source, Value
from lms.web import formats
from lms.web.citations import checked, cite, foreign_regions, joined, place_name
from lms.web.guard import asker
from lms.web.languages import chosen

Rows = tuple[tuple[str, str], ...]
_STATUSES: Mapping[str, LazyString] = {
    "in_service": lazy_gettext("employees in service"),
    "retired": lazy_gettext("retired persons"),
}
_LEVELS: Mapping[Level, LazyString] = {
    Level.COMMUNITY: lazy_gettext("community institutions"),
    Level.OTHER: lazy_gettext("other designated institutions"),
    Level.PRIMARY: lazy_gettext("primary hospitals"),
    Level.SECONDARY: lazy_gettext("secondary hospitals"),
    Level.TERTIARY: lazy_gettext("tertiary hospitals"),
}
_LEAD = re.compile(r'<li>(?=\s*(?:<p>|<div class="p">)?<strong>)')


@dataclass(frozen=True)
class Reader:
    """For whom a text is filled in: insured city (GB/T 2260), status, day in China, catalog."""

    region: str
    status: str
    day: date
    language: str


@dataclass(frozen=True)
class Reading:
    """A page for one reader.

    ``sources`` is the card of what it rests on, ``basis`` the same in one line each; ``elsewhere`` names the
    regions whose rules it tells although they do not hold in the reader's ``city``.
    """

    html: Markup
    sources: Markup
    basis: tuple[str, ...]
    elsewhere: str
    city: str


def present_reader() -> Reader:
    """The signed-in person, today, in the language of this request."""
    here = asker()
    return Reader(here.region, here.status.value, clock.china_date(clock.now()), chosen())


@lru_cache(maxsize=1024)
def page(release_id: str, key: str, reader: Reader) -> Reading:
    """The page under *key* of a release. Nothing in it can change for the same arguments, so it is kept.

    Must be called in the language that *reader* names. Raises ``KeyError``.
    """
    found = _page(release_id, key)
    policies = policies_of(release_id)
    cited = cite(policies, found.clauses, reader.day)
    card = get_template_attribute("course/_sources.html", "source_card")
    return Reading(
        html=_filled(found.html, _Chips(policies, reader)),
        sources=card(cited, release_id, version(release_id)),
        basis=tuple(one.line for one in cited),
        elsewhere=foreign_regions(policies, found.clauses, reader.region),
        city=place_name(policies, reader.region),
    )


def _page(release_id: str, key: str) -> Page:
    course = courses.courses_of(release_id)[key.partition("/")[0]]
    pages = {page.key: page for lesson in course.lessons for page in lesson.pages}
    return pages[key]


def title_of(release_id: str, key: str) -> str:
    """The heading of a page of a release. Raises ``KeyError``."""
    return _page(release_id, key).title


def _filled(html: str, chips: "_Chips") -> Markup:
    return Markup(chips.fill(_LEAD.sub('<li class="lead">', html), with_source=True))  # noqa: S704 - cleaned at load


@lru_cache(maxsize=4)
def version(release_id: str) -> date:
    """The day in China on which a release was published."""
    return clock.china_date(library.release(release_id).published_at)


@lru_cache(maxsize=1024)
def rich(release_id: str, text: str, reader: Reader) -> Markup:
    """A plain text whose numbers show their source on demand; belongs into a ``<div class="p">``."""
    return Markup(_Chips(policies_of(release_id), reader).fill(str(escape(text)), with_source=True))  # noqa: S704


@lru_cache(maxsize=1024)
def span(release_id: str, text: str, reader: Reader) -> Markup:
    """A plain text whose numbers stand alone: for headings, options and labels."""
    return Markup(_Chips(policies_of(release_id), reader).fill(str(escape(text)), with_source=False))  # noqa: S704


def drafted(html: str, policies: Policies, reader: Reader) -> Markup:
    """A text of no release, with *policies* that are not live either: what a preview shows. Not kept."""
    return _filled(html, _Chips(policies, reader))


class _Chips:
    """Writes numbers of policy for one reader."""

    def __init__(self, policies: Policies, reader: Reader) -> None:
        self._policies = policies
        self._reader = reader
        self._macro = get_template_attribute("_ui.html", "pv")

    def fill(self, html: str, *, with_source: bool) -> str:
        """*html* with every canonical reference replaced."""
        return PARAMETER.sub(lambda match: str(self._chip(match[1], with_source)), html)

    def _chip(self, canonical: str, with_source: bool) -> Markup:
        asked = parse(canonical).for_reader(self._reader.region, self._reader.status)
        parameter = self._policies.parameters[asked.name]
        answer = self._policies.answer(asked, self._reader.day)
        value = answer.current or (None if asked.on else _announced(answer))
        if value is None:
            rows = self._missing(asked, parameter) if with_source else ()
            words, note = self._nothing(asked)
            return self._write(words, kind="none", rows=rows, note=note)
        return self._write(
            _quantity(value, parameter),
            kind=_kind(value, self._reader.day),
            rows=tuple(self._rows(parameter, value)) if with_source else (),
            note=_bracketed(self._notes(asked, answer, value, parameter)),
        )

    def _write(self, words: str, *, kind: str, rows: Rows, note: str) -> Markup:
        lang = "en" if self._reader.language == "en" else ""
        return Markup(self._macro(words, kind=kind, rows=rows, note=note, lang=lang))  # noqa: S704 - a macro's

    def _nothing(self, asked: Asked) -> tuple[str, str]:
        """Words for a missing number, and a note: the macro's own with the reader's city, or another's."""
        place = self._place(asked.region)
        if asked.region == self._reader.region:
            return "", _bracketed([place])
        return str(gettext("no verified figure for %(region)s yet", region=place)), ""

    def _notes(self, asked: Asked, answer: Answer, value: Value, parameter: Parameter) -> Iterator[str]:
        """What stands in brackets behind a number: how sure, of which day, and what it becomes."""
        if not value.mark.may_be_scored:
            yield gettext("to be verified")
        if value.starts > self._reader.day:
            yield gettext("in force from %(day)s", day=formats.long_day(value.starts))
        elif asked.on and asked.on != value.since:
            yield gettext("on %(day)s", day=formats.long_day(asked.on))
        elif value.since:
            yield gettext("since %(day)s", day=formats.long_day(value.since))
        else:
            yield gettext("as checked on %(day)s", day=formats.long_day(value.checked_on))
        coming = None if asked.on else _announced(answer)
        if coming and coming is not value:
            day = formats.long_day(coming.starts)
            yield gettext("%(value)s from %(day)s", value=_quantity(coming, parameter), day=day)

    def _missing(self, asked: Asked, parameter: Parameter) -> Rows:
        return (
            (gettext("Figure"), self._label(parameter)),
            (gettext("City"), self._place(asked.region)),
            (gettext("To find out"), gettext("Ask the medical insurance office there")),
        )

    def _rows(self, parameter: Parameter, value: Value) -> Iterator[tuple[str, str]]:
        yield gettext("Figure"), self._label(parameter)
        yield gettext("Applies to"), joined(self._whom(value))
        if value.clause in self._policies.clauses:
            cited = cite(self._policies, [value.clause], self._reader.day)[0]
            yield gettext("Basis"), cited.line
        yield gettext("Source"), _link(value.source)
        yield gettext("Checked"), checked(value.checked_on, value.mark)

    def _whom(self, value: Value) -> Iterator[str]:
        yield self._place(value.region)
        if value.status != ANY:
            yield str(_STATUSES[value.status])
        if value.level is not Level.ANY:
            yield str(_LEVELS[value.level])

    def _label(self, parameter: Parameter) -> str:
        return parameter.label_en if self._reader.language == "en" else parameter.label

    def _place(self, code: str) -> str:
        return place_name(self._policies, code)


def _announced(answer: Answer) -> Value | None:
    """A coming value counts as announced when the day on which it takes effect is known."""
    coming = answer.upcoming
    return coming if coming is not None and coming.since is not None else None


def _quantity(value: Value, parameter: Parameter) -> str:
    """A quantity inside Chinese text, whatever the language of the page around it."""
    with force_locale("zh_Hans"):
        return formats.quantity(value.value, parameter.unit)


def _kind(value: Value, day: date) -> str:
    if not value.mark.may_be_scored:
        return "unsure"
    return "soon" if value.starts > day else ""


def _bracketed(notes: Iterable[str]) -> str:
    return str(gettext("(%(note)s)", note=joined(notes)))


def _link(source: Source) -> Markup:
    """The source's own title and number, Chinese whatever the page is, linked where it has an address."""
    title = Markup('<span lang="zh-CN">{}</span>').format(f"{source.title} {source.number}".strip())
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(source.url, title) if source.url else title
