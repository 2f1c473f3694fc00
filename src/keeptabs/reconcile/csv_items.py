"""What an item of an export is for, by the words in its text.

Azure abbreviates: ``gpt 4o 0806 Inp glbl Tokens``, ``cached Inp``, ``Outp``, ``opt`` (meter names of the retail price
API); Anthropic has ``input_no_cache``, ``input_cache_read``, ``input_cache_write_5m``. Seen in public code that reads
such exports; checked 2026-11-24.
"""

import re

from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile.statement import Kind

_FIXED = re.compile(r"(?i)storage|hosting|hosted|train|container|session|gi?b[ -]|provisioned|\bptu\b")
# The first that is found holds; words are parted by anything that is no letter or digit.
_UNITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?i)(?<![a-z0-9])(?:{words})(?![a-z0-9])"), unit)
    for words, unit in (
        (r"web[ _-]?search(?:es)?.*", Unit.WEB_SEARCHES),
        (r"cache[ _-]?(?:write|creation)s?.*1h", Bucket.CACHE_WRITE_1H),
        (r"cache[ _-]?(?:write|creation)s?.*5m", Bucket.CACHE_WRITE_5M),
        (r"cache[ _-]?(?:write|creation)s?", Bucket.CACHE_WRITE),
        (r"input[ _]no[ _]cache|uncached[ _]input", Bucket.INPUT_TEXT),
        (r"(?:audio|aud).*(?:output|outp|out|opt)|(?:output|outp|out|opt).*(?:audio|aud)", Bucket.OUTPUT_AUDIO),
        (r"(?:audio|aud).*(?:input|inp|in)|(?:input|inp|in).*(?:audio|aud)", Bucket.INPUT_AUDIO),
        (r"cached|cache[ _]?(?:read|hit)s?|input_cache_read|cchd|cd", Bucket.CACHE_READ_TEXT),
        (r"output(?:_tokens)?|outp|opt|completion(?:s|_tokens)?", Bucket.OUTPUT_TEXT),
        (r"input(?:_tokens)?|inp|prompt(?:s|_tokens)?", Bucket.INPUT_TEXT),
    )
)


def read(item: str, model: str | None) -> tuple[Kind, str | None]:
    """What ``item`` is for, and the bucket or unit that it counts; no unit where the text does not say."""
    if not item:
        return Kind.TOKENS, None
    unit = next((unit for pattern, unit in _UNITS if pattern.search(item)), None)
    if unit is not None:
        return (Kind.UNITS if unit == Unit.WEB_SEARCHES else Kind.TOKENS), unit
    if _FIXED.search(item):
        return Kind.FIXED, None
    return (Kind.TOKENS if model else Kind.UNREAD), None
