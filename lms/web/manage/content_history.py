"""What a text said in earlier releases, and getting an old wording back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.publishing import drafts
from lms.publishing.contents import names_of
from lms.publishing.drafts import DraftHasMoved
from lms.publishing.history import Hunk, Version, hunks, versions
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.content import title_of, workspace
from lms.web.manage.parts import screens, show


@dataclass(frozen=True)
class Step:
    """A wording with what it changed in the one before; ``is_live`` for the one that people read now."""

    version: Version
    author: str
    changed: Sequence[Hunk]
    is_first: bool
    is_live: bool


@screens.get("/content/history/<path:path>", endpoint="content_history")
@requires(Permission.CONTENT_EDIT)
def history(path: str) -> str:
    """Every wording of a file, the newest first."""
    found = versions(path)
    if not found:
        raise NotFound(kind="file", key=path)
    draft = drafts.draft(workspace(), path)
    return show(
        "content_history",
        path=path,
        title=title_of(path),
        steps=_steps(found),
        workspace=workspace(),
        version=draft.version if draft else 0,
    )


def _steps(found: Sequence[Version]) -> list[Step]:
    names = names_of({one.author_id for one in found if one.author_id is not None})
    before = [*found[1:], None]
    return [
        Step(
            version=one,
            author=names.get(one.author_id or 0, ""),
            changed=hunks(older.text or "", one.text or "") if older else (),
            is_first=older is None,
            is_live=number == 0 and one.text is not None,
        )
        for number, (one, older) in enumerate(zip(found, before, strict=True))
    ]


@screens.post("/content/restore/<path:path>", endpoint="content_restore")
@requires(Permission.CONTENT_EDIT)
def restore(path: str) -> Response:
    """Keep an old wording as draft. A draft that the page did not know of is left alone."""
    here, wanted = workspace(), request.form.get("release", "")
    text = next((one.text for one in versions(path) if one.release_id == wanted), None)
    if text is None:
        raise NotFound(kind="version", key=wanted)
    try:
        with unit_of_work():
            drafts.save(
                here,
                path,
                text,
                base=drafts.live_sha(path),
                version=request.form.get("version", 0, type=int),
                author_id=asker().id,
                at=clock.now(),
            )
    except DraftHasMoved:
        flash(gettext("Somebody has changed this draft since. Look at it before you replace it."))
    else:
        flash(gettext("The old wording is saved as draft. It is not live before it is published."))
    return redirect(url_for("manage.content_file", path=path, workspace=here), code=303)
