"""A small company with courses assigned, and HR who look at it. Needs an application context."""

from datetime import datetime, timedelta

from flask.testing import FlaskClient

from lms.access.models import Role
from lms.assignments.models import HelpKind
from lms.assignments.operations import assign_by_hand, record_help
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Department, Person
from tests.support.people import BEIJING, make_account, make_department, make_person, sign_in
from tests.support.quiz_texts import COURSE
from tests.support.sittings import AT, duty_of, hand_in, make_up, start, study

TODAY = china_date(AT)
WAITED = timedelta(hours=1)


def obliged(
    name: str = "林晓",
    *,
    number: str = "",
    department: Department | None = None,
    region: str = BEIJING,
    audience: Audience = Audience.EMPLOYEE,
    due_in: int = 14,
) -> Person:
    """Somebody with the course assigned, due so many days from today; not begun."""
    person = make_person(name=name, number=number, department=department, region=region, audience=audience)
    assign(person, due_in=due_in)
    return person


def assign(person: Person, *, course: str = COURSE, due_in: int = 14) -> None:
    """Assign a course, due so many days from today."""
    due_on = TODAY + timedelta(days=due_in)
    with unit_of_work():
        assign_by_hand([person.id], course, due_on=due_on, actor_id=person.id, today=TODAY, at=AT)


def passed(person: Person, *, at: datetime = AT) -> Person:
    """The person after studying and passing at once."""
    study(person, at=at)
    hand_in(person, at=at)
    return person


def failed(person: Person, *, papers: int = 1, missing: int = 3, at: datetime = AT) -> Person:
    """The person after so many failed papers, an hour apart, the plan between them followed."""
    study(person, at=at)
    for number in range(papers):
        then = at + number * WAITED
        if number:
            make_up(person, at=then - WAITED / 2)
        hand_in(person, missing=missing, at=then, seed=number + 1)
    return person


def helped(person: Person, helper: Person, *, note: str = "讲了起付标准") -> Person:
    """The person after *helper* recorded help."""
    with unit_of_work():
        record_help(
            duty_of(person),
            helper_id=helper.id,
            kind=HelpKind.PHONE,
            helped_on=TODAY,
            note=note,
            at=AT + 3 * WAITED,
        )
    return person


def sitting(person: Person) -> Person:
    """The person in front of an open paper."""
    study(person)
    start(person)
    return person


def tree() -> tuple[Department, Department, Department]:
    """The company with a workshop below production: root, production, workshop."""
    root = make_department(name="启衡科技")
    production = make_department(name="生产制造部", parent=root)
    return root, production, make_department(name="总装车间", parent=production)


def hr(
    client: FlaskClient, *, name: str = "周敏", language: str = "en", department: Department | None = None
) -> Person:
    """Somebody of HR without courses of their own, signed in with *client*."""
    person = make_person(name=name, audience=Audience.HR, department=department)
    make_account(person=person, role=Role.HR, language=language)
    sign_in(client, number=person.number)
    return person
