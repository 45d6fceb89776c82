"""Sheets for many people as one file for the print shop: for each a letter and the lessons chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, SelectMultipleField

from lms.courses.rules import Course, Lesson
from lms.courses.rules import Form as CourseForm
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach.printed import MOST, Circle, Lacking, Recipient, how_many, recipients
from lms.people.models import Audience
from lms.people.queries import department_tree, regions_of
from lms.people.rules import masked_address
from lms.printing.documents import Letter, Sheet
from lms.printing.typesetting import pdf
from lms.web import sheets
from lms.web.guard import asker, requires
from lms.web.manage.parts import place, screens, show
from lms.web.manage.policy_forms import words
from lms.web.manage.policy_new import Page
from lms.web.manage.prints import printable
from lms.web.manage.progress import Select, asked, code_of, indented, offered, selects

_NAMES = ("department", "region", "lacking")
_LACKING = {
    Lacking.LETTERS: lazy_gettext("Want letters"),
    Lacking.NO_WAY: lazy_gettext("No telephone, e-mail or WeCom on file"),
}
_MOST_SHEETS = 3000
"""Of one file: so many a print shop takes, and one process sets in a minute or two."""
Chosen = Sequence[tuple[Course, Lesson]]


class BatchForm(Form):
    """What everybody gets."""

    lessons = SelectMultipleField(lazy_gettext("Which lessons?"), validate_choice=False)
    text = words(lazy_gettext("Covering letter"))


@screens.route("/prints/batch", methods=["GET", "POST"], endpoint="prints_batch")
@requires(Permission.SHEETS_PRINT)
def batch() -> Page:
    """Choose whom and what; the first person's paper to look at, or everybody's."""
    given = asked(_NAMES)
    circle = _circle(given)
    form = BatchForm(request.form, text=_proposed())
    if request.method == "GET":
        return _page(given, circle, form)
    chosen = _chosen(form)
    if not _fits(form, chosen, how_many(circle)):
        return _page(given, circle, form), 422
    if "preview" in request.form:
        return _file(_first(circle), chosen, form.text.data or "")
    return _all(circle, chosen, form.text.data or "")


def _first(circle: Circle) -> list[Recipient]:
    """Whose paper is looked at, which nothing puts on record: the address is masked."""
    return [replace(one, address=masked_address(one.address)) for one in recipients(circle, most=1)]


def _circle(given: dict[str, str]) -> Circle:
    """Whom the address asks for. Raises ``NotFound`` for a value that no list offers."""
    offered(given, "department", [node.key for node in department_tree()])
    offered(given, "region", regions_of(Audience.RETIREE))
    lacking = code_of(Lacking, given.get("lacking", ""))
    return Circle(given.get("department", ""), given.get("region", ""), lacking)


def _proposed() -> str:
    """A letter to begin with, in Chinese: it goes to people here."""
    with sheets.in_chinese():
        return str(
            gettext(
                "With this letter come lessons about medical insurance, printed in large type.\n"
                "Read them in peace. There is no hurry.\n"
                "If something is not clear, or you would like somebody to explain it, call the number below."
            )
        )


def _page(given: dict[str, str], circle: Circle, form: BatchForm) -> str:
    count = how_many(circle)
    return show(
        "prints_batch",
        given=given,
        selects=_selects(given),
        count=count,
        most=MOST,
        form=form,
        courses=_easy_courses(),
        chosen=set(form.lessons.data or ()),
    )


def _selects(given: dict[str, str]) -> list[Select]:
    return selects(
        {
            "department": (
                gettext("Department"),
                [(node.key, indented(node)) for node in department_tree()],
            ),
            "region": (
                gettext("Insured in"),
                [(code, place(code)) for code in regions_of(Audience.RETIREE)],
            ),
            "lacking": (
                gettext("How they are reached"),
                [(one.value, str(text)) for one, text in _LACKING.items()],
            ),
        },
        given,
    )


def _easy_courses() -> list[Course]:
    return [one for one in printable() if one.form is CourseForm.EASY]


def _chosen(form: BatchForm) -> Chosen:
    """The lessons that are ticked, in the order of their courses."""
    wanted = set(form.lessons.data or ())
    return [(course, one) for course in _easy_courses() for one in course.lessons if one.key in wanted]


def _fits(form: BatchForm, chosen: Chosen, people: int) -> bool:
    """Whether there is something to print and not too much; if not, the form says what is wrong."""
    lacks = "" if chosen else gettext("Choose at least one lesson")
    if chosen and not people:
        lacks = gettext("Nobody fits. Choose other people above.")
    elif min(people, MOST) * len(chosen) > _MOST_SHEETS:
        lacks = gettext(
            "Choose fewer lessons or fewer people: %(sheets)s sheets are too many, a file holds %(most)s.",
            sheets=min(people, MOST) * len(chosen),
            most=_MOST_SHEETS,
        )
    is_valid = form.validate()
    form.lessons.errors = [lacks] if lacks else []
    return is_valid and not lacks


def _all(circle: Circle, chosen: Chosen, text: str) -> Response:
    """Everybody's paper; it is made first, then noted, then handed out, and kept nowhere."""
    people = recipients(circle)
    response = _file(people, chosen, text)
    with unit_of_work():
        record(
            "sheets.printed",
            circle.region or "all",
            actor_id=asker().id,
            at=clock.now(),
            count=len(people),
            lessons=[lesson.key for _, lesson in chosen],
            filters={name: str(value) for name, value in vars(circle).items() if value},
        )
    return response


def _file(people: Sequence[Recipient], chosen: Chosen, text: str) -> Response:
    with sheets.in_chinese():
        title = gettext("Lessons in large type")
        made = sheets.paper(title, _parts(people, chosen, text))
    return sheets.pdf_response(pdf(made), "lessons")


def _parts(people: Sequence[Recipient], chosen: Chosen, text: str) -> Iterator[Letter | Sheet]:
    """Letter after letter, each with its sheets; those that are the same for several are made once."""
    release_id, made = asker().release_id, cache(sheets.lesson_sheet)
    for one in people:
        yield sheets.letter(one.name, one.address, text, region=one.region)
        reader = sheets.reader_of(one)
        for course, lesson in chosen:
            yield made(release_id, course, lesson, reader)
