"""Compacting a conversation: the usage of a response, the model of the request."""

import json

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai.compact import DIALECT

WHOLE = {
    "id": "resp_1",
    "object": "response.compaction",
    "output": [{"type": "message", "role": "user"}, {"type": "compaction", "encrypted_content": "x"}],
    "usage": {"input_tokens": 90, "output_tokens": 8, "total_tokens": 98},
}


def test_a_compaction_is_read_like_a_response() -> None:
    """It has neither a status nor a model of its own."""
    answered = DIALECT.answer(Response(status=200, body=json.dumps(WHOLE).encode()), Asked())
    assert answered.usage is not None
    assert (answered.id, answered.model, answered.finish_reasons) == ("resp_1", None, ())
    assert (answered.usage.input, answered.usage.output, answered.gaps) == (90, 8, ())
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=b'{"model": "gpt-5"}'))
    assert asked == Asked(model="gpt-5")
