"""Reads ``quizzes/*.yaml``: question banks whose every answer is known before anybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from lms.courses.questions import compiled, judged, listed
from lms.courses.rules import CourseKind
from lms.courses.writing import references_in
from lms.library.faults import UNREAD, Fault, Item, Place, unread
from lms.library.yaml import Document, entries, parse, shaped
from lms.policies.queries import Policies
from lms.quizzes.computing import Reading, computed
from lms.quizzes.scoring import ScoredWriting
from lms.quizzes.shapes import QUESTIONS, Asking, ChoiceShape, NumericShape, QuizShape, TrueFalseShape


@dataclass(frozen=True)
class _Known:
    courses: list[str]
    units: set[str]
    pages: set[str]
    unread: set[str]


@dataclass(frozen=True)
class _Bank:
    document: Document
    shape: QuizShape
    known: _Known
    writing: ScoredWriting

    @property
    def has_unknown_pages(self) -> bool:
        course = self.shape.course
        gaps = {f"course:{course}", f"page:{course}"} & self.known.unread
        return bool(gaps) or course not in self.known.courses

    @property
    def may_be_short(self) -> bool:
        course = self.shape.course
        return course in self.known.units or f"course:{course}" in self.known.unread


def load(
    texts: Mapping[str, str], policies: Policies, courses: list[Item], day: date, faults: list[Fault]
) -> list[Item]:
    """Items of kind ``quiz`` and ``question``; everything wrong on *day* goes to *faults*.

    *courses* are the items that have been loaded before.
    """
    writing = ScoredWriting(policies, faults, day)
    known = _Known(
        [item.key for item in courses if item.kind == "course"],
        {item.key for item in courses if item.kind == "course" and item.body["kind"] == CourseKind.DELTA},
        {item.key for item in courses if item.kind == "page"},
        {item.key for item in courses if item.kind == UNREAD},
    )
    items: list[Item] = []
    met: dict[tuple[str, str], Place] = {}
    for path, text in sorted(texts.items()):
        if not PurePosixPath(path).match("quizzes/*.yaml"):
            continue
        document = parse(path, text, faults)
        shape = shaped(QuizShape, document, faults) if document else None
        if document is None or shape is None:
            items.append(unread(f"quiz:{PurePosixPath(path).stem}", Place(path)))
            continue
        if shape.course not in known.courses and f"course:{shape.course}" not in known.unread:
            place = document.at("course")
            faults.append(place.fault("no-such-course", found=shape.course, right=" / ".join(known.courses)))
        items += _quiz(_Bank(document, shape, known, writing), met)
    _quizzes_exist(courses, items, faults)
    return items


def _quizzes_exist(courses: list[Item], items: list[Item], faults: list[Fault]) -> None:
    """A course's quiz exists and is a quiz about this course, as far as the quizzes could be read.

    A course that names none says so to the loader of courses.
    """
    quizzes = {item.key: item.body["course"] for item in items if item.kind == "quiz"}
    known = {item.key for item in courses if item.kind == "course"}
    doubtful = {item.key.partition(":")[2] for item in items if item.kind == UNREAD}
    doubtful |= {"", *(key for key, about in quizzes.items() if about not in known)}
    for course in (item for item in courses if item.kind == "course"):
        mine = [key for key, about in quizzes.items() if about == course.key]
        if course.body["quiz"] not in doubtful.union(mine):
            place = course.parts["quiz"]
            faults.append(place.fault("no-such-quiz", found=course.body["quiz"], right=" / ".join(mine)))


def _quiz(bank: _Bank, met: dict[tuple[str, str], Place]) -> list[Item]:
    faults = bank.writing.faults
    quiz_at = bank.document.at("id")
    if not _named_once("quiz", bank.shape.id, quiz_at, met, faults):
        return []
    for number, topic in enumerate(bank.shape.topics):
        place = bank.document.at("topics", number, "id")
        _named_once(f"topic of {bank.shape.id}", topic.id, place, met, faults)
    read = (_question(bank, number) for number in entries(bank.document, faults, "questions"))
    questions = [question for question in read if question is not None]
    for question in questions:
        _named_once("question", question.key, question.place, met, faults)
    _check_shares(bank, questions)
    body = bank.shape.model_dump(mode="json", exclude={"id", "questions"})
    body["questions"] = [question.key for question in questions]
    return [Item("quiz", bank.shape.id, body, quiz_at), *questions]


def _named_once(
    kind: str, key: str, place: Place, met: dict[tuple[str, str], Place], faults: list[Fault]
) -> bool:
    before = met.setdefault((kind, key), place)
    if before is not place:
        faults.append(place.fault("key-exists", found=key, right=f"{before.path}:{before.line}"))
    return before is place


def _check_shares(bank: _Bank, questions: list[Item]) -> None:
    """A topic needs twice its share, so that a second paper can be of questions not seen before.

    For the few questions about one change its share is enough. They are counted when all could be read.
    """
    topics, faults = bank.shape.topics, bank.writing.faults
    papers = 1 if bank.may_be_short else 2
    drawn = sum(topic.draw for topic in topics)
    if drawn != bank.shape.size:
        place = bank.document.at("size")
        faults.append(place.fault("draws-differ-from-size", found=bank.shape.size, right=str(drawn)))
    if len(questions) < len(bank.shape.questions):
        return
    for number, topic in enumerate(topics):
        has = sum(question.body["topic"] == topic.id for question in questions)
        if has < papers * topic.draw:
            place, found = bank.document.at("topics", number), f"{topic.id}: {has}"
            faults.append(place.fault("too-few-questions", found=found, right=f"≥ {papers * topic.draw}"))


def _question(bank: _Bank, number: int) -> Item | None:
    where = ("questions", number)
    raw = bank.document.data["questions"][number]
    kind = raw.get("type") if isinstance(raw, dict) else raw
    if not isinstance(kind, str) or kind not in QUESTIONS:
        place = bank.document.at(*where, "type")
        bank.writing.faults.append(place.fault("not-allowed", found=kind, right=" / ".join(QUESTIONS)))
        return None
    shape = shaped(QUESTIONS[kind], bank.document, bank.writing.faults, *where)
    if shape is None:
        return None
    bank = replace(bank, writing=bank.writing.about(shape.on))
    _check_sources(bank, number, shape)
    pages = [f"{bank.shape.course}/{page}" for page in shape.pages]
    said = {"id", "pages", "options", "answer", "because_true", "because_false"}
    said |= set() if shape.on else {"on"}
    body: dict[str, object] = shape.model_dump(mode="json", exclude=said)
    body |= {"quiz": bank.shape.id, "pages": pages}
    if isinstance(shape, NumericShape):
        particular = computed(Reading(shape, bank.document, number, bank.writing))
    else:
        particular = _written(bank, number, shape)
    references = {("clause", clause) for clause in shape.clauses} | {("page", page) for page in pages}
    references |= _parameters(particular)
    return Item(
        "question", shape.id, body | particular, bank.document.at(*where, "id"), frozenset(references)
    )


def _parameters(particular: dict[str, object]) -> set[tuple[str, str]]:
    """The parameters of written words and of aliases."""
    aliases = particular.get("parameters", {})
    canonical = aliases.values() if isinstance(aliases, dict) else ()
    return {*references_in(str(particular)), *(("parameter", one.split("/")[0]) for one in canonical)}


def _check_sources(bank: _Bank, number: int, shape: Asking) -> None:
    where, faults = ("questions", number), bank.writing.faults
    topics = [topic.id for topic in bank.shape.topics]
    if shape.topic not in topics:
        place = bank.document.at(*where, "topic")
        faults.append(place.fault("no-such-topic", found=shape.topic, right=" / ".join(topics)))
    for row, page in enumerate(shape.pages):
        if f"{bank.shape.course}/{page}" not in bank.known.pages and not bank.has_unknown_pages:
            place = bank.document.at(*where, "pages", row)
            lesson = f"{bank.shape.course}/{page.partition('#')[0]}#"
            same = sorted(key.partition("/")[2] for key in bank.known.pages if key.startswith(lesson))
            right = " / ".join(same or sorted(key.partition("/")[2] for key in bank.known.pages))
            faults.append(place.fault("no-such-page", found=page, right=right))
    for row, key in enumerate(shape.clauses):
        bank.writing.scored_clause(key, bank.document.at(*where, "clauses", row))


def _written(bank: _Bank, number: int, shape: ChoiceShape | TrueFalseShape) -> dict[str, object]:
    where, document, writing = ("questions", number), bank.document, bank.writing
    if isinstance(shape, TrueFalseShape):
        reasons = (shape.because_true, shape.because_false)
        options = judged(answer=shape.answer, reasons=reasons, document=document, where=where)
    else:
        options = listed(shape.type, shape.options, document, (*where, "options"), writing.faults)
    return {
        "stem": writing.canonical(shape.stem, document.at(*where, "stem")),
        "explanation": writing.canonical(shape.explanation, document.at(*where, "explanation")),
        "options": compiled(options, writing),
    }
