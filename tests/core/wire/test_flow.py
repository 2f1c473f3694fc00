"""How much text flowed: near the truth, the same however it is cut, and without the text itself."""

import json
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import flow
from keeptabs.core.wire.flow import Flow, Gauge, text_of

TEXTS = st.text(max_size=40)
FRAMES = st.lists(
    st.sampled_from(
        [
            b'data: {"choices": [{"delta": {"content": "Hello"}}]}',
            b'{"model":"m","response":"a\\nb\\u00e9","done":false}',
            b'{"type":"content_block_delta","delta":{"text":""}}',
            b'"text"',
            b': "no value of the frame before"',
            b'"text":',
            b'"content":"cut',
            b'rest"',
            b"\xff\xfe",
            b"",
        ]
    ),
    max_size=12,
)


def measured(groups: list[list[bytes]]) -> Flow:
    """What a gauge says of frames that came in groups."""
    gauge = Gauge()
    for frames in groups:
        gauge.feed(frames)
    return gauge.result()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"content":"Hello"}', b"Hello", id="chat"),
        pytest.param(b'{"content" : "Hello"}', b"Hello", id="spaces"),
        pytest.param(b'{"delta": {"text": "a"}, "text": "b"}', b"ab", id="two"),
        pytest.param(b'{"type":"response.output_text.delta","delta":"Hi"}', b"Hi", id="Responses"),
        pytest.param(b'{"reasoning_content":"Hm","arguments":"{}"}', b"Hm{}", id="reasoning and arguments"),
        pytest.param(b'{"outputText":"a","generation":"b","generated_text":"c"}', b"abc", id="models on Bedrock"),
        pytest.param(b'{"input":"a","inputs":"b","prompt":"c","message":"d"}', b"abcd", id="requests"),
        pytest.param(b'{"content":null,"text":7,"delta":{}}', b"", id="no strings"),
        pytest.param(b'{"context":"x","name":"y","mycontent":"z"}', b"", id="other members"),
        pytest.param(b'{"a":"\\"content\\":\\"x\\""}', b"", id="text about the format"),
        pytest.param(b'{"content":"a\\nb\\"c\\\\"}', b'anb"c.', id="escapes are a letter"),
        pytest.param(b'{"content":"\\u00e9\\ud83d\\ude00"}', b".........", id="code points are three"),
        pytest.param(b'{"content":"\\\\u00e9"}', b".u00e9", id="a backslash before a u"),
        pytest.param(b'{"content":"cut', b"", id="a string without end"),
        pytest.param(b'{"content":"cut\\', b"", id="an escape without end"),
        pytest.param(b'{"content":"a\nb"}', b"", id="a raw line break"),
        pytest.param(b'{"content":"\xff"}', b"\xff", id="no UTF-8"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_text_is_found_in_the_members_that_hold_it(body: bytes, expected: bytes) -> None:
    """Strings under the names that formats have for text, and nothing else."""
    assert text_of(body) == expected


@given(TEXTS)
@example('"content": "x"')
@example("\\u00e9\\\\")
def test_the_size_is_that_of_the_text(text: str) -> None:
    """Written as UTF-8 a text has its own size, but for an escape, which counts as one letter."""
    body = json.dumps({"content": text}, ensure_ascii=False).encode()
    controls = sum(1 for letter in text if letter < " " and letter not in "\n\r\t\b\f")
    assert len(text_of(body)) == len(text.encode()) + 2 * controls


@given(st.binary(max_size=100))
def test_any_bytes_can_be_searched(body: bytes) -> None:
    """No bytes make an exception, and text is never longer than what it is found in."""
    assert len(text_of(body)) <= len(body)


@given(FRAMES, st.lists(st.integers(0, 12), max_size=5), st.integers(1, 200))
@example([b'"text"', b': "no value of the frame before"'], [1], 200)
@example([b'"content":"cut', b'rest"'], [], 200)
def test_frames_measure_the_same_in_any_groups(frames: list[bytes], cuts: list[int], read: int) -> None:
    """One at a time, all at once, or in between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "_READ", read)
        edges = sorted([0, len(frames), *(min(cut, len(frames)) for cut in cuts)])
        groups = [frames[start:end] for start, end in pairwise(edges)]
        assert measured(groups) == measured([[frame] for frame in frames]) == measured([frames])


def test_a_long_stream_is_measured_by_proportion() -> None:
    """The first 64 KiB are read; what follows is taken to hold as much text."""
    frame = b'data: {"content": "' + b"x" * 100 + b'"}'
    found = measured([[frame] * 10_000])
    assert found.size == 100 * 10_000
    assert found.sample == b"x" * 8192


@pytest.mark.parametrize("frames", [[], [b""], [b"data: [DONE]"], [b'{"embedding": [1]}'] * 3])
def test_where_no_text_flowed_there_is_none(frames: list[bytes]) -> None:
    """Nothing is estimated from numbers."""
    assert measured([frames]) == Flow()


def test_escapes_do_not_take_memory() -> None:
    """A text of a million escapes is measured without a way back through them."""
    body = b'{"content":"' + b"a\\n" * 1_000_000 + b'"}'
    tracemalloc.start()
    try:
        assert len(text_of(body)) == 2_000_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(body)
