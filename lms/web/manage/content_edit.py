"""Editing one text: saving a draft, checking it while it is written, seeing it as a reader would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import flash, render_template, request
from flask import redirect as to
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.library.faults import Fault
from lms.people.models import Status
from lms.policies.queries import Policies, policies_from
from lms.publishing import drafts
from lms.publishing.contents import names_of
from lms.publishing.drafts import CONTENT, DraftHasMoved
from lms.publishing.files import is_place
from lms.publishing.operations import check
from lms.publishing.wording import hunks
from lms.web.addresses import url_for
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.identity import STATUS_WORDS
from lms.web.languages import chosen
from lms.web.manage.content import errand, title_of, workspace
from lms.web.manage.content_outlines import outline
from lms.web.manage.content_preview import Preview, preview
from lms.web.manage.parts import screens, show, today
from lms.web.manage.progress import Select
from lms.web.reading import Reader
from lms.words.faults import sentence


@dataclass(frozen=True)
class Sheet:
    """A text in the editor, and what it was started from: see ``drafts.save``.

    ``is_removed`` when the draft takes the file away; ``author`` and ``saved_at`` belong to the draft.
    """

    path: str
    text: str
    version: int
    base: str
    is_live: bool = True
    is_removed: bool = False
    author: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A fault in words."""

    fault: Fault
    words: str
    is_here: bool


@dataclass(frozen=True)
class Look:
    """What a check of a text came to: faults, first of this file, and the text as a reader sees it."""

    here: Sequence[Found]
    elsewhere: Sequence[Found]
    preview: Preview
    selects: Sequence[Select]
    day: date


@screens.get("/content/<path:path>", endpoint="content_file")
@requires(Permission.CONTENT_EDIT)
def file(path: str) -> str:
    """The text of a file: its draft if there is one, else what is live, else an outline for a new one."""
    here = workspace()
    sheet = _sheet(here, path)
    return _page(here, sheet, look(here, path, sheet.text))


def _sheet(here: str, path: str) -> Sheet:
    if not is_place(path):
        raise NotFound(kind="file", key=path)
    live, base = drafts.live_text(path), drafts.live_sha(path)
    draft = drafts.draft(here, path)
    if draft is None:
        text = outline(path, today().isoformat()) if live is None else live
        return Sheet(path, text, 0, base, is_live=live is not None)
    return Sheet(
        path=path,
        text=(live or "") if draft.text is None else draft.text,
        version=draft.version,
        base=draft.base,
        is_live=live is not None,
        is_removed=draft.text is None,
        author=names_of([draft.author_id])[draft.author_id],
        saved_at=draft.saved_at,
    )


def _page(here: str, sheet: Sheet, seen: Look, *, clash: DraftHasMoved | None = None) -> str:
    moved = sheet.base != drafts.live_sha(sheet.path)
    return show(
        "content_file",
        sheet=replace(sheet, base=drafts.live_sha(sheet.path)),
        title=title_of(sheet.path),
        look=seen,
        workspace=here,
        everyday=here == CONTENT,
        errand=errand(here),
        line_wanted=_line_wanted(sheet.text),
        moved=hunks(sheet.text, drafts.live_text(sheet.path) or "") if moved else (),
        clash=_clash(sheet, clash) if clash else None,
        bad_lines={found.fault.line for found in seen.here},
    )


def _line_wanted(text: str) -> int:
    """The line that ``?line=`` names; 0 when the text has no such line."""
    line = request.args.get("line", 0, type=int)
    return line if 0 < line <= text.count("\n") + 1 else 0


def _clash(sheet: Sheet, clash: DraftHasMoved) -> dict[str, object]:
    author, theirs = clash.facts["author_id"], clash.facts["theirs"]
    name = names_of([author]).get(author, "") if isinstance(author, int) else ""
    return {"author": name, "at": clash.facts["saved_at"], "hunks": hunks(str(theirs or ""), sheet.text)}


@screens.post("/content/<path:path>", endpoint="content_save")
@requires(Permission.CONTENT_EDIT)
def save(path: str) -> str | tuple[str, int] | Response:
    """Save the draft, take the file away, or only check what was typed."""
    here, sheet = workspace(), _typed(path)
    act = request.form.get("act", "save")
    if act == "check":
        return _page(here, sheet, look(here, path, sheet.text))
    try:
        with unit_of_work():
            drafts.save(
                here,
                path,
                None if act == "remove" else sheet.text,
                base=sheet.base,
                version=sheet.version,
                author_id=asker().id,
                at=clock.now(),
            )
    except DraftHasMoved as clash:
        mine = replace(sheet, version=int(str(clash.facts["version"])))
        return _page(here, mine, look(here, path, mine.text), clash=clash), 409
    flash(gettext("The draft is saved. It is not live before it is published."))
    more = _reader_values() | _task_value(here)
    return to(url_for("manage.content_file", path=path, workspace=here, **more), code=303)


def _typed(path: str) -> Sheet:
    if not is_place(path):
        raise NotFound(kind="file", key=path)
    return Sheet(
        path=path,
        text=request.form.get("text", "").replace("\r\n", "\n"),
        version=request.form.get("version", 0, type=int),
        base=request.form.get("base", "")[:64],
        is_live=bool(drafts.live_sha(path)),
    )


@screens.post("/content/check/<path:path>", endpoint="content_check")
@requires(Permission.CONTENT_EDIT)
def check_typed(path: str) -> str:
    """The part of the editor's page that says what is wrong and how it reads, for what is being typed."""
    here, sheet = workspace(), _typed(path)
    return render_template("manage/content_checked.html", look=look(here, path, sheet.text))


@screens.post("/content/discard/<path:path>", endpoint="content_discard")
@requires(Permission.CONTENT_EDIT)
def discard(path: str) -> Response:
    """Throw the draft away; one that somebody has saved since stays, and is shown."""
    here = workspace()
    try:
        with unit_of_work():
            drafts.discard(here, path, version=request.form.get("version", 0, type=int))
    except DraftHasMoved:
        flash(gettext("Somebody has changed this draft since. Look at it before you throw it away."))
        return to(url_for("manage.content_file", path=path, workspace=here), code=303)
    flash(gettext("The draft is gone; the text is as it is live."))
    return to(url_for("manage.content", workspace=here), code=303)


def look(here: str, path: str, text: str) -> Look:
    """Check the library with a text in the place of one of its files."""
    checked = check(drafts.merged_with(here, path, text), day=today())
    policies = policies_from(list(checked.items))
    reader = _reader(policies)
    found = [Found(fault, sentence(fault), fault.path == path) for fault in checked.faults]
    return Look(
        here=[one for one in found if one.is_here],
        elsewhere=[one for one in found if not one.is_here],
        preview=preview(checked, path, reader),
        selects=_selects(policies, reader),
        day=reader.day,
    )


def _reader(policies: Policies) -> Reader:
    """The person whose view was chosen in the address or form; at first oneself, today."""
    chosen_region = request.values.get("region", asker().region)
    region = chosen_region if chosen_region in policies.regions else next(iter(policies.regions), "")
    status = request.values.get("status", asker().status.value)
    known = status if status in {one.value for one in Status} else asker().status.value
    return Reader(region, known, _day(request.values.get("day", "")), chosen())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _reader_values() -> dict[str, str]:
    return {name: value for name in ("region", "status", "day") if (value := request.values.get(name))}


def _task_value(here: str) -> dict[str, str]:
    found = errand(here)
    return {"task": found.task} if found else {}


def _selects(policies: Policies, reader: Reader) -> list[Select]:
    regions = [(code, place_name(policies, code)) for code in policies.regions]
    statuses = [(one.value, str(STATUS_WORDS[one])) for one in Status]
    return [
        Select("region", gettext("Insured in"), regions, reader.region),
        Select("status", gettext("Standing"), statuses, reader.status),
    ]
