"""A mailing as one PDF for the print shop: for everybody a covering letter and what they were given."""

from collections.abc import Iterator
from functools import cache

from flask import g
from flask_babel import force_locale
from werkzeug.wrappers import Response

from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.library.queries import live_release_id
from lms.outreach import letter_lists, letters
from lms.outreach.letter_lists import Addressee
from lms.outreach.mailings import Mailing
from lms.printing.documents import Letter, Sheet
from lms.printing.typesetting import pdf
from lms.rollouts.queries import change as change_by_key
from lms.web import sheets
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens
from lms.web.reading import Reader

_CHINESE = "zh_Hans"
"""Letters are in Chinese, whatever the language of the desk that prints them."""


@screens.get("/letters/<key>/<mailing>.pdf", endpoint="letters_pdf")
@requires(Permission.LETTER_SEND)
def letters_pdf(key: str, mailing: str) -> Response:
    """All letters of a mailing; made anew each time and kept nowhere. The journal says who took it."""
    found = letters.mailing(key, mailing)
    people = letter_lists.addressees(found.id)
    with force_locale(_CHINESE):
        g.catalog = _CHINESE
        file = pdf(sheets.paper(change_by_key(key).title, list(_parts(found, people))))
    with unit_of_work():
        record("letters.taken", key, actor_id=asker().id, at=clock.now(), mailing=mailing, count=len(people))
    return sheets.pdf_response(file, f"letters-{key}-{mailing}")


def _parts(found: Mailing, people: list[Addressee]) -> Iterator[Letter | Sheet]:
    """Letter after letter, each with its sheets; those that are the same for several are made once."""
    release_id = str(live_release_id())
    courses, made = courses_of(release_id), cache(sheets.course_sheets)
    for one in people:
        yield sheets.letter(one.name, one.address, found.text, region=one.region)
        reader: Reader = sheets.reader_of(one)
        course = courses.get(one.course)
        if course is not None:
            yield from made(release_id, course, reader)
