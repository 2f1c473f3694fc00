"""Results of batches: a file of them (``GET …/files/{id}/content``), a page (xAI), or a job that holds them (Mistral).

Each result wraps the answer that its request would have had. All of them are one call: the usage is their sum. Another
file is no call. Sources: developers.openai.com/api/docs/guides/batch, mistralai 3.7.0 ``batchjob.py``, recorded traffic
of the three; checked 2026-11-24.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.core.sums import total
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.core.wire import lines
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._deferred import ask, only_deferred


class _Pages(msgspec.Struct):
    pages_processed: int | None = None
    pages_processed_annotation: int | None = None


class _Piece(msgspec.Struct):
    """An embedding or an image; its content is passed over."""


class _Body(msgspec.Struct):
    """The answer to one request, in whichever format was asked."""

    object: str | None = None
    id: str | None = None
    model: str | None = None
    data: list[_Piece] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    usage_info: _Pages | None = None  # Mistral's OCR
    document_annotation: Any = None
    error: Any = None

    @property
    def images(self) -> int:
        """How many images it holds: their format alone names no kind of object."""
        return len(self.data or ()) if self.object is None else 0


class _Response(msgspec.Struct):
    status_code: int | None = None
    body: _Body | None = None


class _Wrapped(msgspec.Struct):
    """xAI: the answer stands under a name for its format."""

    response: dict[str, _Body] | None = None
    error: Any = None


class _Result(msgspec.Struct):
    id: str | None = None
    custom_id: str | None = None
    response: _Response | None = None
    error: Any = None
    batch_request_id: str | None = None
    batch_result: _Wrapped | None = None

    @property
    def is_one(self) -> bool:
        """False for a line of another kind of file: the requests of a batch are named too, but have no answer."""
        named = self.custom_id is not None or self.batch_request_id is not None
        return named and (self.response is not None or self.batch_result is not None or self.error is not None)

    @property
    def body(self) -> _Body | None:
        """The answer that it wraps, if any."""
        if self.batch_result is not None:
            return next(iter((self.batch_result.response or {}).values()), None)
        return self.response.body if self.response else None

    @property
    def identity(self) -> str | None:
        """What it is known by: its own id, else that of the answer in it."""
        return self.id or (self.body.id if self.body else None) or self.custom_id

    @property
    def fault(self) -> Any:
        """What went wrong, as its provider words it."""
        inner = self.body.error if self.body else None
        return self.error or inner or (self.batch_result.error if self.batch_result else None)


class _Page(msgspec.Struct):
    results: list[_Result] | None = None  # xAI
    outputs: list[_Result] | None = None  # Mistral
    status: str | None = None  # Mistral's, of the job


_RESULT = msgspec.json.Decoder(_Result, strict=False)
_PAGE = msgspec.json.Decoder(_Page, strict=False)
_UNDONE = ("QUEUED", "RUNNING", "CANCELLATION_REQUESTED")
_OPERATIONS = {"list": "embeddings", "text_completion": "text_completion"}


def _of_file(response: Response) -> Iterator[_Result | None]:
    """The results in a file, a line each, up to the first line that is of another kind of file."""
    splitter = lines.Splitter()
    for line in (*splitter.feed(response.body), *splitter.flush()):
        found = readable(_RESULT, line)
        if found is not None and not found.is_one:
            return
        yield found


def _of_page(response: Response) -> Iterator[_Result | None]:
    page = readable(_PAGE, response.body) or _Page()
    if page.status in _UNDONE:
        return
    yield from (result for result in page.results or page.outputs or () if result.is_one)


def _usage_of(body: _Body) -> tuple[Usage, tuple[str, ...]]:
    rest = Bucket.OUTPUT_IMAGE if body.images else Bucket.OUTPUT_TEXT
    usage, gaps = _usage.read(body.usage, output_rest=rest)
    pages, annotated = _pages(body)
    counted = {Unit.PAGES: pages, Unit.ANNOTATED_PAGES: annotated, Unit.IMAGES: body.images or None}
    units = {unit: Decimal(count) for unit, count in counted.items() if count is not None}
    found = usage or Usage()
    return msgspec.structs.replace(found, units={**found.units, **units}), gaps


def _pages(body: _Body) -> tuple[int | None, int | None]:
    """Pages that were read, and pages that a model described too: those of an annotated document, or as counted."""
    said = body.usage_info
    if said is None or said.pages_processed is None:
        return None, None
    told = said.pages_processed_annotation
    annotated = told if told is not None else said.pages_processed if body.document_annotation is not None else 0
    return max(said.pages_processed - annotated, 0), annotated or None


def _operation(body: _Body) -> str | None:
    if body.images:
        return "image_generation"
    return "ocr" if body.usage_info else _OPERATIONS.get(body.object or "")


def _fold(results: Iterable[_Result | None]) -> Answered:
    """One call for all results; a file without any is none."""
    said = list(results)
    read = [result for result in said if result is not None]
    if not read:
        return Answered(pending=True)
    bodies = [body for result in read if (body := result.body) is not None and not result.fault]
    usages = [_usage_of(body) for body in bodies]
    models = {body.model for body in bodies}
    gaps = {gap for _, found in usages for gap in found} | ({reading.UNREADABLE_EVENT} if None in said else set())
    return Answered(
        model=models.pop() if len(models) == 1 else None,
        id=min(filter(None, (result.identity for result in read)), default=None),
        operation=_operation(bodies[0]) if bodies else None,
        usage=total([usage for usage, _ in usages]),
        facts={"keeptabs.batch.requests": len(read), "keeptabs.batch.failed": len(read) - len(bodies)},
        error=None if bodies else error_body.of(read[0].fault),
        deferred=True,
        batch=True,
        gaps=tuple(sorted(gaps)),
    )


def answer_file(response: Response, asked: Asked) -> Answered:
    """The results in a file."""
    return _fold(_of_file(response)) if response.status < 400 else Answered()


def answer_page(response: Response, asked: Asked) -> Answered:
    """The results in a page or a job."""
    return _fold(_of_page(response)) if response.status < 400 else Answered()


# Without markers the whole of a file is kept: each of its lines counts.
FILE = Dialect(api="batch", operation="chat", ask=ask, answer=only_deferred(answer_file), needs_model=False)
PAGE = Dialect(api="batch", operation="chat", ask=ask, answer=only_deferred(answer_page), needs_model=False)
