"""Asking for the usage of a stream on the application's behalf, and hiding that from it.

With ``stream_options.include_usage`` the usage comes in a chunk of its own without choices, and every other chunk says
``"usage":null``. Source: developers.openai.com/api/reference/resources/chat, ``stream_options``; checked 2026-11-24.
"""

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.dialect import UsageOnRequest
from keeptabs.core.wire import MAX_EVENT

_NULL = (b',"usage":null', b', "usage": null')
_EMPTY = (b'"choices":[]', b'"choices": []')


class _Options(msgspec.Struct):
    include_usage: bool | None = None


class _Request(msgspec.Struct):
    stream: bool | None = None
    stream_options: msgspec.Raw = msgspec.Raw()


class _Chunk(msgspec.Struct):
    choices: list[msgspec.Raw] | None = None
    usage: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_OPTIONS = msgspec.json.Decoder(_Options | None, strict=False)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_CHUNK = msgspec.json.Decoder(_Chunk)


def amend(body: bytes) -> bytes | None:
    """The same request, asking for usage too; None for one that streams nothing, asks already, or says not to."""
    said = readable(_REQUEST, body)
    members = readable(_MEMBERS, body) if said is not None and said.stream else None
    if said is None or members is None:
        return None
    options = readable(_OPTIONS, said.stream_options) if bytes(said.stream_options) else None
    if options is not None and options.include_usage is not None:
        return None
    own = readable(_MEMBERS, said.stream_options) or {}
    members["stream_options"] = msgspec.Raw(msgspec.json.encode({**own, "include_usage": True}))
    return msgspec.json.encode(members)


class Hiding:
    """Passes a stream of events on as it would have been without the question. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """What the application gets of ``data`` and of what was held back: whole events."""
        self._rest += data
        end = max(self._rest.rfind(b"\n\n") + 2, self._rest.rfind(b"\r\n\r\n") + 4)
        if end < 4:
            return self.flush() if len(self._rest) > MAX_EVENT else b""
        ready, self._rest = self._rest[:end], self._rest[end:]
        mark = b"\r\n\r\n" if b"\r\n\r\n" in ready else b"\n\n"
        blocks = ready.split(mark)
        return mark.join(_as_it_was(block) for block in blocks if not _is_extra(block))

    def flush(self) -> bytes:
        """What is left: an event that the stream broke off in."""
        rest, self._rest = self._rest, b""
        return rest


def _as_it_was(block: bytes) -> bytes:
    # A quotation mark inside a JSON string is escaped: these bytes are a member of an object, never text.
    for null in _NULL:
        block = block.replace(null, b"")
    return block


def _is_extra(block: bytes) -> bool:
    """True for the chunk that carries the usage and nothing else."""
    if not any(empty in block for empty in _EMPTY):
        return False
    chunk = readable(_CHUNK, block.partition(b"data:")[2])
    return chunk is not None and chunk.choices == [] and bytes(chunk.usage) not in (b"", b"null")


INCLUDE_USAGE = UsageOnRequest(amend, Hiding)
