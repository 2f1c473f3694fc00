"""The days of a ledger that an estimate is made from: whole ones, counted back from now, from its first call on."""

import msgspec

DAY = 86_400_000_000_000  # nanoseconds


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """``count`` windows of ``length`` nanoseconds before ``until``; only a single one can be other than a day."""

    until: int
    count: int
    length: int = DAY

    @property
    def since(self) -> int:
        """When the first of them begins."""
        return self.until - self.count * self.length

    def index(self, at: int) -> int:
        """Which of them a time is in, the newest being 0."""
        return (self.until - 1 - at) // self.length

    @property
    def scaled(self) -> float:
        """What the amounts of one window are to be multiplied by for a day."""
        return DAY / self.length


def days(since: int, until: int, began: int) -> Days:
    """The whole days from ``since``, but not before the ledger ``began``; less than one day is one, scaled."""
    start = max(since, began)
    whole = (until - start) // DAY
    return Days(until=until, count=whole) if whole else Days(until=until, count=1, length=max(until - start, 1))
