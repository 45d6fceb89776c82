"""Reads ``content/topics.yaml``: topics of the whole library, each topic of a bank in exactly one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from lms.courses.questions import Words
from lms.courses.rules import CourseKind
from lms.library.faults import UNREAD, Fault, Item, Place
from lms.library.yaml import Document, Shape, parse, shaped
from lms.quizzes.shapes import Key
from lms.quizzes.topics import KIND

PATH = "content/topics.yaml"
_BETWEEN = " / "


class _TopicShape(Shape):
    """A topic."""

    id: Key
    title: Words
    title_en: Words
    words: list[Words] = Field(default_factory=list)
    lessons: list[Words] = Field(default_factory=list)
    quiz_topics: list[Words] = Field(default_factory=list)


class _FileShape(Shape):
    """The file."""

    topics: Annotated[list[_TopicShape], Field(min_length=1)]


@dataclass(frozen=True)
class _Known:
    """What topics can name, and what could not be read, so that naming it is no fault."""

    lessons: Sequence[str]
    quiz_topics: Sequence[str]
    needed: frozenset[str]
    unread: frozenset[str]

    def is_lesson(self, name: str) -> bool:
        """Whether there is such a lesson, as far as can be said."""
        course = name.partition("/")[0]
        return name in self.lessons or bool({f"course:{course}", f"page:{course}"} & self.unread)

    def is_quiz_topic(self, name: str) -> bool:
        """Whether there is such a topic of a bank, as far as can be said."""
        return name in self.quiz_topics or f"quiz:{name.partition('#')[0]}" in self.unread


def load(texts: Mapping[str, str], items: Sequence[Item], faults: list[Fault]) -> list[Item]:
    """Items of kind ``topic``; everything wrong goes to *faults*. *items* have been loaded before.

    A library need not have the file.
    """
    if PATH not in texts:
        return []
    document = parse(PATH, texts[PATH], faults)
    shape = shaped(_FileShape, document, faults) if document else None
    if document is None or shape is None:
        return []
    known = _known(items)
    _check_names(shape, document, known, faults)
    _check_once(shape, document, faults)
    used = {name for topic in shape.topics for name in topic.quiz_topics}
    for name in sorted(known.needed - used):
        right = _BETWEEN.join(topic.id for topic in shape.topics)
        faults.append(document.at("topics").fault("without-topic", found=name, right=right))
    return [
        Item(
            KIND, topic.id, topic.model_dump(mode="json", exclude={"id"}), document.at("topics", number, "id")
        )
        for number, topic in enumerate(shape.topics)
    ]


def _known(items: Sequence[Item]) -> _Known:
    """Banks about single changes need no topic: they come with the change, and go with it."""
    units = {item.key for item in items if item.kind == "course" and item.body["kind"] == CourseKind.DELTA}
    quizzes = [item for item in items if item.kind == "quiz"]
    return _Known(
        lessons=[item.key for item in items if item.kind == "lesson"],
        quiz_topics=[name for quiz in quizzes for name in _topics_of(quiz)],
        needed=frozenset(
            name for quiz in quizzes if quiz.body["course"] not in units for name in _topics_of(quiz)
        ),
        unread=frozenset(item.key for item in items if item.kind == UNREAD),
    )


def _topics_of(quiz: Item) -> Iterator[str]:
    topics = quiz.body["topics"]
    if isinstance(topics, list):
        yield from (f"{quiz.key}#{topic['id']}" for topic in topics)


def _check_names(shape: _FileShape, document: Document, known: _Known, faults: list[Fault]) -> None:
    for number, topic in enumerate(shape.topics):
        for row, name in enumerate(topic.lessons):
            if not known.is_lesson(name):
                place, right = document.at("topics", number, "lessons", row), _BETWEEN.join(known.lessons)
                faults.append(place.fault("no-such-lesson", found=name, right=right))
        for row, name in enumerate(topic.quiz_topics):
            if not known.is_quiz_topic(name):
                place = document.at("topics", number, "quiz_topics", row)
                faults.append(
                    place.fault("no-such-topic", found=name, right=_BETWEEN.join(known.quiz_topics))
                )


def _check_once(shape: _FileShape, document: Document, faults: list[Fault]) -> None:
    """Ids, words, lessons and topics of banks stand in the file once."""
    met: dict[tuple[str, str], Place] = {}
    for kind, name, place in _named(shape, document):
        before = met.setdefault((kind, name), place)
        if before is not place:
            faults.append(place.fault("key-exists", found=name, right=f"{PATH}:{before.line}"))


def _named(shape: _FileShape, document: Document) -> Iterator[tuple[str, str, Place]]:
    for number, topic in enumerate(shape.topics):
        yield "id", topic.id, document.at("topics", number, "id")
        for kind, names in (
            ("words", [word.casefold() for word in topic.words]),
            ("lessons", topic.lessons),
            ("quiz_topics", topic.quiz_topics),
        ):
            yield from (
                (kind, name, document.at("topics", number, kind, row)) for row, name in enumerate(names)
            )
