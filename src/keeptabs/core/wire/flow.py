"""How much text flowed in a stream: what an estimate is made from when its provider reports no usage."""

import re

import msgspec

_READ = 64 * 1024  # bytes of frames whose text is measured; what comes after is taken to be like them
_SAMPLE = 8 * 1024  # bytes of text that are kept for a tokeniser, where one is installed
# The members in which the formats put text: of the model, and of who asks it.
_MEMBERS = (
    "content|text|delta|reasoning_content|reasoning|thinking|refusal|arguments|partial_json|response|completion"
    "|generation|generated_text|outputText|inputText|inputs?|prompt|message|instructions|system"
)
# A JSON string holds no raw line break, so no match goes from one frame into the next. Possessive, since a search that
# could go back keeps its way in memory: 100 bytes a letter.
_TEXT = re.compile(rf'"(?:{_MEMBERS})"[ \t]?:[ \t]?"([^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"'.encode())
# Events of OpenAI's Responses that say again what their deltas have said.
_REPEATS = re.compile(rb'"type": ?"response\.(?![a-z_.]*delta")')
_CODE_POINT = re.compile(rb"\\u[0-9a-fA-F]{4}")


class Flow(msgspec.Struct, frozen=True):
    """Text that flowed: its size in bytes of UTF-8, about, and the beginning of it."""

    size: int = 0
    sample: bytes = b""


def text_of(data: bytes) -> bytes:
    """The text in JSON values, end to end, with a letter for each escape: three for a code point, as most take."""
    text = b"".join(_TEXT.findall(data)).replace(rb"\\", b".")
    return _CODE_POINT.sub(b"...", text).replace(b"\\", b"")


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
                if not _REPEATS.search(frame):
                    near.append(frame)
        if near:
            text = text_of(b"\n".join(near))
            self._text += len(text)
            self._sample += text[: _SAMPLE - len(self._sample)]

    def result(self) -> Flow:
        """What flowed so far."""
        size = self._text * self._all // self._read if self._read else 0
        return Flow(size, self._sample)
