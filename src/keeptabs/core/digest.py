"""What is kept of a request's body in place of the body: keyed hashes and sizes, of which no text can be made again.

Two calls that ask the same of the same model have the same hash, whatever the order in which their JSON is written. So
have the beginnings of two prompts that are alike, message by message, in the order in which providers put them before
a model: tools, system, messages (platform.claude.com/docs/en/build-with-claude/prompt-caching; checked 2026-11-24).
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from keeptabs.core.decoding import readable

MOST_PARTS = 32  # of a prompt whose beginnings are hashed, and of inputs that are embedded
_MOST_BYTES = 4 * 1024 * 1024  # of a body that is read; of a larger one only the size is kept
_SIZE = 8  # bytes of a hash
_LONG = 256  # characters from which a text may be a picture or a sound, which is known by its hash

# Members that change how an answer is sent, billed or kept, and not what it says.
_NO_PART = frozenset({
    "metadata", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
    "service_tier", "store", "stream", "stream_options", "user",
})  # fmt: skip
_STATE = frozenset({"conversation"})  # the same words mean something else each time
_MARKS = frozenset({"cache_control", "cachePoint", "cache_breakpoint"})  # where a cache is to end: they are moved on
_HEADS = (
    ("t", ("tools", "functions", "toolConfig", "tool_config")),
    ("s", ("system", "instructions", "systemInstruction", "system_instruction")),
)
_LISTS = ("messages", "contents", "input", "prompt")
_EMBEDDED = ("input", "inputs", "texts", "requests", "content")
_ROLES = {"system": "s", "developer": "s", "user": "u", "assistant": "a", "model": "a", "tool": "o", "function": "o"}
PARTS = {"t": "tools", "s": "system", "u": "user", "a": "assistant", "o": "tool result", "x": "other"}
_PICTURES = ("image", "image_url", "input_image")


class Digest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hashes are 16 hexadecimal digits, sizes are bytes of JSON. Of a prompt at most 32 parts stand in it.

    ``parts`` has a letter for each part of a prompt (``PARTS``), ``prefixes`` the hash of everything up to and with
    it, ``ends`` the size of that, ``length`` that of the whole prompt. Pictures and sounds are counted as one hash.
    """

    body: str = ""
    size: int = 0  # of the body as it was sent
    parts: str = ""
    prefixes: tuple[str, ...] = ()
    ends: tuple[int, ...] = ()
    length: int = 0
    items: tuple[str, ...] = ()  # inputs of an embedding
    embedded: int = 0  # how many there are
    images: int = 0
    detailed: int = 0  # images that are asked for at high detail


_Hash = Callable[[bytes], str]
_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def digest(body: bytes, model: str, salt: bytes, *, size: int | None = None, embeds: bool = False) -> Digest:
    """What is kept of ``body``, which asks ``model`` (with the provider before it) for something.

    Nothing is raised whatever the bytes are. ``embeds``: its inputs are embedded, each by itself.
    """
    size = len(body) if size is None else size
    key = salt[:64]

    def hashed(data: bytes) -> str:
        return blake2b(data, key=key, digest_size=_SIZE).hexdigest()

    asked = readable(_ANY, body) if len(body) <= _MOST_BYTES else None
    if not isinstance(asked, dict):  # an upload is recorded in part, which may be alike where files are not
        return Digest(size=size)
    pictures = _Pictures(hashed)
    meaning = {name: pictures.lean(value) for name, value in asked.items() if name not in _NO_PART}
    whole = "" if asked.keys() & _STATE else hashed(model.encode() + b"\0" + _written(meaning))
    found = Digest(body=whole, size=size, images=pictures.count, detailed=pictures.detailed)
    return _embedded(found, meaning, model, hashed) if embeds else _prompt(found, meaning, model, key)


def _prompt(found: Digest, meaning: Mapping[str, Any], model: str, key: bytes) -> Digest:
    """With the beginnings of a prompt, each hash going on from the one before it."""
    running = blake2b(model.encode(), key=key, digest_size=_SIZE)
    letters, prefixes, ends, length = "", [], [], 0
    for letter, value in _parts(meaning):
        text = _written(value)
        length += len(text)
        if len(letters) < MOST_PARTS:
            running.update(text)
            letters += letter
            prefixes.append(running.copy().hexdigest())
            ends.append(length)
    return msgspec.structs.replace(found, parts=letters, prefixes=tuple(prefixes), ends=tuple(ends), length=length)


def _embedded(found: Digest, meaning: Mapping[str, Any], model: str, hashed: _Hash) -> Digest:
    """With the inputs of an embedding, each with all that makes its vector."""
    name = next((each for each in _EMBEDDED if each in meaning), None)
    if name is None:
        return found
    given = meaning[name]
    numbers = isinstance(given, list) and all(isinstance(each, int) for each in given)  # tokens of one text
    items = given if isinstance(given, list) and not numbers else [given]
    how = model.encode() + _written({key: value for key, value in meaning.items() if key not in _EMBEDDED})
    hashes = tuple(hashed(how + b"\0" + _written(item)) for item in items[:MOST_PARTS])
    return msgspec.structs.replace(found, items=hashes, embedded=len(items))


def _parts(meaning: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parts of a prompt with their letters, in the order in which a model sees them."""
    for letter, names in _HEADS:
        for name in names:
            if meaning.get(name):
                yield letter, meaning[name]
    for name in _LISTS:
        given = meaning.get(name)
        if isinstance(given, list):
            for each in given:
                role = each.get("role") if isinstance(each, dict) else None
                yield (_ROLES.get(role, "x") if isinstance(role, str) else "x" if role else "u"), each
        elif isinstance(given, str):
            yield "u", given


class _Pictures:
    """Takes out of a body what is no text and what only marks a place, and counts the pictures."""

    def __init__(self, hashed: _Hash) -> None:
        self._hash = hashed
        self.count = self.detailed = 0

    def lean(self, value: Any) -> Any:
        """A value without marks, and with the hash of each picture or sound instead of it."""
        if isinstance(value, list):
            return [self.lean(each) for each in value if not _is_mark(each)]
        if isinstance(value, dict):
            if _is_picture(value):
                self.count += 1
                self.detailed += _detail(value) == "high"
            return {name: self.lean(each) for name, each in value.items() if name not in _MARKS}
        if isinstance(value, str) and len(value) > _LONG and _is_data(value):
            return self._hash(value.encode("utf-8", "replace"))
        return value


def _is_mark(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and not value.keys().isdisjoint(_MARKS)


def _is_picture(part: Mapping[str, Any]) -> bool:
    """True for a part of a message that is a picture, in the words of OpenAI, Anthropic, Bedrock or Gemini."""
    if part.get("type") in _PICTURES:
        return True
    inline = part.get("inline_data") or part.get("inlineData")
    if isinstance(inline, dict):
        return str(inline.get("mime_type") or inline.get("mimeType")).startswith("image/")
    return isinstance(part.get("image"), dict) and "source" in part["image"]


def _detail(part: Mapping[str, Any]) -> Any:
    inner = part.get("image_url")
    return (inner.get("detail") if isinstance(inner, dict) else None) or part.get("detail")


def _is_data(text: str) -> bool:
    """True for what is written in base64: one word, however long."""
    return text.startswith("data:") or (" " not in text[:_LONG] and "\n" not in text[:_LONG] and text.isascii())


def _written(value: Any) -> bytes:
    """Canonical JSON: members in one order, no spaces."""
    return msgspec.json.encode(value, order="deterministic")
