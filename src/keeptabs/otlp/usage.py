"""Tokens that a span tells of, in disjoint buckets.

Schemes say that an input includes what came from and went to a cache, but instrumentations of providers whose own
counts exclude it have told it either way. A total settles it; without one, parts that exceed the input lie beside it.
"""

from keeptabs.core.usage import Bucket, Usage, split
from keeptabs.otlp.naming import Naming
from keeptabs.otlp.span import Span


def usage_of(span: Span, naming: Naming) -> Usage | None:
    """What was used, or None where the span does not say."""
    output = span.count(*naming.output)
    tokens = _input(span, naming, output or 0)
    if output is not None:
        parts = {
            Bucket.OUTPUT_REASONING: span.count(*naming.reasoning),
            Bucket.OUTPUT_AUDIO: span.count(*naming.output_audio),
        }
        tokens |= split(output, Bucket.OUTPUT_TEXT, parts)
    return Usage(tokens=tokens) if tokens else None


def _input(span: Span, naming: Naming, output: int) -> dict[Bucket, int]:
    told = span.count(*naming.input)
    if told is None:
        return {}
    read, written = span.count(*naming.cache_read), span.count(*naming.cache_write)
    cached = (read or 0) + (written or 0)
    if _excludes(told, cached, output, span.count(*naming.total)):
        told += cached
    parts = {
        Bucket.CACHE_READ_TEXT: read,
        Bucket.CACHE_WRITE: written,
        Bucket.INPUT_AUDIO: span.count(*naming.input_audio),
    }
    return split(told, Bucket.INPUT_TEXT, parts)


def _excludes(told: int, cached: int, output: int, total: int | None) -> bool:
    """True where an input is told without what is cached."""
    if not cached or total == told + output:
        return bool(cached > told)
    return cached > told or total == told + cached + output
