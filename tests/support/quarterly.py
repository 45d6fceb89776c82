"""Reports with invented numbers, and the quarter that tests report about. Needs an application context."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import select, text

from lms.kernel.clock import china_date
from lms.kernel.database import is_postgresql, session, snapshot, unit_of_work
from lms.kernel.quarters import Quarter
from lms.quarterly.gathering import gather
from lms.quarterly.models import FREEZING, Report
from lms.quarterly.operations import Act, content, put, sign
from lms.quarterly.queries import draft, signed_before
from lms.quarterly.rules import digest
from lms.quarterly.shapes import (
    NO_ANSWERS,
    NOTHING,
    Asked,
    Budget,
    Change,
    Cost,
    Event,
    Figures,
    Group,
    Mean,
    Need,
    Papers,
    Part,
    Step,
    Topic,
    Wording,
)

QUARTER = Quarter(2026, 4)
DRAFTED = datetime(2027, 1, 4, 1, 30, tzinfo=UTC)
"""The first workday after it, half past nine in China."""
BY_ITSELF = Act(None, DRAFTED)
WORDS = {
    "zh_Hans": Wording(sentence="一句话。", steps=(Step(title="继续"),)),
    "en": Wording(sentence="One sentence.", steps=(Step(title="Go on"),)),
}


def part(some: int, all_of_them: int) -> Part:
    """A share."""
    return Part(part=some, whole=all_of_them)


PAPERS = Papers(people=650, bins=(38, 61, 104, 243, 254), first=part(497, 700), final=part(678, 700))


def topic(name: str, percent: int) -> Topic:
    """A topic of which so many in a hundred were right."""
    return Topic(
        topic=name, title=f"知识点{name}", title_en=f"Topic {name}", right=part(percent, 100), people=40
    )


def change(day: int, *, tasks: Part, people: Part | None) -> Change:
    """A change registered on a day of October."""
    return Change(
        key=f"C{day}",
        title=f"{day}日的变化",
        registered_on=date(2026, 10, day),
        refresh_due=date(2026, 10, day + 7),
        delivery_due=date(2026, 10, day + 14),
        tasks=tasks,
        people=people,
    )


def group(name: str, people: int | None) -> Group:
    """A group of which a half is done; ``None``: withheld."""
    half = None if people is None else part(people // 2, people)
    satisfied = Mean(n=12, invited=20, mean=Decimal("4.5"), csat=Decimal("0.9"), nps=Decimal(40))
    return Group(
        group=name,
        people=people,
        done=half,
        first=half,
        final=half,
        satisfied=None if people is None else satisfied,
    )


def figures(**more: object) -> Figures:
    """A quarter in which everything happened."""
    usual: dict[str, object] = {
        "quarter": str(QUARTER),
        "end": QUARTER.last,
        "until": DRAFTED,
        "required": part(598, 720),
        "before": part(79, 100),
        "excused": 6,
        "left": 4,
        "assisted": part(61, 900),
        "papers": PAPERS,
        "satisfaction": Mean(n=312, invited=400, mean=Decimal("4.51"), csat=Decimal("0.88"), nps=Decimal(41)),
        "changes": (
            change(1, tasks=part(9, 9), people=part(91, 100)),
            change(2, tasks=part(5, 6), people=None),
        ),
        "topics": (topic("a", 68), topic("b", 93)),
        "weakest_before": "a",
        "groups": (group("employee", 702), group("new", 24), group("hr", None), group("retiree", 100)),
        "needs": (
            Need(key="n", title="怎么报大病", quarter="2026-Q3", raised=31, state="done", result="basics",
                 result_title="基础", note=""),
        ),
        "asked": (Asked(topic="b", title="家庭共济", title_en="Family", questions=80, comments=6),),
        "events": (Event(key="e", kind="lecture", title="讲座", on=date(2026, 10, 30), came=86),
                   Event(key="", kind="home_visit", title="", on=date(2026, 11, 3), came=3, times=3)),
        "budget": Budget(per_head=Decimal(80), heads=820, total=Decimal(65600), planned=Decimal(100),
                         spent=Decimal("41.5"),
                         lines=(Cost(category="expert", planned=Decimal(100), spent=Decimal("41.5")),)),
        "plan": part(7, 8),
    }  # fmt: skip
    return Figures.model_validate({**usual, **more})


def nothing(**more: object) -> Figures:
    """A quarter in which nothing happened."""
    empty: dict[str, object] = {
        "required": NOTHING, "before": NOTHING, "excused": 0, "left": 0, "assisted": NOTHING,
        "papers": Papers(people=0, bins=(0, 0, 0, 0, 0), first=NOTHING, final=NOTHING),
        "satisfaction": NO_ANSWERS, "changes": (), "topics": (), "weakest_before": "", "groups": (),
        "needs": (), "asked": (), "events": (), "budget": None, "plan": NOTHING,
    }  # fmt: skip
    return figures(**{**empty, **more})


def kept(found: Figures | None = None, quarter: Quarter = QUARTER) -> None:
    """A draft with these numbers."""
    with unit_of_work():
        put(quarter, found or figures(quarter=str(quarter)), BY_ITSELF)


def signed(actor_id: int, quarter: Quarter = QUARTER) -> str:
    """The draft signed as it is; returns its fingerprint."""
    report = draft(quarter)
    assert report is not None
    seen = digest(content(report, WORDS))
    with unit_of_work():
        return sign(quarter, WORDS, seen=seen, act=Act(actor_id, DRAFTED))


def gathered(quarter: Quarter = QUARTER, at: datetime = DRAFTED) -> Figures:
    """The numbers as the database has them."""
    session().rollback()
    with snapshot():
        return gather(quarter, at, signed_before(quarter))


def drafted(at: datetime) -> str:
    """The quarter that is over, with a draft that may be signed; as addresses name it."""
    quarter = Quarter.of(china_date(at)).previous
    kept(figures(quarter=str(quarter), end=quarter.last, until=at), quarter)
    return str(quarter)


def tampered() -> None:
    """Somebody gets past the database's refusal, changes what was signed, and covers it up."""
    session().rollback()
    drop = ["DROP TRIGGER quarterly_reports_frozen ON quarterly_reports"]
    if not is_postgresql():
        drop = [f"DROP TRIGGER quarterly_reports_frozen_{change}" for change in ("update", "delete")]
    for statement in drop:
        session().execute(text(statement))
    report = session().scalars(select(Report).order_by(Report.edition.desc()).limit(1)).one()
    report.figures = {**report.figures, "left": 0}
    session().flush()
    for statement in FREEZING["postgresql" if is_postgresql() else "sqlite"]:
        session().execute(text(statement))
    session().commit()
