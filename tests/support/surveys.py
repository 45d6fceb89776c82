"""Surveys in a small company with a small library. Needs an application context."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from lms.campaigns.selection import Selection
from lms.courses.questionnaires import Option, Question, QuestionKind
from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import ROOT
from lms.people.models import Audience, Person
from lms.surveys import answering, drafting, opening
from lms.surveys.drafting import EVERYBODY, Draft
from tests.support.library import publish_texts
from tests.support.people import make_department, make_person
from tests.support.small_library import TEXTS

JANUARY_4 = date(2027, 1, 4)
"""The first workday of 2027."""
AT = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
"""Nine in the morning of that day in China."""
NAMES = ("needs", "satisfaction", "follow-up")
COLOUR = Question(
    id="colour",
    kind=QuestionKind.SINGLE,
    text="哪个颜色？",
    options=(Option(id="red", text="红"), Option(id="blue", text="蓝")),
)
MARK = Question(id="mark", kind=QuestionKind.SCALE, text="满意吗？")
FOR_HR = Question(
    id="desk", kind=QuestionKind.MULTIPLE, text="办什么？", options=COLOUR.options, audiences=("hr",)
)
WISH = Question(id="wish", kind=QuestionKind.OPEN, text="还想学什么？", required=False)
QUESTIONS = (COLOUR, MARK, FOR_HR, WISH)
ANSWERS: Mapping[str, Sequence[str]] = {"colour": ["red"], "mark": ["4"]}
"""What an employee says."""


def file_of(name: str) -> str:
    """The text of a survey's file in the real library."""
    return (ROOT / "content" / "surveys" / f"{name}.yaml").read_text(encoding="utf-8")


def with_surveys() -> dict[str, str]:
    """The small library with the real surveys."""
    return {**TEXTS, **{f"content/surveys/{name}.yaml": file_of(name) for name in NAMES}}


def library() -> str:
    """Publish it; returns the release's id."""
    return publish_texts(with_surveys())


def people(count: int, audience: Audience = Audience.EMPLOYEE) -> list[Person]:
    """So many persons of an audience, in one department."""
    department = make_department()
    return [make_person(audience=audience, department=department) for _ in range(count)]


def drafted(author: Person, selection: Selection = EVERYBODY, **values: object) -> str:
    """A draft with four questions, open for a week when it is opened; returns its key."""
    given: dict[str, object] = {
        "title": "食堂",
        "closes_on": date(2027, 1, 11),
        "selection": selection,
        "questions": QUESTIONS,
        **values,
    }
    with unit_of_work():
        return drafting.new(Draft(**given), actor_id=author.id, at=AT)  # type: ignore[arg-type]


def opened(author: Person, *, at: datetime = AT, **values: object) -> str:
    """The same, opened; returns its key."""
    key = drafted(author, **values)  # type: ignore[arg-type]
    with unit_of_work():
        opening.open_now(key, actor_id=author.id, at=at)
    return key


def answer(
    key: str, person: Person, answers: Mapping[str, Sequence[str]] = ANSWERS, *, at: datetime = AT
) -> None:
    """Hand in somebody's answers."""
    person_id = person.id
    with unit_of_work():
        answering.submit(key, person_id, answers, at=at)
    session().rollback()
