"""The texts in the browser: found, edited as drafts, checked, seen as a reader would, published."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.library import queries as library
from lms.people.models import Person
from lms.publishing import drafts
from lms.publishing.drafts import CONTENT
from lms.rollouts.registration import Announcement, begin
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.small_library import (
    COURSE_PATH,
    LESSON,
    LESSON_PATH,
    PARAMETERS,
    PARAMETERS_PATH,
    POLICY_PATH,
    QUIZ_PATH,
    REGIONS_PATH,
    TEXTS,
)

BETTER = LESSON.replace("带好凭证", "带齐凭证")


@pytest.fixture(autouse=True)
def _live(database: Session) -> None:
    publish_texts(TEXTS)


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    return signed_in(client, name="陈敏")


def signed_in(client: FlaskClient, *, name: str, role: Role = Role.ADMIN) -> Person:
    person = make_person(name=name)
    make_account(person=person, role=role, language="en")
    sign_in(client, number=person.number)
    return person


def shown(client: FlaskClient, path: str, query: str = "") -> str:
    response = client.get(f"/manage/content/{path}{query}")
    assert response.status_code == 200, response.text
    return response.text


def send(client: FlaskClient, path: str, text: str, *, act: str = "save", **more: object) -> tuple[int, str]:
    """Post a text from the editor, by default over no draft and what is live."""
    data = {"text": text, "act": act, "version": 0, "base": drafts.live_sha(path), **more}
    response = client.post(f"/manage/content/{path}", data=data)
    return response.status_code, response.text


def live(path: str) -> str:
    return library.files(str(library.live_release_id()))[path].decode()


def test_all_texts_are_listed_by_kind_and_found_by_title(client: FlaskClient, admin: Person) -> None:
    page = client.get("/manage/content").text
    for words in (
        "门诊怎么报",
        "看病报销入门",
        "入门测验",
        "北京市门诊待遇规定",
        "门诊起付标准",
        REGIONS_PATH,
    ):
        assert words in page
    found = client.get("/manage/content?q=怎么报").text
    assert LESSON_PATH in found
    assert QUIZ_PATH not in found
    assert "No text of this name" in client.get("/manage/content?q=nothing").text


def test_a_saved_draft_is_seen_in_the_list_and_not_by_readers(client: FlaskClient, admin: Person) -> None:
    assert send(client, LESSON_PATH, BETTER.replace("\n", "\r\n"))[0] == 303
    page = client.get("/manage/content").text
    assert "Draft, not yet live" in page
    assert "陈敏 · 23 Nov 2026 09:00" in page
    assert "带齐凭证" in shown(client, LESSON_PATH)
    assert live(LESSON_PATH) == LESSON


def test_of_two_admins_the_second_sees_both_texts_and_loses_nothing(
    client: FlaskClient, admin: Person
) -> None:
    assert send(client, LESSON_PATH, BETTER)[0] == 303
    signed_in(client, name="王蕾")
    mine = LESSON.replace("带好凭证", "带着凭证")
    status, page = send(client, LESSON_PATH, mine)
    assert status == 409
    assert "陈敏 saved another text" in page
    assert "<del>" in page
    assert "带齐" in page
    assert "带着凭证" in page.partition("<textarea")[2].partition("</textarea>")[0]
    assert 'name="version" value="1"' in page
    assert send(client, LESSON_PATH, mine, version=1)[0] == 303
    kept = drafts.draft(CONTENT, LESSON_PATH)
    assert kept is not None
    assert (kept.text, kept.version) == (mine, 2)


def test_faults_are_named_with_line_and_column_and_what_was_typed_is_kept(
    client: FlaskClient, admin: Person
) -> None:
    broken = LESSON.replace("outpatient.deductible", "outpatient.deductable")
    status, page = send(client, LESSON_PATH, broken, act="check")
    assert status == 200
    assert 'href="#L14" data-line="14" data-column="6">line 14, column 6</a>' in page
    assert "there is no parameter “outpatient.deductable”" in page
    assert "deductable" in page.partition("<textarea")[2]
    assert drafts.drafts_of(CONTENT) == []
    fragment = client.post(f"/manage/content/check/{LESSON_PATH}", data={"text": broken}).text
    assert "1 fault in this text" in fragment
    assert "<html" not in fragment


def test_a_fault_that_a_text_brings_to_others_is_told(client: FlaskClient, admin: Person) -> None:
    text = TEXTS[POLICY_PATH].replace("key: '2'", "key: '3'")
    page = send(client, POLICY_PATH, text, act="check")[1]
    assert "No faults in this text, but others depend on it" in page
    assert f"{LESSON_PATH}:18:1" in page


def test_a_lesson_reads_as_the_chosen_person_would_see_it(client: FlaskClient, admin: Person) -> None:
    def seen(query: str) -> str:
        return shown(client, LESSON_PATH, query).partition("How it reads")[2]

    assert "1800元" in seen("?region=110000&status=in_service")
    assert "1800元" not in seen("?region=110000&status=retired")
    assert "in force from 1 Jan 2025" in seen("?day=2024-12-31")
    later = PARAMETERS + PARAMETERS.partition("  values:\n")[2].replace("2025-01-01", "2027-01-01").replace(
        "1800", "1500"
    )
    send(client, PARAMETERS_PATH, later)
    assert "1500元" in seen("?day=2027-01-01")
    assert "1800元" in seen("?day=2026-12-31")


def test_every_kind_of_text_can_be_seen(client: FlaskClient, admin: Person) -> None:
    assert "超过起付标准的部分才报" in shown(client, POLICY_PATH)
    assert "1800 yuan a year" in shown(client, PARAMETERS_PATH)
    assert "3200" in shown(client, QUIZ_PATH)
    assert "知道先付多少" in shown(client, COURSE_PATH)
    assert "Beijing" in shown(client, REGIONS_PATH)


@pytest.mark.parametrize("path", [*TEXTS, "quizzes/new.yaml"])
def test_a_text_that_cannot_be_read_at_all_has_no_preview_and_no_fault_of_ours(
    client: FlaskClient, admin: Person, path: str
) -> None:
    for text in ("", "---\n", "a: [", "- {}\n", "[[nothing]]", TEXTS.get(path, "x")[:200]):
        status, _ = send(client, path, text, act="check")
        assert status == 200, text


def test_a_new_text_begins_with_an_outline(client: FlaskClient, admin: Person) -> None:
    assert "Choose what to add" in client.post("/manage/content/new", data={"name": "x"}).text
    taken = {"kind": "lesson", "course": "basics", "name": "01-outpatient"}
    assert "There is a file of this name already" in client.post("/manage/content/new", data=taken).text
    answer = client.post("/manage/content/new", data={**taken, "name": "02-dental"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "id: dental" in page
    assert "This text is not saved yet." in page


@pytest.mark.parametrize("path", ["app.py", "content/courses/basics/.secret.md", "content/nothing"])
def test_there_is_no_editor_for_files_that_nothing_reads(
    client: FlaskClient, admin: Person, path: str
) -> None:
    assert client.get(f"/manage/content/{path}").status_code == 404
    assert send(client, path, "x")[0] == 404


def test_publishing_says_what_will_differ_and_then_does_it(client: FlaskClient, admin: Person) -> None:
    send(client, LESSON_PATH, BETTER)
    page = shown(client, "publish")
    assert "page basics/outpatient#card" in page
    assert "title: 带好凭证 → 带齐凭证" in page
    assert client.post("/manage/content/publish").status_code == 303
    assert live(LESSON_PATH) == BETTER
    assert "Readers see the new texts from now on" in client.get("/manage/content").text


def test_faults_keep_the_drafts_from_being_published(client: FlaskClient, admin: Person) -> None:
    send(client, LESSON_PATH, LESSON.replace("minutes: 3", "minutes: 9"))
    page = shown(client, "publish")
    assert "1 fault to correct first" in page
    assert f"{LESSON_PATH}?workspace=content#L5" in page
    assert "Publish 1 draft" not in page
    assert client.post("/manage/content/publish").status_code == 409
    assert live(LESSON_PATH) == LESSON


def test_a_change_of_policy_is_led_to_registering_it(client: FlaskClient, admin: Person) -> None:
    send(client, PARAMETERS_PATH, PARAMETERS.replace("value: 1800", "value: 1500"))
    page = shown(client, "publish")
    assert "This changes policy that people have been taught" in page
    assert "/manage/policy/new" in page
    answer = client.post("/manage/content/publish")
    assert answer.status_code == 409
    assert live(PARAMETERS_PATH) == PARAMETERS


def test_when_another_text_went_live_meanwhile_nothing_is_published_and_nothing_lost(
    client: FlaskClient, admin: Person
) -> None:
    send(client, LESSON_PATH, BETTER)
    theirs = LESSON.replace("门诊怎么报", "门诊报销")
    publish_texts({**TEXTS, LESSON_PATH: theirs})
    answer = client.post("/manage/content/publish")
    assert answer.status_code == 409
    assert "Nothing was published and nothing is lost" in answer.text
    assert "Another text went live meanwhile" in client.get("/manage/content").text
    page = shown(client, LESSON_PATH)
    assert "From your draft to the live text" in page
    both = BETTER.replace("门诊怎么报", "门诊报销")
    assert send(client, LESSON_PATH, both, version=1)[0] == 303
    assert client.post("/manage/content/publish").status_code == 303
    assert live(LESSON_PATH) == both


def test_a_draft_can_be_thrown_away(client: FlaskClient, admin: Person) -> None:
    send(client, LESSON_PATH, BETTER)
    address = f"/manage/content/discard/{LESSON_PATH}"
    assert client.post(address, data={"version": 7}).location.startswith(f"/manage/content/{LESSON_PATH}")
    assert len(drafts.drafts_of(CONTENT)) == 1
    assert client.post(address, data={"version": 1}).status_code == 303
    assert drafts.drafts_of(CONTENT) == []


def test_a_text_can_be_marked_for_removal(client: FlaskClient, admin: Person) -> None:
    assert send(client, LESSON_PATH, "", act="remove")[0] == 303
    page = shown(client, LESSON_PATH)
    assert "This text goes away with the next publishing" in page
    assert "门诊怎么报" in page.partition("<textarea")[2]
    assert "To be removed" in client.get("/manage/content").text
    assert "has no lesson" in shown(client, "publish")


def test_earlier_wordings_are_shown_word_by_word_and_can_be_had_back(
    client: FlaskClient, admin: Person
) -> None:
    first = library.live_release_id()
    send(client, LESSON_PATH, BETTER)
    client.post("/manage/content/publish")
    page = shown(client, f"history/{LESSON_PATH}")
    assert "陈敏" in page
    assert "published from files" in page
    assert '<del><span class="sr">[removed: </span>带好<span class="sr"> ]</span></del>' in page
    assert '<ins><span class="sr">[added: </span>带齐<span class="sr"> ]</span></ins>' in page
    address = f"/manage/content/restore/{LESSON_PATH}"
    assert client.post(address, data={"release": "never", "version": 0}).status_code == 404
    assert client.post(address, data={"release": first, "version": 0}).status_code == 303
    kept = drafts.draft(CONTENT, LESSON_PATH)
    assert kept is not None
    assert kept.text == LESSON
    assert client.get("/manage/content/history/content/courses/basics/09-x.md").status_code == 404


def test_drafts_of_a_change_stand_apart_and_go_live_by_its_approval(
    client: FlaskClient, admin: Person
) -> None:
    announced = Announcement("city-rules", "新标准", "110000", None, None)
    with unit_of_work():
        key = begin(announced, actor_id=admin.id, at=clock.now()).key
    address = f"/manage/content/{PARAMETERS_PATH}?workspace={key}"
    text = PARAMETERS.replace("value: 1800", "value: 1500")
    data = {"text": text, "version": 0, "base": drafts.live_sha(PARAMETERS_PATH)}
    assert client.post(address, data=data).status_code == 303
    assert drafts.drafts_of(CONTENT) == []
    page = shown(client, "publish", f"?workspace={key}")
    assert "1800 → 1500" in page
    assert "These drafts go live when the change is approved" in page
    assert client.post(f"/manage/content/publish?workspace={key}").status_code == 409
    assert live(PARAMETERS_PATH) == PARAMETERS
    assert client.get("/manage/content?workspace=no-such-change").status_code == 404


def test_hr_without_the_permission_has_no_editor(client: FlaskClient) -> None:
    signed_in(client, name="周敏", role=Role.HR)
    assert client.get("/manage/content").status_code == 403
    assert "/manage/content" not in client.get("/manage").text


def test_what_can_be_added_is_offered(client: FlaskClient, admin: Person) -> None:
    page = client.get("/manage/content/new").text
    assert "A question bank" in page
    assert '<option value="basics">' in page
