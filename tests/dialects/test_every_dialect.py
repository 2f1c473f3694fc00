"""Every dialect, against anything: no exception, no sum that is wrong, and one answer however the bytes are cut."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from importlib import import_module
from itertools import pairwise
from pkgutil import walk_packages
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import keeptabs.dialects
import keeptabs.providers
from keeptabs.core.dialect import Asked, Dialect
from keeptabs.core.discover import constants
from keeptabs.core.exchange import Exchange, Headers, Request, Response, Timing
from keeptabs.core.provider import Provider
from keeptabs.core.wire.keep import keeper
from keeptabs.meter import measure
from keeptabs.pricing.book import Book
from keeptabs.providers import recogniser

PROVIDERS = constants(keeptabs.providers, "PROVIDER", Provider)
# Each format once, with a place where it is spoken.
SPOKEN: dict[str, tuple[Provider, str, Dialect]] = {}
for _provider in PROVIDERS:
    for _text, _dialect in _provider.routes.items():
        SPOKEN.setdefault(f"{_dialect.api} {_dialect.operation}", (_provider, _text, _dialect))
every_dialect = pytest.mark.parametrize("name", sorted(SPOKEN))
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def _fields() -> list[str]:
    """The members that our formats read: what is made of them is almost one of ours."""
    found = set()
    for module in walk_packages(keeptabs.dialects.__path__, "keeptabs.dialects."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                found.update(value.__struct_encode_fields__)
    return sorted(found)


FIELDS = _fields()
WORDS = st.sampled_from(
    ["", "m", "stop", "error", "TEXT", "response.completed", "message_delta", "text", "succeeded", "1"]
)
NUMBERS = st.sampled_from([0, 1, -1, 7, 2**31, 2**63, 10**30, 0.5, -0.5, 1e308])
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=25,
)
DOCUMENTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8)
ODD = st.sampled_from(
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[1]",
        b'"text"',
        b"{" * 5000,
        b"[" * 100_000,
        b'{"usage":' * 3000,
        b'{"usage": {"prompt_tokens": 1',
        b"data: ",
        b"data: {\n\n",
        b"event: error\n\n",
        b"\x00\x00\x00\x10\x00\x00\x00\x00",
    ]
)
ANY = ODD | st.binary(max_size=200)
TYPES = st.sampled_from(
    [
        "application/json",
        "text/event-stream",
        "application/x-ndjson",
        "application/stream+json",
        "application/vnd.amazon.eventstream",
        "application/octet-stream",
        "text/plain",
        "",
    ]
)


def message(payload: bytes) -> bytes:
    """An event of Amazon's, with a chunk in it."""
    name, value = b":event-type", b"chunk"
    headers = bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value
    body = json.dumps({"bytes": base64.b64encode(payload).decode()}).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    told = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return told + struct.pack(">I", zlib.crc32(told))


def framed(documents: list[dict[str, Any]], kind: str) -> bytes:
    """The documents as a body of this content-type."""
    texts = [json.dumps(document).encode() for document in documents]
    if kind == "text/event-stream":
        return b"".join(b"data: " + text + b"\n\n" for text in texts)
    if kind.endswith(("ndjson", "stream+json")):
        return b"".join(text + b"\n" for text in texts)
    if kind.endswith("eventstream"):
        return b"".join(map(message, texts))
    return texts[0] if len(texts) == 1 else b"[" + b",\n".join(texts) + b"]"


BODIES = TYPES.flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        ODD | st.binary(max_size=200) | st.lists(DOCUMENTS, max_size=4).map(lambda made: framed(made, kind)),
    )
)
STATUSES = st.sampled_from([200, 200, 201, 204, 301, 400, 429, 500, 529])


def response(kind: str, body: bytes, status: int = 200) -> Response:
    """A response of this kind."""
    return Response(status=status, headers=Headers.of([("content-type", kind)]), body=body)


@every_dialect
@few
@given(
    asked=ODD | st.binary(max_size=200) | DOCUMENTS.map(lambda made: json.dumps(made).encode()),
    query=st.text(max_size=9),
)
def test_any_request_is_read(name: str, asked: bytes, query: str) -> None:
    """Whatever was sent, what can be read of it is, and a model is a text."""
    dialect = SPOKEN[name][2]
    said = dialect.ask(Request(method="POST", host="h", path="/x/y", query=query, body=asked))
    assert said.model is None or isinstance(said.model, str)
    msgspec.json.encode(said)


@every_dialect
@few
@given(body=BODIES, status=STATUSES)
def test_any_answer_is_read(name: str, body: tuple[str, bytes], status: int) -> None:
    """Whatever came back, counts are whole and not negative, and the answer can be kept as JSON."""
    dialect = SPOKEN[name][2]
    answered = dialect.answer(response(*body, status), Asked(model="m"))
    for count in answered.usage.tokens.values() if answered.usage else ():
        assert isinstance(count, int)
        assert count >= 0
    msgspec.json.encode(answered)


@every_dialect
@few
@given(body=BODIES, cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_a_stream_is_kept_the_same_however_it_is_cut(name: str, body: tuple[str, bytes], cuts: list[int]) -> None:
    """At whatever byte it is cut on its way, the same of it is kept, so that the same is read."""
    kind, data = body
    dialect = SPOKEN[name][2]
    whole, cut = keeper(200, kind, dialect.markers), keeper(200, kind, dialect.markers)
    whole.feed(data)
    for start, end in pairwise(sorted({0, len(data), *(min(place, len(data)) for place in cuts)})):
        cut.feed(data[start:end])
    kept = whole.result()
    assert cut.result() == kept
    assert (cut.flow(), cut.gaps) == (whole.flow(), whole.gaps)


@every_dialect
@few
@given(body=BODIES, status=STATUSES, asked=DOCUMENTS)
def test_anything_is_measured_and_priced(
    name: str, body: tuple[str, bytes], status: int, asked: dict[str, Any]
) -> None:
    """The whole way, with prices: no exception, and a call that can be kept."""
    provider, text, _ = SPOKEN[name]
    request = Request(
        method=text.rpartition(" ")[0] or "POST",
        host=host(provider),
        port=port(provider),
        path=path(provider, text),
        body=json.dumps(asked).encode(),
    )
    assert recogniser().match(request.method, request.host, request.port, request.path) is not None
    exchange = Exchange(request=request, response=response(*body, status), timing=Timing(started_at=1))
    call = measure(exchange, BOOK)
    if call is not None:
        msgspec.json.encode(call)


BOOK = Book()


def host(provider: Provider) -> str:
    """A host that is one of the provider's."""
    pattern = provider.hosts[0]
    return (
        "somewhere.example"
        if pattern.startswith((":", "*")) and pattern in (pattern[:1], "*")
        else ("127.0.0.1" if pattern.startswith(":") else pattern.replace("*", "any"))
    )


def port(provider: Provider) -> int:
    """The port that it answers on."""
    pattern = provider.hosts[0]
    return int(pattern[1:]) if pattern.startswith(":") else 443


def path(provider: Provider, text: str) -> str:
    """A path that ends as a route of the provider does."""
    end = text.rpartition(" ")[2]
    while "{" in end:
        before, _, rest = end.partition("{")
        inner, _, after = rest.partition("}")
        end = before + (inner.partition(":")[2] or "one") + after
    middle = provider.contains.strip("/")
    has_middle = middle in f"{provider.prefix}{end}"
    parts = [provider.prefix.strip("/"), "" if has_middle else middle, end.strip("/")]
    return "/" + "/".join(part for part in parts if part)


def test_every_format_is_here() -> None:
    """The table above is made from the providers, so that a new format is fuzzed without being listed."""
    assert len(SPOKEN) > 20
    assert len(FIELDS) > 100
