"""签到 at the desk: the door, entering people by hand, and the list on paper."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from lms.access.rules import shown_code
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.people.models import Person
from lms.printing.documents import Attendance, Paper
from lms.workshops import arranging
from lms.workshops.door import code_of
from lms.workshops.queries import seats
from lms.workshops.rules import How
from tests.support.cards import AT
from tests.support.company import hr
from tests.support.events import planned, published, sign_up
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.papers import PdfFile, printed
from tests.support.people import leave, make_department, make_person

__all__ = ["printed"]
STARTS = AT + timedelta(hours=4)
ENDS = STARTS + timedelta(hours=2)
DAY = china_date(STARTS)
TODAY = {"starts_at": STARTS, "ends_at": ENDS, "sign_up_until": STARTS}


@pytest.fixture
def zhou(database: Session, client: FlaskClient) -> Person:
    publish_library()
    return hr(client)


@pytest.fixture
def key(zhou: Person) -> str:
    return published(zhou, **TODAY, host_name="医保局王老师")


def come(key: str) -> dict[str, How | None]:
    return {one.name: one.how for one in seats(key) if one.checked_in_at}


# -- door ------------------------------------------------------------------------------------------------


def test_the_door_has_square_and_code_of_the_day_and_counts_by_itself(
    key: str, client: FlaskClient, clock: Traveller
) -> None:
    clock.move_to(STARTS)
    answer = client.get(f"/manage/events/{key}/door")
    assert answer.headers["Refresh"] == "20"
    assert shown_code(code_of(key, DAY)) in answer.text
    assert 'class="qr"' in answer.text
    assert "/event/in and type the code" in answer.text


def test_counting_by_itself_can_be_switched_off(key: str, client: FlaskClient, clock: Traveller) -> None:
    clock.move_to(STARTS)
    address = f"/manage/events/{key}/door"
    assert f'href="{address}?refresh=no"' in client.get(address).text
    answer = client.get(f"{address}?refresh=no")
    assert "Refresh" not in answer.headers
    assert f'href="{address}"' in answer.text


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (STARTS - timedelta(hours=2), "It works from 12:30 on."),
        (ENDS + timedelta(minutes=31), "The code does not work any more"),
    ],
)
def test_before_and_after_it_is_said_when(
    key: str, client: FlaskClient, clock: Traveller, moment: object, said: str
) -> None:
    clock.move_to(moment)  # type: ignore[arg-type]
    assert said in client.get(f"/manage/events/{key}/door").text


def test_days_before_there_is_no_code_yet(zhou: Person, client: FlaskClient) -> None:
    key = published(zhou)
    page = client.get(f"/manage/events/{key}/door").text
    assert "The code appears on the day" in page
    assert "It works from 26 Nov 2026 09:30 on." in page


def test_a_draft_and_a_cancelled_event_have_no_code(
    zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    draft, off = planned(zhou, **TODAY), published(zhou, **TODAY)
    with unit_of_work():
        arranging.cancel(off, "停电", actor_id=zhou.id, at=AT)
    clock.move_to(STARTS)
    for key, said in ((draft, "Publish the event first."), (off, "停电")):
        page = client.get(f"/manage/events/{key}/door").text
        assert said in page
        assert 'class="qr"' not in page


# -- by hand ---------------------------------------------------------------------------------------------


def test_a_button_for_each_who_is_expected_and_it_is_put_on_record(
    key: str, zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    lin, he = make_person(name="林晓"), make_person(name="何平")
    sign_up(key, lin, he)
    clock.move_to(STARTS)
    address = f"/manage/events/{key}/arrivals"
    assert client.get(address).text.count('name="person"') == 2
    assert client.post(address, data={"person": lin.key}).location == address
    assert client.get(address).text.count('name="person"') == 1
    assert come(key) == {"林晓": How.DESK}
    entry = session().scalars(select(Entry).where(Entry.act == "event.checked-in")).one()
    assert entry.actor_id == zhou.id
    assert client.get(f"{address}?text=何").text.count('name="person"') == 1
    assert "Nobody who is expected has this name" in client.get(f"{address}?text=xyz").text


def test_somebody_who_did_not_sign_up_comes_in_by_number_while_there_is_room(
    key: str, client: FlaskClient, clock: Traveller
) -> None:
    people = [make_person(name=name, number=f"W{name}") for name in ("甲", "乙", "丙")]
    clock.move_to(STARTS)
    address = f"/manage/events/{key}/arrivals"
    answers = [client.post(address, data={"number": one.number}).status_code for one in people]
    assert answers == [303, 303, 409]
    assert set(come(key)) == {"甲", "乙"}


def test_nobody_comes_in_who_has_left_the_company(key: str, client: FlaskClient, clock: Traveller) -> None:
    leave(make_person(name="甲", number="W1"))
    clock.move_to(STARTS)
    answer = client.post(f"/manage/events/{key}/arrivals", data={"number": "W1"})
    assert answer.status_code == 409
    assert "not with the company any more" in answer.text
    assert come(key) == {}


@pytest.mark.parametrize("number", ["", "NOBODY"])
def test_a_number_that_is_nobodys_is_said_at_the_field(key: str, client: FlaskClient, number: str) -> None:
    answer = client.post(f"/manage/events/{key}/arrivals", data={"number": number})
    assert answer.status_code == 422
    assert 'href="#number"' in answer.text
    assert "<title>Error: " in answer.text


def test_too_early_is_refused_by_hand_too(key: str, client: FlaskClient) -> None:
    person = make_person(name="林晓", number="W1")
    answer = client.post(f"/manage/events/{key}/arrivals", data={"number": person.number})
    assert answer.status_code == 409
    assert "from 30 minutes before the event" in answer.text


# -- on paper --------------------------------------------------------------------------------------------


def test_the_list_is_by_name_or_by_department_with_empty_lines(
    key: str, client: FlaskClient, printed: list[Paper]
) -> None:
    sign_up(key, make_person(name="B", department=make_department(name="1部")))
    sign_up(key, make_person(name="A", department=make_department(name="2部")))
    sign_up(key, make_person(name="C"))
    page = client.get(f"/manage/events/{key}/sheet").text
    assert page.index(">A<") < page.index(">B<")
    assert ">C<" not in page, "waits, and is on no list"
    by_department = f"/manage/events/{key}/sheet.pdf?order=department"
    assert PdfFile(client.get(by_department).data).claims
    (sheet,) = printed[0].parts
    assert isinstance(sheet, Attendance)
    assert sheet.rows == (("B", "1部"), ("A", "2部"))
    assert sheet.blank == 5
    assert client.get(f"/manage/events/{key}/sheet?order=height").status_code == 404


def test_learners_have_neither_door_nor_list(database: Session, client: FlaskClient) -> None:
    publish_library()
    learner(client)
    for page in ("door", "arrivals", "sheet", "sheet.pdf"):
        assert client.get(f"/manage/events/K/{page}").status_code == 403


def test_an_event_that_does_not_exist_is_not_found(zhou: Person, client: FlaskClient) -> None:
    for page in ("door", "arrivals", "sheet", "sheet.pdf"):
        assert client.get(f"/manage/events/NOSUCHKY/{page}").status_code == 404
