"""Topics of the whole library: what lessons, topics of banks, and words in open answers are about.

They are read from ``content/topics.yaml``; a library without that file has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lms.library import queries as library

KIND = "topic"
"""Kind of the items of a release."""


@dataclass(frozen=True)
class Topic:
    """A topic. ``lessons`` are ``course/lesson``, ``quiz_topics`` are ``quiz#topic``."""

    id: str
    title: str
    title_en: str
    words: tuple[str, ...]
    lessons: tuple[str, ...]
    quiz_topics: tuple[str, ...]

    @property
    def courses(self) -> tuple[str, ...]:
        """The courses of its lessons, in their order."""
        return tuple(dict.fromkeys(lesson.partition("/")[0] for lesson in self.lessons))


@dataclass(frozen=True)
class Topics:
    """The topics of a release in the order of the file. What belongs to none has the id ``""``."""

    all: tuple[Topic, ...]

    def get(self, topic: str) -> Topic | None:
        """The topic with this id."""
        return self._by_id.get(topic)

    def title(self, topic: str, *, english: bool = False) -> str:
        """What a topic is called; empty for one that the library does not have."""
        found = self.get(topic)
        if found is None:
            return ""
        return found.title_en if english else found.title

    def of_lesson(self, course: str, lesson: str) -> str:
        """The topic of a lesson."""
        return self._by_lesson.get(f"{course}/{lesson}", "")

    def of_quiz_topic(self, quiz: str, topic: str) -> str:
        """The topic that a topic of a bank belongs to."""
        return self._by_quiz_topic.get(f"{quiz}#{topic}", "")

    def of_text(self, text: str) -> str:
        """The topic of which most words stand in a text; of equally many, that with the longer ones."""
        plain = text.casefold()
        best, most = "", (0, 0)
        for topic in self.all:
            met = [word for word in topic.words if word.casefold() in plain]
            score = (len(met), sum(map(len, met)))
            if score > most:
                best, most = topic.id, score
        return best

    @cached_property
    def _by_id(self) -> Mapping[str, Topic]:
        return {topic.id: topic for topic in self.all}

    @cached_property
    def _by_lesson(self) -> Mapping[str, str]:
        return {lesson: topic.id for topic in self.all for lesson in topic.lessons}

    @cached_property
    def _by_quiz_topic(self) -> Mapping[str, str]:
        return {name: topic.id for topic in self.all for name in topic.quiz_topics}


@lru_cache(maxsize=4)
def topics_of(release_id: str) -> Topics:
    """The topics of a release."""
    return Topics(tuple(_topic(item) for item in library.items(release_id, KIND)))


def _topic(item: library.StoredItem) -> Topic:
    body = item.body
    return Topic(
        id=item.key,
        title=body["title"],
        title_en=body["title_en"],
        words=tuple(body["words"]),
        lessons=tuple(body["lessons"]),
        quiz_topics=tuple(body["quiz_topics"]),
    )
