"""What of a lesson is read aloud, and the files in which an engine has read it."""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from html.parser import HTMLParser

from flask import Blueprint, Flask, abort, current_app, g, send_from_directory
from werkzeug.wrappers import Response

from lms.courses.queries import courses_of
from lms.courses.rules import Form
from lms.jobs.speech import SPEAKER
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.library.queries import live_release_id
from lms.people.models import Audience, Status
from lms.people.queries import regions_of
from lms.web import reading
from lms.web.addresses import url_for
from lms.web.context import settings
from lms.web.guard import requires
from lms.web.reading import Reader

screens = Blueprint("audio", __name__)
_CHINESE = "zh_Hans"
_INLINE = {"strong", "em", "b", "i", "a", "span", "small", "abbr", "code", "summary", "details"}
_SILENT = {"pv__s", "pv__d", "sr"}
"""Classes of what is there to look up, not to listen to …"""
_UNSURE = "pv--unsure"
"""… but that a number is still to be verified is heard."""
_VOID = {"br", "hr", "img"}


class _Words(HTMLParser):
    """The words of a text in their order, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self._parts.append("\n")
        if tag not in _VOID:
            self._open.append(dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._parts.append("\n")
        if tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        inside = {name for classes in self._open for name in classes.split()}
        silent = _SILENT - {"pv__d"} if _UNSURE in inside else _SILENT
        if silent.isdisjoint(inside):
            self._parts.append(data)

    @property
    def text(self) -> str:
        """What was heard so far, without empty lines."""
        lines = ("".join(line.split()) for line in "".join(self._parts).splitlines())
        return "\n".join(line for line in lines if line)


@lru_cache(maxsize=1024)
def _read_out(release_id: str, key: str, reader: Reader) -> str:
    words = _Words()
    words.feed(f"<h1>{reading.title_of(release_id, key)}</h1>{reading.page(release_id, key, reader).html}")
    words.close()
    return words.text


@lru_cache(maxsize=1024)
def _file(release_id: str, key: str, reader: Reader) -> str:
    text = _read_out(release_id, key, reader)
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.mp3"


def audio_url(release_id: str, key: str, reader: Reader) -> str:
    """Address of the file in which a page is read to this reader; empty when there is none.

    Must be called in the language that *reader* names.
    """
    name = _file(release_id, key, reader)
    # Asked at every view of a page; ``Path.exists`` takes five times as long where there is no file.
    is_there = os.access(f"{settings().audio_dir}/{name}", os.F_OK)
    return url_for("audio.file", name=name) if is_there else ""


def to_be_heard(now: datetime) -> Mapping[str, str]:
    """File name → words, of every easy page for every city in which retired people are insured."""
    release_id, day = live_release_id(), china_date(now)
    if release_id is None:
        return {}
    courses = [course for course in courses_of(release_id).values() if course.form is Form.EASY]
    keys = [page.key for course in courses for lesson in course.lessons for page in lesson.pages]
    found = {}
    with current_app.app_context():
        g.catalog = _CHINESE
        for region in regions_of(Audience.RETIREE):
            reader = Reader(region, Status.RETIRED.value, day, _CHINESE)
            found.update({_file(release_id, key, reader): _read_out(release_id, key, reader) for key in keys})
    return found


@screens.get("/easy/audio/<name>")
@requires(Permission.COURSE_READ)
def file(name: str) -> Response:
    """A page that was read to a file, whole or in parts as players ask for it."""
    if not name.endswith(".mp3"):
        abort(404)
    return send_from_directory(settings().audio_dir, name, conditional=True)


def install(app: Flask) -> None:
    """Connect to the application."""
    app.extensions[SPEAKER] = to_be_heard
