"""Spans in a file: OTLP in JSON, one request a line, as OpenTelemetry's file exporter and ``keeptabs export`` write it.

Source: opentelemetry.io/docs/specs/otel/protocol/file-exporter/; checked 2026-11-24.
"""

from collections.abc import Iterator
from pathlib import Path

from keeptabs.otlp.calls import record_of
from keeptabs.otlp.decode import MalformedError, decode_json
from keeptabs.pricing.book import Book
from keeptabs.store.exports import begins, opened
from keeptabs.store.record import Record

_BEGINS = b'{"resourceSpans":'


def is_otlp(path: Path) -> bool:
    """True for a file, gzipped or not, that begins as a request does. Raises OSError when it cannot be read."""
    return begins(path, _BEGINS)


def read(path: Path, book: Book | None) -> Iterator[Record | str | None]:
    """The calls of a file, in its order; None for a span that is none, and a text for what could not be read: why."""
    with opened(path) as file:
        for text in file:
            try:
                decoded = decode_json(text)
            except MalformedError as error:
                yield str(error)
                continue
            for span in decoded.spans:
                yield record_of(span, book)
            for _ in range(decoded.rejected):
                yield "a span has no ids, or no time"
