"""A library with delta units: short courses about one change, that are only ever assigned."""

from tests.support.quiz_texts import quiz_texts

UNIT = "change-abc"
EASY_UNIT = "change-abc-easy"
UNIT_PATH = f"content/courses/{UNIT}/course.yaml"
UNIT_LESSON_PATH = f"content/courses/{UNIT}/01-changed.md"
UNIT_QUIZ_PATH = f"quizzes/{UNIT}.yaml"
_COURSE = """\
id: {unit}
title: 起付标准变了
title_en: The deductible changes
summary: 变了什么
audiences: [{audience}]
kind: delta
form: {form}
mandatory: true
goals: [知道变了什么]
quiz: '{quiz}'
"""
_LESSON = """\
---
id: changed
title: 变了什么
kind: policy
minutes: 1
---

# 起付标准 {#deductible}
@kind policy
@clauses city-rules#1

> 起付标准有变。

# 怎么办 {#what-to-do}
@kind practice
@clauses city-rules#2

> 照新标准算。
"""
_CHECK = """
```check
- id: changed-c1
  type: truefalse
  stem: 起付标准有变。
  page: deductible
  answer: true
  because_true: 对，有变。
  because_false: 有变。
  explanation: 有变。
```
"""
_QUIZ = """\
id: change-abc
title: 变了什么
title_en: What changes
course: change-abc
size: 3
topics:
  - {id: changed, title: 变化, title_en: The change, draw: 3}
questions:
"""
_QUESTION = """\
  - id: changed-{n}
    topic: changed
    type: truefalse
    clauses: [city-rules#1]
    pages: [changed#deductible]
    stem: 起付标准有变，第{n}问。
    answer: true
    because_true: 有变。
    because_false: 有变。
    explanation: 有变。
"""


def unit_texts(*, with_check: bool = False, with_quiz: bool = False) -> dict[str, str]:
    """The small library with a delta unit of one lesson, to be acknowledged unless it ends with a quiz."""
    texts = {
        **quiz_texts(),
        UNIT_PATH: _COURSE.format(
            unit=UNIT, audience="employee", form="standard", quiz=UNIT if with_quiz else ""
        ),
        UNIT_LESSON_PATH: _LESSON + (_CHECK if with_check else ""),
    }
    if with_quiz:
        texts[UNIT_QUIZ_PATH] = _QUIZ + "".join(_QUESTION.format(n=n) for n in range(1, 4))
    return texts


def easy_unit_texts() -> dict[str, str]:
    """The same with the unit for retirees."""
    texts = unit_texts()
    del texts[UNIT_PATH], texts[UNIT_LESSON_PATH]
    head = _COURSE.format(unit=EASY_UNIT, audience="retiree", form="easy", quiz="")
    return {
        **texts,
        f"content/courses/{EASY_UNIT}/course.yaml": head,
        f"content/courses/{EASY_UNIT}/01-changed.md": _LESSON,
    }
