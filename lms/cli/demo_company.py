"""The invented company of the demo: its departments, its people, and whose accounts are shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from lms.kernel.settings import DEMO_COMPANY
from lms.people.models import Audience, ReachBy, Status

SEED = 20261121
FIRST_NUMBER = 1001
"""Employee numbers count on from here."""
BEIJING, SHANGHAI, NANJING, HANGZHOU, GUANGZHOU, SHENZHEN = (
    "110000", "310000", "320100", "330100", "440100", "440300",
)  # fmt: skip

HR_DEPARTMENT, RETIREES = "人力资源部", "退休职工服务站"
_AT_MACHINES = ("总装车间", "包装车间", "仓储物流部")
"""Departments whose people have no address at work; they read what WeCom shows them."""


@dataclass(frozen=True)
class Unit:
    """A department with its people; the first of them is its head unless *head* names somebody else."""

    name: str
    parent: str
    cities: tuple[str, ...]
    people: str
    audience: Audience = Audience.EMPLOYEE
    head: str = ""

    @property
    def names(self) -> list[str]:
        """The people by name."""
        return self.people.split()


UNITS = (
    Unit(DEMO_COMPANY, "", (BEIJING,), "沈怀远 陆亦文"),
    Unit("研发中心", DEMO_COMPANY, (BEIJING,), "顾明澈 苏念慈"),
    Unit("平台研发部", "研发中心", (BEIJING, NANJING), "程予安 何书航 林栖梧 邵子轩 孟初晴 田浩宇"),
    Unit("硬件研发部", "研发中心", (SHENZHEN,), "罗启明 曾令和 冯一帆 温以宁"),
    Unit("测试与质量部", "研发中心", (NANJING,), "姚思齐 方知远 卢佳宁 袁可心"),
    Unit("生产制造部", DEMO_COMPANY, (NANJING,), "赵庆丰 钱立夏"),
    Unit("总装车间", "生产制造部", (NANJING,), "孙国梁 周铁军 吴长顺 郑满仓 王德厚 李春苗"),
    Unit("包装车间", "生产制造部", (NANJING,), "马玉梅 朱小凤 胡彩云 郭建业 何秋菊"),
    Unit("设备与安全部", "生产制造部", (NANJING,), "梁振东 宋安平 唐守诚 许立功"),
    Unit("销售与服务部", DEMO_COMPANY, (SHANGHAI,), "韩致远 蒋思源"),
    Unit("华北销售部", "销售与服务部", (BEIJING,), "魏东升 丁海宁 潘晓岚 任嘉树"),
    Unit("华东销售部", "销售与服务部", (SHANGHAI, HANGZHOU), "俞静姝 沈乐遥 施文博 金予诺"),
    Unit("华南销售部", "销售与服务部", (GUANGZHOU, SHENZHEN), "黄梓晴 陈嘉豪 梁思琪 麦志强"),
    Unit("客户服务部", "销售与服务部", (SHANGHAI,), "高雅琴 汪雨桐 石晓雯 夏知语"),
    Unit("供应链", DEMO_COMPANY, (HANGZHOU,), "白云舟"),
    Unit("采购部", "供应链", (HANGZHOU, SHANGHAI), "秦书瑶 江一舟 史梦洁"),
    Unit("仓储物流部", "供应链", (HANGZHOU, NANJING), "侯大勇 邱运来 龙小川"),
    Unit("职能部门", DEMO_COMPANY, (BEIJING,), "段思明"),
    Unit("财务部", "职能部门", (BEIJING,), "尹秋实 贺敏之 龚雪梅"),
    Unit("法务与行政部", "职能部门", (BEIJING, SHANGHAI), "万承宇 覃晓晓 严正清"),
    Unit("信息技术部", "职能部门", (BEIJING,), "莫云帆 傅星野 乔安然"),
    Unit(HR_DEPARTMENT, DEMO_COMPANY, (BEIJING,), "叶文瑾 章若兰", Audience.HR),
    Unit(
        "社保与薪酬组",
        HR_DEPARTMENT,
        (BEIJING, NANJING),
        "范晓静 彭佳怡 鲁思敏 葛春晖 毛雨欣 伍晓岚",
        Audience.HR,
    ),
    Unit(
        "招聘与培训组", HR_DEPARTMENT, (SHANGHAI, BEIJING), "董雪晴 祁向阳 余佳慧 杜亦凡 戴思远", Audience.HR
    ),
    Unit(
        "属地人事组",
        HR_DEPARTMENT,
        (NANJING, SHANGHAI, SHENZHEN, HANGZHOU, GUANGZHOU),
        "欧阳晓静 牛文丽 褚明月 薛子墨 岑晓峰",
        Audience.HR,
    ),
    Unit(
        RETIREES,
        DEMO_COMPANY,
        (NANJING, BEIJING, SHANGHAI),
        "陈桂芬 王秀珍 李淑琴 张德福 刘玉兰 杨金生 黄月娥 周永年 吴素贞 徐金根 "
        "孙巧云 马长河 朱凤英 胡宝林 郭秀兰 林水生 何翠英 高振华 罗福来 宋桂枝",
        Audience.RETIREE,
        head="牛文丽",
    ),
)


@dataclass(frozen=True)
class Newcomer:
    """Somebody hired so many days ago."""

    name: str
    unit: str
    city: str
    days_ago: int


NEWCOMERS = (
    Newcomer("周予涵", "平台研发部", BEIJING, 19),
    Newcomer("陈奕然", "总装车间", NANJING, 18),
    Newcomer("许诺言", "华东销售部", SHANGHAI, 17),
    Newcomer("张沐阳", "包装车间", NANJING, 16),
    Newcomer("刘可盈", "客户服务部", SHANGHAI, 15),
    Newcomer("王亦辰", "硬件研发部", SHENZHEN, 12),
    Newcomer("李念真", "财务部", BEIJING, 11),
    Newcomer("赵知行", "测试与质量部", NANJING, 9),
    Newcomer("吴佳禾", "采购部", HANGZHOU, 7),
    Newcomer("徐若溪", "华南销售部", GUANGZHOU, 5),
    Newcomer("林晓满", "平台研发部", BEIJING, 3),
    Newcomer("郑启航", "华北销售部", BEIJING, 1),
)

SHOWN: Mapping[str, str] = {
    "new-hire": "林晓满",
    "new-hire-first-sign-in": "郑启航",
    "new-hire-overdue": "许诺言",
    "employee-on-plan": "何书航",
    "employee-waiting-for-help": "李春苗",
    "hr": "董雪晴",
    "head-of-hr": "叶文瑾",
    "admin": "莫云帆",
    "retiree": "陈桂芬",
    "department-head": "顾明澈",
}
"""What an account shows → whose it is."""


WISHES: Mapping[str, ReachBy] = {
    "周永年": ReachBy.LETTER,
    "吴素贞": ReachBy.LETTER,
    "徐金根": ReachBy.LETTER,
    "孙巧云": ReachBy.CALL,
    "马长河": ReachBy.CALL,
    "朱凤英": ReachBy.SMS,
}
"""Who wants to hear of changes in another way than on the telephone's screen."""


@dataclass(frozen=True)
class Member:
    """Somebody of the company as they are entered."""

    number: str
    name: str
    unit: str
    audience: Audience
    city: str
    hired_on: date

    @property
    def status(self) -> Status:
        """Standing towards medical insurance."""
        return Status.RETIRED if self.audience is Audience.RETIREE else Status.IN_SERVICE

    @property
    def email(self) -> str:
        """Address in a domain that nobody can own; empty for some."""
        has_none = self.audience is Audience.RETIREE or self.unit in _AT_MACHINES
        return "" if has_none else f"e{self.number}@qiheng.example.com"

    @property
    def phone(self) -> str:
        """One of a hundred numbers that nobody was given; empty for some."""
        count = int(self.number) - FIRST_NUMBER
        is_known = count < 100 or self.audience is Audience.RETIREE
        return f"138000000{count % 100:02}" if is_known and count % 7 != 3 else ""

    @property
    def reach(self) -> ReachBy:
        """How this person wants to hear of changes."""
        return WISHES.get(self.name, ReachBy.APP)

    @property
    def address(self) -> str:
        """Where nobody lives; of those who want letters or visits."""
        is_known = self.audience is Audience.RETIREE and int(self.number) % 4
        return f"示例市虚构区演示路{int(self.number) % 100}号" if is_known else ""

    @property
    def wecom_id(self) -> str:
        """Account in WeCom; retirees have none, and some have not joined it."""
        has_none = self.audience is Audience.RETIREE or int(self.number) % 6 == 5
        return "" if has_none else f"qh{self.number}"


def members(today: date) -> list[Member]:
    """Everybody, in the order of their employee numbers; the same people whenever they are invented."""
    return [
        Member(str(FIRST_NUMBER + count), name, unit, audience, city, hired_on)
        for count, (name, unit, audience, city, hired_on) in enumerate(_people(today))
    ]


def _people(today: date) -> Iterator[tuple[str, str, Audience, str, date]]:
    random = Random(SEED)
    for unit in UNITS:
        years = (31, 42) if unit.audience is Audience.RETIREE else (1, 14)
        for count, name in enumerate(unit.names):
            hired_on = today - timedelta(days=random.randint(years[0] * 365, years[1] * 365))
            yield name, unit.name, unit.audience, unit.cities[count % len(unit.cities)], hired_on
    for one in NEWCOMERS:
        yield one.name, one.unit, Audience.EMPLOYEE, one.city, today - timedelta(days=one.days_ago)


def head_of(unit: Unit) -> str:
    """Name of the department's head."""
    return unit.head or unit.names[0]
