from collections.abc import Callable

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rules.shutdown import RULE
from keeptabs.testing.month.made import DAY, START, Kind, Maker, Used

Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD


@pytest.mark.parametrize(
    ("model", "provider", "said"),
    [
        ("gpt-4o", "openai", "shuts down on 2027-01-14"),
        ("gpt-4o-2024-08-06", "openai", "shuts down on 2027-01-14"),
        ("gpt-6-luna", "openai", None),
        ("gpt-4o", "azure.ai.openai", None),
    ],
)
def test_models_that_go(model: str, provider: str, said: str | None, maker: Maker, kind: Kinds, prices: Prices) -> None:
    """One call is enough, at the vendor that announced it."""
    findings = RULE.find([maker.record(kind(model=model, provider=provider), START, USED)], prices)
    assert [said in each.title for each in findings if said] == ([True] if said else [])
    assert bool(findings) is bool(said)


def test_where_it_is_called_is_told(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """Each place once, and as the code names the model; a call without a place is counted all the same."""
    asked = kind(model="gpt-4o")
    records = [
        maker.record(asked, START, USED),
        maker.record(asked, START, USED, site=None),
        maker.record(asked, START, USED, response_model="gpt-4o-2024-08-06"),
    ]
    (finding,) = RULE.find(records, prices)
    assert finding.rows == (("/srv/app/ask.py:3",),)
    assert (finding.calls, finding.models) == (3, ("gpt-4o",))


@pytest.mark.parametrize(
    ("day", "said"), [(80, "in 1 day from its last call"), (79, "in 2 days"), (81, "before its last call")]
)
def test_how_long_there_is(day: int, said: str, maker: Maker, kind: Kinds, prices: Prices) -> None:
    """From the newest call to the day; a model may answer longer than announced."""
    records = [maker.record(kind(model="gpt-4o"), START + at * DAY, USED) for at in (0, day)]
    assert said in RULE.find(records, prices)[0].evidence
