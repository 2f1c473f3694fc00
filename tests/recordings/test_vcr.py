"""VCR interactions as exchanges."""

from __future__ import annotations

import base64
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from keeptabs.recordings import EntryError
from keeptabs.recordings.vcr import INTERACTIONS, exchange
from keeptabs.recordings.yaml_items import YamlItems, construct

if TYPE_CHECKING:
    from keeptabs.core.exchange import Exchange

URL = "https://api.openai.com/v1/embeddings"
HEADERS = {"content-type": ["application/json"], "date": ["Fri, 15 Mar 2024 12:00:00 GMT"]}
NOON = 1_710_504_000_000_000_000


def interaction(**response: Any) -> dict[str, Any]:
    """An interaction as VCR.py has it, with some parts of the response its own."""
    request = {"method": "POST", "uri": URL, "body": '{"model": "m"}', "headers": {"accept": ["*/*"]}}
    answer = {"status": {"code": 200, "message": "OK"}, "headers": HEADERS, "body": {"string": "{}"}}
    return {"request": request, "response": answer | response}


def in_yaml(text: str) -> list[Exchange]:
    """The exchanges of a cassette."""
    items = YamlItems(io.StringIO(text))
    assert items.seek(INTERACTIONS) is not None
    return [exchange(construct(node)) for node in items]


def test_an_interaction_is_an_exchange() -> None:
    """Method, URL, headers, bodies, status and time are where they belong."""
    found = exchange(interaction())
    assert (found.request.method, found.request.host, found.request.path) == (
        "POST",
        "api.openai.com",
        "/v1/embeddings",
    )
    assert (found.request.body, found.request.headers.get("Accept")) == (b'{"model": "m"}', "*/*")
    assert found.response is not None
    assert (found.response.status, found.response.body, found.timing.started_at) == (200, b"{}", NOON)


BODY = b'{"a": "\xc3\xa9"}'
GZIPPED = HEADERS | {"content-encoding": ["gzip"]}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (HEADERS, {"string": BODY.decode()}),
        (HEADERS, {"string": BODY}),
        (HEADERS, BODY),
        (HEADERS, {"encoding": "ASCII-8BIT", "base64_string": base64.encodebytes(BODY).decode()}),
        (HEADERS, {"string": base64.b64encode(BODY + b" " * 9).decode()}),
        (GZIPPED, {"string": gzip.compress(BODY)}),
        (GZIPPED, {"string": BODY}),
        (list(map(list, {"Content-Encoding": "gzip"}.items())), {"string": gzip.compress(BODY)}),
        (None, {"state": [BODY, 0, None]}),
    ],
    ids=["text", "bytes", "bare", "base64", "unmarked", "gzip", "decoded", "pairs", "bytes-io"],
)
def test_bodies_are_decoded(headers: Any, body: Any) -> None:
    """In each of the forms that recorders have for them."""
    found = exchange(interaction(headers=headers, body=body))
    assert found.response is not None
    assert found.response.body.rstrip() == BODY
    assert not found.gaps


def test_a_body_that_was_parsed_is_json_again() -> None:
    """Some serializers keep JSON as YAML, so that a person can read it."""
    found = exchange({"request": {"method": "post", "uri": URL, "parsed_body": {"model": "m"}}, "response": None})
    assert (found.request.method, found.request.body) == ("POST", b'{"model":"m"}')
    assert (found.response, found.error) == (None, "no answer")
    answered = exchange(interaction(body=None, parsed_body={"usage": {"input_tokens": 3}}))
    assert answered.response is not None
    assert json.loads(answered.response.body) == {"usage": {"input_tokens": 3}}


def test_the_older_shape_of_httpx_is_read() -> None:
    """VCR.py had another shape for httpx once."""
    found = exchange(interaction(status=None, status_code=429, headers={"Retry-After": "3"}, body=None, content="x"))
    assert found.response is not None
    assert (found.response.status, found.response.body) == (429, b"x")
    assert found.response.headers.get("retry-after") == "3"


RUBY = """\
---
http_interactions:
- request:
    method: post
    uri: https://api.openai.com/v1/audio/transcriptions
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        LS1CDQp4OyBuYW1lPSJtb2RlbCINCg0Kd2hpc3Blci0xDQotLUItLQ==
    headers:
      Content-Type:
      - multipart/form-data; boundary=B
  response:
    status:
      code: 200
      message: OK
    headers: {}
    body:
      encoding: UTF-8
      string: '{"text": "a"}'
  recorded_at: Fri, 15 Mar 2024 12:00:00 GMT
recorded_with: VCR 6.3.1
"""


def test_a_cassette_of_ruby_is_read() -> None:
    """Its own key, its binary tag, its time."""
    (found,) = in_yaml(RUBY)
    assert found.request.body == b'--B\r\nx; name="model"\r\n\r\nwhisper-1\r\n--B--'
    assert found.response is not None
    assert (found.response.body, found.timing.started_at) == (b'{"text": "a"}', NOON)


OLD = """\
interactions:
- request:
    body: !!python/object/new:_io.BytesIO
      state: !!python/tuple
      - !!binary |
        e30=
      - 0
      - null
    headers: &same
      X-Day: [2024-03-15]
    method: POST
    uri: !!python/unicode "https://h/"
  response: {body: {string: !!python/unicode "{}"}, headers: *same, status: {code: 200}}
- request: {method: GET, uri: "https://h/", headers: *same}
  response: {body: {string: ""}, headers: {}, status: {code: 204}}
version: 1
"""


def test_foreign_tags_are_data() -> None:
    """Tags of Python's own are read as what they stand on and never run; anchors hold from entry to entry."""
    first, second = in_yaml(OLD)
    assert (first.request.body, first.request.headers.get("x-day")) == (b"{}", "2024-03-15")
    assert (second.request.method, second.request.headers.get("x-day")) == ("GET", "2024-03-15")


def test_what_vcr_py_dumps_is_read() -> None:
    """Bytes and long texts, folded by PyYAML, come back whole."""
    long = json.dumps({"text": "lörem ipsum: - # 'x' \"y\"\n" * 200})
    cassette = {"interactions": [interaction(body={"string": long.encode()}), interaction(body={"string": long})]}
    for found in in_yaml(yaml.dump({**cassette, "version": 1})):
        assert found.response is not None
        assert found.response.body == long.encode()


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("text", "Expected `object`, got `str`"),
        ({"request": {"method": "GET"}}, "Object missing required field `uri` - at `$.request`"),
        (interaction(status={"message": "OK"}), "Object missing required field `code` - at `$.response.status`"),
        (interaction(status=None), "the response has no status"),
        (interaction(headers="x: y"), "the headers are neither a mapping nor a list"),
        (interaction(headers=["x"]), "a header is no pair of name and value"),
        (interaction(body={"base64_string": "*"}), "a body that is marked as base64 is none"),
        (interaction(body={("a", "b"): 1}), "a body is neither text nor JSON"),
    ],
)
def test_damage_is_named(damaged: Any, reason: str) -> None:
    """What is wrong and where, without the content."""
    with pytest.raises(EntryError) as raised:
        exchange(damaged)
    assert str(raised.value) == reason


def test_a_node_without_a_value_is_damage() -> None:
    """Broken base64 in one entry does not reach the next."""
    items = YamlItems(io.StringIO('interactions:\n- !!binary "a"\n- {a: 1}\n'))
    items.seek(INTERACTIONS)
    first, second = items
    with pytest.raises(EntryError, match="the YAML has no plain value: failed to decode base64 data"):
        construct(first)
    assert construct(second) == {"a": 1}
