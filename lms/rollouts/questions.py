"""Questions on exactly what a change has changed, drafted from its typed differences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FIGURE = re.compile(r"(?<![\d.月])\d[\d,.]*\s*(?:[%％元倍日天]|个百分点|个工作日|个月|万元)")
"""A number with its unit as people write it, but not the day of a date (11月30日)."""
LEAST, MOST = 3, 5
"""Questions of a delta unit's quiz; with fewer there is none."""
Question = Mapping[str, object]


@dataclass(frozen=True)
class Part:
    """One difference as a page tells it.

    ``reference_old`` and ``reference_new`` are insides of ``[[…]]`` with the day they speak of, ``own`` the
    one for the reader's own city and status; all are empty for a clause. ``unit`` is the parameter's;
    ``corrected`` says that the old number was our own mistake.
    """

    slug: str
    title: str
    whom: str
    since: date | None
    old: str
    new: str
    reference_old: str
    reference_new: str
    own: str
    clauses: tuple[str, ...]
    may_be_scored: bool
    unit: str
    corrected: bool

    @property
    def is_value(self) -> bool:
        """True for a parameter's value, False for the words of a clause."""
        return bool(self.reference_new)

    @property
    def holds_figures(self) -> bool:
        """True of words with numbers in them: a lesson refers to numbers and does not repeat them."""
        return not self.is_value and bool(FIGURE.search(self.old + self.new))

    @property
    def begins(self) -> str:
        """From which day the new rule holds, in a sentence."""
        return f"从{long_day(self.since)}起按新的规定。" if self.since else "新的规定已经公布。"

    @property
    def key_sentence(self) -> str:
        """What the page comes down to."""
        when = f"从{long_day(self.since)}起，" if self.since else ""
        if self.is_value:
            return f"{when}{self.whom}，{self.title}变了。"
        if not self.new:
            return f"{when}这一条不再执行。"
        return f"{when}“{self.title}”这一条改了。" if self.old else f"{when}多了一条新的规定。"

    @property
    def statement(self) -> str:
        """The new rule as a statement that is right."""
        when = f"从{long_day(self.since)}起，" if self.since else "按新的规定，"
        if self.is_value:
            return f"{when}{self.whom}的{self.title}跟以前不一样了。"
        if self.holds_figures:
            return f"{when}“{self.title}”这一条跟以前不一样了。"
        return f"{when}{self.new}" if self.new else f"{when}这一条不再执行：{self.old}"

    def before_and_after(self) -> Iterator[tuple[str, str]]:
        """The rows old and new."""
        if self.is_value:
            if self.corrected:
                yield "更正", "我们以前讲的数字有误"
            else:
                yield "原规定", f"[[{self.reference_old}]]" if self.reference_old else "没有这一项"
            yield "现在" if self.corrected else "新规定", f"[[{self.reference_new}]]"
            yield "适用", self.whom
            return
        if self.holds_figures:
            yield "对照", "这一条里的数字变了，条文大意见这页内容的依据"
            return
        yield "原规定", self.old or "没有这一条"
        yield "新规定", self.new or "不再执行"


def questions(parts: Sequence[Part], course: str, *, has_old_readers: bool) -> list[Question]:
    """Three to five questions, the most telling first; none when fewer than three can be asked.

    *has_old_readers* leaves out questions with numbers to be compared.
    """
    scored = [part for part in parts if part.may_be_scored and part.clauses]
    kinds = (_value, _new_words, _from_when, _old_words, _for_whom)
    found = [
        question
        for kind in kinds
        for part in scored
        if not (has_old_readers and kind is _for_whom)
        for question in kind(part)
    ]
    if len(found) < LEAST:
        return []
    return [{"id": f"{course}-{number}", **one} for number, one in enumerate(found[:MOST], 1)]


def _asked(part: Part, kind: str) -> dict[str, object]:
    found: dict[str, object] = {"topic": "change", "type": kind, "clauses": list(part.clauses)}
    found["pages"] = [f"what-changed#{part.slug}"]
    if part.since:
        found["on"] = part.since.isoformat()
    return found


def _value(part: Part) -> Iterator[Question]:
    if not part.is_value:
        return
    parameters = {"new": part.reference_new}
    distractors = []
    if part.reference_old:
        parameters["old"] = part.reference_old
        distractors = [{"formula": "old", "because": "这是以前的数字。"}]
    when = f"从{long_day(part.since)}起，" if part.since else "按新的规定，"
    yield {
        **_asked(part, "numeric"),
        "stem": f"{when}{part.whom}的{part.title}是多少？",
        "unit": part.unit,
        "parameters": parameters,
        "formula": "new",
        "distractors": distractors,
        "explanation": "新的数字是[[new]]。",
    }


def _new_words(part: Part) -> Iterator[Question]:
    if not part.is_value and part.new and not part.holds_figures:
        yield _judged(part, part.statement, answer=True, because="这是新的规定。")


def _old_words(part: Part) -> Iterator[Question]:
    if not part.is_value and part.old and part.since and not part.holds_figures:
        stem = f"{long_day(part.since)}以后，仍然这样办：{part.old}"
        yield _judged(part, stem, answer=False, because="这是以前的规定。")


def _judged(part: Part, stem: str, *, answer: bool, because: str) -> Question:
    return {
        **_asked(part, "truefalse"),
        "stem": stem,
        "answer": answer,
        "because_true": because,
        "because_false": because,
        "explanation": part.begins,
    }


def _from_when(part: Part) -> Iterator[Question]:
    if part.since is None:
        return
    wrong = (part.since.replace(day=1) - timedelta(days=184), part.since + timedelta(days=365))
    options = [{"text": long_day(part.since), "right": True, "because": "就是这一天。"}]
    options += [{"text": long_day(day), "because": "不是这一天，再看一遍这一页。"} for day in wrong]
    yield {
        **_asked(part, "single"),
        "stem": f"“{part.title}”的新规定从哪天起执行？",
        "options": options,
        "explanation": part.begins,
    }


def _for_whom(part: Part) -> Iterator[Question]:
    if not part.whom:
        return
    stem = f"“{part.title}”这次的调整，涉及的是{part.whom}。"
    yield _judged(part, stem, answer=True, because=f"适用范围写得明白：{part.whom}。")


def long_day(day: date) -> str:
    """2027年1月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
