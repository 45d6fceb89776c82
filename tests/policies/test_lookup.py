"""Looking a parameter up: for exactly what is asked, and never by a guess."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policies.rules import (
    ANY,
    NATION,
    Answer,
    Asked,
    Document,
    Level,
    Mark,
    Parameter,
    Region,
    Source,
    Unit,
    Value,
    Why,
    look_up,
)

SOURCE = Source("江苏省医疗保障局", "", "")
CHECKED = date(2026, 11, 21)
TODAY = date(2026, 11, 23)
TURN = date(2027, 1, 1)
JIANGSU, NANJING, BEIJING = "320000", "320100", "110000"
REGIONS: Mapping[str, Region] = {
    region.code: region
    for region in (
        Region(NATION, "全国", "Nationwide", None),
        Region(BEIJING, "北京", "Beijing", NATION),
        Region(JIANGSU, "江苏", "Jiangsu", NATION),
        Region(NANJING, "南京", "Nanjing", JIANGSU),
    )
}


def value(
    number: int,
    *,
    region: str = BEIJING,
    status: str = ANY,
    level: Level = Level.ANY,
    since: date | None = date(2025, 1, 1),
) -> Value:
    return Value(region, status, level, since, Decimal(number), "", SOURCE, Mark.LAW, CHECKED)


def answer(
    *values: Value,
    region: str = BEIJING,
    status: str = "in_service",
    level: Level = Level.ANY,
    day: date = TODAY,
    fallback: bool = False,
) -> Answer:
    parameter = Parameter("p", "参数", "Parameter", Unit.YUAN, "", fallback, values)
    return look_up(parameter, REGIONS, Asked("p", region, status, level), day)


def number(found: Answer) -> int | None:
    return None if found.current is None else int(found.current.value)


# -- region ---------------------------------------------------------------------------------------------


def test_a_region_with_a_value_of_its_own_gets_it() -> None:
    found = answer(value(1, region=NANJING), value(2, region=JIANGSU), region=NANJING, fallback=True)
    assert number(found) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [([JIANGSU, NATION], JIANGSU), ([NATION], NATION), ([NATION, JIANGSU], JIANGSU)],
)
def test_a_city_without_one_gets_its_provinces_and_then_the_nations(
    values: Sequence[str], expected: str
) -> None:
    found = answer(*(value(1, region=region) for region in values), region=NANJING, fallback=True)
    assert found.current is not None
    assert found.current.region == expected


def test_nothing_is_taken_from_above_unless_the_parameter_says_so() -> None:
    assert answer(value(1, region=JIANGSU), region=NANJING) == Answer(None, missing=Why.REGION)


def test_nothing_is_ever_taken_from_below_or_beside() -> None:
    below = [value(1, region=NANJING), value(1, region=BEIJING)]
    assert answer(*below, region=JIANGSU, fallback=True) == Answer(None, missing=Why.REGION)


@pytest.mark.parametrize("region", ["", "999999"])
def test_an_unknown_region_has_no_value(region: str) -> None:
    assert answer(value(1), region=region, fallback=True) == Answer(None, missing=Why.REGION)


def test_a_region_with_rules_of_its_own_never_falls_back_for_another_status() -> None:
    own, above = value(1, region=NANJING, status="retired"), value(2, region=JIANGSU)
    assert answer(own, above, region=NANJING, fallback=True) == Answer(None, missing=Why.STATUS)


# -- status and level -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("has", "asked", "missing"),
    [
        ("in_service", "in_service", None),
        ("in_service", "retired", Why.STATUS),
        ("in_service", ANY, Why.STATUS),
        ("in_service", "", Why.STATUS),
        (ANY, "retired", None),
        (ANY, ANY, None),
        (ANY, "", None),
    ],
)
def test_a_value_is_for_its_status_or_for_any(has: str, asked: str, missing: Why | None) -> None:
    assert answer(value(1, status=has), status=asked).missing is missing


@pytest.mark.parametrize(
    ("has", "asked", "missing"),
    [
        (Level.COMMUNITY, Level.COMMUNITY, None),
        (Level.COMMUNITY, Level.OTHER, Why.LEVEL),
        (Level.COMMUNITY, Level.ANY, Why.LEVEL),
        (Level.ANY, Level.TERTIARY, None),
        (Level.ANY, Level.ANY, None),
    ],
)
def test_a_value_is_for_its_level_of_care_or_for_any(has: Level, asked: Level, missing: Why | None) -> None:
    assert answer(value(1, level=has), level=asked).missing is missing


@pytest.mark.parametrize("turned", [False, True])
def test_a_value_for_exactly_what_is_asked_goes_before_one_for_any(turned: bool) -> None:
    values = [
        value(1),
        value(2, level=Level.COMMUNITY),
        value(3, status="retired"),
        value(4, status="retired", level=Level.COMMUNITY),
    ]
    if turned:
        values.reverse()
    asked = [("in_service", Level.OTHER), ("in_service", Level.COMMUNITY)]
    asked += [("retired", Level.OTHER), ("retired", Level.COMMUNITY)]
    assert [number(answer(*values, status=status, level=level)) for status, level in asked] == [1, 2, 3, 4]


def test_a_later_value_for_any_does_not_replace_the_one_for_exactly_this_status() -> None:
    own, general = value(1, status="in_service"), value(2, since=date(2026, 1, 1))
    assert number(answer(own, general)) == 1


# -- days -----------------------------------------------------------------------------------------------


def test_a_value_that_is_announced_turns_over_on_its_day() -> None:
    now, later = value(1800), value(1500, since=date(2027, 1, 1))
    assert answer(now, later, day=date(2026, 12, 31)) == Answer(now, later)
    assert answer(now, later, day=date(2027, 1, 1)) == Answer(later)


def test_of_several_announced_values_the_next_one_is_named() -> None:
    values = [value(1), value(3, since=date(2028, 1, 1)), value(2, since=date(2027, 1, 1))]
    assert answer(*values).upcoming == values[2]


def test_an_announced_value_that_will_not_be_ours_is_not_announced_to_us() -> None:
    own, general = value(1, status="in_service"), value(2, since=date(2027, 1, 1))
    assert answer(own, general) == Answer(own)


def test_before_the_first_value_there_is_none_but_it_is_announced() -> None:
    first = value(1, since=date(2027, 1, 1))
    assert answer(first) == Answer(None, first, Why.TOO_EARLY)


def test_a_value_whose_start_is_not_known_holds_from_the_day_it_was_checked() -> None:
    unknown = value(1, since=None)
    assert answer(unknown, day=CHECKED) == Answer(unknown)
    assert answer(unknown, day=CHECKED - timedelta(days=1)) == Answer(None, unknown, Why.TOO_EARLY)


def test_a_day_that_is_asked_for_goes_before_the_day_on_which_it_is_read() -> None:
    parameter = Parameter("p", "参数", "P", Unit.YUAN, "", False, (value(1800), value(1500, since=TURN)))
    for on, read_on, expected in [(TURN - timedelta(days=1), TURN, 1800), (TURN, TODAY, 1500)]:
        assert number(look_up(parameter, REGIONS, Asked("p", BEIJING, ANY, on=on), read_on)) == expected


VALUES = st.lists(
    st.builds(
        value,
        st.integers(1, 9),
        region=st.sampled_from([BEIJING, JIANGSU, NANJING, NATION]),
        status=st.sampled_from(["in_service", "retired", ANY]),
        level=st.sampled_from([Level.ANY, Level.COMMUNITY, Level.OTHER]),
        since=st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2027, 3, 1))),
    ),
    max_size=8,
)


@given(VALUES, st.dates(date(2026, 9, 1), date(2027, 6, 1)), st.booleans())
def test_an_answer_is_a_value_or_a_reason_and_always_about_what_was_asked(
    values: list[Value], day: date, fallback: bool
) -> None:
    found = answer(*values, region=NANJING, status="retired", level=Level.OTHER, day=day, fallback=fallback)
    assert (found.current is None) == (found.missing is not None)
    for one in (found.current, found.upcoming):
        assert one is None or one.region in ({NANJING, JIANGSU, NATION} if fallback else {NANJING})
        assert one is None or one.status in {"retired", ANY}
        assert one is None or one.level in {Level.OTHER, Level.ANY}
    assert found.current is None or found.current.starts <= day
    assert found.upcoming is None or found.upcoming.starts > day


@given(VALUES, st.dates(date(2026, 9, 1), date(2027, 6, 1)))
def test_what_is_announced_is_what_will_be_found_on_its_day_and_nothing_else_until_then(
    values: list[Value], day: date
) -> None:
    found = answer(*values, day=day)
    if found.upcoming is None:
        assert answer(*values, day=date(2030, 1, 1)).current == found.current
    else:
        turn = found.upcoming.starts
        assert answer(*values, day=turn).current == found.upcoming
        assert answer(*values, day=turn - timedelta(days=1)).current == found.current


# -- words ----------------------------------------------------------------------------------------------


def test_only_the_reader_fills_in_what_a_text_leaves_open() -> None:
    assert Asked("p").for_reader(NANJING, "retired") == Asked("p", NANJING, "retired")
    explicit = Asked("p", BEIJING, "in_service", Level.OTHER, TURN)
    assert explicit.for_reader(NANJING, "retired") == explicit


@pytest.mark.parametrize(
    ("asked", "explicit"),
    [
        (Asked("p", BEIJING, "in_service"), True),
        (Asked("p", BEIJING), False),
        (Asked("p", "", "in_service"), False),
    ],
)
def test_a_reference_is_explicit_when_every_reader_gets_the_same(asked: Asked, explicit: bool) -> None:
    assert asked.is_explicit is explicit


def test_only_official_text_and_agreeing_sources_may_be_scored() -> None:
    assert [mark for mark in Mark if mark.may_be_scored] == [Mark.LAW, Mark.AGREED]


@pytest.mark.parametrize(
    ("effective_on", "announced"),
    [(None, False), (TODAY, False), (TODAY + timedelta(days=1), True), (date(2020, 1, 1), False)],
)
def test_a_document_is_announced_until_the_day_it_takes_effect(
    effective_on: date | None, announced: bool
) -> None:
    document = Document(
        id="d",
        title="规定",
        short="规定",
        title_en="Rules",
        issuer="省医保局",
        number="",
        region=JIANGSU,
        issued_on=None,
        effective_on=effective_on,
        source=SOURCE,
        mark=Mark.LAW,
        checked_on=CHECKED,
    )
    assert document.is_announced(TODAY) is announced
