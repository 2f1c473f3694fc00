"""Asking for usage on the application's behalf, and hiding that from it."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.dialects.openai.include_usage import Hiding, amend

OPTIONS = {"include_usage": True}


@pytest.mark.parametrize(
    ("request_body", "options"),
    [
        ({"model": "m", "stream": True}, OPTIONS),
        ({"model": "m", "stream": True, "stream_options": None}, OPTIONS),
        ({"model": "m", "stream": True, "stream_options": {}}, OPTIONS),
        ({"stream": True, "stream_options": {"include_obfuscation": False}}, {"include_obfuscation": False, **OPTIONS}),
        ({"model": "m", "stream": True, "stream_options": {"include_usage": True}}, None),
        ({"model": "m", "stream": True, "stream_options": {"include_usage": False}}, None),
        ({"model": "m", "stream": False}, None),
        ({"model": "m"}, None),
    ],
)
def test_only_a_stream_that_says_nothing_of_usage_is_amended(
    request_body: dict[str, object], options: dict[str, bool] | None
) -> None:
    """Everything else in the request stays as it was, and an application that says no means it."""
    found = amend(json.dumps(request_body).encode())
    assert (found and json.loads(found)) == (options and {**request_body, "stream_options": options})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"stream": true', b"null", b"\xff", b'"stream"'])
def test_what_is_no_request_is_left_alone(body: bytes) -> None:
    """A body that cannot be read is sent as it is."""
    assert amend(body) is None


def test_numbers_and_texts_are_sent_as_they_were_written() -> None:
    """What is amended is not rewritten: 1e2 stays 1e2."""
    assert amend(b'{"stream":true,"temperature":1e2,"x":"\\u00e9 \\/"}') == (
        b'{"stream":true,"temperature":1e2,"x":"\\u00e9 \\/","stream_options":{"include_usage":true}}'
    )


def stream(texts: list[str], end: str, *, asked: bool, colon: str = ":") -> bytes:
    """A stream of chunks as the provider sends it, with or without what the question adds."""
    separators = (",", ":") if colon == ":" else (", ", ": ")
    chunks = [{"id": "c", "choices": [{"index": 0, "delta": {"content": text}}]} for text in texts]
    chunks = [{**chunk, "usage": None} for chunk in chunks] if asked else chunks
    if asked:
        chunks.append({"id": "c", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    events = [f"data: {json.dumps(chunk, separators=separators)}{end}" for chunk in chunks]
    return ("".join(events) + f"data: [DONE]{end}").encode()


TEXTS = st.lists(
    st.sampled_from(["Hi", ',"usage":null', '"choices":[]', "\n\n", "data: [DONE]", "é😀", ""]), max_size=6
)


@given(TEXTS, st.sampled_from(["\n\n", "\r\n\r\n"]), st.sampled_from([":", ": "]), st.lists(st.integers(0, 900)))
def test_the_application_gets_the_bytes_that_it_would_have_got(
    texts: list[str], end: str, colon: str, cuts: list[int]
) -> None:
    """However the stream is cut, and whatever the model says of this very format."""
    asked = stream(texts, end, asked=True, colon=colon)
    hiding, seen = Hiding(), b""
    edges = sorted({0, len(asked), *(min(cut, len(asked)) for cut in cuts)})
    for start, stop in pairwise(edges):
        seen += hiding.feed(asked[start:stop])
    assert seen + hiding.flush() == stream(texts, end, asked=False, colon=colon)


@pytest.mark.parametrize(
    "event",
    [
        b'data: {"choices":[],"prompt_filter_results":[{"x":1}]}\n\n',
        b'data: {"choices":[{"text":"\\"choices\\":[]"}],"usage":{"x":1}}\n\n',
        b": ping\n\n",
        b'data: {"choices":[], broken\n\n',
    ],
    ids=["Azure's filter of the prompt", "a choice beside a usage", "a comment", "broken"],
)
def test_no_other_event_is_hidden(event: bytes) -> None:
    """Only the chunk that is there because of the question goes."""
    assert Hiding().feed(event) == event


def test_what_the_stream_broke_off_in_is_passed_on() -> None:
    """An application sees where its stream ended."""
    hiding = Hiding()
    assert hiding.feed(b'data: {"cho') == b""
    assert hiding.flush() == b'data: {"cho'
