"""Learners ready to sit a quiz, and papers read off their page."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape

from flask.testing import FlaskClient

from lms.assignments.operations import assign_by_hand
from lms.courses import operations as courses
from lms.courses.queries import course
from lms.courses.rules import Page
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import COURSE, DEDUCTIBLE, QUIZ, quiz_texts

DUE = date(2026, 12, 7)


def publish_quiz(texts: Mapping[str, str] | None = None) -> str:
    """Make the library live now; returns the release's id."""
    return publish_texts(texts or quiz_texts(), at=clock.now())


def ready_learner(
    client: FlaskClient, *, studied: bool = True, audience: Audience = Audience.EMPLOYEE, name: str = "林晓"
) -> Person:
    """A learner with the course assigned, its lessons done when *studied*, signed in, in English."""
    person = make_person(name=name, audience=audience)
    make_account(person=person, language="en")
    now = clock.now()
    today = china_date(now)
    assign_by_hand([person.id], COURSE, due_on=DUE, actor_id=person.id, today=today, at=now)
    if studied:
        study(person)
    sign_in(client, number=person.number)
    return person


def study(person: Person) -> None:
    """Read every page of the course and answer every check."""
    for lesson in course(_release(), COURSE).lessons:
        for page in lesson.pages:
            read(person, page.key)
        for check in lesson.checks:
            courses.answer_check(person.id, lesson, check, chosen=[0], at=clock.now())


def read(person: Person, key: str, *, at: datetime | None = None) -> None:
    """Read one page of the course."""
    for lesson in course(_release(), COURSE).lessons:
        for page in lesson.pages:
            if page.key == key:
                courses.mark_read(person.id, lesson, page, release_id=_release(), at=at or clock.now())
    session().commit()


def pages() -> list[Page]:
    """All pages of the course."""
    return [page for lesson in course(_release(), COURSE).lessons for page in lesson.pages]


def _release() -> str:
    release_id = live_release_id()
    assert release_id is not None
    return release_id


@dataclass(frozen=True)
class Asked:
    """A question as the page of the whole paper shows it, its options by letter."""

    stem: str
    options: Mapping[str, str]
    seq: str

    @property
    def right(self) -> list[str]:
        """What has to be sent for a right answer."""
        if not self.options:
            return [str(5000 - DEDUCTIBLE)]
        return [letter for letter, text in self.options.items() if text.startswith("对")]

    @property
    def wrong(self) -> list[str]:
        """What may be sent for a wrong answer."""
        if not self.options:
            return ["1"]
        return [letter for letter, text in self.options.items() if text.startswith("错")][:1]


@dataclass(frozen=True)
class Sheet:
    """A whole paper."""

    key: str
    questions: Mapping[int, Asked]

    def form(self, *, wrong: Collection[int] = (), only: Collection[int] = ()) -> dict[str, object]:
        """The form filled in: these positions wrongly, the others rightly; or *only* some of them."""
        fields: dict[str, object] = {"attempt": self.key}
        for position, asked in self.questions.items():
            fields[f"seq-a-{position}"] = asked.seq
            if not only or position in only:
                fields[f"a-{position}"] = asked.wrong if position in wrong else asked.right
        return fields

    def of(self, topic: str) -> list[int]:
        """Positions of the questions of a topic."""
        words = {"claims": "关于报销", "card": "关于凭证", "sums": "小李花了"}
        return [position for position, asked in self.questions.items() if asked.stem.startswith(words[topic])]


_QUESTION = re.compile(r'<li id="q(\d+)">(.*?)</li>', re.DOTALL)
_STEM = re.compile(r'class="q q--s"[^>]*>(.*?)</span>', re.DOTALL)
_SEQ = re.compile(r'name="seq-a-\d+" value="(\d+)"')
_OPTION = re.compile(
    r'<input type="(?:radio|checkbox)"[^>]* value="([a-z])"[^>]*><span>(.*?)</span>', re.DOTALL
)


def sheet(client: FlaskClient) -> Sheet:
    """The open paper, read off its page."""
    page = client.get(f"/quiz/{QUIZ}/paper").text
    key = re.search(r'name="attempt" value="(\w+)"', page)
    assert key is not None, page
    questions = {int(match[1]): _asked(match[2]) for match in _QUESTION.finditer(page)}
    return Sheet(key[1], questions)


def _asked(html: str) -> Asked:
    stem, seq = _STEM.search(html), _SEQ.search(html)
    assert stem is not None
    assert seq is not None
    options = {letter: unescape(text) for letter, text in _OPTION.findall(html)}
    return Asked(unescape(stem[1]), options, seq[1])


def begin(client: FlaskClient) -> Sheet:
    """Start the quiz, or go on with the open paper."""
    assert client.post(f"/quiz/{QUIZ}").status_code == 303
    return sheet(client)


def hand_in(client: FlaskClient, *, wrong: int = 0) -> str:
    """Sit a whole paper with so many wrong answers; returns the address of the result."""
    paper = begin(client)
    response = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=list(paper.questions)[:wrong]))
    assert response.status_code == 303
    assert "/result/" in response.location
    return response.location


def read_again(person: Person, key: str) -> None:
    """Read a page a little after the present instant, at which tests hand in."""
    read(person, key, at=clock.now() + timedelta(minutes=1))


def practice(client: FlaskClient, position: int) -> Asked:
    """A missed question, read off its practice page."""
    page = client.get(f"/catchup/{QUIZ}/practice/{position}").text
    return Asked("", {letter: unescape(text) for letter, text in _OPTION.findall(page)}, "")


def make_up(client: FlaskClient, person: Person) -> None:
    """Follow the whole remedial plan: read its pages, practise its questions."""
    plan = client.get(f"/catchup/{QUIZ}").text
    for lesson, slug in set(re.findall(rf"/{COURSE}/([\w-]+)/at/([\w-]+)\?back", plan)):
        read_again(person, f"{COURSE}/{lesson}#{slug}")
    for position in {int(found) for found in re.findall(r"/practice/(\d+)", plan)}:
        data = {"answer": practice(client, position).right}
        client.post(f"/catchup/{QUIZ}/practice/{position}", data=data)
