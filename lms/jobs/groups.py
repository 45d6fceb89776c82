"""What is said in a group, before it takes the shape that one service wants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from lms.notifications.group_posts import Mention


@dataclass(frozen=True)
class GroupText:
    """A post in words. ``link`` is a whole address, ``action`` what one does there."""

    title: str
    text: str
    link: str
    action: str
    mentions: Sequence[Mention] = ()


WriteGroup: TypeAlias = Callable[[str, Mapping[str, Any]], GroupText]
"""Puts a post of a topic with its facts into words."""


def with_keyword(text: GroupText, keyword: str) -> GroupText:
    """The post with the word that a robot wants to find in it."""
    if not keyword or keyword in f"{text.title}\n{text.text}":
        return text
    return replace(text, text=f"{keyword} · {text.text}")


_MARKS = str.maketrans("[]<>*_`#", "［］＜＞＊＿｀＃")


def unmarked(text: str) -> str:
    """*text* with nothing in it that these services would take for markup; none of them has an escape."""
    return text.translate(_MARKS)
