"""Reading documents, billed by the page."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.mistral import ocr

INFO = {"pages_processed": 3, "doc_size_bytes": 1024}


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return ocr.DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def test_the_pages_are_counted() -> None:
    """The host's own words stand beside them."""
    usage = Usage(units={Unit.PAGES: Decimal(3)}, raw=json.dumps(INFO))
    assert answer({"model": "mistral-ocr", "pages": [{}], "usage_info": INFO}) == Answered(
        model="mistral-ocr", usage=usage
    )


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        pytest.param({"model": "m"}, 200, Answered(model="m"), id="no usage"),
        pytest.param({"model": "m", "usage_info": None}, 200, Answered(model="m"), id="null"),
        pytest.param(
            {"model": "m", "usage_info": {"pages_processed": "3"}},
            200,
            Answered(model="m", gaps=(ocr.UNREADABLE,)),
            id="pages of another shape",
        ),
        pytest.param({"model": 3}, 200, Answered(gaps=(reading.UNREADABLE,)), id="another shape"),
        pytest.param({"detail": "x"}, 422, Answered(error=ProviderError(message="x")), id="an error"),
    ],
)
def test_an_answer_may_say_less(said: Any, status: int, expected: Answered) -> None:
    """What cannot be read is a gap."""
    assert answer(said, status) == expected


@pytest.mark.parametrize(
    ("body", "expected"), [(b'{"model": "mistral-ocr"}', Asked(model="mistral-ocr")), (b"x", Asked()), (b"", Asked())]
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """The model; a document may be large."""
    assert ocr.DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == expected


def described(*annotations: Any) -> dict[str, Any]:
    """A page with such pictures."""
    return {"images": [{"id": "i", "image_base64": None, "image_annotation": each} for each in annotations]}


PLAIN, BLANK = described(None), {"index": 0, "images": []}


@pytest.mark.parametrize(
    ("said", "plain", "annotated"),
    [
        pytest.param({"document_annotation": "{}"}, 0, 3, id="the document"),
        pytest.param({"document_annotation": None, "pages": [PLAIN, BLANK, {}]}, 3, 0, id="nothing"),
        pytest.param({"pages": [described(None, "{}"), PLAIN, described("{}")]}, 1, 2, id="pictures of two pages"),
        pytest.param({"document_annotation": "{}", "pages": [described("{}"), PLAIN]}, 0, 3, id="both"),
        pytest.param({"pages": [described("{}")] * 9}, 0, 3, id="more than were read"),
        pytest.param({"pages": [{"images": "image_annotation"}]}, 3, 0, id="pages of another shape"),
        pytest.param({"pages": None}, 3, 0, id="null"),
    ],
)
def test_annotated_pages_are_counted_apart(said: Any, plain: int, annotated: int) -> None:
    """Each page is of one kind, since it has the price of one."""
    usage = answer({"usage_info": INFO, **said}).usage
    assert usage is not None
    assert (usage.units[Unit.PAGES], usage.units.get(Unit.ANNOTATED_PAGES, 0)) == (plain, annotated)


@pytest.mark.parametrize(
    ("processed", "counted", "plain", "annotated"),
    [(3, 2, 1, 2), (3, 0, 3, 0), (0, 3, 0, 3), (3, None, 0, 3), (3, -1, 3, 0)],
    ids=["a part", "none", "beside the others", "not said", "less than nothing"],
)
def test_azure_counts_annotated_pages(processed: int, counted: int | None, plain: int, annotated: int) -> None:
    """What it counts holds, whatever the answer shows."""
    info = {"pages_processed": processed, "pages_processed_annotation": counted}
    usage = answer({"usage_info": info, "document_annotation": "{}"}).usage
    assert usage is not None
    assert (usage.units[Unit.PAGES], usage.units.get(Unit.ANNOTATED_PAGES, 0)) == (plain, annotated)
