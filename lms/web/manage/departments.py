"""The tree of departments: how many people, who answers for them; one question a page to change it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form
from wtforms.validators import DataRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.people.queries import DepartmentNode, department_tree, persons_by_number
from lms.staff import departments as tree_operations
from lms.staff.tree import DepartmentLine, department, departments
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import as_choices, chosen_from, line
from lms.web.manage.policy_new import Page
from lms.web.manage.progress import indented

PAGE = 50


class NameForm(Form):
    """What it is called."""

    name = line(
        lazy_gettext("What is the department called?"), DataRequired(lazy_gettext("Enter a name")), most=80
    )


class NewForm(NameForm):
    """What it is called, and where it belongs."""

    parent = chosen_from(lazy_gettext("Below which department?"), lazy_gettext("Choose a department"))


class MoveForm(Form):
    """Where it belongs from now on."""

    parent = chosen_from(lazy_gettext("Below which department?"), lazy_gettext("Choose a department"))


class HeadForm(Form):
    """Who answers for it."""

    number = line(lazy_gettext("Employee number of the head"), most=40)


@dataclass(frozen=True)
class Question:
    """A page with one question: its words, the field that a refusal belongs to, and what it does."""

    title: str
    button: str
    done: str
    run: Callable[[datetime], None]
    explain: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    blamed: str = ""


@screens.get("/departments", endpoint="departments")
@requires(Permission.PEOPLE_VIEW)
def overview() -> str:
    """The tree, each department before those below it."""
    rows = departments()
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "departments",
        rows=rows[(page - 1) * PAGE : page * PAGE],
        names={row.id: row.name for row in rows},
        count=len(rows),
        headless=sum(row.head_key is None or bool(row.head_gone) for row in rows),
        page=page,
        pages=pages,
    )


@screens.route("/departments/new", methods=["GET", "POST"], endpoint="department_new")
@requires(Permission.PEOPLE_EDIT)
def add() -> Page:
    """A new department."""
    form = NewForm(request.form, parent=request.args.get("below", ""))
    form.parent.choices = as_choices(_places(department_tree(), ""))

    def run(at: datetime) -> None:
        tree_operations.add(form.name.data or "", form.parent.data or None, actor_id=asker().id, at=at)

    return _ask(
        form,
        Question(
            title=gettext("Add a department"),
            button=gettext("Add"),
            done=gettext("The department “%(name)s” is there now.", name=form.name.data or ""),
            run=run,
            blamed="name",
        ),
    )


@screens.route("/departments/<key>/rename", methods=["GET", "POST"], endpoint="department_rename")
@requires(Permission.PEOPLE_EDIT)
def rename(key: str) -> Page:
    """Another name; people and records stay with it."""
    found = department(key)
    form = NameForm(request.form, name=found.name)

    def run(at: datetime) -> None:
        tree_operations.rename(key, form.name.data or "", actor_id=asker().id, at=at)

    return _ask(
        form,
        Question(
            title=gettext("Rename “%(name)s”", name=found.name),
            button=gettext("Rename"),
            done=gettext("“%(old)s” is now called “%(name)s”.", old=found.name, name=form.name.data or ""),
            run=run,
            explain=gettext("Its people, its head and all records stay with it."),
            blamed="name",
        ),
    )


@screens.route("/departments/<key>/move", methods=["GET", "POST"], endpoint="department_move")
@requires(Permission.PEOPLE_EDIT)
def move(key: str) -> Page:
    """Below another department, with everything below it."""
    found, tree = department(key), department_tree()
    above = {node.id: node.key for node in tree}.get(found.parent_id or 0, "")
    form = MoveForm(request.form, parent=above)
    form.parent.choices = as_choices(_places(tree, key))

    def run(at: datetime) -> None:
        tree_operations.move(key, form.parent.data or None, actor_id=asker().id, at=at)

    return _ask(
        form,
        Question(
            title=gettext("Move “%(name)s”", name=found.name),
            button=gettext("Move"),
            done=gettext("“%(name)s” was moved.", name=found.name),
            run=run,
            explain=gettext("Everything below it comes along. Its people are then seen by the heads above."),
            blamed="parent",
        ),
    )


@screens.route("/departments/<key>/head", methods=["GET", "POST"], endpoint="department_head")
@requires(Permission.PEOPLE_EDIT)
def head(key: str) -> Page:
    """Who answers for it; nobody when the field is empty."""
    found = department(key)
    form = HeadForm(request.form)

    def run(at: datetime) -> None:
        person = _person_key(form.number.data or "")
        tree_operations.set_head(key, person, actor_id=asker().id, at=at)

    return _ask(
        form,
        Question(
            title=gettext("Who is the head of “%(name)s”?", name=found.name),
            button=gettext("Save"),
            done=gettext("The head of “%(name)s” is entered.", name=found.name),
            run=run,
            explain=_head_now(found),
            hints={"number": gettext("For example Q1024. Leave it empty when nobody is.")},
            blamed="number",
        ),
    )


@screens.route("/departments/<key>/remove", methods=["GET", "POST"], endpoint="department_remove")
@requires(Permission.PEOPLE_EDIT)
def remove(key: str) -> Page:
    """Take an empty department away; one with people or departments says what has to be done first."""
    found = department(key)

    def run(at: datetime) -> None:
        tree_operations.remove(key, actor_id=asker().id, at=at)

    return _ask(
        Form(request.form),
        Question(
            title=gettext("Remove “%(name)s”", name=found.name),
            button=gettext("Remove"),
            done=gettext("“%(name)s” was removed.", name=found.name),
            run=run,
            explain=gettext("Only a department without people and without departments below it can go."),
        ),
    )


def _ask(form: Form, question: Question) -> Page:
    """The question, and what was answered; a refusal stands beside the field, with nothing changed."""
    if request.method == "GET":
        return show("department_act", form=form, question=question, refused="")
    refused = ""
    if form.validate():
        try:
            with unit_of_work():
                question.run(clock.now())
        except DomainError as refusal:
            refused = _refusal(refusal)
        else:
            flash(question.done)
            return redirect(url_for("manage.departments"), code=303)
        if question.blamed:
            form[question.blamed].errors = [refused]
    return show("department_act", form=form, question=question, refused=refused), 422


def _refusal(refusal: DomainError) -> str:
    """Why not, and what to do. Raises again what belongs to no field."""
    words: Mapping[str, Callable[[], str]] = {
        "bad-department-name": lambda: gettext("Use up to 80 characters, and no slash"),
        "department-name-taken": lambda: gettext("A department there has this name already; choose another"),
        "department-under-itself": lambda: gettext(
            "A department cannot lie below itself or below one of its own; choose another one"
        ),
        "department-not-empty": lambda: _not_empty(refusal.facts),
        "cannot-head": lambda: gettext("Who has left or is retired cannot be a head; enter somebody else"),
        "unknown-number": lambda: gettext("Nobody has this number; look it up in the list of people"),
    }
    if refusal.code not in words:
        raise refusal
    return words[refusal.code]()


def _not_empty(facts: Mapping[str, object]) -> str:
    return str(
        gettext(
            "It holds %(people)s people, those who have left among them, and %(departments)s departments. "
            "Move them first: people by a staff list, departments here.",
            people=facts["people"],
            departments=facts["departments"],
        )
    )


class _UnknownNumber(DomainError):
    """Nobody has the number that was typed."""

    code = "unknown-number"


def _person_key(number: str) -> str | None:
    """Key of the person with this number; ``None`` for an empty one."""
    if not number:
        return None
    found = persons_by_number([number]).get(number)
    if found is None:
        raise _UnknownNumber(number=number)
    return found.key


def _places(tree: Sequence[DepartmentNode], key: str) -> list[tuple[str, object]]:
    """Where a department may lie: at the top, or below any other one."""
    return [("", gettext("At the top")), *((node.key, indented(node)) for node in tree if node.key != key)]


def _head_now(found: DepartmentLine) -> str:
    if found.head_key is None:
        return str(gettext("Nobody now."))
    if found.head_gone == "retired":
        return str(gettext("%(name)s, who is retired.", name=found.head_name))
    if found.head_gone:
        return str(gettext("%(name)s, who has left.", name=found.head_name))
    return str(gettext("%(name)s now.", name=found.head_name))
