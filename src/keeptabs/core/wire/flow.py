"""How much text flowed in a stream: what an estimate is made from when its provider reports no usage."""

import re

import msgspec

_READ = 64 * 1024  # bytes of frames whose text is measured; what comes after is taken to be like them
_SAMPLE = 8 * 1024  # bytes of text that are kept for a tokeniser, where one is installed
# The members in which the formats put text of the model. A JSON string holds no raw line break.
_TEXT = re.compile(
    rb'"(?:content|text|delta|reasoning_content|reasoning|thinking|refusal|arguments|partial_json|response)"'
    rb'\s?:\s?"((?:[^"\\\n]|\\.)*)"'
)
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)


class Flow(msgspec.Struct, frozen=True):
    """Text that flowed: its size in bytes of UTF-8, about, and the beginning of it."""

    size: int = 0
    sample: bytes = b""


def text_of(data: bytes) -> bytes:
    """The text in JSON values, end to end, with a letter for each escape."""
    return _ESCAPE.sub(_letter, b"".join(_TEXT.findall(data)))


def _letter(escape: re.Match[bytes]) -> bytes:
    return b"..." if escape[0].startswith(b"\\u") else b"."  # most escaped code points take three bytes


class Gauge:
    """Measures frames as they flow, the same however they are cut: exactly at first, by proportion afterwards."""

    def __init__(self) -> None:
        self._read = self._all = self._text = 0
        self._sample = b""

    def feed(self, frames: list[bytes]) -> None:
        """Take the next frames."""
        near = []
        for frame in frames:
            self._all += len(frame)
            if self._read < _READ:
                self._read += len(frame)
                near.append(frame)
        if near:
            text = text_of(b"\n".join(near))
            self._text += len(text)
            self._sample += text[: _SAMPLE - len(self._sample)]

    def result(self) -> Flow:
        """What flowed so far."""
        size = self._text * self._all // self._read if self._read else 0
        return Flow(size, self._sample)
