"""POST moderations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.reply import Answer, json_answer
from keeptabs.testing.mock.tokens import gather

if TYPE_CHECKING:
    from keeptabs.testing.mock.calls import Call

FLAGGED_WORD = "violence"
_CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)


def answer(call: Call) -> Answer:
    """Answer with one result for each text, or one for a list of text and image parts."""
    given = call.fields["input"]
    texts = given if isinstance(given, list) and all(isinstance(x, str) for x in given) else [given]
    results = [_result(gather(text)) for text in texts]
    return json_answer({"id": call.identifier("modr-"), "model": call.model, "results": results})


def _result(text: str) -> dict[str, Any]:
    """Flag a text that says the one word this mock minds, for that category."""
    flagged = FLAGGED_WORD in text.lower()
    hit = {name: flagged and name == FLAGGED_WORD for name in _CATEGORIES}
    return {
        "flagged": flagged,
        "categories": hit,
        "category_scores": {name: 0.9 if is_hit else 0.0001 for name, is_hit in hit.items()},
        "category_applied_input_types": {name: ["text"] for name in _CATEGORIES},
    }
