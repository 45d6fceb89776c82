"""HR's print centre: sheets and booklets for a city, and paper for many people as one file."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import session
from lms.people.models import Audience, Person, ReachBy
from lms.printing.documents import Booklet, Letter, Paper, Sheet
from tests.support.company import hr
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.papers import PdfFile, printed
from tests.support.people import leave, make_department, make_person

__all__ = ["printed"]
BATCH = "/manage/prints/batch"
NANJING = "320100"
LESSON = "easy-errands/whom"


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_library()
    hr(client, name="周敏", department=make_department(name="人事部"))
    return client


def retiree(name: str, *, region: str = "110000", number: str = "", **more: object) -> Person:
    person = make_person(audience=Audience.RETIREE, name=name, region=region, number=number)
    for key, value in more.items():
        setattr(person, key, value)
    session().commit()
    return person


def take(desk: FlaskClient, *lessons: str, text: str = "随信附上两张纸。", address: str = BATCH, **more: str):  # type: ignore[no-untyped-def]
    return desk.post(address, data={"lessons": list(lessons) or [LESSON], "text": text, **more})


def names(paper: Paper) -> list[str]:
    """Whom the letters are for, in their order."""
    return [part.name for part in paper.parts if isinstance(part, Letter)]


# -- sheets and booklets ------------------------------------------------------------------------------------


def test_every_lesson_and_every_course_is_offered_for_the_city_and_standing_chosen(desk: FlaskClient) -> None:
    page = desk.get(f"/manage/prints?region={NANJING}&status=in_service").text
    assert f"/manage/prints/easy-away.pdf?region={NANJING}&amp;status=in_service" in page
    assert f"/manage/prints/{LESSON}.pdf?region={NANJING}&amp;status=in_service" in page
    assert "/manage/prints/onboarding.pdf" in page
    first = re.findall(r"/manage/prints/([\w-]+)\.pdf", page)[0]
    assert first.startswith("easy-")


def test_a_sheet_has_the_figures_of_the_city_chosen_and_is_chinese(
    desk: FlaskClient, printed: list[Paper]
) -> None:
    here = desk.get(f"/manage/prints/easy-away/register.pdf?region={NANJING}")
    elsewhere = desk.get("/manage/prints/easy-away/register.pdf?region=110000")
    assert PdfFile(here.data).claims
    assert elsewhere.status_code == 200
    of_nanjing, of_beijing = (paper.parts[0] for paper in printed)
    assert isinstance(of_nanjing, Sheet)
    assert isinstance(of_beijing, Sheet)
    assert of_nanjing.foot[0].startswith("依据：")
    assert [bool(one.note) for one in (of_nanjing, of_beijing)] == [False, True]


def test_a_booklet_has_the_name_of_the_course_in_chinese(desk: FlaskClient, printed: list[Paper]) -> None:
    assert desk.get("/manage/prints/easy-away.pdf").status_code == 200
    (booklet,) = printed[0].parts
    assert isinstance(booklet, Booklet)
    assert booklet.title == "住到外地怎么看病"
    assert "2026年11月23日" in booklet.day


@pytest.mark.parametrize(
    "address",
    [
        "/manage/prints?region=1",
        "/manage/prints?status=x",
        "/manage/prints/nothing.pdf",
        f"{BATCH}?lacking=x",
    ],
)
def test_what_is_not_offered_is_not_found(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).status_code == 404


# -- for many people ----------------------------------------------------------------------------------------


def test_everybody_gets_a_letter_and_the_sheets_of_their_city(
    desk: FlaskClient, printed: list[Paper]
) -> None:
    retiree("陈桂芬", number="R1", address="中关村大街27号")
    retiree("何平", number="R2", region=NANJING)
    make_person(name="林晓")
    leave(retiree("钱进", number="R3"))
    answer = take(desk, LESSON, "easy-away/register", text="第一段。\n第二段。")
    assert answer.mimetype == "application/pdf"
    (paper,) = printed
    assert names(paper) == ["陈桂芬", "何平"]
    assert [type(part) for part in paper.parts] == [Letter, Sheet, Sheet] * 2
    first = paper.parts[0]
    assert isinstance(first, Letter)
    assert first.address == "中关村大街27号"
    assert "陈桂芬" in first.greeting
    assert first.day == "2026年11月23日"
    assert first.paragraphs == ("第一段。", "第二段。")
    of_beijing, of_nanjing = paper.parts[1], paper.parts[4]
    assert of_beijing != of_nanjing
    assert PdfFile(answer.data).claims


def test_it_is_put_on_record_without_names_and_a_look_at_the_first_is_not(
    desk: FlaskClient, printed: list[Paper]
) -> None:
    retiree("陈桂芬", number="R1", address="北京市海淀区中关村大街27号")
    retiree("何平", number="R2")
    assert take(desk, preview="1").mimetype == "application/pdf"
    assert names(printed[0]) == ["陈桂芬"]
    letter = printed[0].parts[0]
    assert isinstance(letter, Letter)
    assert letter.address.rstrip("*") == "北京市海淀区"
    noted = select(Entry).where(Entry.act == "sheets.printed")
    assert session().scalars(noted).all() == []
    take(desk, address=f"{BATCH}?region=110000")
    entry = session().scalars(noted).one()
    assert entry.subject == "110000"
    assert entry.facts == {"count": 2, "lessons": [LESSON], "filters": {"region": "110000"}}


def test_people_are_chosen_by_department_city_and_how_they_are_reached(
    desk: FlaskClient, printed: list[Paper]
) -> None:
    above = make_department(name="退休办")
    below = make_department(name="第一支部", parent=above)
    retiree("陈桂芬", number="R1", department_id=below.id, phone="13800000013")
    retiree("何平", number="R2", region=NANJING, reach=ReachBy.LETTER, email="he@example.cn")
    retiree("王芳", number="R3", email="")
    for query in (f"department={above.key}", f"region={NANJING}", "lacking=letters", "lacking=no-way"):
        take(desk, address=f"{BATCH}?{query}")
    assert [names(paper) for paper in printed][:3] == [["陈桂芬"], ["何平"], ["何平"]]
    assert "何平" not in names(printed[3])
    assert "王芳" in names(printed[3])


def test_how_many_people_are_meant_is_said_before(desk: FlaskClient) -> None:
    retiree("陈桂芬")
    assert "1 person" in re.sub("<[^>]+>", "", desk.get(BATCH).text)


def test_without_a_lesson_nothing_is_printed_and_what_was_typed_stays(desk: FlaskClient) -> None:
    retiree("陈桂芬")
    answer = desk.post(BATCH, data={"text": "我写的信"})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#lessons-0">Choose at least one lesson</a>' in answer.text
    assert 'id="lessons-0"' in answer.text
    assert "我写的信" in answer.text


def test_a_lesson_that_is_ticked_stays_ticked(desk: FlaskClient) -> None:
    answer = take(desk)
    assert answer.status_code == 422
    assert "Nobody fits. Choose other people above." in answer.text
    assert re.search(rf'value="{LESSON}"[^>]* checked', answer.text)


def test_a_lesson_that_is_not_offered_is_none(desk: FlaskClient) -> None:
    retiree("陈桂芬")
    assert take(desk, "onboarding/gap").status_code == 422


def test_too_many_sheets_are_refused_in_words(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.web.manage.prints_batch._MOST_SHEETS", 1)
    retiree("陈桂芬")
    answer = take(desk, LESSON, "easy-away/register")
    assert answer.status_code == 422
    assert "2 sheets are too many, a file holds 1." in answer.text


def test_learners_have_no_print_centre(database: Session, client: FlaskClient) -> None:
    publish_library()
    learner(client)
    assert {client.get(address).status_code for address in ("/manage/prints", BATCH)} == {403}
