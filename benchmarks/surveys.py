"""What asking very many people costs: ``python -m benchmarks.surveys``."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import TypeVar

from flask_migrate import upgrade
from sqlalchemy import ColumnElement, Integer, String, cast, func, insert, literal, null, select, text, update

from benchmarks.crowd import admin, invent
from benchmarks.engines import installation, timed
from lms.courses.questionnaires import Option, Question, QuestionKind
from lms.kernel.clock import china_date, now
from lms.kernel.database import is_postgresql, random_key, session, table_of, unit_of_work
from lms.kernel.settings import ROOT
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.surveys import answering, comments, mixing, opening, queries, reminding
from lms.surveys.drafting import EVERYBODY, Draft, new
from lms.surveys.models import Comment, Invitation, Response, Tally
from lms.surveys.results import results
from tests.support.postgres import PROGRAMS

PEOPLE, QUESTIONS, OPTIONS, ROUNDS = 100_000, 10, 5, 7
Result = TypeVar("Result")
_OPTIONS = tuple(Option(id=f"o{n}", text=f"答案{n}", text_en=f"Answer {n}") for n in range(OPTIONS))
ASKED = (
    *(
        Question(
            id=f"q{n}", kind=QuestionKind.SINGLE, text=f"问题{n}", text_en=f"Question {n}", options=_OPTIONS
        )
        for n in range(QUESTIONS - 1)
    ),
    Question(id="wish", kind=QuestionKind.OPEN, text="还想学什么", text_en="What else", required=False),
)


@dataclass(frozen=True)
class Figures:
    """Seconds that things took; ``answer`` is one response of many, ``results`` the middle one."""

    opening: float
    answer: float
    results: float
    comments: float
    reminding: float
    mixing: float


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.surveys", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    print_surveys(given.people, engine=given.engine)


def print_surveys(people: int = PEOPLE, *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            one = _measured(name, people)
            print(f"{name}, {people:,} people asked, {QUESTIONS} questions")
            print(f"  opening the survey           {one.opening:8.2f} s    (promised ≤ 5 s at 100,000)")
            print(f"  handing in one response      {one.answer * 1000:8.1f} ms")
            in_ms = one.results * 1000
            print(f"  results of all responses     {in_ms:8.1f} ms   (promised ≤ 200 ms at 100,000)")
            print(f"  a page of comments by topic  {one.comments * 1000:8.1f} ms")
            print(f"  reminding a tenth of them    {one.reminding:8.2f} s")
            print(f"  mixing all responses         {one.mixing:8.2f} s", flush=True)


def _measured(engine: str, people: int) -> Figures:
    with installation(engine) as app, app.app_context():
        upgrade()
        at = now()
        key, author = _drafted(people, at)
        opened, asked = timed(lambda: _whole(lambda: opening.open_now(key, actor_id=author, at=at)))
        if asked < people:
            raise RuntimeError(f"only {asked} of {people} people were asked")
        one = queries.survey(key).id
        answered = _answers(key, one, at)
        with unit_of_work():
            _everybody_else(one)
        _settle()
        shown = median(timed(lambda: results(key))[0] for _ in range(ROUNDS))
        said = median(timed(lambda: _comments(key))[0] for _ in range(ROUNDS))
        session().rollback()
        later = at + timedelta(days=1)
        reminded, _ = timed(lambda: _whole(lambda: reminding.remind(key, actor_id=author, at=later)))
        mixed, _ = timed(lambda: _whole(lambda: mixing.mix(one)))
        return Figures(opened, answered, shown, said, reminded, mixed)


def _drafted(people: int, at: datetime) -> tuple[str, int]:
    with unit_of_work():
        publish(check(files_below(ROOT), day=china_date(at)), author_id=None, at=at)
    with unit_of_work():
        author = admin()
        invent(people)
    _settle()
    with unit_of_work():
        draft = Draft(
            title="大调研",
            anonymous=True,
            closes_on=china_date(at) + timedelta(days=20),
            selection=EVERYBODY,
            questions=ASKED,
        )
        return new(draft, actor_id=author, at=at), author


def _settle() -> None:
    if is_postgresql():
        session().execute(text("ANALYZE"))
    session().commit()


def _answers(key: str, survey_id: int, at: datetime) -> float:
    """Some people hand in by the front door; seconds that one took, in the middle."""
    asked = select(Invitation.person_id).where(Invitation.survey_id == survey_id).limit(ROUNDS)
    answers = {one.id: ["o1"] for one in ASKED[:-1]} | {"wish": ["想知道异地就医怎么备案"]}

    def hand_in(person_id: int) -> None:
        with unit_of_work():
            answering.submit(key, person_id, answers, at=at)

    return median(timed(partial(hand_in, one))[0] for one in session().scalars(asked).all())


def _everybody_else(survey_id: int) -> None:
    """Nine in ten of the others answer, one in ten writes something; set-based, as the tables would be."""
    waiting = select(Invitation.person_id.label("n"), Invitation.audience).where(
        Invitation.survey_id == survey_id, Invitation.answered.is_(False), Invitation.person_id % 10 > 0
    )
    rows = waiting.subquery()
    chosen = [one.id for one in ASKED[:-1]]
    said = {question: [f"o{n % OPTIONS}"] for n, question in enumerate(chosen)}
    response = select(
        random_key(),
        literal(survey_id),
        rows.c.audience,
        literal(said, Response.answers.type),
        null(),
        null(),
    )
    columns = ["key", "survey_id", "audience", "answers", "person_id", "answered_at"]
    session().execute(insert(table_of(Response)).from_select(columns, response))
    _comment(survey_id, rows.c.n, rows.c.audience)
    _tally(survey_id, chosen)
    done = update(Invitation).where(Invitation.survey_id == survey_id, Invitation.person_id % 10 > 0)
    session().execute(done.values(answered=True), execution_options={"synchronize_session": False})


def _comment(survey_id: int, n: ColumnElement[int], audience: ColumnElement[str]) -> None:
    """Every tenth writes what one person has written already: it need not be encrypted anew."""
    written = session().connection().execute(select(Comment.__table__.c.key).limit(1)).scalar_one()
    text_of = select(cast(Comment.text, String)).where(Comment.key == written).scalar_subquery()
    topic = func.substr(literal("away  familyclaims"), 1 + 6 * (cast(n, Integer) % 3), 6)
    row = select(random_key(), literal(survey_id), literal("wish"), audience, text_of, topic).where(
        n % 10 == 1
    )
    columns = ["key", "survey_id", "question", "audience", "text", "topic"]
    session().execute(insert(table_of(Comment)).from_select(columns, row))


def _tally(survey_id: int, chosen: list[str]) -> None:
    """What the responses come to, per audience."""
    session().execute(table_of(Tally).delete().where(table_of(Tally).c.survey_id == survey_id))
    count = select(Response.audience, func.count()).where(Response.survey_id == survey_id)
    for audience, n in session().execute(count.group_by(Response.audience)).all():
        values = [(question, f"o{number % OPTIONS}") for number, question in enumerate(chosen)]
        values += [(question, "*") for question in ("", *chosen)]
        rows = [
            {"survey_id": survey_id, "question": question, "audience": audience, "value": value, "n": n}
            for question, value in values
        ]
        session().execute(insert(Tally), rows)


def _comments(key: str) -> None:
    comments.topics(key)
    if not comments.comments(key, topic="family").rows:
        raise RuntimeError("nobody has written anything")


def _whole(act: Callable[[], Result]) -> Result:
    with unit_of_work():
        return act()


if __name__ == "__main__":
    main()
