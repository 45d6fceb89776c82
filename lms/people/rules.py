"""What ID numbers, telephone numbers and addresses look like, how they are masked, and what is stored.

A *fault* is a code, empty when there is none.
"""

import re
import unicodedata
from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Weights and check characters of ISO 7064 MOD 11-2 as GB 11643-1999 uses it."""
_ID = re.compile(r"[1-9]\d{16}[\dX]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_WECOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_FLOAT = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+|\d+\.0*")
LONGEST_EMAIL = 254
LEAST_ADDRESS, LONGEST_ADDRESS = 6, 120
_FIRST_YEAR = 1850
"""Nobody alive was born before; a date of birth before it is a mistake of typing."""


def plain(text: str) -> str:
    """*text* with full-width characters made narrow, and no space around or within."""
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(narrow.split())


def is_spreadsheet_float(text: str) -> bool:
    """Whether a spreadsheet has made a number of it, as of ``1.10101E+17`` and ``1024.0``."""
    return bool(_FLOAT.fullmatch(text))


def clean_id(text: str) -> str:
    """An ID number as it is stored."""
    return plain(text).upper()


def id_fault(text: str) -> str:
    """What is wrong with an ID number. Source: GB 11643-1999.

    The first six digits are not looked up: counties that have been abolished stand in valid numbers.
    Digits lost to a spreadsheet, which keeps fifteen, are a fault of their own: ``1.10101E+17``, or zeros in
    place of the last three unless the number is right with them.
    """
    number = clean_id(text)
    if is_spreadsheet_float(number):
        return "id-float"
    if not _ID.fullmatch(number) or not number.isascii():
        return "bad-id-shape"
    if not _is_birthday(number[6:14]):
        return "bad-id-date"
    if number[-1] == check_character(number[:17]):
        return ""
    return "id-float" if number.endswith("000") else "bad-id-check-digit"


def check_character(digits: str) -> str:
    """The last character of an ID number that begins with these seventeen digits."""
    total = sum(map(mul, _WEIGHTS, map(int, digits)))
    return _CHECKS[total % 11]


def _is_birthday(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= _FIRST_YEAR
    except ValueError:
        return False


def clean_phone(text: str) -> str:
    """A mobile number as it is stored: eleven digits without the country's code."""
    number = plain(text).replace("-", "")
    for prefix in ("+86", "0086"):
        number = number.removeprefix(prefix)
    return number


def phone_fault(text: str) -> str:
    """What is wrong with a mobile number of the mainland."""
    number = clean_phone(text)
    if is_spreadsheet_float(number):
        return "phone-float"
    return "" if _MOBILE.fullmatch(number) and number.isascii() else "bad-phone"


def clean_email(text: str) -> str:
    """An address as it is stored."""
    return plain(text)


def email_fault(text: str) -> str:
    """What is wrong with the shape of an address. Whether somebody reads there, only sending tells."""
    address = clean_email(text)
    fits = len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) and ".." not in address
    return "" if fits else "bad-email"


def wecom_fault(text: str) -> str:
    """What is wrong with the shape of a member id of WeCom."""
    return "" if _WECOM.fullmatch(plain(text)) else "bad-wecom-id"


def clean_address(text: str) -> str:
    """A postal address as it is stored: one line, with single spaces."""
    return " ".join(text.split())


def address_fault(text: str) -> str:
    """What is wrong with a postal address; whether there is such a street, the post tells."""
    address = clean_address(text)
    fits = LEAST_ADDRESS <= len(address) <= LONGEST_ADDRESS and address.isprintable()
    return "" if fits else "bad-address-shape"


def masked_address(text: str) -> str:
    """``北京市朝阳区*******``: what is shown of a postal address."""
    return masked(text, 6, 0)


def masked_id(text: str) -> str:
    """``110***********0013``: what is shown of an ID number, or of what was meant to be one."""
    return masked(text, 3, 4)


def masked_phone(text: str) -> str:
    """``138****0013``: what is shown of a telephone number."""
    return masked(text, 3, 4)


def masked(text: str, before: int, after: int) -> str:
    """*text* with stars between its first and last characters; all stars where little would be hidden."""
    hidden = len(text) - before - after
    if hidden < 3:
        return "*" * len(text)
    return f"{text[:before]}{'*' * hidden}{text[len(text) - after :]}"
