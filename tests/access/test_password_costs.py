"""What a hash of a password costs outside tests, which pay next to nothing."""

from argon2 import extract_parameters

from lms.access.passwords import UNUSABLE, hashed, matches
from tests.support import costs


def test_in_earnest_a_hash_costs_what_owasp_asks_for() -> None:
    asked = costs.IN_EARNEST
    assert (asked.memory_cost, asked.time_cost, asked.parallelism) == (19_456, 2, 1)


def test_an_account_that_does_not_exist_costs_as_much_as_one_that_does() -> None:
    shared = extract_parameters(UNUSABLE)
    earnest = extract_parameters(costs.IN_EARNEST.hash("rain over the old bridge"))
    assert shared == earnest


def test_tests_hash_in_the_same_way_for_less() -> None:
    cheap = hashed("rain over the old bridge")
    assert extract_parameters(cheap).memory_cost < costs.IN_EARNEST.memory_cost
    assert matches(cheap, "rain over the old bridge")
    assert not matches(cheap, "another one")
