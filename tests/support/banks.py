"""Questions and papers to test with: small, valid by default, their right answers plain to see."""

from collections.abc import Mapping, Sequence

from lms.quizzes.rules import (
    Choice,
    Distractor,
    Drawn,
    Numeric,
    Question,
    QuestionType,
    Quiz,
    Ready,
    Topic,
)


def make_question(
    *,
    key: str = "q1",
    topic: str = "claims",
    kind: QuestionType = QuestionType.SINGLE,
    right: Sequence[int] = (0,),
    options: int = 3,
    points: int = 1,
) -> Question:
    """A question with written options, those at the positions *right* being right."""
    return Question(
        id=key,
        edition=f"edition-of-{key}",
        quiz="basics",
        topic=topic,
        type=kind,
        points=points,
        clauses=("rules#1",),
        pages=("basics/outpatient#deductible",),
        stem="……",
        options=tuple(
            Choice(number, f"option {number}", number in right, f"reason {number}")
            for number in range(options)
        ),
        explanation="the explanation",
    )


def make_numeric(*, key: str = "n1", topic: str = "claims", distractors: Sequence[str] = ()) -> Question:
    """A question about a number, typed unless there are distractors to choose from."""
    plain = make_question(key=key, topic=topic, kind=QuestionType.NUMERIC, options=0)
    wrong = tuple(Distractor(formula, f"because of {formula}") for formula in distractors)
    numeric = Numeric({"cost": ("5000", "6400")}, {}, "cost - 1800", 2, "yuan", wrong)
    return Question(**{**vars(plain), "numeric": numeric})


def make_drawn(question: Question, *, outcome: Sequence[str] = ("3200",)) -> Drawn:
    """The question on a paper, its options from last to first."""
    numeric = question.numeric is not None
    count = len(outcome) if numeric else len(question.options)
    order = () if question.is_typed else tuple(reversed(range(count)))
    return Drawn(
        question=question.id,
        edition=question.edition,
        topic=question.topic,
        points=question.points,
        order=order,
        outcome=tuple(outcome) if numeric else (),
    )


def make_quiz(shares: Mapping[str, int]) -> Quiz:
    """A bank that draws so many questions of each topic."""
    topics = tuple(Topic(topic, topic, topic, share) for topic, share in shares.items())
    return Quiz("basics", "入门测验", "First quiz", "basics", sum(shares.values()), topics, ())


def make_ready(*, topic: str, count: int) -> list[Ready]:
    """So many questions of a topic that may be asked today."""
    return [Ready(make_question(key=f"{topic}-{number}", topic=topic)) for number in range(count)]
