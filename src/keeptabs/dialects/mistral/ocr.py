"""Reading documents: ``POST …/ocr``, billed by the page.

Source: mistralai 3.7.0 ``ocrusageinfo.py``; checked 2026-11-24.
"""

from decimal import Decimal

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


class _Answer(msgspec.Struct):
    model: str | None = None
    usage_info: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request)
_ANSWER = msgspec.json.Decoder(_Answer)
_PROCESSED = msgspec.json.Decoder(_Processed | None)
UNREADABLE = "the usage object has an unknown shape"


def ask(request: Request) -> Asked:
    """The model; the document is passed over."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(model=asked.model)


def answer(response: Response, asked: Asked) -> Answered:
    """How many pages were read."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    usage = _usage(said.usage_info)
    unread = bytes(said.usage_info) not in (b"", b"null") and usage is None
    return Answered(model=said.model, usage=usage, gaps=(UNREADABLE,) if unread else ())


def _usage(raw: msgspec.Raw) -> Usage | None:
    said = readable(_PROCESSED, raw) if bytes(raw) else None
    if said is None or said.pages_processed is None:
        return None
    return Usage(units={Unit.PAGES: Decimal(said.pages_processed)}, raw=bytes(raw).decode("utf-8", "replace"))


DIALECT = Dialect(api="ocr", operation="ocr", ask=ask, answer=answer)
