from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.shared_keys import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD


@pytest.mark.parametrize(
    ("services", "keys", "findings"),
    [
        (("web", "jobs"), ("one", "one"), 1),
        (("web", "jobs"), ("one", "two"), 0),
        (("web", "web"), ("one", "one"), 0),
        (("web", ""), ("one", "one"), 0),
        (("web", "jobs"), (None, None), 0),
    ],
    ids=["one key", "a key each", "one service", "no name", "no key"],
)
def test_keys_of_more_than_one_service(
    services: tuple[str, str], keys: tuple[str | None, ...], findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """A process without a name may be any of them."""
    records = [
        msgspec.structs.replace(maker.record(kind(key=key), START, USED), service=service)
        for service, key in zip(services, keys, strict=True)
    ]
    assert found(RULE, records) == (findings, None)
