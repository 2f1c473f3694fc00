"""What every test stands on: a clean environment, our own faults re-raised, and nothing installed afterwards."""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import keeptabs
from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.patching.shield import shield
from keeptabs.runtime import attempts
from keeptabs.store.record import Record
from keeptabs.store.writer import Process
from keeptabs.testing.mock import MockServer


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the person who runs the tests, no ledger of theirs, and no fault of ours swallowed."""
    for name in [name for name in os.environ if name.startswith(("KEEPTABS_", "OTEL_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(shield, "raises", True)
    shield.forget()
    attempts.forget()
    yield
    keeptabs.uninstall()
    shield.forget()


@pytest.fixture(scope="session")
def mock_url() -> Iterator[str]:
    """The base URL of a mock provider that lives as long as the session."""
    with MockServer() as server:
        yield server.url


@pytest.fixture
def api_key() -> str:
    """A key that no scanner takes for one."""
    return "none-is-needed"


SECOND = 1_000_000_000

CALL = Call(
    provider="openai",
    operation="chat",
    api="chat_completions",
    server="api.openai.com",
    port=443,
    path="/v1/chat/completions",
    client="httpx2",
    sdk="OpenAI/Python 3.54.0",
    request=Asked(model="gpt-4o", settings={"gen_ai.request.temperature": 0.5}),
    response_model="gpt-4o-2024-08-06",
    response_id="chatcmpl-1",
    request_id="req_1",
    service_tier="default",
    system_fingerprint=None,
    finish_reasons=("stop",),
    streamed=False,
    timing=Timing(started_at=1_000 * SECOND, duration=SECOND),
    usage=Usage(tokens={Bucket.INPUT_TEXT: 60, Bucket.CACHE_READ_TEXT: 40, Bucket.OUTPUT_TEXT: 10}, raw='{"x":1}'),
    cost=Cost(usd=Decimal("0.0003"), status=CostStatus.PRICED, book="a book"),
    outcome=Outcome(kind=OutcomeKind.OK, status=200),
    rate_limit=RateLimit(remaining_requests=9),
    resend_count=0,
    site=CallSite("/app/answer.py", 88, "Answerer.reply"),
    tags={"feature": "answers"},
    gaps=(),
)


@pytest.fixture
def record() -> Callable[..., Record]:
    """Makes a record: fields of the call by keyword, those of its identity under ``identity``."""
    made = 0

    def make(identity: dict[str, Any] | None = None, **fields: Any) -> Record:
        nonlocal made
        made += 1
        ids: dict[str, Any] = {"trace_id": f"{made:032x}", "span_id": f"{made:016x}", "operation_id": f"{made:016x}"}
        call = msgspec.structs.replace(CALL, **fields)
        return Record(call=call, identity=Identity(**{**ids, **(identity or {})}), service="desk")

    return make


@pytest.fixture
def process() -> Process:
    return Process(
        pid=1, started_at=5, service="desk", command="app.py", version="0", clients='{"httpx2":"2"}', spans="off"
    )
