"""A needs survey that was prepared with a fault is not replaced in silence."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.jobs.surveys import open_needs
from lms.kernel.database import session, unit_of_work
from lms.kernel.quarters import Quarter
from lms.notifications.models import Message
from lms.people.models import Audience
from lms.surveys import drafting, queries
from lms.surveys.drafting import Draft, Edit
from lms.surveys.rules import SurveyKind, SurveyState
from tests.support.people import make_account, make_person
from tests.support.surveys import AT, library


def test_its_author_and_the_leads_are_told_once(database: Session) -> None:
    library()
    author = make_person(audience=Audience.HR)
    lead, other = make_account(role=Role.LEAD), make_account(role=Role.HR)
    ids = {author.id, lead.person_id}
    with unit_of_work():
        faulty = drafting.from_template(SurveyKind.NEEDS, Quarter(2027, 1), actor_id=author.id, at=AT)
        draft = Draft(title="", kind=SurveyKind.NEEDS, quarter="2027-Q1")
        drafting.save(faulty, draft, Edit(author.id, AT, 1))
    assert open_needs(AT) == 3
    assert queries.survey(faulty).state is SurveyState.DRAFT
    assert queries.was_asked(queries.survey(faulty))
    told_of = select(Message).where(Message.topic == "survey.passed-over")
    messages = session().scalars(told_of).all()
    assert {one.person_id for one in messages} == ids
    assert other.person_id not in ids
    assert {(one.subject, one.facts["quarter"]) for one in messages} == {(faulty, "2027-Q1")}
    assert open_needs(AT) == 0
    assert len(session().scalars(told_of).all()) == 2
