"""What groups are told once a day: how many are not done, and who is overdue."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.chasing import post_to_groups
from lms.kernel.database import session
from lms.notifications.robots import Robot, RobotKind, RobotPost
from lms.people.models import Department, Person
from tests.support.chasing import MONDAY, excuse, morning, owes
from tests.support.people import make_department, make_person

SOON, LATE = MONDAY + timedelta(days=3), MONDAY - timedelta(days=1)


def robot(department: Department | None = None, *, is_on: bool = True) -> None:
    session().add(
        Robot(
            kind=RobotKind.WECOM,
            name="培训群",
            token="t" * 36,
            department=department.key if department else "",
            is_on=is_on,
        )
    )
    session().commit()


def known(department: Department | None = None, *, wecom_id: str = "", phone: str = "") -> Person:
    person = make_person(department=department)
    person.wecom_id, person.phone = wecom_id, phone
    session().commit()
    return person


def posts() -> list[dict[str, object]]:
    session().rollback()
    return list(session().scalars(select(RobotPost.facts).order_by(RobotPost.id)))


def test_a_group_hears_how_many_are_not_done_and_calls_those_who_are_late(database: Session) -> None:
    robot()
    late, later, nobody = known(wecom_id="wang"), known(phone="13800000013"), known()
    owes(later, LATE)
    owes(later, SOON, course="retirement")
    owes(late, LATE - timedelta(days=5))
    owes(nobody, LATE)
    owes(known(wecom_id="zhou"), SOON)
    assert post_to_groups(morning(MONDAY)) == 1
    (facts,) = posts()
    assert (facts["unfinished"], facts["late"], facts["day"]) == (4, 3, "2026-11-23")
    assert facts["mentions"] == [late.id, later.id]


def test_a_robot_of_a_department_speaks_of_its_people_alone(database: Session) -> None:
    production = make_department(name="生产制造部")
    shop = make_department(name="总装车间", parent=production)
    robot(production)
    owes(known(shop), SOON)
    owes(known(), SOON)
    post_to_groups(morning(MONDAY))
    assert [facts["unfinished"] for facts in posts()] == [1]


def test_once_a_day(database: Session) -> None:
    robot()
    owes(known(), SOON)
    days = (morning(MONDAY), morning(MONDAY, hour=12), morning(SOON))
    assert [post_to_groups(at) for at in days] == [1, 0, 1]


def test_where_everybody_is_done_or_the_robot_is_off_nothing_is_said(database: Session) -> None:
    robot()
    excuse(owes(known(), LATE), morning(MONDAY))
    assert post_to_groups(morning(MONDAY)) == 0
    session().query(Robot).update({"is_on": False})
    session().commit()
    owes(known(), LATE)
    assert post_to_groups(morning(MONDAY)) == 0
