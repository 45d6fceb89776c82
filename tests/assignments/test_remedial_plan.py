"""The remedial plan: exactly the pages of what was missed, read after the paper, and practice until right."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.assignments.rules import Miss, Plan, PlanPage, questions_short, remedial_plan
from lms.quizzes.rules import Marked

HANDED_IN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BEFORE, AFTER = HANDED_IN - timedelta(hours=1), HANDED_IN + timedelta(minutes=1)


def miss(position: int, topic: str, *pages: str, practised: bool = False) -> Miss:
    return Miss(position, topic, pages, practised)


def plan(*misses: Miss, read: Mapping[str, datetime] | None = None) -> Plan:
    return remedial_plan(misses, read or {}, HANDED_IN)


def test_per_topic_exactly_the_pages_of_what_was_missed() -> None:
    found = plan(
        miss(2, "claims", "deductible", "rate"),
        miss(5, "travel", "filing"),
        miss(7, "claims", "rate", "band"),
    )
    assert [(topic.topic, [page.page for page in topic.pages]) for topic in found.topics] == [
        ("claims", ["deductible", "rate", "band"]),
        ("travel", ["filing"]),
    ]


def test_a_page_names_the_questions_that_it_explains() -> None:
    found = plan(miss(2, "claims", "deductible", "rate"), miss(7, "claims", "rate"))
    assert [(page.page, page.positions) for page in found.pages] == [("deductible", (2,)), ("rate", (2, 7))]


def test_a_page_that_two_topics_need_is_read_once() -> None:
    found = plan(miss(1, "claims", "rate"), miss(2, "travel", "rate"))
    assert [page.page for page in found.pages] == ["rate"]


def test_misses_stand_in_the_order_of_the_paper() -> None:
    found = plan(miss(2, "claims", "a"), miss(5, "travel", "b"), miss(7, "claims", "c"), miss(3, "gap", "d"))
    assert [one.position for one in found.misses] == [2, 3, 5, 7]


def test_reading_counts_only_after_the_paper_was_handed_in() -> None:
    def read_at(at: datetime) -> PlanPage:
        return plan(miss(1, "claims", "rate"), read={"rate": at}).pages[0]

    assert read_at(AFTER).read_at == AFTER
    assert read_at(HANDED_IN).read_at is None
    assert read_at(BEFORE).read_at is None


def test_a_plan_is_done_when_everything_was_read_and_every_miss_was_practised_until_right() -> None:
    read = {"rate": AFTER, "band": AFTER}
    both = [miss(1, "claims", "rate", practised=True), miss(2, "claims", "band", practised=True)]
    assert plan(*both, read=read).done
    unread = plan(*both, read={"rate": AFTER})
    assert (unread.reading_done, unread.practice_done, unread.done) == (False, True, False)
    unpractised = plan(both[0], miss(2, "claims", "band"), read=read)
    assert (unpractised.reading_done, unpractised.practice_done, unpractised.done) == (True, False, False)


def test_a_miss_whose_pages_are_gone_is_made_up_for_by_practice_alone() -> None:
    assert not plan(miss(1, "claims")).done
    assert plan(miss(1, "claims", practised=True)).done


MISSES = st.lists(
    st.builds(
        Miss,
        st.integers(1, 50),
        st.sampled_from(["claims", "travel", "gap"]),
        st.lists(st.sampled_from("abcdef"), unique=True, max_size=3).map(tuple),
        st.booleans(),
    ),
    unique_by=lambda one: one.position,
    max_size=10,
)
READ = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([BEFORE, HANDED_IN, AFTER]))


@given(MISSES, READ)
def test_a_plan_holds_every_miss_and_no_page_beyond_them(
    misses: list[Miss], read: dict[str, datetime]
) -> None:
    found = plan(*misses, read=read)
    assert sorted(misses, key=lambda one: one.position) == list(found.misses)
    assert {page.page for page in found.pages} == {page for one in misses for page in one.pages}
    for topic in found.topics:
        for page in topic.pages:
            assert page.positions == tuple(one.position for one in topic.misses if page.page in one.pages)


@given(MISSES)
def test_every_plan_can_be_finished(misses: list[Miss]) -> None:
    practised = [Miss(one.position, one.topic, one.pages, practised=True) for one in misses]
    assert plan(*practised, read=dict.fromkeys("abcdef", AFTER)).done


def paper(*answers: tuple[int, bool]) -> list[Marked]:
    return [Marked(number, "claims", points, right) for number, (points, right) in enumerate(answers, 1)]


def test_a_paper_that_passes_is_short_of_nothing() -> None:
    assert questions_short(paper((4, True), (1, False)), Decimal(80)) == 0


def test_the_fewest_questions_that_would_have_made_a_pass_are_counted() -> None:
    missed = paper((1, False), (3, False), (1, False), (5, True))
    assert questions_short(missed, Decimal(80)) == 1
    assert questions_short(missed, Decimal(90)) == 2
    assert questions_short(missed, Decimal(100)) == 3
