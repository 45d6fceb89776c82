"""Who learned a change with a helper counts like everybody, and is told apart in numbers and roster."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.assistance import Start, assistance, begin
from lms.assignments.models import Completion, Consent, HelpKind
from lms.kernel.database import session, unit_of_work
from lms.rollouts.progress import count_up, numbers
from lms.rollouts.roster import Filters, Outcome, all_of
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.rollouts import DAY, complete, delivered, recipient, taught

AT = DAY_0 + 3 * DAY


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def test_numbers_tally_and_roster_tell_who_had_a_helper(database: Session) -> None:
    alone, together, _idle = taught(), taught(), taught()
    change, helper = delivered(CHEAPER_IN_BEIJING), make_person(name="周敏")
    with unit_of_work():
        key = begin(Start(together.id, helper.id, HelpKind.VISIT, Consent.SPOKEN), at=AT)
    for person in (alone, together):
        complete(recipient(change, person).assignment_id, at=AT)
    done = recipient(change, together).assignment_id
    with unit_of_work():
        row = database.scalars(select(Completion).where(Completion.assignment_id == done)).one()
        row.assistance_id = assistance(key, helper.id).id
    (found,) = numbers(change, today=AT.date())
    assert (found.done, found.assisted) == (2, 1)
    with unit_of_work():
        count_up(change.id, AT)
    session().rollback()
    rows = {row.number: row for row in all_of(change, Filters(), today=AT.date())}
    assert rows[together.number].assisted is HelpKind.VISIT
    assert (rows[alone.number].assisted, rows[alone.number].outcome) == (None, Outcome.DONE)
