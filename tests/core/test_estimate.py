"""Tokens where a provider reports none."""

import json

import pytest

from keeptabs.core.estimate import BAND, BAND_TOKENISED, estimated
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.flow import Flow

SSE = Headers.of([("content-type", "text/event-stream")])
MESSAGES = [{"role": "user", "content": "x" * 36}]
ASKED = Request(method="POST", host="h", path="/", body=json.dumps({"model": "m" * 8, "messages": MESSAGES}).encode())


def streamed(*texts: str, flow: Flow | None = None) -> Response:
    """A stream of these pieces of text."""
    events = [{"choices": [{"delta": {"content": text}}]} for text in texts]
    body = "".join(f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events)
    return Response(status=200, headers=SSE, body=body.encode(), flow=flow)


@pytest.mark.parametrize(
    ("texts", "output"),
    [
        pytest.param(["a" * 400], 100, id="four bytes a token"),
        pytest.param(["ab"] * 200, 100, id="however it is cut"),
        pytest.param(["€" * 100], 75, id="bytes of UTF-8, not characters"),
        pytest.param(["a"], 1, id="at least one"),
        pytest.param(['say "hi"\n' * 8], 18, id="escapes count once"),
    ],
)
def test_text_that_flowed_is_counted(texts: list[str], output: int) -> None:
    """The estimate is marked as one, with the share by which it may be off."""
    usage = estimated(ASKED, streamed(*texts), None)
    assert usage is not None
    assert usage.tokens == {Bucket.OUTPUT_TEXT: output, Bucket.INPUT_TEXT: 15}
    assert (usage.estimated, usage.band, usage.raw) == (True, BAND, None)


@pytest.mark.parametrize(
    "response",
    [
        streamed(),
        streamed(""),
        Response(status=200, headers=SSE, body=b"data: [DONE]\n\n"),
        Response(status=200, body=b'{"content": "a whole answer tells its usage, or has none"}'),
    ],
    ids=["nothing", "empty text", "only an end", "no stream"],
)
def test_nothing_is_estimated_from_nothing(response: Response) -> None:
    """What did not flow is not known."""
    assert estimated(ASKED, response, None) is None


def test_what_a_live_stream_measured_counts() -> None:
    """A stream that was kept in part tells how much text went by."""
    usage = estimated(ASKED, streamed("kept", flow=Flow(4000, b"kept")), None)
    assert usage is not None
    assert usage.output == 1000


def test_a_tokeniser_narrows_the_band() -> None:
    """Where a sample was counted, its bytes a token are taken."""
    usage = estimated(ASKED, streamed("a" * 400), 5.0)
    assert usage is not None
    assert (usage.output, usage.input, usage.band) == (80, 13, BAND_TOKENISED)


def test_an_image_in_a_prompt_is_no_text() -> None:
    """Base64 is not read as words."""
    content = [{"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 9000}}]
    body = json.dumps({"messages": [{"content": content}]}).encode()
    usage = estimated(Request(method="POST", host="h", path="/", body=body), streamed("abcd"), None)
    assert usage is not None
    assert usage.tokens == {Bucket.OUTPUT_TEXT: 1, Bucket.INPUT_TEXT: 8}


def test_a_text_that_is_told_twice_counts_once() -> None:
    """Responses say the whole text again when it is done."""
    events = [
        {"type": "response.output_text.delta", "delta": "a" * 40},
        {"type": "response.output_text.done", "text": "a" * 40},
        {"type": "response.output_item.done", "item": {"content": [{"text": "a" * 40}]}},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()
    usage = estimated(ASKED, Response(status=200, headers=SSE, body=body), None)
    assert usage is not None
    assert usage.output == 10
