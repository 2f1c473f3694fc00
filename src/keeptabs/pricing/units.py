"""The vocabulary of rates: the keys of a price row, and which of them prices which bucket.

A key says its own unit (``_mtok`` is USD per million tokens), because a price that is silently wrong by a factor of
1,000 is the known trap. The names are those of genai-prices; ours are ``images``, ``containers``, ``output_seconds``
(of video), ``file_searches_kcount`` and ``web_searches_preview_kcount``.
"""

from collections.abc import Container, Iterator, Mapping

from keeptabs.core.usage import Bucket, Unit

_PER_SUFFIX = {
    "_mtok": 1_000_000,
    "_mchars": 1_000_000,
    "_kcount": 1_000,
    "_kpages": 1_000,
    "_gpixels": 1_000_000_000,
    "_hours": 3_600,  # USD an hour; the quantity is in seconds
}
_CACHES = ("read", "write", "write_5m", "write_30m", "write_1h", "write_12h")
_MODALITIES = ("text", "audio", "image", "video")
KEYS = frozenset(
    [
        "input_mtok",
        "output_mtok",
        "input_tool_mtok",
        "output_reasoning_mtok",
        "output_citation_mtok",
        *(f"{way}_{kind}_mtok" for way in ("input", "output") for kind in _MODALITIES),
        *(f"output_{kind}_{use}_mtok" for kind in _MODALITIES for use in ("reasoning", "citation")),
        *(f"input_{kind}_tool_mtok" for kind in _MODALITIES),
        *(f"cache_{use}_mtok" for use in _CACHES),
        *(f"cache_{kind}_{use}_mtok" for kind in _MODALITIES for use in _CACHES),
        "input_mchars",
        "audio_hours",
        "input_audio_hours",
        "output_audio_hours",
        "input_gpixels",
        "input_document_kpages",
        "input_annotated_document_kpages",
        "input_text_messages_kcount",
        "rerank_searches_kcount",
        "web_searches_kcount",
        "web_searches_preview_kcount",
        "social_searches_kcount",
        "storage_searches_kcount",
        "file_searches_kcount",
        "code_executions_kcount",
        "requests_kcount",
        "read_units_kcount",
        "images",
        "containers",
        "output_seconds",
    ]
)
UNIT_KEYS: Mapping[Unit, tuple[str, ...]] = {
    Unit.REQUESTS: ("requests_kcount",),
    Unit.SECONDS: ("input_audio_hours", "audio_hours", "output_audio_hours", "output_seconds"),
    Unit.CHARACTERS: ("input_mchars",),
    Unit.IMAGES: ("images",),
    Unit.WEB_SEARCHES: ("web_searches_kcount",),
    Unit.WEB_SEARCHES_PREVIEW: ("web_searches_preview_kcount",),
    Unit.FILE_SEARCHES: ("file_searches_kcount", "storage_searches_kcount"),
    Unit.CONTAINERS: ("containers",),
    Unit.RERANK_SEARCHES: ("rerank_searches_kcount",),
    Unit.PAGES: ("input_document_kpages",),
    Unit.ANNOTATED_PAGES: ("input_annotated_document_kpages",),
    Unit.PIXELS: ("input_gpixels",),
    Unit.READ_UNITS: ("read_units_kcount",),
    Unit.TOOL_IMAGES: (),  # at the rates of the model that made them, which no answer names
}
# Writes that are kept longer cost more than others wherever they cost anything: the general rate is too low for them.
LONG_WRITES: Mapping[Bucket, str] = {Bucket.CACHE_WRITE_1H: "write_1h", Bucket.CACHE_WRITE_12H: "write_12h"}
_SHORT_WRITES = {
    Bucket.CACHE_WRITE: (),
    Bucket.CACHE_WRITE_5M: ("cache_write_5m_mtok",),
    Bucket.CACHE_WRITE_30M: ("cache_write_30m_mtok",),
}


def per(key: str) -> int:
    """How many units the amount under ``key`` buys."""
    return next((size for suffix, size in _PER_SUFFIX.items() if key.endswith(suffix)), 1)


def keys(bucket: Bucket, have: Container[str], covered: Container[str]) -> Iterator[str]:
    """The keys that can price ``bucket``, the best first, given the keys that a model has.

    Audio and images are no text: they go at the plain rate only where ``covered`` has ``input.audio`` and the like.
    Reasoning goes as text. What came from a cache or went to one goes at the fresh rate where there is no other.
    """
    kind, _, modality = bucket.partition(".")
    if bucket is Bucket.INPUT_TOOL:
        yield from ("input_tool_mtok", "input_text_tool_mtok")
        modality = "text"
    if kind == "output":
        if bucket is Bucket.OUTPUT_REASONING:
            yield "output_reasoning_mtok"
            modality = "text"
        yield from _plain("output", modality, covered)
        return
    if kind == "cache_read":
        yield f"cache_{modality}_read_mtok"
        if modality == "text" or (f"input.{modality}" in covered and f"input_{modality}_mtok" not in have):
            yield "cache_read_mtok"
    elif kind == "cache_write":
        yield from _writes(bucket)
        modality = "text"
    yield from _plain("input", modality, covered)


def _writes(bucket: Bucket) -> Iterator[str]:
    if bucket in LONG_WRITES:
        yield f"cache_{LONG_WRITES[bucket]}_mtok"
    else:
        yield from _SHORT_WRITES[bucket]
    yield "cache_write_mtok"


def _plain(way: str, modality: str, covered: Container[str]) -> Iterator[str]:
    yield f"{way}_{modality}_mtok"
    if modality == "text" or f"{way}.{modality}" in covered:
        yield f"{way}_mtok"
