"""Taking in a staff list: upload it, see what would change and every fault at once, then take it or not."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, current_app, make_response, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, Form

from lms.jobs.soon import soon
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.queries import names_of
from lms.staff import imports
from lms.staff.columns import COLUMNS
from lms.staff.imports import HasFaults, ManyLeave, NothingToDo
from lms.staff.models import Covers, Import, ImportState, Kind, Rows
from lms.staff.queries import (
    PAGE,
    all_faults,
    import_by_key,
    import_faults,
    import_rows,
    recent_imports,
)
from lms.staff.refusals import Yourself
from lms.staff.sheets import MOST_ROWS, Unreadable
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.exports import Cell, Table, taken
from lms.web.manage.parts import asked_page, screens, show
from lms.web.manage.people_preview import lines_of, preview
from lms.web.manage.people_words import (
    KINDS,
    STATE_TAGS,
    STATES,
    UNREADABLE,
    column_name,
    fault_words,
)
from lms.web.manage.policy_forms import one_of
from lms.web.manage.policy_new import Page
from lms.web.uploads import LARGEST_FILE

_JOB = "carry-imports"
WORKING = frozenset({ImportState.UPLOADED, ImportState.CHECKING, ImportState.APPLYING})
"""While an import is in one of these, its page renews itself."""
_SECONDS = "2"


class UploadForm(Form):
    """The file, and what it is about."""

    file = FileField(lazy_gettext("The list"))
    covers = one_of(
        lazy_gettext("Who is in it?"),
        lazy_gettext("Say whether everybody is in it"),
        {
            Covers.SOME: lazy_gettext("Some people: whoever is not in it stays as now"),
            Covers.ALL: lazy_gettext("Everybody: whoever is not in it has left"),
        },
    )
    creates_departments = BooleanField(lazy_gettext("Create departments that there are not yet"))


@screens.route("/people/import", methods=["GET", "POST"], endpoint="people_import")
@requires(Permission.PEOPLE_EDIT)
def start() -> Page:
    """The form, and the imports so far."""
    form = UploadForm(request.form)
    if request.method == "GET":
        refused = request.args.get("refused", "")
        if refused not in UNREADABLE:
            return _form(form)
        form.file.errors = [str(UNREADABLE[refused])]
        return _form(form), 422
    name, content = _file()
    valid = form.validate()
    if not name:
        form.file.errors = [gettext("Choose the file")]
    key = _upload(form, name, content) if name and valid else ""
    if not key:
        return _form(form), 422
    _begin_work()
    return redirect(url_for("manage.people_import_shown", key=key), code=303)


def _file() -> tuple[str, bytes]:
    """Name and content of what was sent; both empty when no file was chosen."""
    sent = request.files.get("file")
    if sent is None:
        return "", b""
    with sent.stream:
        return sent.filename or "", sent.stream.read()


def _upload(form: UploadForm, name: str, content: bytes) -> str:
    """The key of the import; empty when the file cannot be read, which the form then says."""
    try:
        with unit_of_work():
            return imports.upload(
                name,
                content,
                covers=Covers(form.covers.data),
                creates_departments=bool(form.creates_departments.data),
                author_id=asker().id,
                at=clock.now(),
            )
    except Unreadable as refusal:
        why = str(refusal.facts["why"])
        form.file.errors = [str(UNREADABLE.get(why, UNREADABLE["damaged"]))]
        return ""


def _begin_work() -> None:
    """Have a worker take it up at once, not only when the job is next due."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for a thread
    soon(app, _JOB)


def _form(form: UploadForm) -> str:
    recent = recent_imports()
    return show(
        "people_import",
        form=form,
        columns=[(column_name(one.name), one.needed) for one in COLUMNS],
        recent=recent,
        authors=names_of(*(one.author_id for one in recent)),
        states=STATES,
        state_tags=STATE_TAGS,
        largest_mb=LARGEST_FILE // 1_000_000,
        most_rows=f"{MOST_ROWS:,}",
    )


@screens.get("/people/import/<key>", endpoint="people_import_shown")
@requires(Permission.PEOPLE_EDIT)
def shown(key: str) -> Response:
    """How far it is while it is at work; then what would change, or what was changed."""
    job = import_by_key(key)
    response = make_response(_shown(job))
    if job.state in WORKING:
        response.headers["Refresh"] = _SECONDS
    return response


def _shown(job: Import, wrong: str = "") -> str:
    return show(
        "people_import_shown",
        job=job,
        working=job.state in WORKING,
        author=names_of(job.author_id).get(job.author_id or 0, ""),
        may_issue=asker().may(Permission.PASSWORD_ISSUE),
        wrong=wrong,
        column_name=column_name,
        fault_words=fault_words,
        **preview(job),
        **_lines(job),
    )


def _lines(job: Import) -> dict[str, Any]:
    """The rows of the kind in the address; without one, of the kind that asks for most attention."""
    present = [Kind.FAULT] if job.faults_n else [kind for kind in KINDS if job.counts.get(kind)]
    asked_for = request.args.get("kind", "")
    kind = Kind(asked_for) if asked_for in list(Kind) else next(iter(present), Kind.SAME)
    page = asked_page()
    if job.state not in (ImportState.CHECKED, ImportState.APPLIED):
        return {"kind": kind, "lines": [], "page": 1, "pages": 1}
    if kind is Kind.FAULT:
        faults, total = import_faults(job.key, page=page)
        return {"kind": kind, "lines": faults, "page": page, "pages": max(1, -(-total // PAGE))}
    rows, total = import_rows(job.key, kind, page=page)
    return {"kind": kind, "lines": lines_of(rows), "page": page, "pages": max(1, -(-total // PAGE))}


@screens.post("/people/import/<key>/apply", endpoint="people_import_apply")
@requires(Permission.PEOPLE_EDIT)
def apply(key: str) -> Page:
    """Take all rows or the good ones. Refusals are told on the page they were asked on."""
    rows = Rows.ALL if request.form.get("rows") == Rows.ALL else Rows.GOOD
    confirmed = request.form.get("confirmed") == "yes"
    try:
        with unit_of_work():
            imports.confirm(key, rows=rows, confirmed=confirmed, actor_id=asker().id, at=clock.now())
    except (HasFaults, ManyLeave, NothingToDo, Yourself) as refusal:
        return _shown(import_by_key(key), _refused(refusal.code, refusal.facts)), 422
    _begin_work()
    return redirect(url_for("manage.people_import_shown", key=key), code=303)


def _refused(code: str, facts: Mapping[str, object]) -> str:
    if code == ManyLeave.code:
        return str(
            gettext(
                "Tick that %(leaving)s of %(all)s people have left, or upload the list as about some people",
                leaving=facts["leaving"],
                all=facts["of"],
            )
        )
    if code == HasFaults.code:
        return str(gettext("The list has faults: take the good rows, or correct the file"))
    if code == Yourself.code:
        return str(
            gettext("The list says that you have left. A colleague has to take it, or correct the file.")
        )
    return str(gettext("There is nothing to take"))


@screens.post("/people/import/<key>/discard", endpoint="people_import_discard")
@requires(Permission.PEOPLE_EDIT)
def discard(key: str) -> Response:
    """Throw it away; nobody is changed."""
    with unit_of_work():
        imports.discard(key, actor_id=asker().id, at=clock.now())
    return redirect(url_for("manage.people_import_shown", key=key), code=303)


@screens.get("/people/import/<key>/faults.csv", endpoint="people_import_faults")
@requires(Permission.PEOPLE_EDIT)
def faults(key: str) -> Response:
    """Every fault by row and column, to correct the file with."""
    job = import_by_key(key)
    headings = [gettext("Row of the file"), gettext("Column"), gettext("Found"), gettext("What is wrong")]
    table = Table(f"faults-{job.key}", headings, _fault_cells(job))
    return taken(table, "csv", "staff-import.faults-exported", job.key)


def _fault_cells(job: Import) -> Iterator[list[Cell]]:
    for one in all_faults(job.key):
        yield [one.line, column_name(one.column), one.found, fault_words(one.code, one.facts)]
