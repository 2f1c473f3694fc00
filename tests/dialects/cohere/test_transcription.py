"""Transcription: a model in a form, and an answer that counts nothing."""

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.dialects.cohere.transcription import DIALECT

FORM = Headers.of([("content-type", "multipart/form-data; boundary=b1")])
MODEL = b'--b1\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n'
FILE = b'--b1\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF\r\n--b1--\r\n'


def test_the_model_is_in_the_form() -> None:
    """A form without one names none."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", headers=FORM, body=MODEL + FILE)) == Asked(model="m")
    assert DIALECT.ask(Request(method="POST", host="h", path="/", headers=FORM, body=FILE)) == Asked()


def test_the_answer_is_the_text_alone() -> None:
    """No tokens, and no length of what was heard."""
    assert DIALECT.answer(Response(status=200, body=b'{"text": "Hello"}'), Asked()) == Answered()
    assert DIALECT.operation == "speech_to_text"
