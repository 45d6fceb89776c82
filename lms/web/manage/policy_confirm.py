"""Several stale texts at once: checked by one person, and still right as they stand."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, request
from flask_babel import ngettext

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.permissions import Permission
from lms.rollouts import refresh
from lms.rollouts.models import TaskState
from lms.rollouts.queries import TaskLine, tasks_of
from lms.rollouts.queries import change as change_by_key
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, today
from lms.web.manage.policy_forms import ConfirmForm
from lms.web.manage.policy_new import Page
from lms.web.manage.policy_running import running


@screens.post("/policy/<key>/tasks/confirm", endpoint="policy_tasks_confirm")
@requires(Permission.TASK_CLOSE)
def confirm(key: str) -> Page:
    """Close all tasks that were chosen, or none: each only when it is as the page showed it."""
    found = change_by_key(key)
    form = ConfirmForm(request.form, prefix="confirm-")
    lines = {one.key: one for one in tasks_of(found.id, today=today())}
    unknown = next((task for task in form.task.data or [] if task not in lines), None)
    if unknown is not None:
        raise NotFound(kind="task", key=unknown)
    if not form.validate():
        return running(found, confirming=form), 422
    chosen = {task: request.form.get(f"seen-{task}", 0, type=int) for task in form.task.data or []}
    moved = _moved(lines, chosen) or _close(chosen, form.note.data or "")
    if moved:
        now = {one.key: one for one in tasks_of(found.id, today=today())}
        form.task.data = [task for task in chosen if task not in moved]
        return running(change_by_key(key), confirming=form, moved=[now[task] for task in moved]), 409
    flash(ngettext("%(num)s text is confirmed.", "%(num)s texts are confirmed.", len(chosen)))
    return redirect(url_for("manage.policy_change", key=key) + "#impact", code=303)


def _moved(lines: Mapping[str, TaskLine], chosen: Mapping[str, int]) -> Sequence[str]:
    """The chosen tasks that somebody has closed, reassigned or extended since the page was shown."""
    return [
        task
        for task, version in chosen.items()
        if lines[task].state is not TaskState.OPEN or lines[task].version != version
    ]


def _close(chosen: Mapping[str, int], note: str) -> Sequence[str]:
    """Close them in one transaction. Returns the task that moved in the same moment; then none is closed."""
    at, actor_id, task = clock.now(), asker().id, ""
    try:
        with unit_of_work():
            for task, version in chosen.items():
                refresh.close(task, TaskState.CONFIRMED, version=version, note=note, actor_id=actor_id, at=at)
    except DomainError as refusal:
        if refusal.code not in {"task-closed", "task-has-moved"}:
            raise
        return [task]
    return []
