"""Videos that are billed when they are begun."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.openai.videos import DIALECT

JOB = {"id": "video_1", "object": "video", "model": "sora-2", "status": "queued", "seconds": "8", "size": "1280x720"}
FORM = b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nsora-2-pro\r\n--b--\r\n'


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("/v1/videos", {"model": "sora-2", "size": "1280x720"}, ("sora-2", "1280x720"), id="a size"),
        pytest.param("/v1/videos/", {"prompt": "x"}, (None, "720x1280"), id="what is taken where none is said"),
        pytest.param("/v1/videos/v/remix", {"prompt": "x"}, (None, None), id="another video's size"),
    ],
)
def test_the_size_stands_in_the_request(path: str, body: Any, expected: tuple[str | None, str | None]) -> None:
    """The service has a default model and a default size."""
    asked = DIALECT.ask(Request(method="POST", host="h", path=path, body=json.dumps(body).encode()))
    assert (asked.model, asked.size, asked.output_type) == (*expected, "video")
    assert not DIALECT.needs_model


def test_a_request_may_be_a_form() -> None:
    """It is where a picture is uploaded with it."""
    headers = Headers.of([("content-type", "multipart/form-data; boundary=b")])
    asked = DIALECT.ask(Request(method="POST", host="h", path="/v1/videos", headers=headers, body=FORM))
    assert (asked.model, asked.size) == ("sora-2-pro", "720x1280")


def test_the_seconds_of_the_job_count() -> None:
    """The request may leave them out."""
    usage = Usage(units={Unit.SECONDS: Decimal(8)})
    assert answer(JOB) == Answered(model="sora-2", id="video_1", usage=usage)


@pytest.mark.parametrize("seconds", [None, "0", 0, "NaN", -4])
def test_a_job_without_seconds_has_no_usage(seconds: Any) -> None:
    """Nothing can be billed by it."""
    assert answer({**JOB, "seconds": seconds}).usage is None


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"error": {"code": "moderation_blocked"}}, 400, Answered(error=ProviderError(code="moderation_blocked"))),
        ([], 200, Answered(gaps=(reading.UNREADABLE,))),
        ({"seconds": []}, 200, Answered(gaps=(reading.UNREADABLE,))),
    ],
    ids=["an error", "another shape", "seconds of another shape"],
)
def test_what_is_no_job_is_told(said: Any, status: int, expected: Answered) -> None:
    """An error by its code, the rest as a gap."""
    assert answer(said, status) == expected
