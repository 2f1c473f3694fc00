"""Searches that ground an answer."""

import pytest

from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.gemini._searches import Grounding, counted

USAGE = Usage(tokens={Bucket.INPUT_TEXT: 1})


@pytest.mark.parametrize(
    ("queries", "model", "expected"),
    [
        pytest.param([["a", "b"]], "gemini-3-pro", 2, id="each query"),
        pytest.param([["a"], ["a", "b"]], "gemini-3.5-flash", 2, id="an event says again what one before it said"),
        pytest.param([["a", ""]], "gemini-3-pro", 1, id="an empty query is none"),
        pytest.param([["a", "b"]], "gemini-2.5-flash", 1, id="each answer"),
        pytest.param([["a", "b"]], "gemini-1.5-pro", 1, id="each answer of an old model"),
        pytest.param([["a", "b"]], "gemini-20", 2, id="a later model"),
        pytest.param([["a", "b"]], None, 2, id="a model that is not known"),
    ],
)
def test_what_is_billed(queries: list[list[str]], model: str | None, expected: int) -> None:
    """By query or by answer."""
    groundings = [Grounding(web_search_queries=each) for each in queries]
    usage = counted(USAGE, groundings, model)
    assert usage is not None
    assert (usage.units, usage.tokens) == ({Unit.WEB_SEARCHES: expected}, USAGE.tokens)


@pytest.mark.parametrize("usage", [USAGE, None])
def test_without_a_query_nothing_is_added(usage: Usage | None) -> None:
    """Files and pages that ground an answer are no searches."""
    assert counted(usage, [Grounding(), Grounding(web_search_queries=[" "])], "gemini-3-pro") is usage
