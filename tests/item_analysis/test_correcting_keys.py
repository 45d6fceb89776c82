"""Papers marked by a wrong key: found by edition, weighed beforehand, marked anew by a declared policy."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.assignments.regrade_record import OtherPolicyDeclared, how_many_marked, marked, runs
from lms.item_analysis import rekeying
from lms.item_analysis.queries import editions
from lms.item_analysis.rekeying import WrongKey, corrected_keys, preview, wrong_key, wrong_keys
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.notifications.queries import inbox
from lms.people.models import Person
from lms.quizzes.models import Answer, Attempt, RegradePolicy, Wrong
from lms.quizzes.queries import Sitting
from lms.rollouts.registration import ReasonMissing
from tests.support.corrections import HOUR, again, as_stored, author
from tests.support.items import put_right, rekeyed, texts, written
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ
from tests.support.sittings import AT, assigned, duty_of, release, start

FULL, BOTH, NEW, WITHDRAW = RegradePolicy
LATER = AT + 3 * HOUR
pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """Five questions a paper, 20 points each; four suffice."""
    publish_texts(texts())


def corrected(paper: Sitting, position: int = 1) -> WrongKey:
    """The key of a question on the paper put right, live."""
    question = paper.questions[position - 1]
    return wrong_key(put_right(question.id), question.id, question.edition[:12])


def mark_anew(found: WrongKey, policy: RegradePolicy, *, reason: str = "答案标错了") -> int:
    with unit_of_work():
        return rekeying.regrade(found, policy, reason=reason, actor_id=author(), at=LATER)


def shown(paper: Sitting) -> tuple[float, float, bool]:
    """The score as it was given first, as it counts now, and whether that passes."""
    first, now = again(paper).first_verdict, again(paper).verdict
    assert first is not None
    assert now is not None
    return float(first.shown), float(now.shown), now.passed


def notes(person: Person) -> list[dict[str, object]]:
    return [dict(one.facts) for one in inbox(person.id) if one.topic == "correction.regraded"]


# -- which editions and papers --------------------------------------------------------------------------


def test_an_edition_that_marked_something_else_as_right_is_found_and_another_wording_is_not() -> None:
    paper = written()
    question = paper.questions[0]
    assert wrong_keys(release(), editions(question.id)) == []
    found = corrected(paper)
    assert (found.was.edition, found.right, found.decided) == (question.edition, {1}, "")
    other = paper.questions[1]
    assert wrong_keys(release(), editions(other.id)) == []
    with pytest.raises(NotFound):
        wrong_key(release(), other.id, other.edition[:12])
    with pytest.raises(NotFound):
        wrong_key(release(), question.id, question.edition[:3])


def test_a_question_that_is_retired_has_no_key_any_more() -> None:
    question = written().questions[0]
    put_right(question.id)
    fewer = rekeyed(question.id)
    fewer = {path: text.replace(f"- id: {question.id}\n", "- id: another\n") for path, text in fewer.items()}
    assert wrong_keys(publish_texts(fewer), editions(question.id)) == []


def test_papers_after_the_correction_are_left_alone() -> None:
    before = written()
    found = corrected(before)
    after = written(at=LATER)
    assert [one.attempt for one in preview(found).first] == [before.key]
    assert shown(after) == (100, 100, True)


# -- what each policy does ------------------------------------------------------------------------------


def test_each_policy_says_beforehand_what_it_would_do_and_does_it() -> None:
    kept = written(2)
    passes = written(1, 2)
    open_one = assigned()
    start(open_one)
    found = corrected(kept)
    said = preview(found)
    assert (said.papers, said.people, said.waiting) == (2, 2, 1)
    # 80 and 60 points; the second has chosen what is right now. Withdrawn: 3 of 4 are 75, below the line.
    assert {one.policy: (one.raised, one.lowered, one.completed) for one in said.effects} == {
        FULL: (1, 0, 1),
        BOTH: (1, 0, 1),
        NEW: (1, 0, 1),
        WITHDRAW: (1, 0, 0),
    }
    assert mark_anew(found, NEW) == 2
    assert shown(kept) == (80, 80, True)
    assert shown(passes) == (60, 80, True)


@pytest.mark.parametrize(
    ("policy", "right_then", "right_now", "wrong_anyway"),
    [(FULL, 60, 80, 80), (BOTH, 60, 80, 60), (NEW, 40, 80, 60), (WITHDRAW, 50, 75, 75)],
)
def test_the_four_policies(
    policy: RegradePolicy, right_then: float, right_now: float, wrong_anyway: float
) -> None:
    then = written(2, 3)
    now = written(1, 2)
    unanswered = written(1, 2)
    set_answers({then.key: "0", now.key: "1", unanswered.key: "2"})
    before = as_stored(then)
    mark_anew(corrected(then), policy)
    assert [shown(paper)[1] for paper in (then, now, unanswered)] == [right_then, right_now, wrong_anyway]
    assert as_stored(then) == before


def set_answers(values: dict[str, str]) -> None:
    """What was answered to the first question, by the key of the paper."""
    with unit_of_work():
        for key, value in values.items():
            attempt_id = session().scalars(select(Attempt.id).where(Attempt.key == key)).one()
            first = (Answer.attempt_id == attempt_id) & (Answer.position == 1)
            session().execute(update(Answer).where(first).values(value=value))


# -- what follows ---------------------------------------------------------------------------------------


def test_who_passes_now_gets_a_certificate_and_who_would_fall_keeps_the_old_one() -> None:
    falls, passes = assigned(), assigned()
    kept = written(2, person=falls)
    written(1, 2, person=passes)
    certificate = duty_of(falls).certificate
    assert certificate
    assert duty_of(passes).certificate is None
    mark_anew(corrected(kept), NEW)
    assert duty_of(falls).certificate == certificate
    assert duty_of(passes).certificate
    assert [(one["after"], one["passed"]) for one in notes(falls)] == [("80", True)]
    assert [(one["before"], one["after"], one["passed"]) for one in notes(passes)] == [("60", "80", True)]


def test_everybody_is_told_once_and_who_hands_in_later_is_marked_in_the_same_way() -> None:
    person, late = assigned(), assigned()
    paper = written(1, 2, person=person)
    start(late)
    found = corrected(paper)
    assert mark_anew(found, NEW) == 1
    again_found = wrong_key(release(), found.was.id, found.was.edition[:12])
    assert again_found.decided
    assert preview(again_found).papers == 0
    written(1, 2, person=late, at=LATER)
    assert preview(again_found).papers == 1
    with pytest.raises(OtherPolicyDeclared), unit_of_work():
        rekeying.regrade(again_found, FULL, reason="别的", actor_id=author(), at=LATER)
    assert mark_anew(again_found, NEW) == 1
    assert mark_anew(again_found, NEW) == 0
    assert len(notes(person)) == len(notes(late)) == 1
    assert duty_of(late).certificate


def test_author_and_reason_are_on_record() -> None:
    paper = written(1, 2)
    found = corrected(paper)
    with pytest.raises(ReasonMissing), unit_of_work():
        rekeying.regrade(found, NEW, reason=" ", actor_id=author(), at=LATER)
    mark_anew(found, NEW, reason=" 第一项其实不对 ")
    key = wrong_key(release(), found.was.id, found.was.edition[:12]).decided
    (run,) = runs(key)
    assert (run.by, run.policy, run.reason, run.papers) == ("莫云帆", NEW, "第一项其实不对", 1)
    (line,) = marked(key, page=1)
    assert (line.attempt, how_many_marked(key)) == (paper.key, 1)
    remark = again(paper).remarks[1]
    assert (remark.cause, remark.wrong, remark.reason) == (key, Wrong.KEY, "第一项其实不对")
    entry = session().scalars(select(Entry).where(Entry.act == "correction.regraded")).one()
    assert (entry.subject, entry.facts["policy"]) == (key, "new_key")
    assert rekeying.correction(key).question == found.was.id
    assert corrected_keys([key, "none"]) == {key: {1}}
    with pytest.raises(NotFound):
        rekeying.correction("none")


def test_a_key_corrected_twice_takes_nothing_back() -> None:
    paper = written(1, 2)
    first = corrected(paper)
    mark_anew(first, NEW)
    assert shown(paper) == (60, 80, True)
    reverted = publish_texts(texts())
    second_was = wrong_keys(reverted, editions(first.was.id))
    assert [one.was.edition for one in second_was] == [first.now.edition]
    assert preview(second_was[0]).papers == 0


def test_two_wrong_keys_on_one_paper_add_up() -> None:
    paper = written(1, 2, 3)
    ids = [question.id for question in paper.questions]
    release_id = put_right(ids[0], ids[1])
    for position in (0, 1):
        found = wrong_key(release_id, ids[position], paper.questions[position].edition[:12])
        mark_anew(found, NEW)
    assert shown(paper) == (40, 80, True)
    assert len(again(paper).remarks) == 2
    assert paper.quiz == QUIZ
