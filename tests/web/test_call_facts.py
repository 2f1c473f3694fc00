from typing import Any

import msgspec
import pytest
from ledgers import BASE, NOW, SECOND

from keeptabs.core.call import Call
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.usage import Usage
from keeptabs.web.call_facts import Fact, asked, flow, limits, raw_usage, timing


def call(**fields: Any) -> Call:
    return msgspec.structs.replace(BASE, **fields)


def pairs(facts: tuple[Fact, ...]) -> dict[str, tuple[str, str]]:
    return {fact.name: (fact.value, fact.kind) for fact in facts}


@pytest.mark.parametrize(
    ("remaining", "limit", "said"),
    [
        (9_112, 10_000, ("9,112 of 10,000", "")),
        (999, 10_000, ("999 of 10,000", "warn")),
        (1_000, 10_000, ("1,000 of 10,000", "")),
        (0, 10_000, ("0 of 10,000", "bad")),
        (5, None, ("5", "")),
    ],
    ids=["plenty", "little", "just enough", "none", "limit not told"],
)
def test_what_is_left_of_a_limit_is_coloured(remaining: int, limit: int | None, said: tuple[str, str]) -> None:
    """Less than a tenth needs attention, nothing left more of it."""
    told = RateLimit(remaining_requests=remaining, limit_requests=limit)
    assert pairs(limits(call(rate_limit=told)))["requests left"] == said


def test_limits_are_those_that_were_told() -> None:
    """What the answer did not say is not there; that it said nothing is."""
    told = pairs(limits(call(rate_limit=RateLimit(retry_after=4.0), account=Account(key="3f9ac1"))))
    assert told == {"told to wait": ("4.0 s", "warn"), "key": ("fp:3f9ac1", "mono")}
    assert pairs(limits(call())) == {"limits": ("none told", "soft")}


def test_model_asked_for_is_told_where_another_answered() -> None:
    """An alias stands beside the model that answered; the same name is not said twice."""
    assert pairs(asked(call(request=Asked(model="gpt-4o-latest"))))["model asked for"][0] == "gpt-4o-latest"
    assert "model asked for" not in pairs(asked(call()))


def test_settings_are_told_by_their_short_names() -> None:
    """What was set is told as it was, numbers too."""
    request = Asked(settings={"gen_ai.request.temperature": 0.5, "gen_ai.request.stop": ["a"]})
    found = pairs(asked(call(request=request)))
    assert (found["temperature"][0], found["stop"][0]) == ("0.5", '["a"]')


def test_timing_leaves_out_what_was_not_measured() -> None:
    """A call that did not stream has no chunks and no gap."""
    assert set(pairs(timing(call()))) == {"started", "took"}
    streamed = Timing(started_at=NOW, duration=SECOND, first_chunk=SECOND // 2, chunks=9, longest_gap=SECOND // 4)
    found = pairs(timing(call(timing=streamed)))
    assert (found["waiting for the first chunk"][0], found["longest gap"][0]) == ("500 ms", "250 ms")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"streamed": True, "timing": Timing(started_at=0, duration=3 * SECOND, first_chunk=SECOND, chunks=20)}, "10"),
        ({"streamed": True, "timing": Timing(started_at=0, duration=SECOND, first_chunk=SECOND, chunks=1)}, ""),
        ({"streamed": False}, "not streamed"),
    ],
    ids=["streamed", "one chunk", "whole"],
)
def test_flow_is_chunks_a_second_after_the_first(fields: dict[str, Any], said: str) -> None:
    """The time before the first chunk does not count, and what cannot be told is not."""
    assert flow(call(**fields)).removesuffix(" chunks a second after") == said


@pytest.mark.parametrize(("raw", "said"), [('{"a":1}', '{\n  "a": 1\n}'), ("{broken", "{broken"), (None, "")])
def test_usage_that_is_no_json_is_shown_as_it_is(raw: str | None, said: str) -> None:
    """The provider's JSON is indented where it can be read."""
    assert raw_usage(Usage(raw=raw)) == said
