"""Lessons and letters as they are printed: what the paper floor sets, filled in for one reader."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Protocol

import flask
from flask import Response, g
from flask_babel import force_locale, gettext

from lms.courses.rules import Course, Lesson
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.settings import DEMO_COMPANY
from lms.outreach.hotlines import hotline_of
from lms.policies.queries import Policies, policies_of
from lms.printing.blocks import blocks
from lms.printing.documents import Booklet, Letter, Link, Paper, Part, Phone, Section, Sheet
from lms.web import formats, reading
from lms.web.ask import public_phones
from lms.web.citations import cite, foreign_regions, joined, place_name
from lms.web.context import settings
from lms.web.languages import chosen
from lms.web.lessons import stale_since
from lms.web.qr import outside_url
from lms.web.reading import Reader

PDF = "application/pdf"
_CHINESE = "zh_Hans"


class Insured(Protocol):
    """Whoever reads a sheet: numbers of policy depend on these two."""

    @property
    def region(self) -> str:
        """The city, GB/T 2260."""

    @property
    def status(self) -> str:
        """Standing towards medical insurance."""


def reader_of(person: Insured) -> Reader:
    """The person as a reader of today, in the language of this request."""
    return Reader(person.region, str(person.status), china_date(clock.now()), chosen())


def lesson_sheet(release_id: str, course: Course, lesson: Lesson, reader: Reader) -> Sheet:
    """A lesson for one reader."""
    policies = policies_of(release_id)
    clauses = list(dict.fromkeys(clause for page in lesson.pages for clause in page.clauses))
    basis = [one.line for one in cite(policies, clauses, reader.day)]
    version = formats.long_day(reading.version(release_id))
    return Sheet(
        title=lesson.title,
        sections=tuple(_sections(release_id, lesson, reader)),
        foot=(
            gettext("Basis: %(basis)s", basis=joined(basis, "；")),
            gettext(
                "Version of %(day)s. What your city's medical insurance office says decides.", day=version
            ),
        ),
        phone=phone_for(release_id, reader.region, reader.day),
        link=Link(lesson_url(course, lesson), gettext("See it on the phone")),
        kicker=course.title,
        note=_elsewhere(policies, clauses, reader.region),
    )


def _sections(release_id: str, lesson: Lesson, reader: Reader) -> Iterator[Section]:
    for page in lesson.pages:
        found = reading.page(release_id, page.key, reader)
        note = " ".join(_stale(day) for day in stale_since(lesson, page))
        yield Section(page.title, blocks(found.html), note)


def _elsewhere(policies: Policies, clauses: Sequence[str], region: str) -> str:
    """Once for the whole sheet: that some of it is not the reader's own rule."""
    foreign = foreign_regions(policies, clauses, region)
    if not foreign:
        return ""
    return str(
        gettext(
            "This lesson tells rules of %(regions)s. You are insured in %(city)s; the rules there decide.",
            regions=foreign,
            city=place_name(policies, region),
        )
    )


def _stale(day: date | None) -> str:
    if day is None:
        return str(gettext("The rules have changed; this page is being checked and updated."))
    words = formats.long_day(day)
    return str(gettext("The rules change from %(day)s; this page is being checked and updated.", day=words))


def lesson_url(course: Course, lesson: Lesson) -> str:
    """Without what marks the addresses of a helper: whoever gets it comes by themselves."""
    return outside_url(flask.url_for("easy.lesson", course=course.id, lesson=lesson.id, number=1))


def course_sheets(release_id: str, course: Course, reader: Reader) -> tuple[Sheet, ...]:
    """Every lesson of a course for one reader."""
    return tuple(lesson_sheet(release_id, course, one, reader) for one in course.lessons)


def booklet(release_id: str, course: Course, reader: Reader) -> Booklet:
    """A course for one reader."""
    day = formats.long_day(reading.version(release_id))
    return Booklet(
        title=course.title,
        subtitle=course.summary,
        sender=company(),
        day=gettext("Version of %(day)s", day=day),
        contents=gettext("Contents"),
        sheets=course_sheets(release_id, course, reader),
    )


def letter(name: str, address: str, text: str, *, region: str = "", url: str = "") -> Letter:
    """A covering letter of today: each line of *text* is a paragraph. To call: the number of *region*."""
    sender = company() or gettext("Your company")
    hotline = _hotline(region)
    return Letter(
        sender=sender,
        name=name,
        address=address,
        day=formats.long_day(china_date(clock.now())),
        greeting=gettext("Dear %(name)s,", name=name),
        paragraphs=tuple(line.strip() for line in text.splitlines() if line.strip()),
        closing=gettext("We wish you good health."),
        signature=sender,
        phone=Phone(_call_words(), hotline) if hotline else None,
        link=Link(url, gettext("See it on the phone")) if url else None,
    )


def phone_for(release_id: str, region: str, day: date) -> Phone | None:
    """Whom somebody insured in a place may call: the company there, else the public service."""
    if own := _hotline(region):
        return Phone(_call_words(), own)
    public = public_phones(release_id, day)
    return Phone(_call_words(), public[0].number) if public else None


def _call_words() -> str:
    return str(gettext("Questions? Call"))


def _hotline(region: str) -> str:
    """Asked once a place and request: a batch has a thousand readers of few places."""
    known: dict[str, str] = g.setdefault("hotlines", {})
    if region not in known:
        found = hotline_of(region)
        known[region] = found.phone if found else ""
    return known[region]


def company() -> str:
    """Name of the organisation; may be empty."""
    here = settings()
    return here.company or (DEMO_COMPANY if here.demo else "")


def paper(title: str, parts: Iterable[Part]) -> Paper:
    """Parts as one file, with the words that stand at the foot of its pages. What is taught is Chinese."""
    return Paper(
        title,
        tuple(parts),
        author=company(),
        sides=gettext("Side {page} of {pages}"),
        turn=gettext("Please turn over"),
    )


def pdf_response(data: bytes, name: str) -> Response:
    """A PDF file to look at, called *name* where it is kept."""
    response = Response(data, mimetype=PDF)
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    return response


@contextmanager
def in_chinese() -> Iterator[None]:
    """Words are Chinese meanwhile, whatever the language of the desk: paper goes to people here."""
    before = g.get("catalog")
    with force_locale(_CHINESE):
        g.catalog = _CHINESE
        try:
            yield
        finally:
            g.catalog = before
