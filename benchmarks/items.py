"""What analysing the questions of a quiz costs: ``python -m benchmarks.items``."""

import argparse
from random import Random

from sqlalchemy import Integer, case, func, insert, literal, select, true

from benchmarks.engines import installation, timed
from lms.item_analysis.queries import items, quiz
from lms.jobs.items import analyse_items
from lms.kernel.clock import china_date, now
from lms.kernel.database import UtcDateTime, db, is_postgresql, session, unit_of_work
from lms.library.queries import live_release_id
from lms.quizzes.models import Answer, Attempt, AttemptState
from lms.quizzes.papers import parts, to_text
from lms.quizzes.queries import quizzes_of, ready_questions
from lms.quizzes.rules import PASS_LINE, draw
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.postgres import PROGRAMS
from tests.support.quiz_texts import QUIZ, quiz_texts

PAPERS, QUESTIONS = 100_000, 20
_CHUNK, _DRAWN = 5_000, 500


def main() -> None:
    """Measure on the engines asked for and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.items", description=__doc__)
    parser.add_argument("--papers", type=int, default=PAPERS)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    print_items(given.papers, engine=given.engine)


def print_items(papers: int = PAPERS, *, engine: str = "both") -> None:
    """Print the figures of each engine; PostgreSQL where its programs are installed."""
    for name in ("sqlite", "postgresql"):
        if engine in {name, "both"} and (name == "sqlite" or PROGRAMS):
            seconds, kr20 = _measured(name, papers)
            print(
                f"{name}: statistics of {papers:,} papers of {QUESTIONS} questions {seconds:6.1f} s"
                f"    (promised ≤ 30 s; KR-20 {kr20:.2f})",
                flush=True,
            )


def _measured(engine: str, papers: int) -> tuple[float, float]:
    with installation(engine) as app, app.app_context():
        db.metadata.create_all(db.engine)
        publish_texts(quiz_texts({"claims": QUESTIONS}))
        _invent(make_person().id, papers)
        seconds, outcome = timed(lambda: analyse_items(now()))
        found = quiz(QUIZ)
        if outcome.failures or found is None or found.papers != papers or len(items(QUIZ, "n")) < QUESTIONS:
            raise RuntimeError(f"not everything was analysed: {outcome}")
        kr20 = found.kr20 or 0.0
        db.session.remove()
        return seconds, kr20


def _invent(person_id: int, papers: int) -> None:
    """Papers with questions in an order of their own, answered the better the later they were written."""
    random, release_id = Random(1), live_release_id() or ""
    bank = quizzes_of(release_id)[QUIZ]
    ready = ready_questions(release_id, QUIZ, china_date(now()))
    drawn = [parts(to_text(draw(bank, ready, {}, random))) for _ in range(_DRAWN)]
    common = {
        "person_id": person_id, "number": 1, "quiz": QUIZ, "release_id": release_id, "points": QUESTIONS,
        "state": AttemptState.FAILED, "pass_line": PASS_LINE, "earned": 0,
        "started_at": now(), "submitted_at": now(),
    }  # fmt: skip
    for start in range(0, papers, _CHUNK):
        with unit_of_work():
            session().execute(insert(Attempt), [
                {**common, "series": f"bench-{number}", "paper": _shuffled(random.choice(drawn), random)}
                for number in range(start, min(start + _CHUNK, papers))
            ])  # fmt: skip
    with unit_of_work():
        _answer(papers)


def _shuffled(asked: list[str], random: Random) -> str:
    return f"[{','.join(random.sample(asked, len(asked)))}]"


def _answer(papers: int) -> None:
    """The first option, which is right, with a probability that rises from 0.4 to 0.95; else another one."""
    positions = select(literal(1, Integer).label("n")).cte("positions", recursive=True)
    positions = positions.union_all(select(positions.c.n + 1).where(positions.c.n < QUESTIONS))
    chance = func.random() if is_postgresql() else func.abs(func.random() % 1000) / 1000.0
    skill = 0.4 + 0.55 * Attempt.id / float(papers)
    value = case((chance < skill, "0"), (chance < 0.97, "1"), else_="2")
    rows = select(Attempt.id, positions.c.n, value, literal(1), literal(now(), UtcDateTime()))
    rows = rows.select_from(Attempt).join(positions, true())
    session().execute(
        insert(Answer).from_select(["attempt_id", "position", "value", "seq", "saved_at"], rows)
    )


if __name__ == "__main__":
    main()
