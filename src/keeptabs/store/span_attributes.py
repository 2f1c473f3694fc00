"""The attributes of a span as the ledger keeps them: few bytes, and nothing of what was said or asked.

A number is no content. A text is, where a part of its name says so: a prompt, a message, a statement, a body.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

MOST_BYTES = 2_048
_LONGEST = 256  # characters of a text
# Parts of the names under which instrumentations put contents: opentelemetry-semantic-conventions 0.66b2,
# openinference-semantic-conventions 0.1.42, opentelemetry-semantic-conventions-ai 0.5.1 (OpenLLMetry), ai 5 (Vercel).
_CONTENTS = frozenset(
    {
        *("arguments", "body", "choices", "completion", "completions", "content", "contents", "cookie", "cookies"),
        *("documents", "embeddings", "function_call", "header", "headers", "input", "input_messages", "instructions"),
        *("invocation_parameters", "message", "messages", "metadata", "output", "output_messages", "parameter"),
        *("parameters", "prompt", "prompt_template", "prompts", "query", "request_body", "response", "response_body"),
        *("result", "schema", "stacktrace", "statement", "structured_output_schema", "system_instructions", "text"),
        *("toolcalls", "tool_calls", "tools"),
    }
)
_STANDARD = frozenset(  # names that have such a part, and hold a word
    {
        *(f"gen_ai.response.{name}" for name in ("model", "id", "finish_reasons", "finish_reason", "stop_reason")),
        *("openai.response.service_tier", "openai.response.system_fingerprint", "llm.response.model_name"),
        *("gen_ai.output.type", "db.query.summary", "db.response.status_code"),
    }
)
_LOCATIONS = ("url.full", "http.url", "http.target", "url.path")

Clean = Callable[[Any], Any]  # takes keys out of a value


def kept(attributes: Mapping[str, Any], clean: Clean) -> str:
    """A JSON object of at most ``MOST_BYTES`` bytes; what comes first stays."""
    found = {name[:_LONGEST]: _short(name, value) for name, value in attributes.items() if not is_content(name, value)}
    found = clean(found)
    data = msgspec.json.encode(found)
    while len(data) > MOST_BYTES:
        found.popitem()
        data = msgspec.json.encode(found)
    return data.decode()


def is_content(name: str, value: Any) -> bool:
    """True for an attribute that may hold what was said or asked."""
    if value is None or isinstance(value, bool | int | float):
        return value is None
    return name not in _STANDARD and not _CONTENTS.isdisjoint(name.lower().split("."))


def _short(name: str, value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return (value.partition("?")[0] if name in _LOCATIONS else value)[:_LONGEST]
    if isinstance(value, list | tuple):
        return [_short(name, each) for each in value[:10] if isinstance(each, str | bool | int | float)]
    return str(type(value).__name__)
