"""The least library without faults: one place with a rule of its own, one lesson, one quiz."""

from collections.abc import Mapping
from pathlib import Path

REGIONS = """\
- {code: "000000", name: 全国, name_en: Nationwide, level: nation, parent: null}
- {code: "110000", name: 北京, name_en: Beijing, level: city, parent: 全国}
"""
POLICY = """\
id: city-rules
title: 北京市门诊待遇规定
short: 门诊规定
title_en: Outpatient rules
issuer: 北京市医疗保障局
region: 北京
issued_on: 2025-01-01
effective_on: 2025-01-01
source: {title: 北京市医疗保障局网站}
mark: law
checked_on: 2026-11-21
clauses:
  - {key: '1', article: 第一条, title: 起付标准, text: 超过起付标准的部分才报。}
  - {key: '2', article: 第二条, title: 凭证, text: 看病要出示凭证。}
"""
PARAMETERS = """\
- name: outpatient.deductible
  label: 门诊起付标准
  label_en: Outpatient deductible
  unit: yuan_per_year
  explain: 先由自己承担的部分
  fallback: false
  values:
    - region: 北京
      status: in_service
      from: 2025-01-01
      value: 1800
      clause: city-rules#1
      source: {title: 北京市医疗保障局网站}
      mark: law
      checked_on: 2026-11-21
"""
COURSE = """\
id: basics
title: 看病报销入门
title_en: First steps
summary: 一节课
audiences: [employee]
kind: onboarding
form: standard
mandatory: true
goals: [知道先付多少]
quiz: basics
"""
LESSON = """\
---
id: outpatient
title: 门诊怎么报
kind: policy
minutes: 3
---

# 先过起付标准 {#deductible}
@kind policy
@clauses city-rules#1

> 先自己付，超过才报。

起付标准是[[outpatient.deductible]]。

# 带好凭证 {#card}
@kind practice
@clauses city-rules#2

> 看病出示凭证。

```check
- id: outpatient-c1
  type: truefalse
  stem: 第一次看病就能全报。
  page: deductible
  answer: false
  because_true: 要先过起付标准。
  because_false: 对，要先过起付标准。
  explanation: 先自己付，超过才报。
```
"""
QUIZ = """\
id: basics
title: 入门测验
title_en: First quiz
course: basics
size: 1
topics:
  - {id: claims, title: 报销, title_en: Claims, draw: 1}
questions:
  - id: basics-01
    topic: claims
    type: truefalse
    clauses: [city-rules#1]
    pages: [outpatient#deductible]
    stem: 超过起付标准的部分才报。
    answer: true
    because_true: 对。
    because_false: 先自己付，超过才报。
    explanation: 先自己付，超过才报。
  - id: basics-02
    topic: claims
    type: numeric
    clauses: [city-rules#1]
    pages: [outpatient#deductible]
    stem: 小李花了{cost}元，超过起付标准多少？
    unit: yuan
    given: {cost: ['5000']}
    parameters:
      deductible: outpatient.deductible region=北京 status=in_service
    formula: cost - deductible
    explanation: 减去[[deductible]]。
"""
REGIONS_PATH, POLICY_PATH = "content/regions.yaml", "content/policies/city-rules.yaml"
PARAMETERS_PATH = "content/parameters/outpatient.yaml"
COURSE_PATH, LESSON_PATH = "content/courses/basics/course.yaml", "content/courses/basics/01-outpatient.md"
QUIZ_PATH = "quizzes/basics.yaml"
TEXTS: Mapping[str, str] = {
    REGIONS_PATH: REGIONS,
    POLICY_PATH: POLICY,
    PARAMETERS_PATH: PARAMETERS,
    COURSE_PATH: COURSE,
    LESSON_PATH: LESSON,
    QUIZ_PATH: QUIZ,
}
"""Path → text."""


def with_change(path: str, old: str, new: str) -> dict[str, str]:
    """The small library with one place of one file written differently."""
    assert TEXTS[path].count(old) == 1, f"{old!r} stands {TEXTS[path].count(old)} times in {path}"
    return {**TEXTS, path: TEXTS[path].replace(old, new)}


def written(folder: Path, texts: Mapping[str, str] = TEXTS) -> Path:
    """Write a library below *folder*, which is given back."""
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
