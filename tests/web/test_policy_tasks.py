"""Stale texts: the editor opens at their place and leads back, and several are confirmed at once."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.kernel.database import unit_of_work
from lms.library import queries as library
from lms.publishing.drafts import live_sha
from lms.rollouts import refresh
from lms.rollouts.models import TaskState
from lms.rollouts.queries import TaskLine, change, tasks_of
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.policy_desk import Desk, desk
from tests.support.rollouts import running
from tests.support.small_library import LESSON_PATH, QUIZ_PATH

PAGE, QUESTION = "basics/outpatient#deductible", "basics-04"


@pytest.fixture(autouse=True)
def _live(database: Session) -> None:
    publish_texts(TWO_CITIES)


def going_on(app: Flask) -> tuple[Desk, str]:
    """A change that was approved today, and the admin who registered it, signed in."""
    at = desk(app)
    other = desk(app, name="莫云帆", role=Role.LEAD)
    return at, running(CHEAPER_IN_BEIJING, admins=(at.person, other.person)).key


def tasks(key: str) -> list[TaskLine]:
    return tasks_of(change(key).id, today=TODAY)


def task_of(key: str, item: str) -> TaskLine:
    return next(one for one in tasks(key) if one.item == item)


def line_of(path: str, words: str) -> int:
    """The number of the first line with these words in a live file."""
    text = library.files(str(library.live_release_id()))[path].decode()
    return next(at for at, line in enumerate(text.split("\n"), start=1) if words in line)


def publish_revised() -> None:
    """The heading of the stale page is live anew, beside everything else as it is."""
    now = {path: text.decode() for path, text in library.files(str(library.live_release_id())).items()}
    publish_texts({**now, LESSON_PATH: now[LESSON_PATH].replace("# 先过起付标准", "# 先减起付标准")})


# -- the editor -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "path", "words"),
    [(PAGE, LESSON_PATH, "# 先过起付标准"), (QUESTION, QUIZ_PATH, f"id: {QUESTION}")],
)
def test_the_task_opens_the_editor_at_the_place_of_the_text(
    app: Flask, item: str, path: str, words: str
) -> None:
    at, key = going_on(app)
    task, line = task_of(key, item), line_of(path, words)
    address = f"/manage/content/{path}?line={line}&amp;task={task.key}"
    assert address in at.get(f"/manage/policy/{key}/task/{task.key}")
    page = at.get(address.replace("&amp;", "&"))
    assert f'data-line="{line}"' in page
    assert f'href="#L{line}">Line {line}</a>' in page
    assert f"/manage/policy/{key}/task/{task.key}" in page


def test_whoever_may_not_edit_is_told_who_does(app: Flask) -> None:
    _, key = going_on(app)
    task = task_of(key, PAGE)
    page = desk(app, name="董雪晴", role=Role.HR).get(f"/manage/policy/{key}/task/{task.key}")
    assert "An administrator or the head of HR edits the text" in page
    assert "/manage/content/" not in page


@pytest.mark.parametrize("query", ["line=0", "line=99999", "line=-1", "line=a", "task=NOSUCH", "task=%22%3E"])
def test_what_names_no_line_and_no_task_is_ignored(app: Flask, query: str) -> None:
    page = desk(app).get(f"/manage/content/{LESSON_PATH}?{query}")
    assert 'data-line="0"' in page
    assert "Back to the refresh task" not in page
    assert "&amp;task=" not in page


def test_the_workspace_of_a_change_knows_no_task(app: Flask) -> None:
    at, key = going_on(app)
    page = at.get(f"/manage/content/{LESSON_PATH}?workspace={key}&task={tasks(key)[0].key}")
    assert "Back to the refresh task" not in page


def test_publishing_leads_back_to_the_task(app: Flask) -> None:
    at, key = going_on(app)
    task = task_of(key, PAGE)
    text = library.files(str(library.live_release_id()))[LESSON_PATH].decode()
    form = {
        "text": text.replace("# 先过起付标准", "# 先减起付标准"),
        "version": "0",
        "base": live_sha(LESSON_PATH),
    }
    saved = at.post(f"/manage/content/{LESSON_PATH}?task={task.key}", form)
    assert f"task={task.key}" in str(saved.location)
    assert f"/manage/content/publish?workspace=content&amp;task={task.key}" in at.get(str(saved.location))
    publish = f"/manage/content/publish?workspace=content&task={task.key}"
    assert publish.replace("&", "&amp;") in at.get(publish)
    done = at.post(publish)
    assert done.status_code == 303, done.text
    page = at.get(str(done.location))
    back = f"/manage/policy/{key}/task/{task.key}"
    assert f'from now on. <a class="alink" href="{back}">Back to the refresh task</a>' in page
    closed = at.post(f"{back}/close", {"close-seen": "1", "close-state": "revised"})
    assert closed.status_code == 303


# -- the list -------------------------------------------------------------------------------------------


def test_the_list_shows_the_title_that_is_live_now(app: Flask) -> None:
    at, key = going_on(app)
    publish_revised()
    assert task_of(key, PAGE).title == "先减起付标准"
    page = at.get(f"/manage/policy/{key}")
    assert "先减起付标准" in page
    assert "先过起付标准" not in page


def test_a_retired_text_keeps_the_title_that_it_had(app: Flask) -> None:
    _at, key = going_on(app)
    title = task_of(key, QUESTION).title
    now = {path: text.decode() for path, text in library.files(str(library.live_release_id())).items()}
    publish_texts({**now, QUIZ_PATH: now[QUIZ_PATH].split(f"  - id: {QUESTION}", 1)[0]})
    task = task_of(key, QUESTION)
    assert (task.title, task.path, task.line) == (title, "", 0)


def chosen(key: str, *, note: str = "引用的是参数") -> dict[str, object]:
    """The form with all boxes ticked."""
    found = tasks(key)
    seen: dict[str, object] = {f"seen-{one.key}": str(one.version) for one in found}
    return {**seen, "confirm-task": [one.key for one in found], "confirm-note": note}


def send(at: Desk, key: str, form: dict[str, object]) -> tuple[int, str]:
    response = at.client.post(f"/manage/policy/{key}/tasks/confirm", data=form)
    return response.status_code, response.text


def test_texts_are_confirmed_together_with_one_note(app: Flask) -> None:
    at, key = going_on(app)
    found = tasks(key)
    page = at.get(f"/manage/policy/{key}")
    assert set(re.findall(r'type="checkbox" name="confirm-task" value="(\w+)"', page)) == {
        one.key for one in found
    }
    assert len(found) > 1
    assert send(at, key, chosen(key))[0] == 303
    assert {(one.state, one.note, one.closed_by_name) for one in tasks(key)} == {
        (TaskState.CONFIRMED, "引用的是参数", "叶文瑾")
    }
    page = at.get(f"/manage/policy/{key}")
    assert f"{len(found)} texts are confirmed." in page
    assert "checkbox" not in page


def test_a_form_without_boxes_or_note_is_refused_and_kept(app: Flask) -> None:
    at, key = going_on(app)
    status, page = send(at, key, chosen(key, note=" "))
    assert status == 422
    assert page.count("Say why it is still right") == 2
    assert page.count(" checked>") == len(tasks(key))
    assert "<title>Error:" in page
    status, page = send(at, key, {"confirm-note": "看过了"})
    assert status == 422
    assert page.count("Tick the texts that you have checked") == 2
    assert "看过了" in page
    assert {one.state for one in tasks(key)} == {TaskState.OPEN}


def test_when_one_has_moved_nothing_is_closed_and_the_page_names_it(app: Flask) -> None:
    at, key = going_on(app)
    form, first = chosen(key), tasks(key)[0]
    with unit_of_work():
        refresh.close(first.key, TaskState.CONFIRMED, version=1, note="看过", actor_id=at.person.id, at=DAY_0)
    status, page = send(at, key, form)
    assert status == 409
    assert "Nothing was confirmed" in page.split("<main", 1)[1].split("<h2", 2)[1]
    named = page.split("Nothing was confirmed", 1)[1].split("</ul>", 1)[0]
    assert re.findall(r"/task/(\w+)", named) == [first.key]
    assert [one.key for one in tasks(key) if one.state is not TaskState.OPEN] == [first.key]
    assert page.count(" checked>") == len(tasks(key)) - 1


def test_one_that_moves_in_the_same_moment_takes_the_others_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, key = going_on(app)
    form, last, close = chosen(key), tasks(key)[-1].key, refresh.close

    def late(task: str, *args: object, **kwargs: object) -> object:
        if task == last:
            raise refresh.TaskHasMoved(version=2)
        return close(task, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(refresh, "close", late)
    assert send(at, key, form)[0] == 409
    assert {one.state for one in tasks(key)} == {TaskState.OPEN}


def test_a_task_of_another_change_or_too_many_are_refused(app: Flask) -> None:
    at, key = going_on(app)
    assert send(at, key, {**chosen(key), "confirm-task": ["NOSUCH"]})[0] == 404
    many = send(at, key, {**chosen(key), "confirm-task": [tasks(key)[0].key] * 101})
    assert many[0] == 422
    assert "Tick 100 texts at most" in many[1]
