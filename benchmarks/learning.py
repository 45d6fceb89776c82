"""The two hot paths against their yardsticks: the lesson page, and the cycle of a quiz."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from benchmarks.installation import COURSE, Learner
from benchmarks.load import (
    AT_ONCE,
    Answer,
    Compared,
    Connection,
    Request,
    Unit,
    choices_on,
    compare,
    together,
)

LESSON = f"/course/{COURSE}/outpatient/1"
EASY = f"/easy/lesson/{COURSE}/outpatient/1"
_ATTEMPT = re.compile(r"/result/(\w+)")
_FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def lesson_page(port: int, yard_port: int, learner: Learner, yard_cookie: str) -> Compared:
    """Lessons a second against bare pages a second."""
    mine = [Connection(port, learner.cookie) for _ in range(AT_ONCE)]
    theirs = [Connection(yard_port, yard_cookie) for _ in range(AT_ONCE)]
    return compare(_pages(mine, LESSON), _pages(theirs, "/page"))


def _pages(connections: list[Connection], path: str) -> Unit:
    requests = [Request(path)] * len(connections)

    def unit() -> int:
        return len(together(connections, requests, 200))

    return unit


def easy_page(port: int, learner: Learner) -> Compared:
    """Lessons of the easy view a second against those of the standard view."""
    mine, theirs = ([Connection(port, learner.cookie) for _ in range(AT_ONCE)] for _ in range(2))
    return compare(_pages(mine, EASY), _pages(theirs, LESSON))


def easy_transfer(port: int, learner: Learner) -> int:
    """Bytes that a browser fetches for a lesson of the easy view, with everything it names."""
    page = Connection(port, learner.cookie).get(EASY).body
    files = [Connection(port).get(path, encoding="gzip").body for path in set(_FILES.findall(page.decode()))]
    return sum(map(len, (page, *files)))


def lesson_bytes(port: int, learner: Learner) -> int:
    """Size of the lesson page's HTML."""
    return len(Connection(port, learner.cookie).get(LESSON).body)


class Cycles:
    """Quiz cycles of the program, each by a learner who has not sat it yet; eight at once, step by step."""

    def __init__(self, port: int, learners: Iterator[Learner], *, one_by_one: bool) -> None:
        self._connections = [Connection(port) for _ in range(AT_ONCE)]
        self._learners = learners
        self._one_by_one = one_by_one

    def __call__(self) -> int:
        """Start, see the paper, answer, hand in, see the result."""
        batch = list(islice(self._learners, AT_ONCE))
        if len(batch) < AT_ONCE:
            raise RuntimeError("more learners are needed for this many rounds")
        for connection, learner in zip(self._connections, batch, strict=True):
            connection.cookie = learner.cookie
        tokens = [{"csrf_token": learner.token} for learner in batch]
        quiz = f"/quiz/{COURSE}"
        together(self._connections, [Request(quiz, token) for token in tokens], 303)
        papers = together(self._connections, [Request(f"{quiz}/paper")] * AT_ONCE, 200)
        answers = [dict(choices_on(paper.body)) for paper in papers]
        if self._one_by_one:
            self._save(quiz, tokens, answers)
            forms = [{**token, "all": "yes"} for token in tokens]
        else:
            forms = [{**token, **answer} for token, answer in zip(tokens, answers, strict=True)]
        handed_in = together(self._connections, [Request(f"{quiz}/submit", form) for form in forms], 303)
        together(self._connections, [_result(answer) for answer in handed_in], 200)
        return AT_ONCE

    def _save(self, quiz: str, tokens: list[dict[str, str]], answers: list[dict[str, str]]) -> None:
        for position in range(1, len(answers[0]) + 1):
            forms = [
                {**token, "seq": "0", "answer": answer[f"a-{position}"]}
                for token, answer in zip(tokens, answers, strict=True)
            ]
            requests = [Request(f"{quiz}/{position}", form, "application/json") for form in forms]
            together(self._connections, requests, 200)


def _result(answer: Answer) -> Request:
    if not _ATTEMPT.search(answer.location):
        raise RuntimeError(f"not handed in: {answer.location}")
    return Request(answer.location)


class LeastCycles:
    """The same requests at the yardstick."""

    def __init__(self, port: int, cookie: str, *, one_by_one: bool) -> None:
        self._connections = [Connection(port, cookie) for _ in range(AT_ONCE)]
        self._one_by_one = one_by_one

    def __call__(self) -> int:
        """Start, see the paper, answer, hand in, see the result."""
        started = together(self._connections, [Request("/start", {})] * AT_ONCE, 303)
        papers = together(self._connections, [Request(answer.location) for answer in started], 200)
        attempts = [answer.location.rsplit("/", 1)[1] for answer in started]
        answers = [dict(choices_on(paper.body)) for paper in papers]
        forms: list[Mapping[str, str]] = [*answers]
        if self._one_by_one:
            for name in answers[0]:
                one = [
                    Request(f"/save/{attempt}", {name: answer[name]})
                    for attempt, answer in zip(attempts, answers, strict=True)
                ]
                together(self._connections, one, 200)
            forms = [{}] * AT_ONCE
        handed_in = together(
            self._connections,
            [Request(f"/submit/{attempt}", form) for attempt, form in zip(attempts, forms, strict=True)],
            303,
        )
        together(self._connections, [Request(answer.location) for answer in handed_in], 200)
        return AT_ONCE


def quiz_cycle(
    port: int, yard_port: int, learners: Iterator[Learner], yard_cookie: str, *, one_by_one: bool
) -> Compared:
    """Cycles a second against least cycles a second."""
    return compare(
        Cycles(port, learners, one_by_one=one_by_one),
        LeastCycles(yard_port, yard_cookie, one_by_one=one_by_one),
    )
