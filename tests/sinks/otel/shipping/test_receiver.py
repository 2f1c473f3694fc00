import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.core.errors import UserError
from keeptabs.sinks.otel.shipping.receiver import Receiver, RefusedError, UnavailableError, configured

sys.path.insert(0, str(Path(__file__).parent))
try:
    from otlp_receiver import OtlpReceiver, Reply
finally:
    sys.path.pop(0)

BODY = b'{"resourceSpans":[]}'


def sent(receiver: OtlpReceiver, environ: dict[str, str] | None = None) -> int:
    with closing(Receiver(receiver.url, environ or {})) as made:
        return made.send(BODY)


@pytest.mark.parametrize(
    ("body", "rejected"),
    [
        (b"", 0),
        (b"{}", 0),
        (b'{"partialSuccess":{}}', 0),
        (b'{"partialSuccess":{"rejectedSpans":"3","errorMessage":"x"}}', 3),
        (b'{"partialSuccess":{"rejectedSpans":3}}', 3),
        (b'{"partialSuccess":{"rejectedSpans":"many"}}', 0),
        (b"<html>", 0),
    ],
    ids=["nothing", "empty", "all taken", "as text", "as number", "no number", "no JSON"],
)
def test_a_success_says_what_was_rejected(body: bytes, rejected: int) -> None:
    """What cannot be read says nothing of it: the status is what counts."""
    with OtlpReceiver(Reply(body=body)) as receiver:
        assert sent(receiver) == rejected


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_some_answers_mean_to_come_again(status: int) -> None:
    """They say when, or they do not."""
    with OtlpReceiver(Reply(status, {"retry-after": "7"}), Reply(status)) as receiver:
        for wait in (7.0, None):
            with pytest.raises(UnavailableError) as raised:
                sent(receiver)
            assert raised.value.wait == wait


@pytest.mark.parametrize("status", [400, 413, 422])
def test_some_answers_are_about_the_batch(status: int) -> None:
    """It would not be taken the next time either."""
    with OtlpReceiver(Reply(status)) as receiver, pytest.raises(RefusedError):
        sent(receiver)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 415])
def test_some_answers_are_about_the_address(status: int) -> None:
    """A person has to mend that: it is one line that names the address."""
    with OtlpReceiver(Reply(status)) as receiver, pytest.raises(UserError, match=rf"/v1/traces answered {status}"):
        sent(receiver)


def test_nobody_there_is_unavailable() -> None:
    """As is one that closes the connection before it answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with closing(Receiver(url, {})) as made, pytest.raises(UnavailableError):
            made.send(BODY)
    with OtlpReceiver(Reply(is_lost=True)) as receiver, pytest.raises(UnavailableError):
        sent(receiver)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://h:4318", "http://h:4318/v1/traces"),
        ("http://h:4318/", "http://h:4318/v1/traces"),
        ("https://h/otlp", "https://h/otlp/v1/traces"),
        ("https://h/otlp/v1/traces/", "https://h/otlp/v1/traces"),
    ],
)
def test_an_endpoint_is_completed(given: str, url: str) -> None:
    """As OpenTelemetry completes it, unless it names the path."""
    assert Receiver(given, {}).url == url


@pytest.mark.parametrize("given", ["h:4318", "ftp://h", "http://", "", "http://[::1"])
def test_what_is_no_url_is_said(given: str) -> None:
    """In one line, before anything is sent."""
    with pytest.raises(UserError, match="no URL"):
        Receiver(given, {})


def test_headers_come_from_the_environment() -> None:
    """Percent-encoded, those of traces first; ours stay."""
    environ = {
        "OTEL_EXPORTER_OTLP_HEADERS": "x-other=1",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "authorization=Basic%20abc,x-tenant = t ",
    }
    with OtlpReceiver() as receiver:
        sent(receiver, environ)
        ((path, headers),) = receiver.requests
    assert path == "/v1/traces"
    assert (headers["authorization"], headers["x-tenant"]) == ("Basic abc", "t")
    assert headers["content-type"] == "application/json"
    assert "x-other" not in headers


@pytest.mark.parametrize("given", ["authorization", "a=1,,b=2", "a=%0d%0ab"])
def test_headers_that_are_none_are_said(given: str) -> None:
    """With the variable that holds them."""
    with pytest.raises(UserError, match="OTEL_EXPORTER_OTLP_HEADERS"):
        Receiver("http://h", {"OTEL_EXPORTER_OTLP_HEADERS": given})


def test_the_receiver_may_be_configured() -> None:
    """By the variable for traces, else by that for all signals."""
    both = {"OTEL_EXPORTER_OTLP_ENDPOINT": "a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "b"}
    assert configured(both) == "b"
    assert configured({"OTEL_EXPORTER_OTLP_ENDPOINT": "a"}) == "a"
    assert configured({}) is None
