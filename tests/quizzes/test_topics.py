"""Topics of the whole library: read from their file, checked by line, found for texts and papers."""

import pytest
from sqlalchemy.orm import Session

from lms.quizzes.topics import topics_of
from tests.support.faults import faults_of
from tests.support.library import publish_library, publish_texts
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import QUIZ_PATH
from tests.support.topics import TOPICS, TOPICS_PATH, topic_library, topic_texts


def test_a_topic_is_found_by_lesson_bank_and_words(database: Session) -> None:
    topics = topics_of(topic_library())
    assert [topic.id for topic in topics.all] == ["claims", "card"]
    assert topics.of_lesson("basics", "outpatient") == "claims"
    assert topics.of_lesson("basics", "gone") == ""
    assert topics.of_quiz_topic("basics", "card") == "card"
    assert topics.of_text("医保卡丢了，凭证怎么补？门诊还能看吗") == "card"
    assert topics.of_text("What is a Deductible?") == "claims"
    assert topics.of_text("食堂几点开门") == ""
    assert (topics.title("card"), topics.title("card", english=True), topics.title("gone")) == (
        "凭证",
        "Cards",
        "",
    )
    claims = topics.get("claims")
    assert claims is not None
    assert claims.courses == ("basics",)


def test_of_equally_many_words_the_longer_ones_decide(database: Session) -> None:
    topics = topics_of(topic_library())
    assert topics.of_text("凭证和报销比例") == "claims"


def test_a_library_need_not_have_topics(database: Session) -> None:
    assert topics_of(publish_texts(quiz_texts())).all == ()
    assert topics_of("").all == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "found"),
    [
        ("[basics/outpatient]", "[basics/gone]", 6, 15, "no-such-lesson", "basics/gone"),
        ("[basics/travel]", "[basics/outpatient]", 12, 15, "key-exists", "basics/outpatient"),
        ("[basics#card]", "[]", 2, 3, "without-topic", "basics#card"),
        ("[basics#card]", "[basics#card, basics#claims]", 13, 32, "key-exists", "basics#claims"),
        ("[basics#card]", "[basics#card, more#x]", 13, 32, "no-such-topic", "more#x"),
        ("凭证]", "门诊]", 11, 18, "key-exists", "门诊"),
        ("id: card", "id: claims", 8, 9, "key-exists", "claims"),
        ("    title: 凭证\n", "", 8, 5, "missing-key", "title"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(
    old: str, new: str, line: int, column: int, code: str, found: str
) -> None:
    assert TOPICS.count(old) == 1
    faults = faults_of({**topic_texts(), TOPICS_PATH: TOPICS.replace(old, new)})
    expected = [(TOPICS_PATH, line, column, code, found)]
    assert [(one.path, one.line, one.column, one.code, one.found) for one in faults] == expected


def test_a_bank_that_cannot_be_read_is_not_called_missing_as_well() -> None:
    texts = topic_texts()
    texts[QUIZ_PATH] = texts[QUIZ_PATH].replace("size:", "sise:")
    assert "no-such-topic" not in {fault.code for fault in faults_of(texts)}


def test_every_bank_of_the_real_library_is_covered(database: Session) -> None:
    topics = topics_of(publish_library())
    assert 8 <= len(topics.all) <= 14
    for text, topic in (
        ("异地就医备案材料审核容易出错", "cross-region"),
        ("个人账户共济操作流程复杂", "code-family"),
        ("想知道门诊报销怎么用更划算", "claims"),
        ("医保电子凭证和社保卡哪个好用", "code-family"),
        ("慢病报销需要哪些手续", "chronic"),
        ("家人绑定我的账户怎么操作", "code-family"),
    ):
        assert topics.of_text(text) == topic
