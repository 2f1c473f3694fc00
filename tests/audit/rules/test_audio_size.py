from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.audio_size import RULE
from keeptabs.core.digest import Digest
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]


@pytest.mark.parametrize(
    ("operation", "size", "count", "findings"),
    [
        ("speech_to_text", 23_592_960, 5, 1),
        ("speech_to_text", 23_592_959, 5, 0),
        ("speech_to_text", 24_000_000, 4, 0),
        ("chat", 24_000_000, 5, 0),
    ],
    ids=["near", "not so near", "too few", "no recording"],
)
def test_recordings_near_the_limit(
    operation: str, size: int, count: int, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Nine tenths of it, by the size of the request."""
    records = [maker.record(kind(operation=operation), START, digest=Digest(size=size)) for _ in range(count)]
    assert found(RULE, records) == (findings, None)


def test_what_was_refused_is_counted(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """413 is what a recording that is too large gets."""
    large = Outcome(kind=OutcomeKind.BAD_REQUEST, status=413, error_type="413")
    records = [
        maker.record(kind(operation="speech_to_text"), START, digest=Digest(size=26_000_000), outcome=large)
        for _ in range(6)
    ]
    assert "6 of them refused" in RULE.find(records, prices)[0].evidence
