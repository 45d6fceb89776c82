"""Banks and questions from their compiled bodies."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lms.quizzes.rules import Choice, Distractor, Numeric, Question, QuestionType, Quiz, Topic


def question_from(key: str, edition: str, body: Mapping[str, Any]) -> Question:
    """A question from its compiled body."""
    return Question(
        id=key,
        edition=edition,
        quiz=body["quiz"],
        topic=body["topic"],
        type=QuestionType(body["type"]),
        points=body["points"],
        clauses=tuple(body["clauses"]),
        pages=tuple(body["pages"]),
        stem=body["stem"],
        options=tuple(
            Choice(number, option["text"], option["right"], option["because"])
            for number, option in enumerate(body.get("options", ()))
        ),
        explanation=body["explanation"],
        numeric=_numeric(body) if body["type"] == QuestionType.NUMERIC else None,
        on=date.fromisoformat(body["on"]) if "on" in body else None,
    )


def _numeric(body: Mapping[str, Any]) -> Numeric:
    return Numeric(
        given={name: tuple(several) for name, several in body["given"].items()},
        parameters=body["parameters"],
        formula=body["formula"],
        places=body["places"],
        unit=body["unit"],
        distractors=tuple(Distractor(one["formula"], one["because"]) for one in body["distractors"]),
    )


def quiz_from(key: str, body: Mapping[str, Any], questions: Mapping[str, Question]) -> Quiz:
    """A bank from its compiled body; *questions* are known by their ids."""
    return Quiz(
        id=key,
        title=body["title"],
        title_en=body["title_en"],
        course=body["course"],
        size=body["size"],
        topics=tuple(Topic(**topic) for topic in body["topics"]),
        questions=tuple(questions[key] for key in body["questions"]),
    )
