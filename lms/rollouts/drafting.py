"""Drafts the delta unit of a change: files of an ordinary course, in Chinese like any other, to be edited."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from lms.policies.queries import Policies
from lms.policies.rules import ANY, NATION, Clause, Level, Parameter
from lms.rollouts.models import How
from lms.rollouts.questions import FIGURE, Part, long_day, questions
from lms.rollouts.rules import numbers_in
from lms.rollouts.typed import CLAUSE, TypedItem

EASY = "easy"
LEAST_MINUTES, MOST_MINUTES = 3, 5
MOST_PARTS = 6
"""Differences that get a page of their own; a unit is a micro-course of 3–5 minutes, not the document."""
STATUSES: Mapping[str, str] = {"in_service": "在职职工", "retired": "退休人员", ANY: "职工医保参保人"}
LEVELS: Mapping[str, str] = {
    Level.COMMUNITY: "社区医院",
    Level.OTHER: "其他定点医院",
    Level.PRIMARY: "一级医院",
    Level.SECONDARY: "二级医院",
    Level.TERTIARY: "三级医院",
}


@dataclass(frozen=True)
class Unit:
    """What a delta unit is about: its name, title, document, form, and whether it is tested.

    ``title`` is the change's; one with numbers in it is not repeated, because a lesson refers to numbers.
    """

    name: str
    title: str
    document: str
    audiences: tuple[str, ...]
    form: str
    tested: bool


def unit_name(change_key: str, *, easy: bool) -> str:
    """Id of a change's delta unit, which is the name of a course."""
    return f"change-{change_key.lower()}" + (f"-{EASY}" if easy else "")


def draft(unit: Unit, differences: Sequence[TypedItem], policies: Policies) -> dict[str, str]:
    """Path → text of the files of a delta unit.

    A difference whose clause or parameter is gone from *policies* is left out.
    There is a quiz when the unit is to be tested and three questions or more rest on what may be scored.
    """
    if FIGURE.search(unit.title):
        unit = replace(unit, title=policies.documents[unit.document].short)
    drawn = [part for one in differences if (part := _part(unit.document, one, policies))]
    parts = [_referring(part, drawn) for part in drawn][:MOST_PARTS]
    asked = questions(parts, unit.name, has_old_readers=unit.form == EASY) if unit.tested else []
    folder = f"content/courses/{unit.name}"
    files = {
        f"{folder}/course.yaml": _course(unit, tested=bool(asked)),
        f"{folder}/01-what-changed.md": _lesson(unit, parts, policies),
    }
    if asked:
        files[f"quizzes/{unit.name}.yaml"] = _bank(unit, asked)
    return files


def quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return json.dumps(text, ensure_ascii=False)


def _part(document: str, one: TypedItem, policies: Policies) -> Part | None:
    first = next((key for key in policies.clauses if key.partition("#")[0] == document), "")
    if one.kind == CLAUSE:
        clause = policies.clauses.get(one.item)
        return _clause_part(one, clause) if clause else None
    parameter = policies.parameters.get(one.item)
    return _value_part(one, parameter, policies, first) if parameter and one.new else None


def _referring(part: Part, parts: Sequence[Part]) -> Part:
    """A clause whose words refer to the numbers that the same change sets, in place of holding them."""
    if part.is_value:
        return part
    known = {
        (Decimal(number), one.unit): reference
        for one in parts
        for number, reference in ((one.old, one.reference_old), (one.new, one.reference_new))
        if reference
    }
    return replace(part, old=_with_references(part.old, known), new=_with_references(part.new, known))


def _with_references(text: str, known: Mapping[tuple[Decimal, str], str]) -> str:
    for found, value, units in numbers_in(text):
        reference = next((known[value, unit.value] for unit in units if (value, unit.value) in known), "")
        if reference:
            text = re.sub(rf"(?<![\d.,]){re.escape(found)}", f"[[{reference}]]", text)
    return text


def _clause_part(one: TypedItem, clause: Clause) -> Part:
    return Part(
        slug=clause.key.partition("#")[2],
        title=clause.title,
        whom="",
        since=one.since or (clause.document.effective_on if one.how is How.NEW else None),
        old=one.old,
        new=one.new,
        reference_old="",
        reference_new="",
        own="",
        clauses=(clause.key,),
        may_be_scored=clause.mark.may_be_scored,
        unit="",
        corrected=False,
    )


def _value_part(one: TypedItem, parameter: Parameter, policies: Policies, first: str) -> Part | None:
    same = [
        value
        for value in parameter.values
        if (value.region, value.status, value.level) == (one.region, one.status, one.level)
    ]
    new = next((value for value in same if value.since == one.since), None)
    place = policies.regions[one.region].name
    if new is None:
        return None
    options = f"region={place} status={one.status}" + (f" level={one.level}" if one.level != ANY else "")
    before = new.starts - timedelta(days=1)
    return Part(
        slug="-".join(part for part in (one.item, one.region, one.status, one.level) if part != ANY)
        .replace(".", "-")
        .replace("_", "-"),
        title=parameter.label,
        whom=_whom(place, one.region, one.status) + (LEVELS.get(one.level, "") and f"，{LEVELS[one.level]}"),
        since=new.since,
        old=one.old,
        new=one.new,
        reference_old=f"{one.item} {options} on={before}" if one.old and one.how is How.NEW else "",
        reference_new=f"{one.item} {options} on={new.starts}",
        own=one.item + (f" level={one.level}" if one.level != ANY else ""),
        clauses=(new.clause or first,) if new.clause or first else (),
        may_be_scored=new.mark.may_be_scored,
        unit=parameter.unit.value,
        corrected=one.how is How.CORRECTED,
    )


def _whom(place: str, code: str, status: str) -> str:
    where = "全国" if code == NATION else f"在{place}参保的"
    return where + STATUSES[status]


def _course(unit: Unit, *, tested: bool) -> str:
    audiences = ", ".join(unit.audiences)
    return f"""\
id: {unit.name}
title: {quoted(f"规定有变：{unit.title}")}
title_en: {quoted("What has changed: " + unit.name.removeprefix("change-").removesuffix(f"-{EASY}").upper())}
summary: 变了什么、从什么时候起、对您意味着什么。
audiences: [{audiences}]
kind: delta
form: {unit.form}
mandatory: true
goals:
  - 说得出哪条规定变了、从哪天起
  - 知道这对自己意味着什么、要做什么
quiz: {unit.name if tested else "''"}
"""


def _lesson(unit: Unit, parts: Sequence[Part], policies: Policies) -> str:
    minutes = min(MOST_MINUTES, max(LEAST_MINUTES, len(parts) + 1))
    pages = [*(_page(part) for part in parts), _for_you(parts), _to_do(unit, parts, policies)]
    return f"""\
---
id: what-changed
title: {quoted(f"变了什么：{unit.title}")}
kind: policy
minutes: {minutes}
---

{"".join(f"{page}{chr(10)}" for page in pages)}```check
{_check(parts)}```
"""


def _page(part: Part) -> str:
    return f"""\
# {part.title} {{#{part.slug}}}
@kind policy
@clauses {", ".join(part.clauses)}

> {part.key_sentence}

{"".join(f"- **{term}** {text}{chr(10)}" for term, text in part.before_and_after())}"""


def _for_you(parts: Sequence[Part]) -> str:
    lines = [f"- **{part.title}** [[{part.own}]]" for part in parts if part.own]
    lines += [f"- **{part.title}** {part.begins}" for part in parts if not part.own]
    whom = "；".join(dict.fromkeys(part.whom for part in parts if part.whom))
    concerned = f"这次调整涉及{whom}。" if whom else "这次调整涉及职工医保参保人。"
    return f"""\
# 对您意味着什么 {{#for-you}}
@kind policy
@clauses {", ".join(_all_clauses(parts))}

> 先看自己是不是在里面，再看从哪天起。

{concerned}下面是您参保地的情况：

{chr(10).join(dict.fromkeys(lines))}
"""


def _to_do(unit: Unit, parts: Sequence[Part], policies: Policies) -> str:
    short = policies.documents[unit.document].short
    return f"""\
# 您要做什么 {{#to-do}}
@kind practice
@clauses {", ".join(_all_clauses(parts))}

> 记住日期，按新的规定办。

- **记住** {_first_day(parts)}
- **核对** 具体怎么办，以参保地医保部门的规定为准
- **问人** 拿不准的，先问人事，再动手办

依据是{short}，每页下面都列着出处。
"""


def _first_day(parts: Sequence[Part]) -> str:
    days = sorted({part.since for part in parts if part.since})
    return f"新的规定从{long_day(days[0])}起执行" if days else "新的规定已经公布，哪天起执行以参保地为准"


def _all_clauses(parts: Sequence[Part]) -> list[str]:
    return list(dict.fromkeys(clause for part in parts for clause in part.clauses))


def _check(parts: Sequence[Part]) -> str:
    """One unscored statement to judge, on the first difference."""
    part = parts[0]
    return f"""\
- id: what-changed-c1
  type: truefalse
  stem: {quoted(part.statement)}
  page: {part.slug}
  answer: true
  because_true: {quoted("这就是新的规定。")}
  because_false: {quoted("这正是新的规定，再看一遍这一页。")}
  explanation: {quoted(part.begins)}
"""


def _bank(unit: Unit, asked: Sequence[Mapping[str, object]]) -> str:
    def entries() -> Iterator[str]:
        for question in asked:
            body = "\n".join(f"    {key}: {_yaml(value)}" for key, value in question.items())
            yield "  -" + body[3:]

    return f"""\
id: {unit.name}
title: {quoted(f"规定有变：{unit.title}")}
title_en: {quoted("What has changed")}
course: {unit.name}
size: {len(asked)}
topics:
  - {{id: change, title: 这次变了什么, title_en: What has changed, draw: {len(asked)}}}
questions:
{chr(10).join(entries())}
"""


def _yaml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
