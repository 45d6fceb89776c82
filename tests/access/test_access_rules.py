"""Who may do what, when signing in is locked, what a password must be, and where one may return to."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.models import Role
from lms.access.rules import (
    GRANTS,
    LOCKED_FOR,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Weakness,
    locked_until,
    may,
    password_weakness,
    safe_return,
)
from lms.kernel.permissions import Permission

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OWN = {
    Permission.OWN_ACCOUNT_EDIT,
    Permission.OWN_TRAINING_VIEW,
    Permission.COURSE_READ,
    Permission.QUIZ_TAKE,
    Permission.CERTIFICATE_PRINT,
    Permission.INBOX_READ,
    Permission.TEAM_VIEW,
    Permission.HELP_ASK,
    Permission.SURVEY_ANSWER,
    Permission.EVENT_JOIN,
}


# -- permissions -------------------------------------------------------------------------------------------


def test_every_role_has_grants() -> None:
    assert set(GRANTS) == set(Role)


def test_a_learner_may_do_what_is_their_own_and_nothing_else() -> None:
    assert {permission for permission in Permission if may(Role.LEARNER, permission)} == OWN


def test_hr_may_look_after_others_but_neither_change_policy_nor_read_what_is_secret_nor_decide_alone() -> (
    None
):
    not_hr = {permission for permission in Permission if not may(Role.HR, permission)}
    assert not_hr == {
        Permission.CHANGE_REGISTER,
        Permission.CHANGE_APPROVE,
        Permission.CHANGE_STEER,
        Permission.CONTENT_EDIT,
        Permission.CONTENT_PUBLISH,
        Permission.JOURNAL_VIEW,
        Permission.PEOPLE_REVEAL,
        Permission.ADJUSTMENT_DECIDE,
        Permission.CHANNELS_EDIT,
        Permission.REGRADE,
        Permission.RESPONSE_TRACE,
        Permission.PLAN_EDIT,
        Permission.REPORT_SIGN,
        Permission.CLOCKWORK_RUN,
    }


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN])
def test_the_head_of_hr_and_administrators_may_do_everything(role: Role) -> None:
    assert all(may(role, permission) for permission in Permission)


# -- lock-out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "last_at", "until"),
    [(0, None, None), (4, AT, None), (5, AT, AT + LOCKED_FOR), (9, AT, AT + LOCKED_FOR), (5, None, None)],
)
def test_a_name_is_locked_from_the_fifth_failure(
    failures: int, last_at: datetime | None, until: datetime | None
) -> None:
    assert locked_until(failures, last_at, 5) == until


@given(st.integers(0, 100), st.integers(1, 50))
def test_more_failures_never_unlock(failures: int, limit: int) -> None:
    if locked_until(failures, AT, limit):
        assert locked_until(failures + 1, AT, limit) == AT + timedelta(minutes=15)


# -- passwords ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("rain over the old bridge", None),
        ("雨落在旧桥上面的那个晚上", None),
        ("k7#mQ2!vXz", None),
        ("x" * (SHORTEST_PASSWORD - 1), Weakness.TOO_SHORT),
        ("", Weakness.TOO_SHORT),
        ("ab1" * 43, Weakness.TOO_LONG),
        ("aaaaaaaaaaaa", Weakness.GUESSABLE),
        ("ababababab12", Weakness.GUESSABLE),
        ("0123456789", Weakness.GUESSABLE),
        ("1234567890", Weakness.GUESSABLE),
        ("12345678901234567890", Weakness.GUESSABLE),
        ("9876543210", Weakness.GUESSABLE),
        ("abcdefghijkl", Weakness.GUESSABLE),
        ("abcde54321", Weakness.GUESSABLE),
        ("password123", Weakness.GUESSABLE),
        ("PassWord2026", Weakness.GUESSABLE),
        ("xuanguan2026", Weakness.GUESSABLE),
        ("q1001q1001!", Weakness.GUESSABLE),
        ("林晓林晓林晓林晓林晓", Weakness.GUESSABLE),
        ("Q1001-linxiao-bridge", None),
    ],
)
def test_a_password_is_long_and_not_what_one_would_guess(password: str, weakness: Weakness | None) -> None:
    assert password_weakness(password, number="Q1001", name="林晓") is weakness


def test_a_name_of_one_letter_spoils_nothing() -> None:
    assert password_weakness("k7#mQ2!vXzA", number="A", name="A") is None


@given(st.text(min_size=SHORTEST_PASSWORD, max_size=LONGEST_PASSWORD))
def test_composition_is_nobodys_business(password: str) -> None:
    assert password_weakness(password, number="Q1001", name="林晓") in {None, Weakness.GUESSABLE}


# -- where to return to ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/my",
        "/course/basics/outpatient?page=2#top",
        "/a//b",
        "/a/../b",
        "/查找",
        "/a:b",
        "/a\\b",
        "/?u=//x",
    ],
)
def test_an_address_of_this_site_is_kept(address: str) -> None:
    assert safe_return(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "my",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "/my\r\nSet-Cookie: a=b",
        "/\x00/evil.example",
        "/\x7f",
        "//[",
        "http://[::1",
        "//\u2100.example",
        "@evil.example",
        ".evil.example",
    ],
)
def test_an_address_that_could_lead_away_becomes_the_first_page(address: str) -> None:
    assert safe_return(address) == "/"


@given(st.text(alphabet="/\\:.@?#%aeh \t\n\r\x00\u2028\u3000[]", max_size=12))
def test_no_address_leaves_the_site(address: str) -> None:
    kept = safe_return(address)
    as_browsers_read_it = kept.translate({9: None, 10: None, 13: None}).strip().replace("\\", "/")
    assert urlsplit(urljoin("https://here.example/enter", as_browsers_read_it)).netloc == "here.example"
