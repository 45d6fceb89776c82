"""Outlines of new texts: what every file of a kind has to say, to be filled in."""

from pathlib import PurePosixPath

_LESSON = """\
---
id: {lesson}
title: 标题
kind: policy
minutes: 3
---

# 第一页的标题 {{#first}}
@kind policy
@clauses 文件#条款

> 一句话说清这一页。

```check
- id: {lesson}-c1
  type: truefalse
  stem: 判断题的题干。
  page: first
  answer: true
  because_true: 为什么对。
  because_false: 为什么不对。
  explanation: 解析。
```
"""
_COURSE = """\
id: {folder}
title: 课程名
title_en: Title of the course
summary: 一句话简介
audiences: [employee]
kind: topic
form: standard
mandatory: false
goals: [学完能做什么]
quiz: {folder}
"""
_BANK = """\
id: {name}
title: 测验名
title_en: Title of the quiz
course: {name}
size: 1
topics:
  - {{id: first, title: 知识点, title_en: Topic, draw: 1}}
questions:
  - id: {name}-01
    topic: first
    type: truefalse
    clauses: []
    pages: []
    stem: 题干。
    answer: true
    because_true: 为什么对。
    because_false: 为什么不对。
    explanation: 解析。
"""
_POLICY = """\
id: {name}
title: 文件全称
short: 简称
title_en: Title of the document
issuer: 发文机关
number: 文号
region: 全国
issued_on: null
effective_on: null
source: {{title: 来源, url: ''}}
mark: single
checked_on: {today}
clauses:
  - {{key: '1', article: 第一条, title: 小标题, text: 条款的意思。}}
"""
_PARAMETERS = """\
- name: {name}.example
  label: 指标名
  label_en: Name of the figure
  unit: yuan
  explain: 这个数是什么
  fallback: false
  values:
    - region: 全国
      status: any
      from: null
      value: 0
      source: {{title: 来源}}
      mark: single
      checked_on: {today}
"""


def outline(path: str, today: str) -> str:
    """The outline for a new file; empty for a kind of file of which there is one only."""
    file = PurePosixPath(path)
    kinds = {"policies": _POLICY, "parameters": _PARAMETERS, "quizzes": _BANK}
    if file.name == "course.yaml":
        text = _COURSE
    else:
        text = _LESSON if file.suffix == ".md" else kinds.get(file.parent.name, "")
    lesson = file.stem.lstrip("0123456789-") or file.stem
    return text.format(lesson=lesson, folder=file.parent.name, name=file.stem, today=today)
