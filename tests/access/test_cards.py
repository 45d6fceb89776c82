"""Cards to sign in with: who gets one, what the journal hears, how HR sees them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.access.card_lists import CardFilters, Cards, card_counts, card_of, card_page, names_on, without_card
from lms.access.cards import MOST, NoCard, Terms, candidates, issue_cards, revoke_cards
from lms.access.models import Card, Role
from lms.access.passwords import UNUSABLE, matches
from lms.access.queries import card_asker
from lms.access.rules import (
    CARD_LENGTH,
    CARD_LIMIT,
    CardState,
    shown_code,
)
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.keys import new_key
from tests.support.cards import (
    AT,
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
from tests.support.entering import acts, enter
from tests.support.people import leave, make_account, make_person
from tests.support.statements import statements

TODAY = china_date(AT)


# -- issuing ----------------------------------------------------------------------------------------------


def test_a_card_and_the_end_of_the_number_let_in(database: Session) -> None:
    person = retiree()
    code = code_for(person)
    entry, account = use(code), account_of(person)
    assert (entry.account_id, entry.stamp) == (account.id, account.stamp)
    assert (card(code).uses, card(code).used_at, account.signed_in_at) == (1, AT, AT)
    found = card_asker(account.id, account.stamp, card=entry.card, today=TODAY)
    assert found is not None
    assert (found.id, found.by_card, found.must_change) == (person.id, True, True)


def test_the_code_is_stored_nowhere_but_as_a_blind_index(database: Session) -> None:
    code = code_for(retiree())
    use(code)
    use(code, "0000")
    rows = [
        str(row)
        for table in ("access_cards", "journal_entries", "access_throttles", "access_accounts")
        for row in database.execute(text(f"SELECT * FROM {table}"))
    ]
    assert rows
    assert not [row for row in rows if code in row or shown_code(code) in row]
    assert card(code).code_index != code


def test_no_password_opens_the_account_that_comes_with_a_card(database: Session) -> None:
    person = retiree(number="T7001")
    code_for(person)
    assert account_of(person).password_hash == UNUSABLE
    assert not matches(UNUSABLE, "")
    assert enter(number="T7001", password="").account_id is None


def test_who_has_an_account_keeps_it_with_its_password(database: Session) -> None:
    person = retiree(number="T7001")
    account = make_account(person=person)
    code_for(person)
    assert enter(number="T7001").account_id == account.id


def test_a_new_card_revokes_the_one_before(database: Session) -> None:
    person = retiree()
    first = code_for(person)
    second = code_for(person)
    assert use(first).state is CardState.REVOKED
    assert use(second).account_id is not None
    assert acts(database).count("card.revoked") == 1


def test_who_cannot_get_one_is_named_with_the_reason(database: Session) -> None:
    hr = somebody_of_hr()
    fine, silent, gone = retiree(name="甲"), retiree(name="乙", phone=""), retiree(name="丙")
    leave(gone)
    desk = make_person(name="丁")
    make_account(person=desk, role=Role.ADMIN)
    issued = issued_to(fine, silent, gone, desk, by=hr)
    assert [one.name for one in issued.cards] == ["甲"]
    assert {(one.name, one.reason) for one in issued.left_out} == {
        ("乙", NoCard.NO_PHONE),
        ("丙", NoCard.LEFT),
        ("丁", NoCard.DESK),
    }
    assert database.scalars(select(Card.person_id)).all() == [fine.id]


def test_making_many_takes_no_statement_a_person(database: Session, app: Flask) -> None:
    hr, keys = somebody_of_hr(), [retiree().key for _ in range(12)]
    with statements(app) as few, unit_of_work():
        issue_cards(hr, keys[:2], YEAR, at=AT)
    with statements(app) as many, unit_of_work():
        issued = issue_cards(hr, keys, YEAR, at=AT)
    assert len({one.code for one in issued.cards}) == 12
    assert len(many) <= len(few) + 1
    assert acts(database).count("card.issued") == 14


def test_nobody_chosen_is_nothing_made(database: Session) -> None:
    issued = issued_to(by=somebody_of_hr())
    assert (issued.cards, issued.left_out) == ([], [])


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match="500"):
        candidates([str(number) for number in range(MOST + 1)])


# -- the journal ------------------------------------------------------------------------------------------


def test_the_journal_names_the_card_and_who_did_it(database: Session) -> None:
    hr, person = somebody_of_hr(), retiree()
    entry = use(issued_to(person, by=hr).cards[0].code)
    with unit_of_work():
        revoke_cards(hr, [entry.card], at=AT)
    written = [
        (one.act, one.actor_id)
        for one in database.scalars(select(Entry).where(Entry.subject == entry.card).order_by(Entry.id))
    ]
    assert written == [("card.issued", hr.id), ("card.used", person.id), ("card.revoked", hr.id)]


# -- the list ---------------------------------------------------------------------------------------------


def names(filters: CardFilters) -> list[str]:
    return sorted(row.name for row in card_page(filters, page=1, today=TODAY).rows)


def test_the_list_is_of_retirees_and_of_whoever_else_has_a_card(database: Session) -> None:
    hr = somebody_of_hr()
    worker, other = make_person(name="李工"), make_person(name="王工")
    worker.phone = other.phone = "13800001111"
    database.commit()
    retiree(name="陈桂芬")
    issued_to(worker, by=hr)
    assert names(CardFilters()) == ["李工", "陈桂芬"]


def test_the_list_is_narrowed(database: Session) -> None:
    hr = somebody_of_hr()
    soon = Terms(TODAY + timedelta(days=30))
    (fine, ending, locked, used, _none) = people = [retiree(name=name) for name in "甲乙丙丁戊"]
    retiree(name="己", phone="")
    issued_to(fine, by=hr)
    issued_to(ending, by=hr, terms=soon)
    fail(issued_to(locked, by=hr).cards[0].code, CARD_LIMIT)
    use(issued_to(used, by=hr, terms=Terms(YEAR.expires_on, uses=1)).cards[0].code, at=AT)
    assert names(CardFilters(cards=Cards.LIVING)) == ["乙", "甲"]
    assert names(CardFilters(cards=Cards.ENDING)) == ["乙"]
    assert names(CardFilters(cards=Cards.LOCKED)) == ["丙"]
    assert names(CardFilters(cards=Cards.NO_PHONE)) == ["己"]
    assert names(CardFilters(cards=Cards.NONE)) == sorted("丙丁戊己")
    assert names(CardFilters(text="甲")) == ["甲"]
    assert card_counts(TODAY) == {
        Cards.NONE: 4,
        Cards.LIVING: 2,
        Cards.ENDING: 1,
        Cards.LOCKED: 1,
        Cards.NO_PHONE: 1,
    }
    assert set(without_card(CardFilters(), today=TODAY)) == {people[place].key for place in (2, 3, 4)}


def test_a_line_tells_what_became_of_the_card(database: Session) -> None:
    person = retiree()
    bare = card_of(person.key, today=TODAY)
    assert bare is not None
    assert (bare.card, bare.state, bare.uses, bare.has_phone) == ("", None, 0, True)
    use(code_for(person, terms=Terms(TODAY, uses=3)))
    line = card_of(person.key, today=TODAY)
    assert line is not None
    assert (line.state, line.ends_soon, line.uses, line.once) == (CardState.LIVING, True, 1, True)
    assert card_of("NOSUCH", today=TODAY) is None


def test_codes_are_put_to_names_only_for_who_made_them_and_only_for_a_while(database: Session) -> None:
    hr, other = somebody_of_hr(), somebody_of_hr()
    (made,) = issued_to(retiree(), by=hr).cards
    codes = [made.code, new_key(CARD_LENGTH)]
    assert names_on(codes, issued_by=hr.id, since=AT) == {made.code: "陈桂芬"}
    assert names_on(codes, issued_by=other.id, since=AT) == {}
    assert names_on(codes, issued_by=hr.id, since=AT + timedelta(seconds=1)) == {}
