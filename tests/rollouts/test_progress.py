"""How far a change has come: in numbers per audience, per day, per department, and person by person."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.courses.operations import mark_read
from lms.courses.queries import course
from lms.jobs import rollouts as jobs
from lms.jobs.rollouts import deliver_changes, finish_changes
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.rollouts import progress, queries
from lms.rollouts.delivery import deliver_ready
from lms.rollouts.models import Change, Path, Tally
from lms.rollouts.progress import Numbers, behind, count_up, forecast, numbers
from lms.rollouts.roster import Filters, Outcome, Row, all_of, page_of, total
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.crowds import crowd
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.rollouts import (
    DAY,
    REWORDED,
    approve_units,
    close_tasks,
    complete,
    delivered,
    excused,
    recipient,
    running,
    taught,
    unit_of,
)
from tests.support.sittings import release
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    """Two cities, one course for employees."""
    publish_texts(TWO_CITIES)


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def on(day: int) -> date:
    return at(day).date()


def read_message(person: Person) -> None:
    for message in session().query(Message).filter(Message.person_id == person.id):
        message.read_at = at(1)
    session().commit()


def read_page(person: Person, change: Change) -> None:
    lesson = course(release(), unit_of(change)).lessons[0]
    with unit_of_work():
        mark_read(person.id, lesson, lesson.pages[0], release_id=release(), at=at(2))


def of_everybody() -> tuple[Change, dict[str, Person]]:
    """A delivered change, and somebody in each state it can come to."""
    names = ("done", "read_message", "read_page", "idle", "excused", "left")
    people = {name: taught() for name in names}
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, people["done"]).assignment_id, at=at(3))
    read_message(people["read_message"])
    read_page(people["read_page"], change)
    excused(change, people["excused"])
    leave(people["left"])
    return change, people


def test_an_audience_in_numbers() -> None:
    change, _ = of_everybody()
    (found,) = numbers(change, today=on(4))
    assert found == Numbers(
        Audience.EMPLOYEE,
        concerned=6,
        delivered=6,
        opened=3,
        done=1,
        excused=1,
        left=1,
        late=0,
        done_by_day={on(3): 1},
        ways={"app": 6},
    )
    assert (found.remaining, found.percent) == (3, 25)
    assert numbers(change, today=on(15))[0].late == 3


def test_before_delivery_it_tells_whom_it_would_go_to() -> None:
    taught()
    make_person()
    change = running(CHEAPER_IN_BEIJING)
    (found,) = numbers(change, today=on(0))
    assert (found.concerned, found.delivered, found.remaining, found.percent) == (2, 0, 2, 0)


def test_an_audience_without_anybody_counts_nobody() -> None:
    (found,) = numbers(delivered(CHEAPER_IN_BEIJING), today=on(0))
    assert (found.concerned, found.percent, found.done_by_day) == (0, 0, {})


def test_a_day_is_one_in_china() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, person).assignment_id, at=at(3) + timedelta(hours=16))
    assert progress.done_by_day(numbers(change, today=on(5))) == {on(4): 1}


def test_the_forecast_is_of_all_audiences_together() -> None:
    change, _ = of_everybody()
    found = numbers(change, today=on(4))
    assert forecast(found, today=on(4)) == on(10)


def test_over_many_people_pages_read_what_the_job_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "COUNTED_AT_ONCE", 5)
    change, people = of_everybody()
    with unit_of_work():
        assert count_up(change.id, at(4)) == 1
    complete(recipient(change, people["idle"]).assignment_id, at=at(4))
    change = queries.change(change.key)
    with statements(app) as heard:
        (found,) = numbers(change, today=on(4))
    assert len(heard) == 1
    assert (found.done, found.counted_at, found.done_by_day) == (1, at(4), {on(3): 1})
    deliver_changes(at(5))
    assert numbers(change, today=on(5))[0].done == 2


def test_what_is_finished_was_counted_to_the_end() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, person).assignment_id, at=at(3))
    finish_changes(at(4))
    tally = session().get_one(Tally, (change.id, Audience.EMPLOYEE), populate_existing=True)
    assert (tally.done, tally.counted_at) == (1, at(4))


def test_counting_takes_as_many_statements_for_many(app: Flask) -> None:
    change = delivered(CHEAPER_IN_BEIJING)
    counts = []
    for people in (2, 60):
        crowd(people)
        deliver_changes(at(1))
        change = queries.change(change.key)
        with statements(app) as heard:
            numbers(change, today=on(1))
        counts.append(len(heard))
    assert counts[0] == counts[1]


def test_departments_that_are_behind() -> None:
    line = make_department(name="总装线")
    for _ in range(2):
        taught().department_id = line.id
        session().commit()
    other = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert [(one.name, one.people) for one in behind(change)] == [("总装线", 2), ("研发中心", 1)]
    complete(recipient(change, other).assignment_id, at=at(1))
    assert [one.name for one in behind(change)] == ["总装线"]


def test_a_change_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    person = taught()
    broken = running(CHEAPER_IN_BEIJING)
    close_tasks(broken)
    approve_units(broken)
    broken_id = broken.id
    sound = running(REWORDED, at=at(1))
    close_tasks(sound)
    approve_units(sound)

    def fail(change_id: int, now: datetime) -> int:
        count = deliver_ready(change_id, now)
        if change_id == broken_id:
            raise RuntimeError("in the middle")
        return count

    monkeypatch.setattr(jobs, "deliver_ready", fail)
    outcome = deliver_changes(at(1))
    assert (outcome.count, outcome.failures) == (1, 1)
    assert roster(queries.change(broken.key), day=1) == []
    assert [row.person for row in roster(queries.change(sound.key), day=1)] == [person.key]


# -- the roster --------------------------------------------------------------------------------------------


def roster(change: Change, *, day: int = 4, **narrowed: object) -> list[Row]:
    filters = Filters(**narrowed)  # type: ignore[arg-type]
    rows = page_of(change, filters, today=on(day), page=1)
    assert total(change, filters, today=on(day)) == len(rows)
    assert list(all_of(change, filters, today=on(day))) == rows
    return rows


def test_the_roster_says_of_everybody_what_became_of_it() -> None:
    change, people = of_everybody()
    found = {row.person: row for row in roster(change)}
    assert {name: found[one.key].outcome.value for name, one in people.items()} == {
        "done": "done",
        "read_message": "opened",
        "read_page": "opened",
        "idle": "delivered",
        "excused": "excused",
        "left": "left",
    }
    assert [found[people[name].key].opened_at for name in ("done", "read_message", "read_page", "idle")] == [
        at(3),
        at(1),
        at(2),
        None,
    ]


def test_a_row_says_what_was_given_when_and_by_when() -> None:
    change, people = of_everybody()
    row = next(row for row in roster(change) if row.person == people["done"].key)
    assert (row.number, row.name, row.department) == (people["done"].number, "林晓", "研发中心")
    assert (row.path, row.course, row.given_at, row.due_on) == (Path.DELTA, unit_of(change), DAY_0, on(14))
    assert (row.done_at, row.earned, row.excused_at) == (at(3), None, None)
    assert row.certificate


def test_an_excuse_stands_in_the_roster_with_who_gave_it() -> None:
    change, people = of_everybody()
    row = next(row for row in roster(change) if row.person == people["excused"].key)
    assert (row.excuse, row.excused_by, row.excused_at, row.course) == ("长期病假", "莫云帆", at(2), "")


def test_late_is_who_is_beyond_the_day() -> None:
    change, _ = of_everybody()
    late = roster(change, day=16, outcome=Outcome.LATE)
    assert [row.days_late(on(16)) for row in late] == [2, 2, 2]
    assert roster(change, day=14, outcome=Outcome.LATE) == []
    assert [row.days_late(on(16)) for row in roster(change, day=16, outcome=Outcome.DONE)] == [0]


def test_the_roster_is_narrowed() -> None:
    change, people = of_everybody()
    people["idle"].department_id = make_department(name="总装线").id
    people["idle"].name = "高桂兰"
    session().commit()
    assert [row.person for row in roster(change, text="桂兰")] == [people["idle"].key]
    assert [row.person for row in roster(change, text=people["done"].number)] == [people["done"].key]
    assert len(roster(change, audience=Audience.EMPLOYEE)) == 6
    assert roster(change, audience=Audience.HR) == []
    below = make_department(name="分部")
    people["done"].department_id = below.id
    session().commit()
    assert [row.person for row in roster(change, department=below.key)] == [people["done"].key]
