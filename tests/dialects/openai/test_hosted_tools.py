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
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.openai import _hosted_tools, responses

USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
SEARCH = {"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "x"}}
OPENED = {"type": "web_search_call", "action": {"type": "open_page", "url": "x"}}
BARE = {"type": "web_search_call"}
IMAGE = {"type": "image_generation_call", "result": "aGk="}
PAINTER = [{"type": "image_generation", "model": "gpt-image-1"}]
TEXT = {"input_tokens": 5, "input_tokens_details": {"text_tokens": 5, "image_tokens": 0}}
DRAWN = {"tool_usage": {"image_gen": {**TEXT, "output_tokens": 7, "total_tokens": 12}}}
NOT_DRAWN = {"tool_usage": {"image_gen": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}}}
RAN = {"type": "code_interpreter_call", "container_id": "c1"}


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
        pytest.param([IMAGE, IMAGE], DRAWN, 2, id="tokens of images"),
        pytest.param([], DRAWN, 1, id="tokens of images, none listed"),
        pytest.param([IMAGE], {**DRAWN, "tools": PAINTER}, None, id="tokens of a model that is named"),
        pytest.param([IMAGE], {"tools": PAINTER}, 1, id="a model, no tokens"),
        pytest.param([IMAGE], NOT_DRAWN, None, id="an image of nothing"),
        pytest.param([SEARCH], NOT_DRAWN, None, id="no image"),
        pytest.param([], {}, None, id="no tool"),
    ],
)
def test_images_that_are_billed_apart_are_a_unit(output: Any, more: dict[str, Any], expected: int | None) -> None:
    """The tokens are not all there is: what has no price makes the cost a part."""
    usage = answer(output, **more).usage
    assert usage is not None
    assert usage.units.get(Unit.TOOL_IMAGES) == expected


def test_what_the_image_model_used_stands_aside() -> None:
    """Its tokens are in none of the call's totals, and have its own rates."""
    usage = answer([IMAGE], **DRAWN, tools=PAINTER).usage
    assert usage is not None
    assert [(aside.model, {k: n for k, n in aside.tokens.items() if n}) for aside in usage.asides] == [
        ("gpt-image-1", {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_IMAGE: 7})
    ]
    assert (usage.input, usage.output) == (3, 4)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("web_search", Unit.WEB_SEARCHES),
        ("web_search_2025_08_26", Unit.WEB_SEARCHES),
        ("web_search_preview", Unit.WEB_SEARCHES_PREVIEW),
        ("web_search_preview_2025_03_11", Unit.WEB_SEARCHES_PREVIEW),
    ],
)
def test_searches_are_billed_by_the_kind_of_the_tool(kind: str, unit: Unit) -> None:
    """The older tool has prices of its own."""
    usage = answer([SEARCH], tools=[{"type": kind}]).usage
    assert usage is not None
    assert usage.units == {unit: Decimal(1)}


def test_searches_in_files_are_a_unit() -> None:
    """Each call of the tool is billed."""
    usage = answer([{"type": "file_search_call"}, {"type": "file_search_call"}]).usage
    assert usage is not None
    assert usage.units == {Unit.FILE_SEARCHES: Decimal(2)}


@pytest.mark.parametrize(
    ("output", "more", "new", "apart"),
    [
        pytest.param([RAN, RAN], {}, 1, "", id="one container, used twice"),
        pytest.param([RAN, {**RAN, "container_id": "c2"}], {}, 2, "", id="two containers"),
        pytest.param([RAN], {"previous_response_id": "r0"}, None, _hosted_tools.CONTAINER, id="a response goes on"),
        pytest.param([RAN], {"conversation": {"id": "v"}}, None, _hosted_tools.CONTAINER, id="a conversation"),
        pytest.param([IMAGE], {"previous_response_id": "r0"}, None, "", id="no code"),
    ],
)
def test_a_new_container_is_a_unit_and_an_old_one_is_billed_apart(
    output: Any, more: dict[str, Any], new: int | None, apart: str
) -> None:
    """What an earlier response may have opened is not counted again."""
    usage = answer(output, **more).usage
    assert usage is not None
    assert (usage.units.get(Unit.CONTAINERS), usage.apart) == (new, apart)


@pytest.mark.parametrize(("limit", "fact"), [("16g", "16g"), ("1g", None), (None, None)])
def test_the_memory_of_a_container_is_a_fact_where_it_costs_more(limit: str | None, fact: str | None) -> None:
    """The least is what the plain price is for."""
    tools = [{"type": "code_interpreter", "container": {"type": "auto", "memory_limit": limit}}, {"container": "c1"}]
    assert answer([RAN], tools=tools).facts.get(_hosted_tools.MEMORY_LIMIT) == fact


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
