"""Refusals that a person can act on. Programming faults are not among them."""


class DomainError(Exception):
    """Something a person asked for is refused. ``code`` is stable; edges turn it into words."""

    code = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotFound(DomainError):
    """It does not exist, or not for the one who asks: the two look alike."""

    code = "not-found"
