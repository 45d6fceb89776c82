"""What a clause says on which day: wordings that follow each other, and its end."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policies.rules import Clause, Document, Mark, Source, Turn, Unit, Wording

DAY = timedelta(days=1)
ISSUED, TURNED, ENDED = date(2025, 1, 1), date(2027, 1, 1), date(2028, 1, 1)
TODAY = date(2026, 11, 23)


def clause(
    *,
    effective_on: date | None = ISSUED,
    since: date | None = None,
    earlier: Sequence[tuple[date, str]] = (),
    repealed_on: date | None = None,
) -> Clause:
    """A clause that reads *new*."""
    document = Document(
        id="d",
        title="规定",
        short="规定",
        title_en="Rules",
        issuer="省医保局",
        number="",
        region="320000",
        issued_on=None,
        effective_on=effective_on,
        source=Source("", "", ""),
        mark=Mark.LAW,
        checked_on=TODAY,
    )
    wordings = tuple(Wording(*one) for one in earlier)
    return Clause("d#1", "第一条", "期限", "new", Mark.LAW, document, since, wordings, repealed_on)


REWORDED = clause(since=TURNED, earlier=[(TURNED - DAY, "old")])


def test_a_clause_holds_from_the_day_its_document_takes_effect() -> None:
    one = clause()
    assert (one.words_on(ISSUED - DAY), one.words_on(ISSUED)) == (None, "new")
    assert one.announced(ISSUED - DAY) == Turn(ISSUED, "new")
    assert one.announced(ISSUED) is None
    assert (one.in_force(ISSUED - DAY), one.in_force(ISSUED)) == (False, True)


def test_a_clause_whose_first_day_is_not_known_holds_whenever_it_is_asked_about() -> None:
    one = clause(effective_on=None)
    assert (one.starts, one.words_on(date.min), one.announced(date.min)) == (None, "new", None)


def test_a_clause_that_came_later_holds_from_its_own_day() -> None:
    one = clause(since=TURNED)
    assert one.starts == TURNED
    assert one.words_on(TURNED - DAY) is None
    assert one.announced(TODAY) == (TURNED, "new")


def test_a_reworded_clause_reads_differently_from_its_day_on() -> None:
    assert (REWORDED.words_on(TURNED - DAY), REWORDED.words_on(TURNED)) == ("old", "new")
    assert REWORDED.announced(TODAY) == (TURNED, "new")
    assert REWORDED.announced(TURNED) is None
    assert REWORDED.words_on(ISSUED - DAY) is None, "the old words are those of the document as it was issued"


@pytest.mark.parametrize("effective_on", [None, TURNED])
def test_words_that_are_older_than_their_document_held_before_it(effective_on: date | None) -> None:
    one = clause(effective_on=effective_on, since=TURNED, earlier=[(TURNED - DAY, "old")])
    assert (one.words_on(date(1990, 1, 1)), one.words_on(TURNED)) == ("old", "new")


def test_several_wordings_follow_each_other_and_the_next_one_is_announced() -> None:
    first, second = date(2026, 1, 1), date(2027, 1, 1)
    one = clause(since=second, earlier=[(first - DAY, "a"), (second - DAY, "b")])
    assert [one.words_on(day) for day in (first - DAY, first, second - DAY, second)] == ["a", "b", "b", "new"]
    assert one.announced(first - DAY) == (first, "b")


def test_a_repealed_clause_says_nothing_more_and_that_is_announced() -> None:
    one = clause(repealed_on=ENDED)
    assert one.announced(TODAY) == (ENDED, "")
    assert (one.words_on(ENDED - DAY), one.words_on(ENDED)) == ("new", None)
    assert (one.in_force(ENDED), one.announced(ENDED)) == (False, None)


DAYS = st.dates(date(2024, 1, 1), date(2029, 1, 1))


@given(st.lists(DAYS, min_size=1, max_size=4, unique=True).map(sorted), DAYS, st.none() | DAYS)
def test_what_is_announced_is_what_it_says_on_that_day_and_nothing_changes_before(
    turns: list[date], day: date, effective_on: date | None
) -> None:
    earlier = [(turn - DAY, f"until {turn}") for turn in turns]
    one = clause(effective_on=effective_on, since=turns[-1], earlier=earlier, repealed_on=turns[-1] + DAY)
    coming = one.announced(day)
    if coming is None:
        assert one.words_on(date.max) == one.words_on(day)
    else:
        assert (one.words_on(coming.on) or "") == coming.text
        assert one.words_on(coming.on - DAY) == one.words_on(day)


@pytest.mark.parametrize(
    ("unit", "counted", "most"),
    [(Unit.PERCENT, False, 100), (Unit.WORKDAYS, True, None), (Unit.YUAN, False, None)],
)
def test_a_unit_knows_whether_it_is_counted_and_how_much_there_can_be(
    unit: Unit, counted: bool, most: int | None
) -> None:
    assert (unit.is_counted, unit.most) == (counted, most)
