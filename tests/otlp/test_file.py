import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from otlp_spans import GENAI_OPENAI, SPAN, sent

from keeptabs.otlp.file import is_otlp, read
from keeptabs.sinks.otel import otlp_json
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store.record import Record

WHOLE = sent({"attributes": GENAI_OPENAI}, {"spanId": "1" * 16}, {"spanId": ""}) + b"\n"


@pytest.mark.parametrize("packed", [False, True])
def test_each_span_of_a_file_is_a_call_or_none_or_told_of(tmp_path: Path, *, packed: bool) -> None:
    """What cannot be read does not hide what follows it."""
    path, data = tmp_path / "spans.jsonl", WHOLE + b"torn\n" + WHOLE
    path.write_bytes(gzip.compress(data) if packed else data)
    assert is_otlp(path)
    first, none, rejected, torn, again, *_ = read(path, None)
    assert isinstance(first, Record)
    assert first == again
    assert (first.identity.span_id, none, rejected) == (SPAN, None, "a span has no ids, or no time")
    assert isinstance(torn, str)
    assert torn.startswith("this is no OTLP in JSON")


@pytest.mark.parametrize("data", [b"", b"{}", b'{"call":{}}', b'{"log":{}}', b"\x1f\x8b"], ids=repr)
def test_other_files_are_others(tmp_path: Path, data: bytes) -> None:
    """Recordings, exports, and what is nothing."""
    path = tmp_path / "a"
    path.write_bytes(data)
    assert not is_otlp(path)


def test_what_keeptabs_exports_is_known(tmp_path: Path, record: Callable[..., Record]) -> None:
    """A line of an export is such a file."""
    path = tmp_path / "a"
    path.write_bytes(otlp_json.line([record(), record()], Profile.LATEST))
    assert is_otlp(path)
    assert len(list(read(path, None))) == 2
