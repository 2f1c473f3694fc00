"""What the agent takes out of spans, whoever made them, before they leave the host."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from keeptabs.sinks.otel.otlp_json import _attributes
from keeptabs.sinks.otel.shipping.receiver import Receiver

_SHIPPING = Path(__file__).parents[1] / "sinks" / "otel" / "shipping"
sys.path[:0] = [str(Path(__file__).parent), str(_SHIPPING)]
try:
    from engine_collector import ABSENT, BINARY, Collector, until
    from otlp_receiver import OtlpReceiver
finally:
    del sys.path[:2]

pytestmark = [pytest.mark.engines, pytest.mark.skipif(not BINARY.exists(), reason=ABSENT)]

_LONG = "a1B2c3D4e5" * 4
_KEYS = ["sk-" + _LONG, "gsk" + "_" + _LONG, "AI" + "za" + _LONG[:35], "AK" + "IA" + "Q" * 16]
_WORDS = "gen_ai.input.messages", "gen_ai.system_instructions", "llm.prompts.0.content", "traceloop.x.prompt.1.text"
_KEPT = {
    "gen_ai.request.model": "gpt-4o",
    "keeptabs.outcome": "ok",
    "http.request.resend_count": 1,
    "gen_ai.usage.input_tokens": 9,
    "code.file.path": "/srv/desk/task-list.py",
    "keeptabs.account.key": "sk-…a1b2",
}


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The attributes of a span, after the agent, that had everything."""
    had: dict[str, Any] = {**_KEPT, **dict.fromkeys(_WORDS, "secret words"), "http.request.header.authorization": "x"}
    had.update({f"note.{n}": f"it is {key}, he said" for n, key in enumerate(_KEYS)})
    span = {"traceId": "1" * 32, "spanId": "2" * 16, "name": "chat", "kind": 3, "attributes": _attributes(had)}
    span |= {"startTimeUnixNano": "1", "endTimeUnixNano": "2"}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    with OtlpReceiver() as backend:
        exporter = {"endpoint": backend.url, "encoding": "json", "sending_queue": {"enabled": False}}
        traces = {"exporters": ["otlp_http"]}
        overrides = {"exporters": {"otlp_http": exporter}, "service": {"pipelines": {"traces": traces}}}
        home = tmp_path_factory.mktemp("redaction")
        with Collector("agent", home, overrides) as agent, closing(Receiver(agent.url, {})) as receiver:
            receiver.send(body)
            until(lambda: bool(backend.spans), "the span")
        return {each["key"]: next(iter(each["value"].values())) for each in backend.spans[0]["attributes"]}


def test_what_is_measured_stays(arrived: dict[str, Any]) -> None:
    """Also what looks a little like a key: its fingerprint, and a name with a dash."""
    assert {name: arrived[name] for name in _KEPT} == {name: str(value) for name, value in _KEPT.items()}


@pytest.mark.parametrize("name", [*_WORDS, "http.request.header.authorization"])
def test_words_go(arrived: dict[str, Any], name: str) -> None:
    """Prompts, answers and credentials, by the names of their attributes."""
    assert set(arrived[name]) == {"*"}


@pytest.mark.parametrize("number", range(len(_KEYS)))
def test_keys_go(arrived: dict[str, Any], number: int) -> None:
    """Wherever they stand; what is around them stays."""
    said = arrived[f"note.{number}"]
    assert _KEYS[number] not in said
    assert said.startswith("it is ")
    assert said.endswith(", he said")
