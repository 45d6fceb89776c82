"""The columns of a staff list: how headers are called, which words its cells know, the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from re import compile as pattern

from lms.people.models import Audience, PersonState, ReachBy, Status
from lms.people.rules import plain

CLEARS = "-"
"""Typed into a cell, it takes away what is stored; an empty cell leaves it."""
EARLIEST = date(1940, 1, 1)
"""Nobody who is trained was hired before."""


_ALSO: Mapping[str, str] = {
    "number": "员工编号 员工号 编号 staffno staffnumber employeeid",
    "name": "名字 员工姓名 fullname",
    "department": "所属部门 部门名称 组织 unit dept",
    "city": "参保城市 城市 region insuredcity cityofinsurance",
    "audience": "类别 人员类型 audience",
    "hired_on": "入职时间 hiredate hired startdate",
    "state": "人员状态 在职状态 status",
    "email": "电子邮箱 邮件 电子邮件 mail emailaddress",
    "phone": "手机号 手机号码 联系电话 mobilenumber mobilephone",
    "id_number": "身份证 身份证号码 证件号码 identitynumber identitycard",
    "wecom_id": "企业微信 企微账号 wecom",
    "address": "地址 邮寄地址 家庭住址 住址 mailingaddress",
    "reach": "通知方式 怎么联系 联系偏好 reach preferredcontact",
    "head": "负责人 是否负责人 是否部门负责人 headofdept",
}
"""Other headers that are met with, folded."""


@dataclass(frozen=True)
class Column:
    """A column under its name here, and under those it may have in a file.

    ``needed`` tells whether somebody new must have it; ``clears`` whether it can be taken away again.
    """

    name: str
    chinese: str
    english: str
    example: tuple[str, str]
    needed: bool = False
    clears: bool = False

    @property
    def headers(self) -> frozenset[str]:
        """Headers that mean this column, folded."""
        return frozenset(map(folded, (self.name, self.chinese, self.english, *_ALSO[self.name].split())))


@lru_cache(maxsize=256)
def folded(header: str) -> str:
    """A header, or a word of a closed set, without what does not matter.

    That is spaces, case, width, and the star of a column that must be filled.
    """
    return plain(header).lower().strip("*:").replace("_", "").replace("-", "")


COLUMNS: tuple[Column, ...] = (
    Column("number", "工号", "Employee number", ("20481", "20481"), needed=True),
    Column("name", "姓名", "Name", ("林晓", "Lin Xiao"), needed=True),
    Column("department", "部门", "Department", ("生产制造部/总装车间", "Production/Assembly"), needed=True),
    Column("city", "参保地", "Insured in", ("北京", "110000"), needed=True),
    Column("audience", "人员类别", "Category", ("职工", "employee"), needed=True),
    Column("hired_on", "入职日期", "Hired on", ("2026-11-16", "2026-11-16"), needed=True),
    Column("state", "状态", "State", ("在职", "active")),
    Column("email", "邮箱", "Email", ("linxiao@example.com", "linxiao@example.com"), clears=True),
    Column("phone", "手机", "Mobile", ("13800000013", "13800000013"), clears=True),
    Column("id_number", "身份证号", "ID number", ("11010519491231002X", "11010519491231002X"), clears=True),
    Column("wecom_id", "企业微信账号", "WeCom ID", ("linxiao", "linxiao"), clears=True),
    Column(
        "address",
        "通信地址",
        "Postal address",
        ("北京市朝阳区安苑路8号3号楼201", "201, Building 3, 8 Anyuan Road, Beijing"),
        clears=True,
    ),
    Column("reach", "联系方式", "How to reach", ("手机查看", "phone app")),
    Column("head", "部门负责人", "Head of department", ("否", "no")),
)
"""In the order of the template."""
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
_BY_HEADER = {header: column.name for column in COLUMNS for header in column.headers}

_AUDIENCES = {
    Audience.HR: "人事 人事专员 hr",
    Audience.EMPLOYEE: "职工 在职职工 员工 employee staff",
    Audience.RETIREE: "退休 退休职工 退休人员 retired retiree",
}
AUDIENCES = {word: audience for audience, words in _AUDIENCES.items() for word in words.split()}
"""Word in a file, folded → audience."""
_STATES = {
    (PersonState.ACTIVE, Status.IN_SERVICE): "在职 在岗 active employed inservice",
    (PersonState.ACTIVE, Status.RETIRED): "退休 retired",
    (PersonState.LEFT, None): "离职 离开 left resigned terminated",
}
STATES = {word: state for state, words in _STATES.items() for word in words.split()}
"""Word in a file, folded → whether the person belongs to the organisation, and as what."""
_WAYS = {
    ReachBy.APP: "手机查看 手机 app phoneapp",
    ReachBy.SMS: "短信 sms text textmessage",
    ReachBy.LETTER: "信件 信 寄信 letter post",
    ReachBy.CALL: "电话 打电话 call telephone",
}
WAYS = {word: way for way, words in _WAYS.items() for word in words.split()}
"""Word in a file, folded → how somebody wants to be told."""
ANSWERS = dict.fromkeys(["是", "yes", "y", "true", "1"], True) | dict.fromkeys(
    ["否", "no", "n", "false", "0"], False
)
"""Word in a file, folded → answer."""

_DATE = pattern(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:0{1,2}:00(?::00)?)?")
_COMPACT = pattern(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Layout:
    """Which column of a file is which: name → place, and what is wrong with its header line."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...]


def layout(header: Sequence[str]) -> Layout:
    """Make out the columns of a file. Of columns that are there twice, the first is meant."""
    named = [(_BY_HEADER.get(folded(text)), place) for place, text in enumerate(header) if text]
    unknown = tuple(header[place] for name, place in named if name is None)
    known = sorted((name, place) for name, place in named if name)
    together = {name: [place for _, place in group] for name, group in groupby(known, lambda one: one[0])}
    doubled = tuple(name for name, places in together.items() if len(places) > 1)
    return Layout({name: places[0] for name, places in together.items()}, unknown, doubled)


def day_of(text: str) -> date | None:
    """The day that a text names in one of the ways it is written in China; ``None`` when it names none."""
    found = _DATE.fullmatch(plain(text)) or _COMPACT.fullmatch(plain(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def template(language: str) -> tuple[list[str], list[str]]:
    """Headers and an example row, in Chinese for ``zh`` and else in English; needed columns have a star."""
    chinese = language == "zh"
    headers = [
        (column.chinese if chinese else column.english) + ("*" if column.needed else "") for column in COLUMNS
    ]
    return headers, [column.example[0 if chinese else 1] for column in COLUMNS]
