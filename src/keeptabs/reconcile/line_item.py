"""What an item on OpenAI's bill is for, read from its text.

The texts are documented by one example (``gpt-6-astra, input_tokens``: openai-python 3.54.0
``types/admin/organization/usage_costs_params.py``). The others are as programs of other people found them in real
accounts: ``priority | gpt-5.6-sol, output, long context``, ``gpt-image-2.5-flare image, output``, ``whisper-1, audio``,
``web search tool calls``, ``Vector storage``. Checked 2026-11-24. So reading is by words, in any order and spelling of
these, and what has a word that is not known is left unread.
"""

import re
from decimal import Decimal

import msgspec

from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile.statement import Kind

_TOKENS = "tokens"
# The units of ``quantity_unit`` (openai-python 3.54.0 ``cost_quantity_unit.py``), and how many of ours each one is.
_MEASURES: dict[str | None, tuple[str, int]] = {
    "tokens": (_TOKENS, 1),
    "1000_tokens": (_TOKENS, 1_000),
    "duration_seconds": (Unit.SECONDS, 1),
    "duration_minutes": (Unit.SECONDS, 60),
    "duration_hours": (Unit.SECONDS, 3_600),
    "images": (Unit.IMAGES, 1),
    "characters": (Unit.CHARACTERS, 1),
}
_STORED = "gibibyte_hours"

_OF_A_MODEL = re.compile(
    r"(?:(?P<tier>[a-z]{3,20}) ?\| ?)?(?P<model>[^\s,|]+)(?: (?P<modality>text|audio|image))?(?:, ?(?P<what>[^|]+))?",
    re.IGNORECASE,
)
_LONGEST = 500  # characters; a longer text is no item

_MODALITIES = frozenset({"text", "audio", "image"})
_LONG_CONTEXT = frozenset({"long", "context"})
_IDLE = frozenset({"token", "tokens"}) | _MODALITIES | _LONG_CONTEXT  # words that do not tell which way tokens go
_WAYS = {
    frozenset(words.split()): way
    for words, way in {
        "input": "input",
        "cached": "cache_read",
        "cached input": "cache_read",
        "cache read": "cache_read",
        "cache reads": "cache_read",
        "cache write": Bucket.CACHE_WRITE,
        "cache writes": Bucket.CACHE_WRITE,
        "cache write input": Bucket.CACHE_WRITE,
        "cache write 30m": Bucket.CACHE_WRITE_30M,
        "cache writes 30m": Bucket.CACHE_WRITE_30M,
        "cache write 12h": Bucket.CACHE_WRITE_12H,
        "cache writes 12h": Bucket.CACHE_WRITE_12H,
        "output": "output",
    }.items()
}
# What is billed for no tokens, the first that fits. Storage is billed whether or not anybody calls.
_OTHERS: tuple[tuple[re.Pattern[str], Kind, Unit | None], ...] = (
    (re.compile(r"\bweb search\b.*\bpreview\b"), Kind.UNITS, Unit.WEB_SEARCHES_PREVIEW),
    (re.compile(r"\bweb search"), Kind.UNITS, Unit.WEB_SEARCHES),
    (re.compile(r"\bstorage\b|^assistants api \| file search$"), Kind.FIXED, None),
    (re.compile(r"\bfile search"), Kind.UNITS, Unit.FILE_SEARCHES),
    (re.compile(r"\bcode interpreter\b|\bcontainers?\b"), Kind.UNITS, Unit.CONTAINERS),
    (re.compile(r"\b(?:fine[ -]?tuning|training)\b"), Kind.FIXED, None),
)


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """What an item is for; ``unit`` is a bucket or unit of core/usage.py, None where the text does not tell."""

    kind: Kind = Kind.UNREAD
    model: str | None = None
    unit: str | None = None
    tier: str | None = None  # None: the standard one, which is not named
    batch: bool = False
    long_context: bool = False
    measure: str | None = None

    def quantity(self, said: Decimal | None) -> Decimal | None:
        """``said`` in ``unit``, or None where the provider measures something else."""
        measured, size = _MEASURES.get(self.measure, (None, 1))
        same = measured == (_TOKENS if self.kind is Kind.TOKENS else self.unit)
        return said * size if said is not None and said.is_finite() and measured and same else None


def read(text: str, measure: str | None = None) -> LineItem:
    """What ``text`` is for, at worst UNREAD; ``measure`` is the ``quantity_unit`` of its row."""
    found = _OF_A_MODEL.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if measure == _STORED:
        return LineItem(kind=Kind.FIXED, measure=measure)
    item = _of_a_model(found, measure) if found else None
    if item is not None:
        return item
    what, model = (found["what"], found["model"]) if found and found["what"] else (text[:_LONGEST], None)
    return _of_no_tokens(what, model, measure)


def _of_a_model(found: re.Match[str], measure: str | None) -> LineItem | None:
    words = _words(found["what"] or "")
    kind, unit = _purpose(words, found["modality"], measure)
    if kind is Kind.UNREAD:
        return None
    tier = (found["tier"] or "").lower()
    return LineItem(
        kind=kind,
        model=found["model"],
        unit=unit,
        tier=None if tier in ("", "batch", "default", "standard") else tier,
        batch=tier == "batch",
        long_context=words >= _LONG_CONTEXT,
        measure=measure,
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(re.split(r"[\s,_.-]+", text.lower())) - {""}


def _purpose(words: frozenset[str], modality: str | None, measure: str | None) -> tuple[Kind, str | None]:
    measured, _ = _MEASURES.get(measure, (None, 1))
    said = words & _MODALITIES | ({modality.lower()} if modality else set())
    way = _WAYS.get(words - _IDLE)
    if len(said) > 1 or (way is None and words - _IDLE):
        return Kind.UNREAD, None
    if measured in (Unit.SECONDS, Unit.IMAGES, Unit.CHARACTERS):
        return Kind.UNITS, measured
    if way is None:  # of a sound that is billed whole, nothing but the measure says by what
        return (Kind.UNITS, None) if words == {"audio"} and measured is None else (Kind.UNREAD, None)
    if isinstance(way, Bucket):
        return Kind.TOKENS, way
    return Kind.TOKENS, Bucket(f"{way}.{next(iter(said), 'text')}")


def _of_no_tokens(text: str, model: str | None, measure: str | None) -> LineItem:
    plain = " ".join(text.lower().replace("_", " ").split())
    for pattern, kind, unit in _OTHERS:
        if pattern.search(plain):
            return LineItem(kind=kind, model=model, unit=unit, measure=measure)
    return LineItem(measure=measure)
