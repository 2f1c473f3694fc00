"""Tools that the provider itself ran for a Responses call."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Response
from keeptabs.core.usage import Unit
from keeptabs.dialects.openai import _hosted_tools, responses

USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
SEARCH = {"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "x"}}
OPENED = {"type": "web_search_call", "action": {"type": "open_page", "url": "x"}}
BARE = {"type": "web_search_call"}
IMAGE = {"type": "image_generation_call", "result": "aGk="}


def answer(output: Any, **more: Any) -> Answered:
    """What a response with this output says."""
    said = {"status": "completed", "model": "m", "output": output, "usage": USAGE, **more}
    return responses.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("output", "more", "expected"),
    [
        pytest.param([SEARCH, SEARCH, OPENED], {}, 2, id="a page that is opened is no search"),
        pytest.param([BARE], {}, 1, id="a search of an older kind"),
        pytest.param([SEARCH], {"tool_usage": {"web_search": {"num_requests": 3}}}, 3, id="OpenAI's own count"),
        pytest.param([SEARCH], {"tool_usage": {"web_search": {"num_requests": 0}}}, None, id="none is billed"),
        pytest.param([SEARCH], {"tool_usage": {}}, 1, id="no count of OpenAI's"),
        pytest.param(
            [SEARCH],
            {"usage": {**USAGE, "server_side_tool_usage_details": {"web_search_calls": 4}}},
            4,
            id="xAI's count in the usage",
        ),
        pytest.param([SEARCH], {"usage": None}, None, id="no usage"),
        pytest.param([{"type": "function_call"}], {}, None, id="a function of the application"),
        pytest.param("text", {}, None, id="another shape"),
        pytest.param([{"type": 3}], {}, None, id="an item of another shape"),
    ],
)
def test_searches_are_counted_once(output: Any, more: dict[str, Any], expected: int | None) -> None:
    """By OpenAI, by the usage, or else by the calls in the output."""
    usage = answer(output, **more).usage
    found = usage.units.get(Unit.WEB_SEARCHES) if usage else None
    assert found == (None if expected is None else Decimal(expected))


def test_calls_are_counted_by_kind() -> None:
    """Only of tools that the provider ran."""
    kinds = ["file_search_call", "mcp_call", "mcp_call", "code_interpreter_call", "function_call", "computer_call"]
    assert answer([{"type": kind} for kind in kinds]).facts == {
        "keeptabs.hosted_tools.file_search_calls": 1,
        "keeptabs.hosted_tools.mcp_calls": 2,
        "keeptabs.hosted_tools.code_interpreter_calls": 1,
    }


@pytest.mark.parametrize(
    ("output", "more", "expected"),
    [
        pytest.param([IMAGE], {}, 1, id="an image"),
        pytest.param([IMAGE, IMAGE], {"tool_usage": {"image_gen": {"total_tokens": 12}}}, 2, id="tokens of images"),
        pytest.param([], {"tool_usage": {"image_gen": {"total_tokens": 12}}}, 1, id="tokens of images, none listed"),
        pytest.param([IMAGE], {"tool_usage": {"image_gen": {"total_tokens": 0}}}, None, id="an image of nothing"),
        pytest.param([SEARCH], {"tool_usage": {"image_gen": {"total_tokens": 0}}}, None, id="no image"),
        pytest.param([], {}, None, id="no tool"),
    ],
)
def test_images_that_are_billed_apart_are_a_unit(output: Any, more: dict[str, Any], expected: int | None) -> None:
    """The tokens are not all there is: what has no price makes the cost a part."""
    usage = answer(output, **more).usage
    assert usage is not None
    assert usage.units.get(Unit.TOOL_IMAGES) == expected


@pytest.mark.parametrize(
    ("status", "output", "expected"),
    [
        ("completed", [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}], "refusal"),
        ("completed", [{"type": "message", "content": [{"type": "output_text", "text": "refusal"}]}], "completed"),
        ("failed", [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}], "failed"),
        ("completed", [], "completed"),
    ],
    ids=["a refusal", "a word", "a failure", "nothing"],
)
def test_a_refusal_is_the_finish_reason_where_nothing_else_is(status: str, output: Any, expected: str) -> None:
    """The status says that it is complete."""
    assert answer(output, status=status).finish_reasons == (expected,)


@given(st.binary())
def test_any_bytes_are_items_or_none(text: bytes) -> None:
    """No bytes make an exception."""
    assert isinstance(_hosted_tools.items(msgspec.Raw(text)), list)
