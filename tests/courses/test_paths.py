"""Learning paths: courses that belong together, read from files and checked against the courses."""

import pytest
from sqlalchemy.orm import Session

from lms.courses.queries import path, paths_of
from lms.courses.rules import LearningPath
from lms.kernel.errors import NotFound
from lms.library.faults import Fault
from tests.support.campaigns import PATH, library, two_courses
from tests.support.faults import faults_of
from tests.support.library import publish_library
from tests.support.small_library import COURSE_PATH, TEXTS

FILE = "content/paths/start.yaml"


def test_a_path_names_its_courses_in_their_order(database: Session) -> None:
    release_id = library()
    assert paths_of(release_id) == {"start": LearningPath("start", "入门", "Start", ("basics", "desk"))}
    assert path(release_id, "start").title == "入门"
    with pytest.raises(NotFound):
        path(release_id, "gone")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("id: start", "id: other", Fault(FILE, 1, 5, "wrong-value", "other", "start")),
        ("desk]", "gone]", Fault(FILE, 4, 19, "no-such-course", "gone", "basics / desk")),
        ("desk]", "basics]", Fault(FILE, 4, 19, "key-twice", "basics")),
        ("[basics, desk]", "[]", Fault(FILE, 4, 10, "wrong-value", "[]", "≥ 1")),
        ("title: 入门\n", "", Fault(FILE, 1, 1, "missing-key", "title")),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(old: str, new: str, fault: Fault) -> None:
    assert PATH.count(old) == 1
    assert faults_of({**two_courses(), FILE: PATH.replace(old, new)}) == [fault]


def test_a_course_that_cannot_be_read_is_not_called_missing_as_well() -> None:
    texts = {**two_courses(), COURSE_PATH: TEXTS[COURSE_PATH].replace("kind: onboarding", "kind: weekly")}
    assert "no-such-course" not in {fault.code for fault in faults_of(texts)}


def test_the_real_library_has_one_in_which_everybody_finds_something(database: Session) -> None:
    assert paths_of(publish_library())["essentials"].courses == ("onboarding", "hr-essentials", "retirement")
