"""The training year in words: what entries, duties and money are called."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.planning.rules import Category, DutyKind, EntryKind, EntryState
from lms.web.calendar_items import Item
from lms.web.languages import chosen

ENTRIES: Mapping[EntryKind, LazyString] = {
    EntryKind.THEME: lazy_gettext("Theme of the year"),
    EntryKind.STANDING: lazy_gettext("Standing date"),
    EntryKind.OWN: lazy_gettext("Our own"),
}
STATES: Mapping[EntryState, LazyString] = {
    EntryState.PLANNED: lazy_gettext("Planned"),
    EntryState.DONE: lazy_gettext("Done"),
    EntryState.DROPPED: lazy_gettext("Dropped"),
}
DUTIES: Mapping[DutyKind, LazyString] = {
    DutyKind.LEAD: lazy_gettext("Leads the group"),
    DutyKind.HR: lazy_gettext("HR"),
    DutyKind.IT: lazy_gettext("IT"),
    DutyKind.EXPERT: lazy_gettext("Expert"),
    DutyKind.AUTHORITY: lazy_gettext("Contact at the insurance authority"),
    DutyKind.MEMBER: lazy_gettext("Member"),
}
ABOUT_DUTIES: Mapping[DutyKind, LazyString] = {
    DutyKind.LEAD: lazy_gettext("The head of HR, who answers for the plan and the reports"),
    DutyKind.HR: lazy_gettext("Prepares content, surveys and workshops, and keeps the plan"),
    DutyKind.IT: lazy_gettext("Supports the online platform"),
    DutyKind.EXPERT: lazy_gettext("Explains policies at lectures and workshops"),
    DutyKind.AUTHORITY: lazy_gettext("Gives authoritative explanations, and receives the quarterly report"),
    DutyKind.MEMBER: lazy_gettext("Takes part as agreed"),
}
CATEGORIES: Mapping[Category, LazyString] = {
    Category.EXPERT: lazy_gettext("Fees of experts"),
    Category.DEVELOPMENT: lazy_gettext("Making online courses"),
    Category.MATERIALS: lazy_gettext("Printed material"),
    Category.OTHER: lazy_gettext("Other costs"),
}
_ENDS: Mapping[str, LazyString] = {
    "done": lazy_gettext("Done"),
    "dropped": lazy_gettext("Dropped"),
    "cancelled": lazy_gettext("Cancelled"),
}


def digits(value: Decimal) -> str:
    """1,234.50; whole amounts without what follows the point."""
    return f"{value:,.2f}".removesuffix(".00")


def amount(value: Decimal) -> str:
    """The same with its unit."""
    return str(gettext("%(number)s yuan", number=digits(value)))


def month_name(year: int, month: int) -> str:
    """2027年4月 / April 2027."""
    return f"{date(year, month, 1):%B %Y}" if chosen() == "en" else f"{year}年{month}月"


def state_tag(item: Item) -> tuple[str, str, str] | None:
    """Word, kind of tag and icon for how something in a calendar stands; ``None`` when nothing is to say."""
    if item.late:
        late = ngettext("%(num)s day past its date", "%(num)s days past its date", item.late)
        return str(late), "bad", "clock"
    if item.state:
        return str(_ENDS[item.state]), *({"done": ("done", "done")}.get(item.state, ("plain", "cross")))
    return None
