"""Signing in with a card: what does not let in, what is counted, what ends a session."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.access.card_entry import CardEntry
from lms.access.cards import Terms, revoke_cards
from lms.access.models import Role, Throttle
from lms.access.operations import issue_password
from lms.access.queries import asker, card_asker
from lms.access.rules import (
    CARD_LENGTH,
    CARD_LIMIT,
    CardState,
)
from lms.access.throttling import throttle_key
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.keys import new_key
from tests.support.cards import (
    AT,
    WAIT,
    YEAR,
    account_of,
    card,
    code_for,
    fail,
    issued_to,
    retiree,
    somebody_of_hr,
    use,
)
from tests.support.entering import acts
from tests.support.people import leave

TODAY = china_date(AT)


# -- what does not let in ---------------------------------------------------------------------------------


def test_a_wrong_number_and_a_code_on_no_card_are_answered_alike(database: Session) -> None:
    code = code_for(retiree())
    assert use(code, "0000") == CardEntry()
    assert use(new_key(CARD_LENGTH)) == CardEntry()
    assert card(code).failures == 1


@pytest.mark.parametrize("phone", ["", "672"])
def test_without_a_number_on_file_nothing_fits(database: Session, phone: str) -> None:
    person = retiree()
    code = code_for(person)
    person.phone = phone
    database.commit()
    assert use(code, phone) == CardEntry()


def test_the_number_on_file_today_counts(database: Session) -> None:
    person = retiree()
    code = code_for(person)
    person.phone = "13900001234"
    database.commit()
    assert use(code).account_id is None
    assert use(code, "1234").account_id is not None


def test_only_who_has_the_digits_right_is_told_that_a_card_has_expired(database: Session) -> None:
    code = code_for(retiree(), terms=Terms(TODAY))
    late = AT + timedelta(hours=16)
    assert use(code).account_id is not None
    assert use(code, at=late) == CardEntry(state=CardState.EXPIRED, expires_on=TODAY)
    assert use(code, "0000", at=late) == CardEntry()


def test_a_card_for_one_time_opens_once(database: Session) -> None:
    code = code_for(retiree(), terms=Terms(YEAR.expires_on, uses=1))
    first = use(code)
    assert first.account_id is not None
    assert use(code).state is CardState.USED_UP
    assert card_asker(first.account_id, first.stamp, card=first.card, today=TODAY) is not None


def test_five_wrong_numbers_lock_a_code_for_a_while(database: Session) -> None:
    code = code_for(retiree())
    answers = [use(code, "0000") for _ in range(5)]
    assert [one.locked_until for one in answers] == [None] * 4 + [AT + timedelta(minutes=15)]
    assert use(code).locked_until == AT + timedelta(minutes=15)
    assert use(code, at=AT + WAIT).account_id is not None
    assert "card.locked" in acts(database)


def test_a_code_on_no_card_is_locked_in_the_same_way(database: Session) -> None:
    somebody_of_hr()
    code = new_key(CARD_LENGTH)
    answers = [use(code, "0000") for _ in range(5)]
    assert [one.locked_until for one in answers] == [None] * 4 + [AT + timedelta(minutes=15)]


def test_a_hundred_failures_lock_an_address(database: Session) -> None:
    code = code_for(retiree())
    key = throttle_key("secret", "address:203.0.113.7")
    database.add(Throttle(key=key, failures=99, first_at=AT, last_at=AT))
    database.commit()
    use(new_key(CARD_LENGTH), address="203.0.113.7")
    assert use(code, address="203.0.113.7").locked_until is not None
    assert use(code, address="203.0.113.8").account_id is not None


def test_twenty_wrong_answers_in_all_lock_a_card_for_good(database: Session) -> None:
    code = code_for(retiree())
    fail(code, CARD_LIMIT - 1)
    assert use(code, at=AT + 30 * WAIT).account_id is not None
    use(code, "0000", at=AT + 31 * WAIT)
    assert card(code).locked_at == AT + 31 * WAIT
    assert "card.locked-for-good" in acts(database)


def test_a_card_locked_for_good_does_not_even_say_whether_the_digits_are_right(database: Session) -> None:
    person = retiree()
    code = code_for(person)
    fail(code, CARD_LIMIT)
    assert use(code, at=AT + 40 * WAIT) == CardEntry()
    assert use(code_for(person), at=AT + 50 * WAIT).account_id is not None


def test_who_has_left_is_not_let_in(database: Session) -> None:
    person = retiree()
    code = code_for(person)
    leave(person)
    assert use(code) == CardEntry()


def test_who_has_a_desk_by_now_is_not_let_in_by_an_old_card(database: Session) -> None:
    person = retiree()
    code = code_for(person)
    entry = use(code)
    assert entry.account_id is not None
    account_of(person).role = Role.HR
    database.commit()
    assert use(code) == CardEntry()
    assert card_asker(entry.account_id, entry.stamp, card=entry.card, today=TODAY) is None


# -- what ends a session ----------------------------------------------------------------------------------


def test_a_session_ends_with_its_card_at_once(database: Session) -> None:
    hr, person = somebody_of_hr(), retiree()
    entry = use(issued_to(person, by=hr).cards[0].code)
    assert is_open(entry)
    with unit_of_work():
        assert revoke_cards(hr, [entry.card, "NOSUCH"], at=AT) == 1
    assert not is_open(entry)
    with unit_of_work():
        assert revoke_cards(hr, [entry.card], at=AT) == 0


def is_open(entry: CardEntry) -> bool:
    """Whether the session that a card has opened goes on."""
    assert entry.account_id is not None
    return card_asker(entry.account_id, entry.stamp, card=entry.card, today=TODAY) is not None


def test_a_session_ends_with_the_last_day_of_its_card(database: Session) -> None:
    code = code_for(retiree(), terms=Terms(TODAY))
    entry = use(code)
    assert entry.account_id is not None
    tomorrow = TODAY + timedelta(days=1)
    assert card_asker(entry.account_id, entry.stamp, card=entry.card, today=tomorrow) is None


def test_a_session_ends_when_the_card_is_locked_or_the_account_gets_a_password(database: Session) -> None:
    hr, person = somebody_of_hr(), retiree()
    code = issued_to(person, by=hr).cards[0].code
    entry = use(code)
    assert entry.account_id is not None
    fail(code, CARD_LIMIT)
    assert card_asker(entry.account_id, entry.stamp, card=entry.card, today=TODAY) is None
    again = use(issued_to(person, by=hr).cards[0].code, at=AT + 40 * WAIT)
    assert again.account_id is not None
    with unit_of_work():
        issue_password(hr, person.key, at=AT)
    assert card_asker(again.account_id, again.stamp, card=again.card, today=TODAY) is None


def test_a_card_of_somebody_else_is_no_help(database: Session) -> None:
    hr = somebody_of_hr()
    mine, theirs = (one.code for one in issued_to(retiree(), retiree(), by=hr).cards)
    entry, other = use(mine), use(theirs)
    assert entry.account_id is not None
    assert card_asker(entry.account_id, entry.stamp, card=other.card, today=TODAY) is None
    plain = asker(entry.account_id, entry.stamp)
    assert plain is not None
    assert not plain.by_card
