"""What people ask for most becomes a proposal, and what became of it is on record."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.surveys import proposals
from lms.surveys.proposals import Proposing, propose, settle, take
from lms.surveys.refusals import NoSuchCourse, NoteMissing, ProposalSettled
from lms.surveys.rules import ProposalState, Source
from tests.support.people import make_person
from tests.support.surveys import AT, library

QUARTER = Quarter(2027, 1)


def proposed(actor_id: int, *, title: str = "转诊怎么办", raised: int = 7) -> str:
    given = Proposing("away", title, Source.SURVEY, "S1", str(QUARTER), raised)
    with unit_of_work():
        return propose(given, actor_id=actor_id, at=AT)


def test_the_same_proposal_is_made_once_with_its_latest_number(database: Session) -> None:
    actor_id = make_person().id
    key = proposed(actor_id)
    assert proposed(actor_id, raised=9) == key
    other = proposed(actor_id, title="异地急诊", raised=12)
    assert [(one.key, one.raised) for one in proposals.of_quarter(QUARTER)] == [(other, 12), (key, 9)]
    assert [one.key for one in proposals.of_source(Source.SURVEY, "S1")] == [other, key]
    assert proposals.of_quarter(QUARTER.next) == []


def test_a_proposal_is_taken_and_done_with_what_came_of_it(database: Session) -> None:
    library()
    actor_id = make_person().id
    key = proposed(actor_id)
    with unit_of_work():
        take(key, actor_id=actor_id, at=AT)
    assert proposals.proposal(key).state is ProposalState.IN_WORK
    for result in ("gone", "basics/gone"):
        with pytest.raises(NoSuchCourse), unit_of_work():
            settle(key, ProposalState.DONE, result=result, actor_id=actor_id, at=AT)
    with unit_of_work():
        settle(key, ProposalState.DONE, result="basics/outpatient", actor_id=actor_id, at=AT)
    one = proposals.proposal(key)
    assert (one.state, one.result, one.owner_id) == (ProposalState.DONE, "basics/outpatient", actor_id)
    assert [one.key for one in proposals.settled_since(QUARTER)] == [key]
    assert proposals.settled_since(QUARTER.next) == []
    assert proposals.listed_proposals(ProposalState.OPEN) == []
    with pytest.raises(ProposalSettled), unit_of_work():
        take(key, actor_id=actor_id, at=AT + timedelta(days=1))


def test_whoever_declines_says_why(database: Session) -> None:
    actor_id = make_person().id
    key = proposed(actor_id)
    for state in (ProposalState.DECLINED, ProposalState.DONE):
        with pytest.raises(NoteMissing), unit_of_work():
            settle(key, state, actor_id=actor_id, at=AT)
    with pytest.raises(ValueError, match="no end"), unit_of_work():
        settle(key, ProposalState.IN_WORK, actor_id=actor_id, at=AT)
    with unit_of_work():
        settle(key, ProposalState.DECLINED, note="课里已经有了", actor_id=actor_id, at=AT)
    assert proposals.listed_proposals(ProposalState.DECLINED)[0].note == "课里已经有了"
    with pytest.raises(NotFound):
        proposals.proposal("nothing")
