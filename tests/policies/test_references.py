"""How texts refer to parameters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policies.references import PARAMETER, BadReference, parse, read, write
from lms.policies.rules import Asked, Level, Region

REGIONS = {
    "北京": Region("110000", "北京", "Beijing", None),
    "江苏": Region("320000", "江苏", "Jiangsu", None),
}
ASKED = st.builds(
    Asked,
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
    st.sampled_from(["", "110000", "320000"]),
    st.sampled_from(["", "in_service", "retired", "any"]),
    st.sampled_from(list(Level)),
    st.one_of(st.none(), st.dates()),
)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("outpatient.rate", Asked("outpatient.rate")),
        (" outpatient.rate  level=community ", Asked("outpatient.rate", level=Level.COMMUNITY)),
        ("a status=retired region=江苏", Asked("a", "320000", "retired")),
        ("a region=北京 status=any level=other", Asked("a", "110000", "any", Level.OTHER)),
        ("a on=2026-12-31", Asked("a", on=date(2026, 12, 31))),
    ],
)
def test_a_reference_is_a_name_and_what_is_not_the_readers_own(text: str, asked: Asked) -> None:
    assert read(text, REGIONS) == asked


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("a city=北京", "city=北京", "region= / status= / level= / on="),
        ("a 北京", "北京", "region= / status= / level= / on="),
        ("a region=", "region=", "region= / status= / level= / on="),
        ("a region=天津", "天津", "北京 / 江苏"),
        ("a status=working", "working", "in_service / retired / any"),
        ("a level=village", "village", "any / community / other / primary / secondary / tertiary"),
        (" ", " ", "name region=… status=… level=… on=…"),
        ("a on=2026-02-30", "2026-02-30", "2026-01-31"),
        ("a on=20260131", "20260131", "2026-01-31"),
        ("a on=tomorrow", "tomorrow", "2026-01-31"),
    ],
)
def test_a_reference_that_cannot_be_read_says_what_would_be_right(text: str, found: str, right: str) -> None:
    with pytest.raises(BadReference) as refused:
        read(text, REGIONS)
    assert refused.value.args == (found, right)


@given(ASKED)
def test_what_is_written_canonically_is_read_back(asked: Asked) -> None:
    assert parse(write(asked)) == asked


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("a.b/110000/in_service/any", Asked("a.b", "110000", "in_service")),
        ("a.b///other", Asked("a.b", level=Level.OTHER)),
        ("a.b/110000/any/any/2027-01-01", Asked("a.b", "110000", "any", on=date(2027, 1, 1))),
    ],
)
def test_what_editions_hold_is_read_whether_or_not_it_names_a_day(written: str, asked: Asked) -> None:
    assert parse(written) == asked
    assert write(asked) == written


@given(ASKED)
def test_the_canonical_form_survives_a_table_and_is_found_again(asked: Asked) -> None:
    written = write(asked)
    assert "|" not in written
    assert PARAMETER.findall(f"| a[[{written}]] | b |") == [written]
