"""Videos of hosts that tell what one cost when it is done."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit
from keeptabs.dialects.openai import video_jobs

XAI = {
    "status": "done",
    "video": {"url": "https://v.example/1.mp4", "duration": 6},
    "model": "grok-imagine-video",
    "usage": {"cost_in_usd_ticks": 3_000_000_000},
}
OPENROUTER = {"id": "gen-vid-1", "status": "completed", "usage": {"cost": 0.4, "is_byok": False}}
TOGETHER = {"id": "v-1", "model": "m", "status": "completed", "seconds": "5", "outputs": {"cost": 1, "video_url": "x"}}


def result(said: Any, status: int = 200) -> Answered:
    """What asking for a result says."""
    return video_jobs.RESULT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("said", "identity", "cost", "seconds"),
    [
        pytest.param(XAI, "https://v.example/1.mp4", "0.3", 6, id="xAI"),
        pytest.param(OPENROUTER, "gen-vid-1", "0.4", None, id="OpenRouter"),
        pytest.param(TOGETHER, "v-1", "1", 5, id="Together"),
    ],
)
def test_a_video_that_is_done_tells_its_cost(
    said: dict[str, Any], identity: str, cost: str, seconds: int | None
) -> None:
    """Once, whoever asks how often."""
    answered = result(said)
    assert answered.usage is not None
    assert (answered.id, answered.usage.reported_usd, answered.deferred) == (identity, Decimal(cost), True)
    assert answered.usage.units.get(Unit.SECONDS) == seconds


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({"status": "pending", "progress": 18}, 202, id="xAI"),
        pytest.param({**OPENROUTER, "status": "in_progress", "usage": None}, 200, id="OpenRouter"),
        pytest.param({"error": {"code": "x"}}, 404, id="none of that name"),
        pytest.param({"status": 3}, 200, id="a status of another shape"),
        pytest.param([], 200, id="another shape"),
    ],
)
def test_a_video_that_is_not_done_is_no_call(said: Any, status: int) -> None:
    """It will be asked for again."""
    assert result(said, status) == Answered(pending=True)


def test_a_video_that_failed_is_a_call_that_failed() -> None:
    """The status of the answer is that of asking."""
    said = {"id": "v", "status": "failed", "error": {"code": "moderation_blocked"}}
    assert result(said).error == ProviderError(code="moderation_blocked")


def test_beginning_is_no_call() -> None:
    """The cost is told with the result."""
    answered = video_jobs.BEGIN.answer(Response(status=200, body=b'{"request_id": "r"}'), Asked())
    assert answered == Answered(pending=True)
