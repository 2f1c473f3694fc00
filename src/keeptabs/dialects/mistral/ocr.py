"""Reading documents: ``POST …/ocr``, billed by the page.

A page that a model also describes (an annotation of its pictures, or of the document) has a price of its own, which
takes the place of the plain one: with OCR 4 it is $5 a thousand pages instead of $4
(linkloot.io/blog/mistral-ocr-4-document-ai on Mistral's announcement; litellm 1.109.1 adds the two up). On Azure such
pages are counted in the usage; elsewhere the annotations in the answer show which they are. A request tells less: what
it asks for may be left out. Source: mistralai 3.7.0 ``ocrresponse.py``, ``ocrimageobject.py`` and ``ocrusageinfo.py``;
checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage


class _Request(msgspec.Struct):
    model: str | None = None


class _Processed(msgspec.Struct):
    pages_processed: int | None = None
    pages_processed_annotation: int | None = None  # Azure


class _Image(msgspec.Struct):
    image_annotation: Any = None


class _Page(msgspec.Struct):
    images: list[_Image] | None = None

    @property
    def is_annotated(self) -> bool:
        """True when one of its pictures is described."""
        return any(image.image_annotation is not None for image in self.images or ())


class _Answer(msgspec.Struct):
    model: str | None = None
    pages: msgspec.Raw = msgspec.Raw()  # large: looked into only for annotations
    document_annotation: Any = None
    usage_info: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request)
_ANSWER = msgspec.json.Decoder(_Answer)
_PROCESSED = msgspec.json.Decoder(_Processed | None)
_PAGES = msgspec.json.Decoder(list[_Page])
UNREADABLE = "the usage object has an unknown shape"


def ask(request: Request) -> Asked:
    """The model; the document is passed over."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=asked.model)


def answer(response: Response, asked: Asked) -> Answered:
    """How many pages were read, and how many annotated."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    usage = _usage(said)
    unread = bytes(said.usage_info) not in (b"", b"null") and usage is None
    return Answered(model=said.model, usage=usage, gaps=(UNREADABLE,) if unread else ())


def _usage(said: _Answer) -> Usage | None:
    raw = bytes(said.usage_info)
    counted = (readable(_PROCESSED, raw) if raw else None) or _Processed()
    if counted.pages_processed is None:
        return None
    annotated = max(_annotated(said, counted.pages_processed, counted.pages_processed_annotation), 0)
    units = {Unit.PAGES: Decimal(max(counted.pages_processed - annotated, 0))}
    if annotated:
        units[Unit.ANNOTATED_PAGES] = Decimal(annotated)
    return Usage(units=units, raw=raw.decode("utf-8", "replace"))


def _annotated(said: _Answer, processed: int, counted: int | None) -> int:
    """The annotated pages: as they are counted, else all of an annotated document, else those with such pictures."""
    if counted is not None:
        return counted
    if said.document_annotation is not None:
        return processed
    pages = readable(_PAGES, said.pages) if b'"image_annotation"' in bytes(said.pages) else None
    return min(sum(page.is_annotated for page in pages or ()), processed)


DIALECT = Dialect(api="ocr", operation="ocr", ask=ask, answer=answer)
