"""One scheme of names a file, as data, found by its ``NAMING``; the first of them that knows a span has it."""

import sys
from functools import cache

from keeptabs.core.discover import constants
from keeptabs.otlp.naming import Naming
from keeptabs.otlp.span import Span


@cache
def every() -> tuple[Naming, ...]:
    """All schemes: those with marks first, since the others would know their spans too."""
    found = constants(sys.modules[__name__], "NAMING", Naming)
    return tuple(sorted(found, key=lambda naming: not naming.marks))


def naming_of(span: Span) -> tuple[Naming, str] | None:
    """The scheme of a span that is a call to a model, and the operation; None for all other spans."""
    for naming in every():
        operation = naming.kinds.get((span.text(*naming.kind) or "").lower())
        if operation and (not naming.marks or any(mark in span.attributes for mark in naming.marks)):
            return naming, operation
    return None
