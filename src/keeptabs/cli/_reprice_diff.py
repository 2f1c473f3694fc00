"""What a repricing changes, in numbers: calls of one model that change alike are one line. Money in nano-USD."""

from typing import Any

import msgspec

from keeptabs.core.call import is_gap
from keeptabs.core.cost import CostStatus
from keeptabs.store.repricing import Batch, Repriced

_GAPS = (CostStatus.UNPRICED, CostStatus.PARTIAL)


class Line(msgspec.Struct, kw_only=True):
    """Calls whose cost changes; an amount is None where they have no price."""

    provider: str
    model: str
    was: CostStatus
    now: CostStatus
    lacked: str  # why the first of them was not wholly and surely priced
    lacks: str  # the same, now
    calls: int = 0
    before: int | None = None
    after: int | None = None

    @property
    def difference(self) -> int:
        """By how much what is known to be spent grows."""
        return (self.after or 0) - (self.before or 0)

    @property
    def gains(self) -> bool:
        """True where calls without a price get one."""
        return self.before is None and self.after is not None

    @property
    def loses(self) -> bool:
        """True where calls with a price have none any more."""
        return self.before is not None and self.after is None

    @property
    def is_worth_a_word(self) -> bool:
        """True where the reason changed: something is not priced now, or was not."""
        return self.was is not self.now and (bool(self.lacks) or self.gains or self.was in _GAPS)


class Diff:
    """Adds up batches; ``unpriced`` are calls of which some or all has no price."""

    def __init__(self) -> None:
        self.calls = self.changed = self.unreadable = 0
        self.before = self.after = 0
        self.unpriced_before = self.unpriced_after = 0
        self._lines: dict[tuple[str, str, CostStatus, CostStatus], Line] = {}

    def add(self, batch: Batch) -> None:
        """Count the calls of a batch."""
        self.unreadable += batch.unreadable
        for each in batch.calls:
            self.calls += 1
            self.before += each.call.cost.nano_usd or 0
            self.after += each.now.nano_usd or 0
            self.unpriced_before += is_gap(each.call, each.call.cost)
            self.unpriced_after += is_gap(each.call, each.now)
            if each.is_changed:
                self.changed += 1
                _count(self._line(each), each)

    def _line(self, each: Repriced) -> Line:
        call, was, now = each.call, each.call.cost, each.now
        key = (call.provider, call.model, was.status, now.status)
        if key not in self._lines:
            self._lines[key] = Line(
                provider=call.provider,
                model=call.model,
                was=was.status,
                now=now.status,
                lacked=was.why,
                lacks=now.why,
            )
        return self._lines[key]

    @property
    def lines(self) -> list[Line]:
        """The lines, the greatest difference first."""
        return sorted(
            self._lines.values(), key=lambda line: (-abs(line.difference), -line.calls, line.provider, line.model)
        )

    def as_json(self) -> dict[str, Any]:
        """The same facts; ``usd`` is the difference in USD."""
        sums = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        lines = [
            msgspec.to_builtins(line) | {"difference": line.difference, "usd": line.difference / 1e9}
            for line in self.lines
        ]
        difference = self.after - self.before
        return {**sums, "difference": difference, "usd": difference / 1e9, "lines": lines}


def _count(line: Line, each: Repriced) -> None:
    line.calls += 1
    before, after = each.call.cost.nano_usd, each.now.nano_usd
    if before is not None:
        line.before = (line.before or 0) + before
    if after is not None:
        line.after = (line.after or 0) + after
