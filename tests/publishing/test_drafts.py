"""Drafts: what one person types is never lost to another, and goes live as a whole or not at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.kernel.database import session, unit_of_work
from lms.library import queries as library
from lms.library.operations import LiveHasMoved
from lms.people.models import Person
from lms.publishing import drafts
from lms.publishing.drafts import CONTENT, DraftHasMoved, NoSuchPlace
from lms.publishing.operations import HasFaults, IsPolicyChange, check, publish
from tests.support.people import make_person
from tests.support.power import PowerCut, power_cut
from tests.support.racing import race
from tests.support.small_library import (
    LESSON,
    LESSON_PATH,
    PARAMETERS,
    PARAMETERS_PATH,
    POLICY,
    POLICY_PATH,
    QUIZ,
    QUIZ_PATH,
    TEXTS,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
BETTER = LESSON.replace("先自己付，超过才报。", "先自己付，超过的部分才报。")
NEW_VALUE = PARAMETERS.replace("value: 1800", "value: 1500")


@pytest.fixture(autouse=True)
def _live(database: Session) -> None:
    go_live(dict(TEXTS))


@pytest.fixture
def author(database: Session) -> Person:
    return make_person()


def go_live(texts: dict[str, str]) -> None:
    files = {path: text.encode() for path, text in texts.items()}
    with unit_of_work():
        publish(check(files, day=DAY), author_id=None, at=NOW)


def save(author: Person, path: str, text: str | None, *, version: int = 0, workspace: str = CONTENT) -> int:
    with unit_of_work():
        return drafts.save(
            workspace, path, text, base=drafts.live_sha(path), version=version, author_id=author.id, at=NOW
        )


def go(author: Person, workspace: str = CONTENT) -> str | None:
    return go_as(author.id, workspace)


def go_as(author_id: int, workspace: str = CONTENT) -> str | None:
    with unit_of_work():
        return drafts.publish_workspace(workspace, author_id=author_id, at=NOW, day=DAY)


def live_text(path: str) -> str:
    return library.files(str(library.live_release_id()))[path].decode()


def test_a_draft_is_kept_apart_until_its_workspace_is_published(author: Person) -> None:
    assert save(author, LESSON_PATH, BETTER) == 1
    assert [one.path for one in drafts.drafts_of(CONTENT)] == [LESSON_PATH]
    assert drafts.drafts_of("another") == []
    assert live_text(LESSON_PATH) == LESSON
    assert drafts.merged(CONTENT)[LESSON_PATH] == BETTER.encode()
    release_id = go(author)
    assert live_text(LESSON_PATH) == BETTER
    assert library.release(str(release_id)).author_id == author.id
    assert drafts.drafts_of(CONTENT) == []


def test_what_is_saved_while_the_workspace_is_published_is_kept(
    author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL lets a draft in that another person begins meanwhile; here it comes in the same way."""

    def publish_while_typing(*args: object, **values: object) -> str | None:
        base = drafts.live_sha(QUIZ_PATH)
        drafts.save(CONTENT, QUIZ_PATH, QUIZ, base=base, version=0, author_id=author.id, at=NOW)
        return publish(*args, **values)  # type: ignore[arg-type]

    save(author, LESSON_PATH, BETTER)
    monkeypatch.setattr(drafts, "publish", publish_while_typing)
    go(author)
    assert [one.path for one in drafts.drafts_of(CONTENT)] == [QUIZ_PATH]


def test_of_two_who_start_from_the_same_text_the_second_is_told_and_keeps_what_was_typed(
    author: Person,
) -> None:
    other = make_person()
    save(author, LESSON_PATH, BETTER)
    with pytest.raises(DraftHasMoved) as first:
        save(other, LESSON_PATH, "mine", version=0)
    assert first.value.facts["mine"] == "mine"
    assert first.value.facts["theirs"] == BETTER
    assert (first.value.facts["version"], first.value.facts["author_id"]) == (1, author.id)
    assert save(other, LESSON_PATH, "both", version=1) == 2
    with pytest.raises(DraftHasMoved) as second:
        save(author, LESSON_PATH, "late", version=1)
    assert second.value.facts["theirs"] == "both"


def test_who_saves_over_a_draft_that_was_published_meanwhile_is_shown_the_live_text(author: Person) -> None:
    version = save(author, LESSON_PATH, BETTER)
    go(author)
    with pytest.raises(DraftHasMoved) as refused:
        save(author, LESSON_PATH, "more", version=version)
    assert refused.value.facts["theirs"] == BETTER
    assert refused.value.facts["version"] == 0
    assert refused.value.facts["base"] == drafts.live_sha(LESSON_PATH)


def test_a_draft_is_thrown_away_only_by_who_has_seen_it(author: Person) -> None:
    save(author, LESSON_PATH, BETTER)
    with pytest.raises(DraftHasMoved), unit_of_work():
        drafts.discard(CONTENT, LESSON_PATH, version=2)
    with unit_of_work():
        drafts.discard(CONTENT, LESSON_PATH, version=1)
    assert drafts.drafts_of(CONTENT) == []


@pytest.mark.parametrize(
    "path",
    ["app.py", "content/../app.py", "content/courses/basics/.x.md", "quizzes/a/b.yaml", "quizzes/a\n.yaml"],
)
def test_a_draft_stands_only_where_a_file_would_be_read(author: Person, path: str) -> None:
    with pytest.raises(NoSuchPlace):
        save(author, path, "x")


def test_a_live_file_that_moved_stops_the_publish_and_nothing_is_lost(author: Person) -> None:
    save(author, LESSON_PATH, BETTER)
    save(author, QUIZ_PATH, QUIZ.replace("入门测验", "测验"))
    go_live({**TEXTS, LESSON_PATH: LESSON.replace("带好凭证", "带齐凭证")})
    before = library.live_release_id()
    assert drafts.conflicts(CONTENT) == [LESSON_PATH]
    with pytest.raises(LiveHasMoved) as refused:
        go(author)
    assert refused.value.facts["paths"] == [LESSON_PATH]
    assert library.live_release_id() == before
    assert [one.path for one in drafts.drafts_of(CONTENT)] == [LESSON_PATH, QUIZ_PATH]
    save(author, LESSON_PATH, BETTER.replace("带好凭证", "带齐凭证"), version=1)
    assert drafts.conflicts(CONTENT) == []
    assert go(author) is not None


def test_faults_stop_the_publish(author: Person) -> None:
    save(author, LESSON_PATH, LESSON.replace("outpatient.deductible", "outpatient.deductable"))
    with pytest.raises(HasFaults) as refused:
        go(author)
    assert [fault.code for fault in refused.value.faults] == ["no-such-parameter"]
    assert len(drafts.drafts_of(CONTENT)) == 1


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (PARAMETERS_PATH, NEW_VALUE, ("parameter", "outpatient.deductible")),
        (POLICY_PATH, POLICY.replace("看病要出示凭证", "看病应当出示凭证"), ("clause", "city-rules#2")),
    ],
)
def test_everyday_editing_does_not_change_policy(
    author: Person, path: str, text: str, name: tuple[str, str]
) -> None:
    save(author, path, text)
    with pytest.raises(IsPolicyChange) as refused:
        go(author)
    assert refused.value.facts["names"] == (name,)
    assert live_text(path) == TEXTS[path]


def test_the_workspace_of_a_change_may_change_policy(author: Person) -> None:
    save(author, PARAMETERS_PATH, NEW_VALUE, workspace="change-1")
    assert go(author, "change-1") is not None
    assert live_text(PARAMETERS_PATH) == NEW_VALUE


def test_better_marks_and_new_clauses_are_everyday_work(author: Person) -> None:
    clause = "  - {key: '3', article: 第三条, title: 转诊, text: 转诊要登记。}\n"
    save(author, POLICY_PATH, POLICY.replace("title: 凭证", "title: 医保凭证") + clause)
    save(author, PARAMETERS_PATH, PARAMETERS.replace("mark: law", "mark: agreed"))
    assert go(author) is not None


def test_a_file_can_be_removed_and_added(author: Person) -> None:
    extra = "content/courses/basics/02-more.md"
    save(author, extra, LESSON.replace("id: outpatient", "id: more").replace("outpatient-c1", "more-c1"))
    assert go(author) is not None
    save(author, extra, None)
    assert go(author) is not None
    assert library.files(str(library.live_release_id())).keys() == TEXTS.keys()


def test_drafts_that_say_what_is_live_are_cleared_away_without_a_release(author: Person) -> None:
    before = library.live_release_id()
    save(author, LESSON_PATH, LESSON)
    assert go(author) is None
    assert library.live_release_id() == before
    assert drafts.drafts_of(CONTENT) == []


def test_line_ends_of_a_browser_are_not_kept(author: Person) -> None:
    save(author, LESSON_PATH, BETTER.replace("\n", "\r\n"))
    go(author)
    assert live_text(LESSON_PATH) == BETTER


def test_of_two_who_save_at_the_same_moment_one_is_kept_and_one_is_told(app: Flask, author: Person) -> None:
    base, one, other = drafts.live_sha(LESSON_PATH), author.id, make_person().id

    def saving(person_id: int, text: str) -> Callable[[], int]:
        return lambda: drafts.save(
            CONTENT, LESSON_PATH, text, base=base, version=0, author_id=person_id, at=NOW
        )

    came_to = race(app, saving(one, "one"), saving(other, "two"))
    assert sorted(type(what).__name__ for what in came_to) == ["DraftHasMoved", "int"]
    (kept,) = drafts.drafts_of(CONTENT)
    assert kept.version == 1


def test_a_save_at_the_moment_of_publishing_is_live_told_or_still_a_draft(app: Flask, author: Person) -> None:
    version, base = save(author, LESSON_PATH, BETTER), drafts.live_sha(LESSON_PATH)
    me = author.id
    late = BETTER.replace("带好凭证", "带齐凭证")
    went, saved = race(
        app,
        lambda: drafts.publish_workspace(CONTENT, author_id=me, at=NOW, day=DAY),
        lambda: drafts.save(CONTENT, LESSON_PATH, late, base=base, version=version, author_id=me, at=NOW),
    )
    assert isinstance(went, str)
    if isinstance(saved, DraftHasMoved):
        assert (live_text(LESSON_PATH), saved.facts["mine"]) == (BETTER, late)
    else:
        assert live_text(LESSON_PATH) == late
    assert drafts.drafts_of(CONTENT) == []


def test_a_publish_of_drafts_that_fails_at_any_point_leaves_drafts_and_live_files(author: Person) -> None:
    save(author, LESSON_PATH, BETTER)
    before, me = library.live_release_id(), author.id
    for statement in range(1, 40):
        with power_cut(statement), pytest.raises(PowerCut):
            go_as(me)
        session().rollback()
        assert library.live_release_id() == before
        assert [one.text for one in drafts.drafts_of(CONTENT)] == [BETTER]
    go_as(me)
    assert live_text(LESSON_PATH) == BETTER
    assert drafts.drafts_of(CONTENT) == []
