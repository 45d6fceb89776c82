"""Quarters and percents as people read them."""

from decimal import Decimal

import pytest
from flask import Flask

from lms.kernel.quarters import Quarter
from lms.web import formats


@pytest.mark.parametrize(
    ("language", "long", "short"), [("zh", "2026年第四季度", "四季度"), ("en", "Q4 2026", "Q4")]
)
def test_a_quarter_has_one_name_in_each_language(app: Flask, language: str, long: str, short: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert formats.quarter(Quarter(2026, 4)) == long
        assert formats.short_quarter(Quarter(2026, 4)) == short


@pytest.mark.parametrize(
    ("share", "percent"),
    [(7 / 11, "63%"), (0.29, "29%"), (0.999, "99%"), (1.0, "100%"), (0.0, "0%"), (Decimal(2) / 3, "66%")],
)
def test_percents_are_rounded_down_so_that_a_hundred_means_all(share: float, percent: str) -> None:
    assert formats.percent(share) == percent
