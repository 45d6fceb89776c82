"""Calendar rules in words: how often, and at which hour in China."""

from datetime import date

from babel.dates import format_skeleton
from flask_babel import get_locale, gettext, ngettext

from lms.kernel.cadences import Cadence, Often

_LEAP_YEAR = 2028
_MINUTE = 60


def cadence(rule: Cadence) -> str:
    """When something is due, for example ``daily at 08:30``."""
    if rule.often is Often.SECONDS:
        return _interval(rule.seconds)
    clock = f"{rule.hour:02}:{rule.minute:02}"
    if rule.often is Often.DAY:
        return str(gettext("daily at %(time)s", time=clock))
    if rule.often is Often.DAYS_AFTER:
        days = " / ".join(map(str, rule.days))
        return str(gettext("daily at %(time)s, for what lies %(days)s days back", time=clock, days=days))
    if rule.often is Often.MONTH:
        return str(gettext("on the first workday of every month at %(time)s", time=clock))
    if rule.often is Often.QUARTER:
        return str(gettext("on the first workday of every quarter at %(time)s", time=clock))
    return _yearly(rule, clock)


def _interval(seconds: int) -> str:
    if seconds % _MINUTE:
        return str(gettext("every %(num)s seconds", num=seconds))
    return str(ngettext("every %(num)s minute", "every %(num)s minutes", seconds // _MINUTE))


def _yearly(rule: Cadence, clock: str) -> str:
    if (rule.month, rule.day) == (1, 1):
        return str(gettext("on the first workday of every year at %(time)s", time=clock))
    day = format_skeleton("MMMMd", date(_LEAP_YEAR, rule.month, rule.day), locale=get_locale())
    text = gettext("every year on the first workday from %(day)s on, at %(time)s", day=day, time=clock)
    return str(text)
