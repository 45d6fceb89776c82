"""The inbox: one's own messages in one's own language, and the bell that says how many wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.kernel.database import session
from lms.notifications.queries import inbox, unread_count
from lms.notifications.rules import Topic
from lms.people.models import Audience, Person
from lms.web.messages import words
from tests.support.cards import END, code_for, retiree
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.messages import AT, CHANGE, FACTS, TRAINING, post
from tests.support.people import make_account, make_person, sign_in
from tests.support.statements import statements

LATER = AT + timedelta(hours=1)
SCORES = {"quiz": "onboarding", "attempt": "AB12CD34", "before": "70", "after": "80", "passed": True}
BELL = 'class="bell"'


@pytest.fixture
def reader(database: Session, client: FlaskClient) -> Person:
    """Somebody signed in, who reads in English; the real library is live."""
    publish_library()
    return learner(client)


def text_of(html: str) -> str:
    """What one reads; headings are cut into clauses by tags."""
    return Markup(html).striptags()


def bell(page: str) -> str:
    """The bell of a page."""
    return page.partition(BELL)[2].partition("</a>")[0]


def key_of(person: Person) -> str:
    """Key of the only message of somebody."""
    session().rollback()
    (item,) = inbox(person.id)
    return item.key


# -- the page ---------------------------------------------------------------------------------------------


def test_an_empty_inbox_says_what_will_come(reader: Person, client: FlaskClient) -> None:
    page = client.get("/inbox").text
    assert "No messages yet" in page
    assert "When a policy changes in a way that concerns you" in page


def test_messages_say_what_and_until_when_and_the_unread_come_first(
    reader: Person, client: FlaskClient
) -> None:
    post(reader, topic="change.to-learn")
    client.get(f"/inbox/{key_of(reader)}")
    post(reader, at=AT - timedelta(days=3))
    page = client.get("/inbox").text
    unread, _, read = page.partition('id="read"')
    assert "1 unread message" in text_of(page)
    assert "Not finished yet: 门诊起付线调整" in text_of(unread)
    assert "is due by Mon 7 Dec" in unread
    assert "20 Nov 2026 09:00" in unread
    assert "What has changed: 门诊起付线调整" in text_of(read)


def test_the_same_message_in_chinese(reader: Person, client: FlaskClient) -> None:
    with client.application.test_request_context("/inbox", headers={"Accept-Language": "zh-CN"}):
        said = words("change.reminder", FACTS)
    assert "12月7日（周一）" in said.text


def test_a_message_leads_to_what_it_is_about_and_counts_as_read(reader: Person, client: FlaskClient) -> None:
    post(reader, topic="change.to-learn", facts={"course": "onboarding"})
    key = key_of(reader)
    assert f'href="/inbox/{key}"' in client.get("/inbox").text
    assert client.get(f"/inbox/{key}").location == "/course/onboarding"
    first = inbox(reader.id)[0].read_at
    assert first == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert client.get(f"/inbox/{key}").location == "/course/onboarding"
    assert unread_count(reader.id) == 0


def test_other_peoples_messages_are_not_found_and_stay_unread(reader: Person, client: FlaskClient) -> None:
    other = make_person()
    post(other)
    assert client.get(f"/inbox/{key_of(other)}").status_code == 404
    assert client.get("/inbox/NO-SUCH-KEY").status_code == 404
    assert unread_count(other.id) == 1
    assert "Not finished" not in client.get("/inbox").text


def test_a_stranger_is_sent_to_sign_in_and_comes_back(database: Session, client: FlaskClient) -> None:
    assert client.get("/inbox/AB12").location == "/enter?next=/inbox/AB12"


def test_who_has_no_desk_stays_with_a_message_about_hrs_pages(reader: Person, client: FlaskClient) -> None:
    post(reader, topic="change.department")
    key = key_of(reader)
    assert client.get(f"/inbox/{key}").location == f"/inbox#{key}"
    assert f'id="{key}"' in client.get("/inbox").text


def test_hr_goes_on_to_the_page_of_the_change(database: Session, client: FlaskClient) -> None:
    publish_library()
    person = learner(client, role=Role.HR)
    post(person, topic="refresh.assigned")
    assert client.get(f"/inbox/{key_of(person)}").location == f"/manage/policy/{CHANGE}"


def test_retirees_read_their_messages_in_large_type(database: Session, client: FlaskClient) -> None:
    publish_library()
    person = learner(client, audience=Audience.RETIREE, name="陈桂芬")
    home = client.get("/easy").text
    assert 'class="erow" href="/inbox"' not in home
    assert '<a href="/inbox">Messages</a>' in home
    post(person)
    assert 'class="erow" href="/inbox"' in client.get("/easy").text
    page = client.get("/inbox").text
    assert 'data-mode="elder"' in page
    assert "Not finished yet" in text_of(page)


def test_a_message_leads_whoever_came_with_a_card_to_what_the_card_opens(
    database: Session, client: FlaskClient
) -> None:
    person = retiree()
    code = code_for(person)
    publish_library()
    course = {"course": "retirement", "title": "t", "count": 1, "due_on": "2026-12-01"}
    post(person, topic="training.assigned", facts=course)
    post(person, topic="training.assigned", subject="two", facts={**course, "course": "", "count": 2})
    client.get(f"/card/{code}")
    client.post("/card/digits", data={"digits": END})
    to = {client.get(f"/inbox/{item.key}").location for item in inbox(person.id)}
    assert to == {"/easy/course/retirement", "/easy"}
    assert {address: client.get(address).status_code for address in to} == dict.fromkeys(to, 200)


def test_two_statements_make_the_page_whatever_is_in_it(
    reader: Person, client: FlaskClient, app: Flask
) -> None:
    client.get("/inbox")
    for number in range(3):
        post(reader, subject=f"CHANGE{number}")
    with statements(app) as heard:
        client.get("/inbox")
    assert len(heard) == 2


# -- the bell ---------------------------------------------------------------------------------------------


def test_the_bell_counts_what_is_unread_at_home_and_in_the_inbox(reader: Person, client: FlaskClient) -> None:
    assert 'aria-label="Messages"' in bell(client.get("/my").text)
    post(reader)
    post(reader, topic="change.to-learn")
    for address in ("/my", "/inbox"):
        assert 'aria-label="Messages, 2 unread"' in bell(client.get(address).text)
    assert 'aria-label="Messages"' in bell(client.get("/me").text)


def test_the_bell_rings_at_hrs_desk(database: Session, client: FlaskClient) -> None:
    publish_library()
    person = learner(client, role=Role.HR)
    post(person, topic="refresh.overdue")
    page = client.get("/manage").text
    assert 'aria-label="Messages, 1 unread"' in bell(page)
    assert '1<span class="sr"> unread</span>' in page


def test_nobody_sees_a_bell_before_signing_in(database: Session, client: FlaskClient) -> None:
    publish_library()
    assert BELL not in client.get("/enter").text


@pytest.mark.parametrize("address", ["/course/onboarding/two-accounts/1", "/quiz/onboarding"])
def test_lessons_and_quizzes_do_not_ask_for_messages(
    reader: Person, client: FlaskClient, app: Flask, address: str
) -> None:
    post(reader)
    with statements(app) as heard:
        client.get(address)
    assert not [one for one in heard if "notifications_" in one]


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_words_in_both_languages(
    database: Session, app: Flask, topic: Topic, language: str
) -> None:
    with app.test_request_context("/inbox", headers={"Accept-Language": language}):
        said = words(topic.value, FACTS | SCORES | TRAINING)
    assert said.title
    assert said.text
    assert said.link.startswith("/")
    assert "%(" not in said.title + said.text


@pytest.mark.parametrize(
    ("topic", "facts", "link"),
    [
        ("change.to-acknowledge", {"course": "change-k7"}, "/course/change-k7"),
        ("change.course", {"course": ""}, "/my"),
        ("correction.regraded", {}, "/quiz/onboarding/result/AB12CD34"),
    ],
)
def test_learners_are_led_to_pages_that_there_are(
    database: Session, app: Flask, topic: str, facts: dict[str, Any], link: str
) -> None:
    with app.test_request_context("/inbox"):
        assert words(topic, FACTS | SCORES | facts).link == link
    assert app.url_map.bind("").match(link)


@pytest.mark.parametrize(("passed", "ends"), [(True, "is passed."), (False, "is not passed yet.")])
def test_a_quiz_marked_again_says_both_scores_and_what_they_come_to(
    database: Session, app: Flask, passed: bool, ends: str
) -> None:
    with app.test_request_context("/inbox", headers={"Accept-Language": "en"}):
        text = words("correction.regraded", SCORES | {"passed": passed}).text
    assert "You had 70 points and now have 80" in text
    assert text.endswith(ends)


def test_counts_are_put_in_one_and_in_many(database: Session, app: Flask) -> None:
    with app.test_request_context("/inbox", headers={"Accept-Language": "en"}):
        one, many = (words("refresh.overdue", FACTS | {"count": count}).title for count in (1, 4))
    assert one.startswith("1 item is overdue: ")
    assert many.startswith("4 items are overdue: ")


def test_somebody_without_messages_of_their_own_may_still_look(
    database: Session, client: FlaskClient
) -> None:
    publish_library()
    person = make_person()
    make_account(person=person, role=Role.ADMIN)
    sign_in(client, number=person.number)
    assert client.get("/inbox").status_code == 200
