"""What a served answer says of its usage, read from plain JSON by nothing of keeptabs: the oracle of the tokens.

Each reading gives input and output tokens, in which what came from or went to a cache and what was thought are
contained, and other units by their names; what is not said is absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from served import Answer

Documents = list[dict[str, Any]]


def said(reading: str, answer: Answer) -> dict[str, Any]:
    """The usage of an answer; empty for an error."""
    if answer.status >= 400:
        return {}
    documents = [one for one in answer.documents if isinstance(one, dict)]
    return {name: value for name, value in READINGS[reading](documents).items() if value is not None}


def failed(answer: Answer) -> bool:
    """True for an error, also one that comes in the middle of a stream."""
    documents = [one for one in answer.documents if isinstance(one, dict)]
    return answer.status >= 400 or bool(_last(documents, "error", "response.error"))


def _last(documents: Documents, *paths: str) -> dict[str, Any]:
    """The last object that stands under one of the dotted paths."""
    found: dict[str, Any] = {}
    for document in documents:
        for path in paths:
            value: Any = document
            for name in path.split("."):
                value = value.get(name) if isinstance(value, dict) else None
            found = value if isinstance(value, dict) else found
    return found


def _sum(usage: dict[str, Any], *names: str) -> int | None:
    """The sum of what is said of these; None where the first is not."""
    return sum(usage.get(name) or 0 for name in names) if usage.get(names[0]) is not None else None


def _chat(documents: Documents) -> dict[str, Any]:
    usage = _last(documents, "usage", "x_groq.usage")
    return {"input": _sum(usage, "prompt_tokens"), "output": _sum(usage, "completion_tokens")}


def _embeddings(documents: Documents) -> dict[str, Any]:
    """Input alone: some hosts write that an embedding put out 0 tokens, which says nothing."""
    return {"input": _chat(documents)["input"]}


def _responses(documents: Documents) -> dict[str, Any]:
    usage = _last(documents, "usage", "response.usage")
    return {"input": _sum(usage, "input_tokens"), "output": _sum(usage, "output_tokens")}


def _anthropic(documents: Documents) -> dict[str, Any]:
    """A stream begins with what was read, and ends with what was written, and at times with both."""
    usage: dict[str, Any] = {}
    for document in documents:
        for found in (document, document.get("message")):
            told = found.get("usage") if isinstance(found, dict) else None
            usage |= {name: value for name, value in (told or {}).items() if value is not None}
    read = _sum(usage, "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return {"input": read, "output": _sum(usage, "output_tokens")}


_WRITTEN = ("candidatesTokenCount", "responseTokenCount", "thoughtsTokenCount")


def _gemini(documents: Documents) -> dict[str, Any]:
    usage = _last(documents, "usageMetadata")
    return {
        "input": _sum(usage, "promptTokenCount", "toolUsePromptTokenCount"),
        "output": _sum({"candidatesTokenCount": 0, **usage}, *_WRITTEN),
        "units": _searched(documents),
    }


def _searched(documents: Documents) -> dict[str, int] | None:
    """Searches are billed by the query since Gemini 3, and by the answer before."""
    candidates = [one for document in documents for one in document.get("candidates") or []]
    queries = {query for one in candidates for query in one.get("groundingMetadata", {}).get("webSearchQueries", [])}
    if not queries:
        return None
    by_answer = any(str(document.get("modelVersion")).startswith(("gemini-1", "gemini-2")) for document in documents)
    return {"web_searches": 1 if by_answer else len(queries)}


def _gemini_embeddings(documents: Documents) -> dict[str, Any]:
    return {"input": _gemini(documents)["input"]}


def _converse(documents: Documents) -> dict[str, Any]:
    usage = _last(documents, "usage")
    read = _sum(usage, "inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")
    return {"input": read, "output": _sum(usage, "outputTokens")}


def _cohere(documents: Documents) -> dict[str, Any]:
    """What is billed, else what was counted: Cohere adds a prompt of its own that it does not charge for."""
    tokens = _last(documents, "usage.tokens", "delta.usage.tokens", "meta.tokens")
    billed = _last(documents, "usage.billed_units", "delta.usage.billed_units", "meta.billed_units")
    usage = {**tokens, **billed}
    searched = {"rerank_searches": billed["search_units"]} if "search_units" in billed else None
    return {"input": _sum(usage, "input_tokens"), "output": _sum(usage, "output_tokens"), "units": searched}


def _ollama(documents: Documents) -> dict[str, Any]:
    last = [document for document in documents if "prompt_eval_count" in document or "eval_count" in document]
    usage = last[-1] if last else {}
    return {"input": _sum(usage, "prompt_eval_count"), "output": _sum(usage, "eval_count")}


def _pinecone(documents: Documents) -> dict[str, Any]:
    usage = _last(documents, "usage")
    names = {"readUnits": "read_units", "rerank_units": "rerank_searches"}
    units = {ours: usage[name] for name, ours in names.items() if name in usage}
    return {"input": _sum(usage, "total_tokens"), "units": units or None}


READINGS: dict[str, Callable[[Documents], dict[str, Any]]] = {
    "none": lambda documents: {},
    "chat": _chat,
    "embeddings": _embeddings,
    "responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "gemini embeddings": _gemini_embeddings,
    "converse": _converse,
    "cohere": _cohere,
    "ollama": _ollama,
    "pinecone": _pinecone,
}
