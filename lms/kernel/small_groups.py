"""Which groups are large enough to be shown without telling about single people."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5
"""People of the smallest group that is shown by itself. Source: mockup of the quarterly report."""

Group = TypeVar("Group", bound=Hashable)


def shown(counts: Mapping[Group, int], least: int = LEAST) -> frozenset[Group]:
    """The groups that may be shown beside their total, given how many people each has.

    Groups of nobody are shown: they tell about nobody. What is hidden must not be computable from the
    total: while all that is hidden together is fewer than *least* people, the smallest shown group that has
    anybody is hidden as well.
    """
    hidden = {group for group, n in counts.items() if 0 < n < least}
    rest = sorted((n, index, group) for index, (group, n) in enumerate(counts.items()) if n >= least)
    while hidden and rest and (len(hidden) < 2 or sum(counts[one] for one in hidden) < least):
        hidden.add(rest.pop(0)[2])
    return frozenset(counts) - hidden
