import msgspec
import pytest

from keeptabs.store.span_attributes import MOST_BYTES, is_content, kept


@pytest.mark.parametrize(
    "name",
    [
        "gen_ai.prompt.0.content",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments",
        "gen_ai.headers",
        "input.value",
        "output.value",
        "llm.input_messages.0.message.content",
        "llm.invocation_parameters",
        "llm.prompts",
        "embedding.embeddings.0.embedding.text",
        "retrieval.documents.0.document.content",
        "traceloop.entity.input",
        "traceloop.entity.output",
        "ai.prompt.messages",
        "ai.response.text",
        "db.statement",
        "db.query.text",
        "db.query.parameter.0",
        "url.query",
        "http.request.header.authorization",
        "http.request.body",
        "exception.message",
        "exception.stacktrace",
        "Input.Value",
    ],
)
def test_what_was_said_is_not_kept(name: str) -> None:
    """Prompts, answers, statements, headers and bodies, under the names of all that we know."""
    assert is_content(name, "secret words")
    assert kept({name: "secret words", "a": 1}, lambda said: said) == '{"a":1}'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gen_ai.usage.input_tokens", 5),
        ("llm.token_count.prompt", 5),
        ("gen_ai.response.model", "gpt-5"),
        ("gen_ai.request.model", "gpt-5"),
        ("gen_ai.response.finish_reasons", ["stop"]),
        ("http.response.status_code", 200),
        ("http.route", "/orders/{id}"),
        ("openinference.span.kind", "CHAIN"),
        ("embedding.model_name", "m"),
        ("db.system.name", "postgresql"),
        ("messaging.system", "kafka"),
        ("error.type", "timeout"),
        ("order.is_new", True),
    ],
)
def test_what_describes_is_kept(name: str, value: object) -> None:
    """Numbers always, and words under other names."""
    assert msgspec.json.decode(kept({name: value}, lambda said: said)) == {name: value}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x" * 300, "x" * 256),
        (["a"] * 20, ["a"] * 10),
        ([["a"], "b"], ["b"]),
        ({"a": 1}, "dict"),
    ],
    ids=["text", "list", "nested", "table"],
)
def test_values_are_short(value: object, expected: object) -> None:
    """They describe a span, and do not hold data."""
    assert msgspec.json.decode(kept({"a": value}, lambda said: said)) == {"a": expected}


def test_addresses_lose_what_was_asked() -> None:
    """Their query may name anything."""
    assert (
        kept({"url.full": "https://a/b?token=1", "c": "d?e"}, lambda said: said)
        == '{"url.full":"https://a/b","c":"d?e"}'
    )


def test_attributes_have_an_end() -> None:
    """The first of them stay, within the bytes that there are."""
    found = kept({f"name{number}": "é" * 200 for number in range(50)}, lambda said: said)
    assert MOST_BYTES - 450 < len(found.encode()) <= MOST_BYTES
    assert "name0" in found


def test_keys_are_taken_out() -> None:
    """All that is kept goes by the guard."""
    assert kept({"a": "b"}, lambda said: dict.fromkeys(said, "gone")) == '{"a":"gone"}'
