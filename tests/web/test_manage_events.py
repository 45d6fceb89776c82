"""Events at HR's desk: planning, seating people, what is refused, and what people are told."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.selection import Selection
from lms.kernel.clock import CHINA
from lms.kernel.database import session
from lms.people.models import Person
from lms.web.messages import words
from lms.workshops.models import Event, Seat
from lms.workshops.queries import event
from lms.workshops.rules import Counts, EventKind, EventState, SeatState
from tests.support.client import pressed, text
from tests.support.company import failed, hr, obliged
from tests.support.desk import current
from tests.support.events import planned, published, sign_up, standing
from tests.support.library import publish_texts
from tests.support.messages import TRAINING
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import COURSE
from tests.support.statements import statements
from tests.support.units import UNIT, unit_texts

FORM = {
    "kind": "workshop",
    "title": "报销材料一次备齐",
    "day": "2026-12-01",
    "starts": "14:00",
    "ends": "15:30",
    "place": "二楼培训室",
    "city": "",
    "capacity": "2",
    "waiting_most": "1",
    "course": "",
    "counts": "nothing",
    "least": "full",
    "audiences": ["employee", "retiree"],
}


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(unit_texts())


@pytest.fixture
def zhou(client: FlaskClient) -> Person:
    """HR, signed in, in English."""
    return hr(client, name="周敏")


def the_event(database: Session) -> Event:
    database.expire_all()
    return database.scalars(select(Event)).one()


# -- planning ----------------------------------------------------------------------------------------------


def test_an_event_is_planned_published_and_called_off(
    database: Session, client: FlaskClient, zhou: Person
) -> None:
    assert "Nothing is planned" in text(client, "/manage/events")
    page = pressed(client, "/manage/events/new", **{**FORM, "host": zhou.number})  # type: ignore[arg-type]
    assert "Kept as a draft" in page
    found = the_event(database)
    assert (found.state, found.host_id) == (EventState.DRAFT, zhou.id)
    assert found.starts_at.astimezone(CHINA).hour == 14
    assert found.sign_up_until.astimezone(CHINA).isoformat() == "2026-11-30T23:59:59+08:00"
    assert "Published" in pressed(client, f"/manage/events/{found.key}/publish")
    page = text(client, "/manage/events")
    for said in ("2026-12", "报销材料一次备齐", "0 of 2 seats taken", "Tue 1 Dec 14:00 to 15:30"):
        assert said in page
    assert "No event of this kind" in text(client, "/manage/events?kind=lunch")
    key = found.key
    empty = client.post(f"/manage/events/{key}/cancel", data={"reason": " "})
    assert empty.status_code == 422
    assert "讲师生病" in pressed(client, f"/manage/events/{key}/cancel", reason="讲师生病")
    assert the_event(database).state is EventState.CANCELLED
    assert client.post(f"/manage/events/{key}/edit", data=FORM).status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends": "13:00"}, "ends"),
        ({"starts": "2 pm"}, "starts"),
        ({"sign_up_day": "2026-12-02"}, "sign_up_day"),
        ({"host": "nobody"}, "host"),
        ({"counts": "course"}, "course"),
        ({"counts": "course", "course": COURSE}, "counts-0"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    database: Session, client: FlaskClient, zhou: Person, changed: dict[str, str], field: str
) -> None:
    response = client.post("/manage/events/new", data={**FORM, **changed})
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert "报销材料一次备齐" in response.text or "title" in changed
    assert database.scalars(select(Event)).all() == []


def test_everything_that_is_wrong_is_told_at_once(client: FlaskClient, zhou: Person) -> None:
    wrong = {"title": "", "ends": "13:00", "sign_up_day": "2026-12-02", "capacity": "0", "counts": "course"}
    page = client.post("/manage/events/new", data={**FORM, **wrong}).text
    for field in ("title", "ends", "sign_up_day", "capacity", "course"):
        assert f'href="#{field}"' in page
    page = client.post("/manage/events/new", data={**FORM, "day": "", "ends": "13:00", "counts": "all"}).text
    for field in ("day", "ends", "counts-0"):
        assert f'href="#{field}"' in page


def test_a_changed_event_keeps_what_was_stored_and_a_draft_can_be_thrown_away(
    database: Session, client: FlaskClient, zhou: Person
) -> None:
    key = planned(zhou, host_id=zhou.id, selection=Selection(audiences=frozenset({"hr"})))
    page = text(client, f"/manage/events/{key}/edit")
    for said in ('value="二楼培训室"', f'value="{zhou.number}"', 'value="2026-11-26"'):
        assert said in page
    changed = {**FORM, "title": "换了题目", "counts": "course", "course": UNIT}
    assert "Saved." in pressed(client, f"/manage/events/{key}/edit", **changed)  # type: ignore[arg-type]
    assert event(key).title == "换了题目"
    assert "thrown away" in pressed(client, f"/manage/events/{key}/discard")
    assert database.scalars(select(Event)).all() == []


def test_a_visit_at_home_is_shown_to_nobody_but_whom_it_is_for(client: FlaskClient, zhou: Person) -> None:
    guest = make_person(name="马长河")
    visit = {**FORM, "kind": EventKind.HOME_VISIT.value, "title": "上门：马长河", "persons": guest.number}
    assert client.post("/manage/events/new", data=visit).status_code == 303
    (row,) = session().scalars(select(Event))
    assert event(row.key).selection == Selection(persons=frozenset({guest.number}))


def test_who_holds_two_things_at_once_is_warned_of(client: FlaskClient, zhou: Person) -> None:
    planned(zhou, title="午间微课", host_id=zhou.id)
    same = {**FORM, "day": "2026-11-26", "starts": "10:30", "ends": "11:30", "host": zhou.number}
    assert "Who holds it has something else then: 午间微课" in pressed(client, "/manage/events/new", **same)  # type: ignore[arg-type]


# -- seats -------------------------------------------------------------------------------------------------


def test_people_are_found_seated_moved_and_taken_off(client: FlaskClient, zhou: Person) -> None:
    key = published(zhou, capacity=1)
    first, second, third = (make_person(name=name) for name in ("陈桂芬", "马超", "赵云"))
    page = text(client, f"/manage/events/{key}?text=桂芬")
    assert first.number in page
    address = f"/manage/events/{key}/seats"
    assert "Seat given." in pressed(client, address, person=first.key)
    for one in (second, third):
        assert "put in the waiting line" in pressed(client, address, person=one.key)
    assert "Take somebody off" in pressed(client, f"{address}/{second.key}/give")
    pressed(client, f"{address}/{third.key}/up")
    assert standing(key)["赵云"] == (SeatState.WAITING, 1)
    pressed(client, f"{address}/{first.key}/back")
    assert standing(key) == {"赵云": (SeatState.SIGNED, 0), "马超": (SeatState.WAITING, 1)}
    fourth = make_person(name="黄忠")
    pressed(client, address, person=fourth.key)
    assert "waiting line are taken" in pressed(client, address, person=make_person(name="魏延").key)


def test_seats_are_suggested_to_those_on_the_help_list(
    database: Session, client: FlaskClient, zhou: Person
) -> None:
    stuck = failed(obliged("陈桂芬"), papers=2)
    other = published(zhou, course=UNIT, counts=Counts.HELP)
    offer = published(zhou)
    key = published(zhou, selection=Selection(), counts=Counts.HELP)
    current()
    for one in (other, offer):
        assert "Suggest a seat" not in text(client, f"/manage/events/{one}")
    assert client.post(f"/manage/events/{offer}/suggest").status_code == 404
    assert "Suggest a seat to 1 person" in text(client, f"/manage/events/{key}")
    assert "Suggested to 1 person" in pressed(client, f"/manage/events/{key}/suggest")
    (seat,) = database.scalars(select(Seat))
    assert (seat.person_id, seat.state) == (stuck.id, SeatState.SUGGESTED)
    assert "Suggest a seat" not in text(client, f"/manage/events/{key}")


def test_the_page_of_an_event_does_not_cost_more_with_more_people(
    app: Flask, client: FlaskClient, zhou: Person
) -> None:
    key = published(zhou, capacity=30)
    text(client, f"/manage/events/{key}")
    counts = []
    for _ in range(2):
        sign_up(key, *(make_person(name="甲") for _ in range(4)))
        with statements(app) as seen:
            text(client, f"/manage/events/{key}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


# -- who sees it, and what people are told ------------------------------------------------------------------


def test_an_employee_sees_nothing_of_it(client: FlaskClient, zhou: Person) -> None:
    key = planned(zhou)
    person = make_person()
    make_account(person=person, role=Role.LEARNER)
    client.post("/leave")
    sign_in(client, number=person.number)
    for address in ("/manage/events", f"/manage/events/{key}", f"/manage/events/{key}/finish"):
        assert client.get(address).status_code == 403
    assert client.get("/manage/events/NOTHERE1").status_code == 403


def test_a_message_about_a_seat_says_which(app: Flask) -> None:
    titles = {
        "suggested": "Would this suit you: 报销材料",
        "signed": "You have a seat: 报销材料",
        "waiting": "You are in the waiting line: 报销材料",
        "removed": "You are no longer on the list: 报销材料",
    }
    for state, title in titles.items():
        facts = {**TRAINING, "title": "报销材料", "state": state}
        with app.test_request_context("/inbox", headers={"Accept-Language": "en"}):
            found = words("event.seat", facts)
        assert found.title == title
        assert "Thu 10 Dec 14:00" in found.text
        assert app.url_map.bind("").match(found.link)
