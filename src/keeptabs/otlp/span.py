"""A span as it was sent, in one form for both encodings of OTLP."""

from typing import Any

import msgspec

_LONGEST = 256  # characters of a name or a word


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A span: ids in lower-case hex, times in nanoseconds, attributes with those of its resource below ``resource``.

    ``raised`` is the type of the exception that it holds as an event.
    """

    trace_id: str
    span_id: str
    parent_id: str | None = None
    name: str = ""
    kind: str = "internal"
    started_at: int
    duration: int = 0
    status: str = "unset"
    attributes: dict[str, Any] = {}
    resource: dict[str, Any] = {}
    scope: str = ""
    raised: str | None = None

    @property
    def service(self) -> str:
        """The name of the service, or nothing."""
        return str(self.resource.get("service.name", ""))[:_LONGEST]

    def text(self, *names: str) -> str | None:
        """The first of these attributes that is a text with something in it, as far as a name or a word goes."""
        return next((v[:_LONGEST] for name in names if isinstance(v := self.attributes.get(name), str) and v), None)

    def count(self, *names: str) -> int | None:
        """The first of these attributes that is a count."""
        found = (self.attributes.get(name) for name in names)
        return next((n for n in found if isinstance(n, int) and not isinstance(n, bool) and n >= 0), None)

    def number(self, *names: str) -> float | None:
        """The first of these attributes that is a number."""
        found = (self.attributes.get(name) for name in names)
        return next((float(n) for n in found if isinstance(n, int | float) and not isinstance(n, bool)), None)

    def is_set(self, *names: str) -> bool:
        """True where one of these attributes is true."""
        return any(self.attributes.get(name) is True for name in names)
