"""Takes keys out of texts, headers, URLs and nested values, each replaced by what stands for it.

The same key is replaced by the same text wherever the same fingerprint is used, so traces can still be joined.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.escapes import hides
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.report import spans
from keeptabs.secrets.rules import every

# Headers and parameters that hold a key whatever it looks like.
NAMES = frozenset(
    {
        "api-key",
        "api_key",
        "apikey",
        "authorization",
        "cookie",
        "ocp-apim-subscription-key",
        "proxy-authorization",
        "set-cookie",
        "x-api-key",
        "x-goog-api-key",
    }
)
_QUOTE = r"\\*[\"']?"
_HEADER = rf"(?i:\b(?:{'|'.join(sorted(NAMES))}){_QUOTE}\s{{0,4}}[:=]\s{{0,4}}{_QUOTE})"
_QUERY = r"[?&](?i:key|api[_-]?key|access_token)="
_SCHEMES = r"(?i:(?:bearer|basic|token|apikey)\s{1,4})?+"
_VALUE = re.compile(
    rf"(?<!\[REDACTED:)(?P<name>{_HEADER}{_SCHEMES}|{_QUERY})(?!\[REDACTED:)(?P<value>[^\s\"'\\&<>`,;]{{4,}})".encode()
)
_SCHEME = re.compile(rf"\s*{_SCHEMES}".encode())
_WORD = re.compile(r"[A-Za-z_-]+")


class Redactor:
    """Takes keys out; may be shared by threads."""

    def __init__(self, fingerprint: Fingerprint, scanner: Scanner | None = None) -> None:
        self._fingerprint = fingerprint
        self._scanner = scanner or Scanner(every())
        # Tells whether there may be a key that the scanner does not see, by a name or behind an escape.
        self._suspicious = hides(self._scanner.encoded, f"|{_HEADER}|{_QUERY}")

    def text(self, text: str) -> str:
        """A text without its keys; the text itself where it has none."""
        data = text.encode("utf-8", "surrogatepass")
        clean = self.data(data)
        return text if clean is data else clean.decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """Bytes without their keys; the bytes themselves where they have none."""
        if self._suspicious(data) is None and not self._scanner.matches(data):
            return data
        found = spans(data, "", self._scanner)
        if found:
            data = self._without(data, [(each.start, each.end, each.rule.id, each.key) for each in found])
        named = [(*each.span("value"), _name(each["name"]), each["value"]) for each in _VALUE.finditer(data)]
        return self._without(data, named) if named else data

    def value(self, value: Any) -> Any:
        """A nested value of mappings, lists and tuples with every text in it redacted, and what headers say by name.

        Pairs of a header's name and its value count as such. Other objects stay as they are.
        """
        match value:
            case str():
                return self.text(value)
            case bytes():
                return self.data(value)
            case Mapping():
                return {self.value(name): self._named(name, each) for name, each in value.items()}
            case list() | tuple():
                return self._sequence(value)
        return value

    def _sequence(self, value: list[Any] | tuple[Any, ...]) -> list[Any] | tuple[Any, ...]:
        match value:
            case (str() | bytes() as name, str() | bytes() as each):
                clean = [self.value(name), self._named(name, each)]
            case _:
                clean = [self.value(each) for each in value]
        return clean if isinstance(value, list) else tuple(clean)

    def _named(self, name: Any, value: Any) -> Any:
        """The value of a name; what belongs to a header that holds a key is one, whatever it looks like."""
        clean = self.value(value)
        plain = name.decode("latin-1") if isinstance(name, bytes) else name
        if not isinstance(plain, str) or plain.lower() not in NAMES or clean != value:
            return clean
        if isinstance(value, bytes):
            return self._header(plain.lower(), value)
        return (
            self._header(plain.lower(), value.encode("utf-8", "replace")).decode() if isinstance(value, str) else clean
        )

    def _header(self, name: str, value: bytes) -> bytes:
        scheme = _SCHEME.match(value)
        at = scheme.end() if scheme else 0
        return value[:at] + self._fingerprint.placeholder(name, value[at:]).encode() if value[at:] else value

    def _without(self, data: bytes, found: list[tuple[int, int, str, bytes]]) -> bytes:
        pieces: list[bytes] = []
        at = 0
        for start, end, name, key in found:
            pieces += [data[at:start], self._fingerprint.placeholder(name, key).encode()]
            at = end
        return b"".join([*pieces, data[at:]])


def redact(text: str) -> str:
    """A text without its keys, each replaced as ``[REDACTED:openai-project-key:3f9a2c]``.

    The digits are the same for a key everywhere; a ``Redactor`` with a salt keeps them apart.
    """
    return _plain().text(text)


def _name(text: bytes) -> str:
    """The name that a value belongs to, of the text before it."""
    found = _WORD.search(text.decode("latin-1"))
    return found[0].lower() if found else "key"


@cache
def _plain() -> Redactor:
    return Redactor(Fingerprint())
