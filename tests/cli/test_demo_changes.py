"""The two changes of policy that the demo is in the middle of: day 9 with one item late, and day 2."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.cli import demo
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.settings import ROOT
from lms.library.queries import files as files_of
from lms.library.queries import live_release_id
from lms.notifications.models import Delivery, DeliveryState
from lms.people.models import Audience, Person
from lms.policies.queries import policies_of
from lms.publishing.files import FOLDERS, files_below
from lms.rollouts import queries
from lms.rollouts.delivery import Readiness, Wait, readiness
from lms.rollouts.ladder import rungs
from lms.rollouts.models import Change, ChangeState, Recipient, TaskState
from lms.rollouts.pauses import clock_of
from lms.rollouts.progress import Numbers, numbers
from lms.rollouts.unit_approval import is_of_unit
from tests.conftest import MONDAY
from tests.support.application import fill
from tests.support.installations import Installations

TODAY = china_date(MONDAY)
POOLING, LAW = "cross-province-pooling-2025", "medical-security-law"
LESSON = "content/courses/hr-essentials/05-privacy.md"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def invented(request: pytest.FixtureRequest, installations: Installations) -> Flask:
    app = installations.restored(request.param).app
    with time_machine.travel(MONDAY, tick=False):
        fill(app)
    return app


@pytest.fixture
def company(invented: Flask) -> Iterator[Flask]:
    with invented.app_context():
        yield invented
        session().rollback()


def change_of(document: str) -> Change:
    return next(queries.change(line.key) for line in queries.changes() if line.document == document)


def audiences(change: Change) -> dict[Audience, Readiness]:
    return {one.audience: one for one in readiness(change)}


def counts(change: Change) -> dict[Audience, Numbers]:
    return {one.audience: one for one in numbers(change, today=TODAY)}


def live_files() -> dict[str, bytes]:
    return files_of(str(live_release_id()))


def is_of_a_unit(path: str) -> bool:
    return any(is_of_unit(path, one.unit) for one in readiness(change_of(POOLING)))


# -- what is live ---------------------------------------------------------------------------------------


def test_live_are_the_files_and_the_unit_that_was_approved(company: Flask) -> None:
    live, files = live_files(), files_below(ROOT)
    assert {path: content for path, content in live.items() if not is_of_a_unit(path)} == files
    assert [path.rpartition("/")[2] for path in sorted(live.keys() - files.keys())] == [
        "01-what-changed.md",
        "course.yaml",
    ]


def test_a_second_start_says_that_all_is_live_and_nothing_differs(company: Flask) -> None:
    runner = company.test_cli_runner(env={"XUANGUAN_LANG": "en"})
    again = runner.invoke(args=["content", "publish"])
    assert (again.exit_code, again.output.count("\n")) == (0, 1)
    assert "The library is live already" in again.output
    compared = runner.invoke(args=["content", "diff"])
    assert compared.output == "The files say what the live release says.\n"


# -- the notice on pooling ------------------------------------------------------------------------------


def test_the_notice_is_on_day_nine_with_one_item_late_at_the_hr_person_shown(company: Flask) -> None:
    change = change_of(POOLING)
    assert (change.state, clock_of(change).day(TODAY)) == (ChangeState.RUNNING, 9)
    (late,) = [task for task in queries.tasks_of(change.id, today=TODAY) if task.state is TaskState.OPEN]
    assert (late.item, late.days_overdue) == ("retirement/family#uses", 2)
    assert late.owner_name == next(one.name for one in demo.accounts() if one.role == "hr")


def test_the_other_items_were_revised_by_those_who_own_them_before_they_were_due(company: Flask) -> None:
    tasks = queries.tasks_of(change_of(POOLING).id, today=TODAY)
    done = [task for task in tasks if task.state is not TaskState.OPEN]
    assert {task.item for task in done} == {
        "onboarding/code-and-family#three-names",
        "onboarding/code-and-family#cross-province",
    }
    for task in done:
        assert (task.state, task.closed_by_name) == (TaskState.REVISED, task.owner_name)
        assert task.closed_at is not None
        assert china_date(task.closed_at) < task.due_on


def test_employees_have_it_since_day_five_and_more_than_half_are_done(company: Flask) -> None:
    change = change_of(POOLING)
    delivered_at = audiences(change)[Audience.EMPLOYEE].delivered_at
    assert delivered_at is not None
    assert clock_of(change).day(china_date(delivered_at)) == 5
    found = counts(change)[Audience.EMPLOYEE]
    assert (found.concerned, found.delivered) == (82, 82)
    assert 50 <= found.percent <= 65
    assert found.done < found.opened < found.delivered


def test_retirees_wait_for_their_page_and_their_unit(company: Flask) -> None:
    found = audiences(change_of(POOLING))[Audience.RETIREE]
    assert (found.delivered_at, found.open_courses) == (None, ("retirement",))
    assert found.waits_for == (Wait.UNIT, Wait.MATERIALS)
    assert counts(change_of(POOLING))[Audience.RETIREE].concerned == 20


def test_the_ladder_was_climbed_as_far_as_the_days_have_come(company: Flask) -> None:
    taken = [(one.clock, one.name) for one in rungs(change_of(POOLING)) if one.taken_at]
    assert taken == [("refresh", "person"), ("refresh", "department-head")]


# -- the law --------------------------------------------------------------------------------------------


def test_the_law_is_announced_and_on_day_two_with_everything_still_to_do(company: Flask) -> None:
    change = change_of(LAW)
    assert (change.state, clock_of(change).day(TODAY)) == (ChangeState.RUNNING, 2)
    assert change.effective_on == date(2027, 1, 1)
    assert policies_of(str(live_release_id())).documents[LAW].is_announced(TODAY)
    tasks = queries.tasks_of(change.id, today=TODAY)
    assert [task.state for task in tasks] == [TaskState.OPEN] * 2
    assert not [one for one in readiness(change) if one.approved_at or one.delivered_at]


# -- both -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [POOLING, LAW])
def test_two_people_answer_for_a_change_and_every_severity_has_a_reason(
    company: Flask, document: str
) -> None:
    change = change_of(document)
    names = {one.id: one.name for one in session().scalars(select(Person))}
    shown = {one.role: one.name for one in demo.accounts()}
    assert names[change.registered_by or 0] == shown["admin"]
    assert names[change.approved_by or 0] == shown["head-of-hr"]
    items = queries.items_of(change.id)
    assert len(items) >= 4
    assert all(one.severity is one.proposed and one.reason for one in items)


def test_nothing_waits_to_be_sent(company: Flask) -> None:
    waiting = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.QUEUED)
    assert session().scalar(waiting) == 0


def test_newcomers_joined_the_change_only_once_they_were_there(company: Flask) -> None:
    rows = session().execute(
        select(Recipient.added_at, Person.hired_on).join(Person, Person.id == Recipient.person_id)
    )
    found = [(china_date(row.added_at), row.hired_on) for row in rows]
    assert all(added >= hired for added, hired in found)
    assert sum(hired > TODAY - timedelta(days=4) for _, hired in found) == 2


# -- afterwards -----------------------------------------------------------------------------------------


def test_files_edited_on_disk_go_live_and_the_unit_stays(
    installations: Installations, tmp_path: Path
) -> None:
    app = installations.restored("sqlite").app
    fill(app)
    for folder in FOLDERS:
        copytree(ROOT / folder, tmp_path / folder)
    edited = tmp_path / LESSON
    edited.write_text(edited.read_text("utf-8").replace("。\n", "。 \n", 1), "utf-8")
    published = app.test_cli_runner().invoke(args=["content", "publish", str(tmp_path)])
    assert published.exit_code == 0, published.output
    with app.app_context():
        assert live_files()[LESSON] == edited.read_bytes()
        assert [path for path in live_files() if is_of_a_unit(path)]
