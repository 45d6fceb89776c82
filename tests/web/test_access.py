"""Signing in, the first password, sign-out, sessions, and what a stranger meets."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.access.models import Account, Role
from lms.journal.models import Entry
from lms.people.models import Audience, Person
from tests.support.people import PASSWORD, leave, make_account, make_person, sign_in

FIRST = "handed over by HR"
OWN = "seven boats on the lake"


def attempt(
    client: FlaskClient, *, number: str, password: str = "not the password", address: str = "127.0.0.1"
) -> TestResponse:
    return client.post(
        "/enter", data={"number": number, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )


def a_learner(*, number: str = "Q1024", language: str = "") -> Person:
    person = make_person(number=number)
    make_account(person=person, language=language)
    return person


def a_newcomer(client: FlaskClient, *, number: str = "Q1024", name: str = "林晓") -> Person:
    """Somebody who has just signed in with the password that HR handed over."""
    person = make_person(number=number, name=name)
    make_account(person=person, password=FIRST, must_change=True)
    sign_in(client, number=number, password=FIRST)
    return person


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/me/password").status_code == 200


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


# -- signing in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "role", "home"),
    [
        (Audience.EMPLOYEE, Role.LEARNER, "/my"),
        (Audience.RETIREE, Role.LEARNER, "/easy"),
        (Audience.HR, Role.HR, "/manage"),
        (Audience.EMPLOYEE, Role.ADMIN, "/manage"),
    ],
)
def test_everybody_is_taken_to_the_home_of_their_role(
    database: Session, client: FlaskClient, audience: Audience, role: Role, home: str
) -> None:
    person = make_person(audience=audience)
    make_account(person=person, role=role)
    response = attempt(client, number=person.number, password=PASSWORD)
    assert (response.status_code, response.location) == (303, "/")
    assert client.get("/").location == home


def test_a_stranger_starts_at_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/").location == "/enter"
    assert client.get("/enter").status_code == 200


def test_who_is_signed_in_need_not_sign_in_again(database: Session, client: FlaskClient) -> None:
    sign_in(client, number=a_learner().number)
    assert client.get("/enter").location == "/"
    assert client.get("/enter?next=/course").location == "/course"


def test_a_wrong_password_and_an_unknown_number_are_told_in_the_same_words(
    database: Session, client: FlaskClient
) -> None:
    person = a_learner(number="Q1024")
    wrong = attempt(client, number=person.number)
    unknown = attempt(client, number="Q9999")
    assert wrong.status_code == unknown.status_code == 422
    assert without_tokens(wrong.text) == without_tokens(unknown.text).replace("Q9999", "Q1024")


def test_what_was_typed_is_kept_but_for_the_password(database: Session, client: FlaskClient) -> None:
    page = client.post(
        "/enter", data={"number": "Q1024", "password": "not the password", "next": "/course"}
    ).text
    assert 'value="Q1024"' in page
    assert 'value="/course"' in page
    assert "not the password" not in page


def test_empty_fields_are_pointed_at(client: FlaskClient) -> None:
    response = client.post("/enter", data={})
    assert response.status_code == 422
    assert 'href="#number"' in response.text
    assert 'href="#password"' in response.text
    assert response.text.count('aria-invalid="true"') == 2


@pytest.mark.parametrize("typed", [" Q1024 ", "Ｑ１０２４", "Q1024\x00"])
def test_a_number_is_read_as_it_was_meant(database: Session, client: FlaskClient, typed: str) -> None:
    a_learner(number="Q1024")
    assert attempt(client, number=typed, password=PASSWORD).status_code == 303


def test_a_password_is_taken_exactly_as_it_was_typed(database: Session, client: FlaskClient) -> None:
    person = make_person()
    make_account(person=person, password=" With Spaces Around ")
    assert attempt(client, number=person.number, password="with spaces around").status_code == 422
    assert attempt(client, number=person.number, password="With Spaces Around").status_code == 422
    assert attempt(client, number=person.number, password=" With Spaces Around ").status_code == 303


def test_a_colleague_at_the_same_browser_replaces_whoever_was_signed_in(
    database: Session, client: FlaskClient
) -> None:
    sign_in(client, number=a_learner(number="Q1024").number)
    sign_in(client, number=a_learner(number="Q1025").number)
    assert "Q1025" in client.get("/me").text


def test_a_person_who_left_can_neither_go_on_nor_sign_in_again(
    database: Session, client: FlaskClient
) -> None:
    person = a_learner()
    sign_in(client, number=person.number)
    leave(person)
    assert client.get("/me").location == "/enter?next=/me"
    assert attempt(client, number=person.number, password=PASSWORD).status_code == 422


def test_a_sign_in_is_recorded(database: Session, client: FlaskClient) -> None:
    person = a_learner()
    sign_in(client, number=person.number)
    assert list(database.scalars(select(Entry.actor_id).where(Entry.act == "account.signed-in"))) == [person.id]


# -- where one was going --------------------------------------------------------------------------------

ADDRESSES = {
    "/course": "/course",
    "/manage/progress?state=overdue&team=production": "/manage/progress?state=overdue&team=production",
    "": "/",
    "course": "/",
    "https://elsewhere.example/": "/",
    "https:elsewhere.example": "/",
    "javascript:alert(1)": "/",
    "//elsewhere.example": "/",
    "///elsewhere.example": "/",
    "//[": "/",
    "/\\elsewhere.example": "/",
    "\\/elsewhere.example": "/",
    "\\\\elsewhere.example": "/",
    "/\t/elsewhere.example": "/",
    "\t//elsewhere.example": "/",
    " //elsewhere.example": "/",
    "/course\r\nSet-Cookie: a=b": "/",
}


@pytest.mark.parametrize(("asked", "taken"), ADDRESSES.items(), ids=map(repr, ADDRESSES))
def test_a_return_address_cannot_leave_the_site(
    database: Session, client: FlaskClient, asked: str, taken: str
) -> None:
    person = a_learner()
    response = client.post("/enter", data={"number": person.number, "password": PASSWORD, "next": asked})
    assert (response.status_code, response.location) == (303, taken)
    assert client.get("/enter", query_string={"next": asked}).location == taken


def test_a_stranger_is_sent_to_sign_in_and_from_there_to_the_page_asked_for(
    database: Session, client: FlaskClient
) -> None:
    person = a_learner()
    sent = client.get("/me/password?from=mail").location
    assert sent == "/enter?next=/me/password?from%3Dmail"
    assert 'value="/me/password?from=mail"' in client.get(sent).text


def test_a_form_handed_in_by_a_stranger_leads_to_sign_in_and_then_home(client: FlaskClient) -> None:
    assert client.post("/me/password").location == "/enter?next=/"


# -- lock-out -------------------------------------------------------------------------------------------


def test_five_failures_lock_a_number_and_say_for_how_long(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = a_learner()
    for _ in range(4):
        assert attempt(client, number=person.number).status_code == 422
    locked = attempt(client, number=person.number)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "15" in notice(locked)
    assert "09:15" in notice(locked)
    clock.shift(timedelta(minutes=9, seconds=30))
    still = attempt(client, number=person.number, password=PASSWORD)
    assert still.status_code == 429
    assert "6" in notice(still)
    assert "09:15" in notice(still)
    assert not is_signed_in(client)


def notice(response: TestResponse) -> str:
    """The note about the lock, without the rest of the page."""
    found = re.search(r'<div class="note note--bad".*?<p>(.*?)</p>', response.text, re.S)
    assert found
    return found[1]


def test_a_locked_number_opens_again_by_itself(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = a_learner()
    for _ in range(5):
        attempt(client, number=person.number)
    clock.shift(timedelta(minutes=15, seconds=1))
    assert attempt(client, number=person.number).status_code == 422
    assert attempt(client, number=person.number, password=PASSWORD).status_code == 303


def test_a_lock_begun_in_the_middle_of_a_minute_is_over_by_the_time_that_is_told(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = a_learner()
    clock.shift(timedelta(seconds=20))
    for _ in range(5):
        locked = attempt(client, number=person.number)
    assert "09:16" in notice(locked)


def test_a_number_that_nobody_has_is_locked_like_any_other(client: FlaskClient) -> None:
    assert [attempt(client, number="Q9999").status_code for _ in range(5)] == [422, 422, 422, 422, 429]


def test_the_lock_of_one_number_leaves_the_others_open(database: Session, client: FlaskClient) -> None:
    a_learner(number="Q1024")
    for _ in range(5):
        attempt(client, number="Q9999")
    assert attempt(client, number="Q1024", password=PASSWORD).status_code == 303


def test_a_success_forgets_the_failures_before_it(database: Session, client: FlaskClient) -> None:
    person = a_learner()
    for _ in range(2):
        for _ in range(4):
            attempt(client, number=person.number)
        assert attempt(client, number=person.number, password=PASSWORD).status_code == 303


def test_failures_that_lie_far_apart_are_not_in_a_row(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = a_learner()
    for _ in range(4):
        attempt(client, number=person.number)
    clock.shift(timedelta(minutes=15, seconds=1))
    for _ in range(4):
        assert attempt(client, number=person.number).status_code == 422


def test_thirty_failures_lock_an_address_whatever_the_numbers(
    database: Session, client: FlaskClient
) -> None:
    person = a_learner()
    for number in range(30):
        attempt(client, number=f"X{number}", address="203.0.113.7")
    here = attempt(client, number=person.number, password=PASSWORD, address="203.0.113.7")
    elsewhere = attempt(client, number=person.number, password=PASSWORD, address="203.0.113.8")
    assert (here.status_code, elsewhere.status_code) == (429, 303)


def test_a_lock_is_recorded(database: Session, client: FlaskClient) -> None:
    person = a_learner()
    for _ in range(5):
        attempt(client, number=person.number)
    assert list(database.scalars(select(Entry.actor_id).where(Entry.act == "account.locked"))) == [person.id]


# -- the first password ---------------------------------------------------------------------------------


def test_nothing_opens_before_a_password_of_ones_own(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    for address in ("/me", "/me/password", "/course", "/my"):
        assert client.get(address).location == "/welcome", address


def test_the_first_page_shows_who_one_is_known_as(database: Session, client: FlaskClient) -> None:
    person = a_newcomer(client)
    page = client.get("/welcome").text
    assert person.name in page
    assert person.number in page


def set_first(client: FlaskClient, *, new: str = OWN, again: str = OWN) -> TestResponse:
    return client.post("/welcome", data={"new": new, "again": again})


def test_the_first_password_is_ones_own_from_then_on(database: Session, client: FlaskClient) -> None:
    person = a_newcomer(client)
    response = set_first(client)
    assert (response.status_code, response.location) == (303, "/")
    assert is_signed_in(client)
    assert attempt(client, number=person.number, password=FIRST).status_code == 422
    assert attempt(client, number=person.number, password=OWN).status_code == 303
    assert client.get("/welcome").location == "/"


def test_other_sessions_with_the_first_password_end(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    person = a_newcomer(client)
    someone_else = app.test_client()
    sign_in(someone_else, number=person.number, password=FIRST)
    set_first(client)
    assert someone_else.get("/welcome").location == "/enter?next=/welcome"


def test_the_page_one_was_going_to_opens_after_the_first_password(
    database: Session, client: FlaskClient
) -> None:
    person = make_person()
    make_account(person=person, password=FIRST, must_change=True)
    entered = client.post("/enter", data={"number": person.number, "password": FIRST, "next": "/course"})
    assert entered.location == "/welcome?next=/course"
    assert 'name="next" value="/course"' in client.get(entered.location).text
    data = {"new": OWN, "again": OWN, "next": "/course"}
    assert client.post("/welcome", data=data).location == "/course"


def test_the_page_after_the_first_password_is_on_this_site(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    data = {"new": OWN, "again": OWN, "next": "//elsewhere.example"}
    assert client.post("/welcome", data=data).location == "/"


WEAK = {
    "nine characters": "two-boats",
    "too many characters": "boats " * 22,
    "the number and little else": "Q1024Q1024!",
    "the name and little else": "欧阳一一欧阳一一欧阳一一",
    "a common word": "password!!!!",
    "one key": "aaaaaaaaaaaa",
    "a run": "12345678901234",
    "only spaces": " " * 12,
    "the one handed over": FIRST,
}


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_first_password_is_refused_and_nothing_changes(
    database: Session, client: FlaskClient, password: str
) -> None:
    person = a_newcomer(client, name="欧阳一一")
    response = set_first(client, new=password, again=password)
    assert response.status_code == 422
    assert 'id="new-err"' in response.text
    assert client.get("/me").location == "/welcome"
    assert attempt(client, number=person.number, password=FIRST).status_code == 303


@pytest.mark.parametrize(("new", "again"), [(OWN, "eight boats on the lake"), (OWN, ""), ("", OWN), ("", "")])
def test_a_first_password_is_typed_twice_alike(
    database: Session, client: FlaskClient, new: str, again: str
) -> None:
    a_newcomer(client)
    assert set_first(client, new=new, again=again).status_code == 422
    assert client.get("/me").location == "/welcome"


def test_a_password_never_comes_back_in_a_page(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    assert "two-boats" not in set_first(client, new="two-boats", again="two-boats").text


def test_one_may_sign_out_before_setting_a_password(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    assert client.post("/leave").location == "/enter"
    assert client.get("/welcome").location == "/enter?next=/welcome"


# -- sessions -------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_and_says_so(database: Session, client: FlaskClient) -> None:
    sign_in(client, number=a_learner().number)
    assert client.post("/leave").location == "/enter"
    assert not is_signed_in(client)
    assert 'role="status"' in client.get("/enter").text
    assert 'class="note note--ok"' not in client.get("/enter").text


def test_signing_out_is_not_done_by_a_link(client: FlaskClient) -> None:
    assert client.get("/leave").status_code == 405


def test_a_session_ends_after_twelve_hours(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    sign_in(client, number=a_learner().number)
    clock.shift(timedelta(hours=11, minutes=59))
    assert is_signed_in(client)
    clock.shift(timedelta(minutes=2))
    assert not is_signed_in(client)


def test_nothing_of_an_earlier_session_survives_signing_in(database: Session, client: FlaskClient) -> None:
    with client.session_transaction() as planted:
        planted["csrf_token"] = "known to somebody else"
    sign_in(client, number=a_learner().number)
    with client.session_transaction() as begun:
        assert begun.get("csrf_token") != "known to somebody else"


def test_the_stamp_of_another_account_opens_nothing(database: Session, client: FlaskClient) -> None:
    first, second = a_learner(number="Q1024"), a_learner(number="Q1025")
    sign_in(client, number=first.number)
    other = database.scalars(select(Account).where(Account.person_id == second.id)).one().id
    with client.session_transaction() as held:
        held["_user_id"] = f"{other}:{held['_user_id'].partition(':')[2]}"
    assert not is_signed_in(client)


# -- language -------------------------------------------------------------------------------------------


def language_of(response: TestResponse) -> str:
    found = re.search(r'<html lang="([^"]+)"', response.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("browser", "shown"),
    [
        ("", "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr-FR", "zh-CN"),
    ],
)
def test_a_strangers_browser_chooses_the_language(client: FlaskClient, browser: str, shown: str) -> None:
    assert language_of(client.get("/enter", headers={"Accept-Language": browser})) == shown


def test_a_chosen_language_is_remembered_by_the_browser(client: FlaskClient) -> None:
    chosen = client.get("/enter?next=/course&lang=en", headers={"Accept-Language": "zh-CN"})
    assert chosen.location == "/enter?next=/course"
    assert language_of(client.get("/enter", headers={"Accept-Language": "zh-CN"})) == "en"


def test_the_other_language_is_one_link_away(client: FlaskClient) -> None:
    assert 'href="/enter?next=%2Fcourse&amp;lang=en"' in client.get("/enter?next=/course").text


def test_a_language_chosen_while_signed_in_is_remembered_for_every_device(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    person = a_learner()
    sign_in(client, number=person.number)
    client.get("/me?lang=en")
    elsewhere = app.test_client()
    sign_in(elsewhere, number=person.number)
    assert language_of(elsewhere.get("/me", headers={"Accept-Language": "zh-CN"})) == "en"


def test_ones_own_language_goes_before_the_one_of_the_browser(
    database: Session, client: FlaskClient
) -> None:
    client.get("/enter?lang=en")
    sign_in(client, number=a_learner(language="zh_Hans").number)
    assert language_of(client.get("/me")) == "zh-CN"


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert language_of(client.get("/enter?lang=tlh")) == "zh-CN"
