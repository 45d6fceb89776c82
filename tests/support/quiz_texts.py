"""Texts of a course with a quiz: right answers begin with 对, wrong ones with 错."""

from collections.abc import Mapping

from tests.support.small_library import COURSE_PATH, QUIZ_PATH, TEXTS

COURSE = QUIZ = "basics"
DEDUCTIBLE = 1800
TRAVEL = """\
---
id: travel
title: 出门看病
kind: practice
minutes: 4
---

# 先备案 {#filing}
@kind practice
@clauses city-rules#2

> 出门前先备案。

# 再看病 {#going}
@kind practice
@clauses city-rules#2

> 备案后再看病。

```check
- id: travel-c1
  type: truefalse
  stem: 出门前先备案。
  page: filing
  answer: true
  because_true: 对，先备案。
  because_false: 先备案，再看病。
  explanation: 先备案，再看病。
```
"""
TRAVEL_PATH = "content/courses/basics/02-travel.md"
_SINGLE = """\
  - id: claims-{n:02}
    topic: claims
    type: single
    points: {points}
    clauses: [city-rules#1]
    pages: [outpatient#deductible]
    stem: 关于报销，第{n}问。
    options:
      - {{text: 对的说法, right: true, because: 正是这样。}}
      - {{text: 错的说法, because: 起付标准要先过。}}
      - {{text: 错的做法, because: 这样报不了。}}
    explanation: 先过起付标准。
"""
_MULTIPLE = """\
  - id: card-{n:02}
    topic: card
    type: multiple
    points: {points}
    clauses: [city-rules#2]
    pages: [outpatient#card]
    stem: 关于凭证，第{n}问。
    options:
      - {{text: 对的一项, right: true, because: 要带。}}
      - {{text: 对的另一项, right: true, because: 也要带。}}
      - {{text: 错的一项, because: 不用带。}}
    explanation: 两样都要带。
"""
_TYPED = """\
  - id: sums-{n:02}
    topic: sums
    type: numeric
    points: {points}
    clauses: [city-rules#1]
    pages: [travel#filing, outpatient#deductible]
    stem: 小李花了{{cost}}元，第{n}问：超过起付标准[[deductible]]多少？
    unit: yuan
    given: {{cost: ['5000']}}
    parameters:
      deductible: outpatient.deductible region=北京 status=in_service
    formula: cost - deductible
    explanation: '{{cost}}元减去[[deductible]]，是[[answer]]。'
"""


_JUDGED = """\
  - id: judged-{n:02}
    topic: judged
    type: truefalse
    points: {points}
    clauses: [city-rules#2]
    pages: [outpatient#card]
    stem: 看病要出示凭证，第{n}问。
    answer: true
    because_true: 规定如此。
    because_false: 不出示办不了。
    explanation: 看病要出示凭证。
"""
_COMPUTED = """\
  - id: computed-{n:02}
    topic: computed
    type: numeric
    points: {points}
    clauses: [city-rules#1]
    pages: [outpatient#deductible]
    stem: 老王花了{{cost}}元，第{n}问：超过起付标准[[deductible]]多少？
    unit: yuan
    given: {{cost: ['5000']}}
    parameters:
      deductible: outpatient.deductible region=北京 status=in_service
    formula: cost - deductible
    distractors:
      - {{formula: cost, because: 要先减起付标准。}}
      - {{formula: cost + deductible, because: 是减，不是加。}}
    explanation: '{{cost}}元减去[[deductible]]，是[[answer]]。'
"""
_KINDS = {"claims": _SINGLE, "card": _MULTIPLE, "sums": _TYPED, "judged": _JUDGED, "computed": _COMPUTED}
DEFAULT = {"claims": 8, "card": 1, "sums": 1}
"""Topic → questions of it on a paper."""


def quiz_texts(
    shares: Mapping[str, int] = DEFAULT, *, points: Mapping[str, int] | None = None
) -> dict[str, str]:
    """A library whose quiz draws so many questions of each topic; each topic holds twice as many.

    *points* are what a question of a topic is worth when it is not 1.
    """
    topics = "".join(
        f"  - {{id: {topic}, title: {topic}课题, title_en: The {topic}, draw: {share}}}\n"
        for topic, share in shares.items()
    )
    questions = "".join(
        _KINDS[topic].format(n=n, points=(points or {}).get(topic, 1))
        for topic, share in shares.items()
        for n in range(1, 2 * share + 1)
    )
    size = sum(shares.values())
    head = f"id: {QUIZ}\ntitle: 入门测验\ntitle_en: First quiz\ncourse: {COURSE}\nsize: {size}\n"
    return {**TEXTS, TRAVEL_PATH: TRAVEL, QUIZ_PATH: f"{head}topics:\n{topics}questions:\n{questions}"}


def easy_texts() -> dict[str, str]:
    """The same library with its course written for retirees."""
    texts = quiz_texts()
    texts[COURSE_PATH] = texts[COURSE_PATH].replace("[employee]", "[retiree]").replace("standard", "easy")
    return texts
