"""Each audience waits for its own materials and its own unit, and for nothing else."""

import pytest
from sqlalchemy.orm import Session

from lms.jobs.rollouts import deliver_changes
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.library.operations import LiveHasMoved
from lms.library.queries import live_release_id
from lms.people.models import Audience
from lms.publishing.drafts import draft, drafts_of, save
from lms.publishing.operations import HasFaults
from lms.rollouts import queries
from lms.rollouts.delivery import Wait, deliver_ready, readiness
from lms.rollouts.models import Change, ChangeState, Path
from lms.rollouts.running import NotRunning
from lms.rollouts.unit_approval import UnitApproved, UnitNotFit, approve_unit
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.rollouts import (
    HR_COURSE,
    REWORDED,
    WITH_HR,
    approve_units,
    close_tasks,
    paths,
    running,
    taught,
    unit_of,
)
from tests.support.small_library import COURSE, LESSON, QUIZ


def waits(change: Change) -> dict[Audience, tuple[Wait, ...]]:
    return {one.audience: one.waits_for for one in readiness(queries.change(change.key))}


def approval(change: Change, audience: Audience) -> None:
    assert change.approved_by is not None
    with unit_of_work():
        approve_unit(change.key, audience, actor_id=change.approved_by, at=DAY_0)


def refused(refusal: type[DomainError], change: Change, audience: Audience) -> dict[str, object]:
    with pytest.raises(refusal) as raised:
        approval(change, audience)
    return raised.value.facts


@pytest.fixture
def both(database: Session) -> Change:
    """A reworded clause that is taught to employees and to HR."""
    publish_texts(WITH_HR)
    return running(REWORDED)


def test_an_audience_that_waits_holds_only_itself(both: Change) -> None:
    clerk, hr = taught(), taught(audience=Audience.HR, name=HR_COURSE)
    assert waits(both) == dict.fromkeys([Audience.HR, Audience.EMPLOYEE], (Wait.UNIT, Wait.MATERIALS))
    close_tasks(both, prefix="basics")
    approve_units(both, Audience.EMPLOYEE, Audience.HR)
    assert waits(both) == {Audience.HR: (Wait.MATERIALS,), Audience.EMPLOYEE: ()}
    deliver_changes(DAY_0)
    assert set(paths(both)) == {clerk.id}
    close_tasks(both)
    deliver_changes(DAY_0)
    assert paths(both)[hr.id] is Path.DELTA
    assert [one.delivered_at for one in readiness(both)] == [DAY_0, DAY_0]


def test_what_holds_an_audience_is_named(both: Change) -> None:
    close_tasks(both, prefix="basics")
    held = {one.audience: one.open_courses for one in readiness(both)}
    assert held == {Audience.HR: (HR_COURSE,), Audience.EMPLOYEE: ()}


def test_approving_publishes_the_unit_and_nothing_else(database: Session) -> None:
    publish_texts(TWO_CITIES)
    change = running(CHEAPER_IN_BEIJING)
    other = "content/courses/basics/course.yaml"
    author = make_person()
    with unit_of_work():
        save(change.key, other, "nonsense", base="", version=0, author_id=author.id, at=DAY_0)
    approval(change, Audience.EMPLOYEE)
    assert [one.path for one in drafts_of(change.key)] == [other]
    assert waits(change) == {Audience.EMPLOYEE: (Wait.MATERIALS,)}


def test_a_unit_with_faults_is_not_approved(database: Session) -> None:
    publish_texts(TWO_CITIES)
    change = running(CHEAPER_IN_BEIJING)
    path = f"content/courses/{unit_of(change)}/course.yaml"
    found = draft(change.key, path)
    assert found is not None
    with unit_of_work():
        save(change.key, path, "id: [", base="", version=1, author_id=change.created_by, at=DAY_0)
    before = live_release_id()
    refused(HasFaults, change, Audience.EMPLOYEE)
    assert live_release_id() == before
    assert waits(change) == {Audience.EMPLOYEE: (Wait.UNIT, Wait.MATERIALS)}


def test_a_unit_that_somebody_else_published_meanwhile_is_not_approved(database: Session) -> None:
    publish_texts(TWO_CITIES)
    change = running(CHEAPER_IN_BEIJING)
    files = {one.path: one.text or "" for one in drafts_of(change.key)}
    publish_texts({**TWO_CITIES, **CHEAPER_IN_BEIJING, **files})
    refused(LiveHasMoved, change, Audience.EMPLOYEE)
    for one in drafts_of(change.key):
        session().delete(one)
    session().commit()
    approval(change, Audience.EMPLOYEE)
    assert waits(change) == {Audience.EMPLOYEE: (Wait.MATERIALS,)}


def test_a_unit_is_of_the_kind_that_is_only_ever_assigned(both: Change) -> None:
    unit = unit_of(both)
    texts = {
        f"content/courses/{unit}/course.yaml": COURSE.replace("basics", unit),
        f"content/courses/{unit}/01-what-changed.md": LESSON.replace("outpatient-c1", "other-c1"),
        f"quizzes/{unit}.yaml": QUIZ.replace("basics", unit),
    }
    with unit_of_work():
        for path, text in texts.items():
            save(both.key, path, text, base="", version=1, author_id=both.created_by, at=DAY_0)
    assert refused(UnitNotFit, both, Audience.EMPLOYEE)["why"] == "kind"


def test_a_unit_is_approved_once(both: Change) -> None:
    approval(both, Audience.HR)
    refused(UnitApproved, both, Audience.HR)


def test_only_an_audience_that_the_change_reaches_has_a_unit(both: Change) -> None:
    refused(NotFound, both, Audience.RETIREE)


def test_a_unit_for_others_is_not_approved(both: Change) -> None:
    path = f"content/courses/{unit_of(both)}/course.yaml"
    found = draft(both.key, path)
    assert found is not None
    assert found.text is not None
    text = found.text.replace("audiences: [employee, hr]", "audiences: [employee]")
    assert text != found.text
    with unit_of_work():
        save(both.key, path, text, base="", version=1, author_id=both.created_by, at=DAY_0)
    assert refused(UnitNotFit, both, Audience.HR)["why"] == "audience"


def test_without_a_unit_there_is_nothing_to_approve(both: Change) -> None:
    for one in drafts_of(both.key):
        session().delete(one)
    session().commit()
    assert refused(UnitNotFit, both, Audience.HR)["why"] == "missing"


def test_a_change_that_is_over_goes_to_nobody(both: Change) -> None:
    both.state = ChangeState.FINISHED
    session().commit()
    refused(NotRunning, both, Audience.HR)
    assert deliver_ready(both.id, DAY_0) == 0
