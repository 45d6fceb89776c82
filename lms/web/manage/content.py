"""The texts of the library: which there are, which somebody is changing, and a new one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from flask import redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs
from wtforms.validators import AnyOf, Regexp

from lms.courses.queries import courses_of
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.publishing.contents import names_of, titles_of
from lms.publishing.drafts import CONTENT, conflicts, drafts_of
from lms.publishing.models import Draft
from lms.rollouts.queries import change, change_of_task
from lms.rollouts.queries import task as task_by_key
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show

KEY = re.compile(r"^[a-z0-9][a-z0-9-]*$")
GROUPS: Mapping[str, tuple[str, LazyString]] = {
    "courses": ("content/courses/", lazy_gettext("Courses and lessons")),
    "paths": ("content/paths/", lazy_gettext("Learning paths")),
    "surveys": ("content/surveys/", lazy_gettext("Surveys")),
    "topics": ("content/topics.yaml", lazy_gettext("Topics")),
    "banks": ("quizzes/", lazy_gettext("Question banks")),
    "policies": ("content/policies/", lazy_gettext("Policy documents")),
    "parameters": ("content/parameters/", lazy_gettext("Figures of policy")),
    "regions": ("content/regions.yaml", lazy_gettext("Regions")),
    "workdays": ("content/workdays.yaml", lazy_gettext("Workdays and holidays")),
}
"""Group → how its paths begin, and its heading."""
NEW: Mapping[str, tuple[str, LazyString]] = {
    "lesson": ("content/courses/{course}/{name}.md", lazy_gettext("A lesson of a course")),
    "course": ("content/courses/{name}/course.yaml", lazy_gettext("A course")),
    "path": ("content/paths/{name}.yaml", lazy_gettext("A learning path")),
    "bank": ("quizzes/{name}.yaml", lazy_gettext("A question bank")),
    "policy": ("content/policies/{name}.yaml", lazy_gettext("A policy document")),
    "parameters": ("content/parameters/{name}.yaml", lazy_gettext("Figures of policy")),
}
"""What can be added → its path, and its name."""


@dataclass(frozen=True)
class Line:
    """A file: what it is about, and its draft if there is one.

    ``state``: empty, ``draft``, ``new``, ``removed`` or ``conflict`` (another text went live meanwhile).
    """

    path: str
    title: str
    state: str
    author: str
    saved_at: datetime | None


def workspace() -> str:
    """The workspace that the address names: everyday editing, or that of a change. Raises ``NotFound``."""
    wanted = request.args.get("workspace", CONTENT)
    return wanted if wanted == CONTENT else change(wanted).key


@dataclass(frozen=True)
class Errand:
    """The refresh task for which somebody edits a text, and its change."""

    task: str
    change: str


def errand(here: str) -> Errand | None:
    """The task that ``?task=`` names; only of everyday editing, and ``None`` when there is no such task."""
    key = request.args.get("task", "")
    if not key or here != CONTENT:
        return None
    try:
        found = task_by_key(key)
    except NotFound:
        return None
    return Errand(found.key, change_of_task(found).key)


def title_of(path: str) -> str:
    """What a file is about; its name when it is not live."""
    return titles_of(asker().release_id).get(path) or PurePosixPath(path).stem


@screens.get("/content")
@requires(Permission.CONTENT_EDIT)
def content() -> str:
    """All files by kind; ``?q=`` narrows them by title or name."""
    here = workspace()
    drafts = drafts_of(here)
    wanted = request.args.get("q", "").strip()
    lines = [line for line in _lines(here, drafts) if wanted.lower() in f"{line.title} {line.path}".lower()]
    groups = [
        (name, words, [line for line in lines if line.path.startswith(prefix)])
        for name, (prefix, words) in GROUPS.items()
    ]
    return show(
        "content",
        groups=[group for group in groups if group[2]],
        drafts=drafts,
        workspace=here,
        everyday=here == CONTENT,
        errand=errand(here),
        wanted=wanted,
    )


def _lines(here: str, drafts: Sequence[Draft]) -> list[Line]:
    titles = titles_of(asker().release_id)
    by_path = {draft.path: draft for draft in drafts}
    names = names_of([draft.author_id for draft in drafts])
    moved = set(conflicts(here))
    return [
        _line(path, by_path.get(path), names, is_moved=path in moved)
        for path in sorted(titles.keys() | by_path.keys(), key=_order)
    ]


def _order(path: str) -> tuple[str, bool, str]:
    """A course before its lessons."""
    folder, _, name = path.rpartition("/")
    return folder, name != "course.yaml", name


def _line(path: str, draft: Draft | None, names: Mapping[int, str], *, is_moved: bool) -> Line:
    title = title_of(path)
    if draft is None:
        return Line(path, title, "", "", None)
    state = "conflict" if is_moved else "removed" if draft.text is None else "draft" if draft.base else "new"
    return Line(path, title, state, names.get(draft.author_id, ""), draft.saved_at)


class NewForm(Form):
    """What to add, and under which name."""

    kind = RadioField(
        lazy_gettext("What do you want to add?"),
        [AnyOf(list(NEW), lazy_gettext("Choose what to add"))],
        choices=[SelectChoice(kind, words) for kind, (_, words) in NEW.items()],
        validate_choice=False,
    )
    course = SelectField(lazy_gettext("Of which course? (for a lesson)"), validate_choice=False)
    name = StringField(
        lazy_gettext("Name of the file"),
        [
            Regexp(
                KEY, message=lazy_gettext("Use small letters a–z, digits and hyphens, for example 08-dental")
            )
        ],
        filters=[lambda text: (text or "").strip().removesuffix(".md").removesuffix(".yaml")],
    )


@screens.route("/content/new", methods=["GET", "POST"], endpoint="content_new")
@requires(Permission.CONTENT_EDIT)
def add() -> str | tuple[str, int] | Response:
    """Choose kind and name; the editor then opens with an outline."""
    here = workspace()
    form = NewForm(request.form)
    courses = courses_of(asker().release_id)
    form.course.choices = [SelectChoice(name, course_title(course)) for name, course in courses.items()]
    if request.method == "GET":
        return show("content_new", form=form, workspace=here)
    if not form.validate():
        return show("content_new", form=form, workspace=here), 422
    path = NEW[form.kind.data][0].format(course=form.course.data, name=form.name.data)
    if path in titles_of(asker().release_id) or any(draft.path == path for draft in drafts_of(here)):
        form.name.errors = [gettext("There is a file of this name already; choose another one")]
        return show("content_new", form=form, workspace=here), 422
    return redirect(url_for("manage.content_file", path=path, workspace=here), code=303)
