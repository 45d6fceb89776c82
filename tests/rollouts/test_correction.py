"""Our own mistake, put right by a change: papers marked anew by a declared policy, people told once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Completion
from lms.assignments.regrade_record import OtherPolicyDeclared, how_many_marked, marked, runs
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.queries import inbox
from lms.people.models import Person
from lms.quizzes.models import RegradePolicy
from lms.rollouts.correction import (
    NotACorrection,
    correction_of,
    mistakes_of,
    preview,
    regrade,
)
from lms.rollouts.models import How
from lms.rollouts.registration import ReasonMissing
from lms.rollouts.running import NotRunning
from tests.support.changes import REWORDED, begun, refused, two_admins
from tests.support.corrections import (
    HOUR,
    RIGHT,
    WRONG,
    a_change,
    again,
    author,
    completed_otherwise,
    hand_over,
    mark_anew,
    put_right_file,
    sat,
    texts,
)
from tests.support.library import publish_texts
from tests.support.rollouts import LONG_AGO, delivered, running, told
from tests.support.sittings import AT, assigned, duty_of, make_up, start

FULL, BOTH, NEW, WITHDRAW = RegradePolicy
pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """The library with the wrong number is live."""
    publish_texts(texts())


def notes(person: Person) -> list[dict[str, object]]:
    """What somebody was told about papers marked again."""
    return [dict(one.facts) for one in inbox(person.id) if one.topic == "correction.regraded"]


# -- what is a correction -------------------------------------------------------------------------------


def test_another_number_for_the_same_day_is_a_correction() -> None:
    change = a_change()
    assert [one.how for one in mistakes_of(change)] == [How.CORRECTED]
    assert [str(one.value) for one in correction_of(change).wrongs] == ["1800"]


def test_a_change_of_policy_is_none() -> None:
    change = running(REWORDED)
    assert mistakes_of(change) == []
    assert refused(NotACorrection, mark_anew, change).code == "not-a-correction"


def test_nothing_is_marked_anew_before_the_correction_is_approved() -> None:
    admin, _ = two_admins()
    sat(assigned(), RIGHT)
    draft = begun(admin, put_right_file())
    refused(NotRunning, mark_anew, draft)


# -- before it is decided -------------------------------------------------------------------------------


def test_each_policy_says_beforehand_what_it_would_do() -> None:
    knew = sat(assigned(), RIGHT)
    sat(assigned(), WRONG)
    sat(assigned(), WRONG, words_wrong=2)
    sat(assigned(), "1")
    start(assigned())
    found = preview(a_change())
    assert (found.papers, found.people, found.waiting) == (4, 4, 1)
    assert {one.policy: (one.raised, one.lowered, one.completed) for one in found.effects} == {
        FULL: (2, 0, 2),
        BOTH: (1, 0, 1),
        NEW: (1, 1, 1),
        WITHDRAW: (2, 1, 2),
    }
    assert (found.first[0].attempt, found.first[0].questions) == (knew.key, 2)
    assert not again(knew).is_regraded


@pytest.mark.parametrize("policy", list(RegradePolicy))
def test_what_was_said_beforehand_is_what_happens(policy: RegradePolicy) -> None:
    for sums, words_wrong in ((RIGHT, 0), (WRONG, 0), (WRONG, 2), ("1", 0)):
        sat(assigned(), sums, words_wrong=words_wrong)
    change = a_change()
    said = next(one for one in preview(change).effects if one.policy is policy)
    assert mark_anew(change, policy) == 4
    (run,) = runs(change.key)
    assert (run.raised, run.lowered, run.completed) == (said.raised, said.lowered, said.completed)
    done = marked(change.key, page=1)
    assert sum(one.after is not None and one.after.score > one.before.score for one in done) == said.raised


# -- what follows ---------------------------------------------------------------------------------------


def test_everybody_who_was_graded_on_it_is_told_once() -> None:
    passes, stays, other = assigned(), assigned(), assigned()
    sat(passes, RIGHT)
    sat(stays, "1")
    change = a_change()
    sat(other, RIGHT)
    assert mark_anew(change) == 2
    assert mark_anew(change) == 0
    (mine,), (theirs,) = notes(passes), notes(stays)
    assert (mine["before"], mine["after"], mine["passed"]) == ("60", "100", True)
    assert (theirs["before"], theirs["after"], theirs["passed"]) == ("60", "60", False)
    assert told(other, "correction") == []


def test_of_several_papers_the_one_that_decides_is_told() -> None:
    person = assigned()
    first = sat(person, RIGHT)
    make_up(person)
    sat(person, "1", at=AT + HOUR, seed=2)
    assert mark_anew(a_change()) == 2
    assert [one["attempt"] for one in notes(person)] == [first.key]


def test_who_passes_now_has_a_certificate_and_a_kept_one_is_still_told_as_passed() -> None:
    passes, kept = assigned(), assigned()
    sat(passes, RIGHT)
    sat(kept, WRONG)
    before = duty_of(kept).certificate
    assert mark_anew(a_change()) == 2
    assert duty_of(passes).certificate
    assert duty_of(kept).certificate == before
    assert [(one["after"], one["passed"]) for one in notes(kept)] == [("100", True)]


def test_who_was_taught_and_not_graded_gets_the_unit_by_delivery() -> None:
    graded, read_only = assigned(), assigned()
    sat(graded, WRONG, at=LONG_AGO)
    completed_otherwise(read_only)
    change = delivered(put_right_file())
    mark_anew(change)
    assert told(read_only) == ["change.to-learn"]
    assert told(graded) == ["change.to-learn", "correction.regraded"]


# -- the record -----------------------------------------------------------------------------------------


def test_the_journal_and_the_list_say_who_did_what_and_why() -> None:
    paper = sat(assigned(), RIGHT)
    change = a_change()
    assert (runs(change.key), how_many_marked(change.key), marked(change.key, page=1)) == ([], 0, [])
    mark_anew(change, reason=" 起付标准写错了 ")
    (run,) = runs(change.key)
    assert (run.by, run.policy, run.reason, run.papers, run.completed) == (
        "莫云帆",
        NEW,
        "起付标准写错了",
        1,
        1,
    )
    (one,) = marked(change.key, page=1)
    assert one.after is not None
    assert (one.attempt, one.questions) == (paper.key, 2)
    assert (float(one.before.shown), float(one.after.shown)) == (60, 100)
    assert marked(change.key, page=2) == []
    assert how_many_marked(change.key) == 1
    entry = session().scalars(select(Entry).where(Entry.act == "correction.regraded")).one()
    assert (entry.subject, entry.facts["policy"]) == (change.key, "new_key")


def test_who_hands_in_later_is_marked_in_the_same_way() -> None:
    sat(assigned(), RIGHT)
    late = assigned()
    key = start(late).key
    change = a_change()
    assert mark_anew(change, NEW) == 1
    hand_over(late, RIGHT)
    assert [one.attempt for one in preview(change).first] == [key]
    assert refused(OtherPolicyDeclared, mark_anew, change, FULL).facts == {"policy": "new_key"}
    assert mark_anew(change, NEW) == 1
    assert duty_of(late).certificate
    assert len(runs(change.key)) == 2
    assert len(notes(late)) == 1


def test_a_reason_is_asked_for_and_a_decision_without_papers_is_kept_too() -> None:
    change = a_change()
    refused(ReasonMissing, mark_anew, change, reason=" ")
    assert mark_anew(change) == 0
    assert mark_anew(change) == 0
    assert [one.papers for one in runs(change.key)] == [0]


def test_when_it_fails_half_way_nothing_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = sat(assigned(), RIGHT)
    change = a_change()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no more messages")

    monkeypatch.setattr("lms.assignments.regrade_record.post_each", fail)
    with pytest.raises(RuntimeError), unit_of_work():
        regrade(change.key, NEW, reason="写错了", actor_id=author(), at=AT)
    assert not again(paper).is_regraded
    assert session().scalars(select(Completion)).all() == []
    assert runs(change.key) == []
