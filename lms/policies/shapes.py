"""What the files of regions, policies and parameters must look like."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lms.library.yaml import Shape
from lms.policies.rules import Level, Mark, Unit

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Words = Annotated[str, Field(min_length=1)]


def _whole_address(url: str | None) -> str | None:
    if url and not url.startswith("https://") and not url.startswith("http://"):
        raise ValueError("https://…")
    return url


Address = Annotated[str | None, AfterValidator(_whole_address)]


class RegionShape(Shape):
    """A line of the list of regions."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    name: Words
    name_en: Words
    level: Literal["nation", "province", "city"]
    parent: str | None


class SourceShape(Shape):
    """Where something was read."""

    title: Words
    number: str | None = ""
    url: Address = ""


class DocumentShape(Shape):
    """A policy document without its clauses."""

    id: Key
    title: Words
    short: Words
    title_en: Words
    issuer: Words
    number: str | None = ""
    region: Words
    issued_on: date | None
    effective_on: date | None
    source: SourceShape
    mark: Mark
    checked_on: date
    clauses: list[object]


class WordingShape(Shape):
    """Words that a clause had before, and the last day on which they held."""

    until: date
    text: Words


class ClauseShape(Shape):
    """A clause: its latest wording, those before it, and its end."""

    key: Key
    article: Words
    title: Words
    text: Words
    mark: Mark | None = None
    since: Annotated[date | None, Field(alias="from")] = None
    earlier: list[WordingShape] = Field(default_factory=list)
    repealed_on: date | None = None


class ValueShape(Shape):
    """One dated, regional, cited value."""

    region: Words
    status: Literal["in_service", "retired", "any"]
    level: Level = Level.ANY
    since: Annotated[date | None, Field(alias="from")]
    value: Decimal
    clause: str | None = ""
    source: SourceShape
    mark: Mark
    checked_on: date


class ParameterShape(Shape):
    """A parameter with its values. ``at_most`` is for a number that may be greater than its unit suggests."""

    name: Key
    label: Words
    label_en: Words
    unit: Unit
    explain: Words
    fallback: bool
    at_most: Decimal | None = None
    values: Annotated[list[object], Field(min_length=1)]
