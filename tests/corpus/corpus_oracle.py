"""What a recording says of usage, errors and models, read without keeptabs, format by format."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus_entries import Recorded

Parts = dict[str, Any]


def first(*values: Any) -> Any:
    """The first value that is one."""
    return next((value for value in values if value is not None), None)


def _last(entry: Recorded, *names: str) -> dict[str, Any]:
    """The last object of one of these names, at the top of a document or in what it wraps."""
    found: dict[str, Any] = {}
    for document in entry.documents:
        for around in (document.get("x_groq"), document, document.get("response"), document.get("delta")):
            for name in names:
                said = around.get(name) if isinstance(around, dict) else None
                found = said if isinstance(said, dict) else found
    return found


def openai(entry: Recorded) -> Parts:
    """OpenAI's usage under all the names that it has."""
    said = _last(entry, "usage")
    endpoint = urlsplit(entry.url).path
    into = first(*(said.get(f"{name}_details") for name in ("prompt_tokens", "input_tokens", "input_token"))) or {}
    out = first(*(said.get(f"{name}_details") for name in ("completion_tokens", "output_tokens", "output_token"))) or {}
    given = first(said.get("prompt_tokens"), said.get("input_tokens"))
    made = first(said.get("completion_tokens"), said.get("output_tokens"))
    reasoning = first(out.get("reasoning_tokens"), said.get("reasoning_tokens"))
    cached = first(into.get("cached_tokens"), said.get("prompt_cache_hit_tokens"), said.get("num_cached_tokens"))
    beside = said.get("total_tokens", 0) - (given or 0) - (made or 0)
    if beside and beside == reasoning:
        made += reasoning  # xAI counts it beside the output
    if beside and beside == into.get("audio_tokens"):
        given += beside  # Mistral counts it beside the input
    if given is None and made is None:
        given = said.get("total_tokens")
    is_image = "/images/" in endpoint and entry.status < 400
    return {
        "input": given,
        "output": None if endpoint.endswith("/embeddings") else made,  # some hosts say that it is 0
        "cache_read": first(cached, said.get("cached_tokens")),
        "cache_write": into.get("cache_write_tokens"),
        "reasoning": reasoning,
        "input_audio": into.get("audio_tokens"),
        "output_audio": out.get("audio_tokens"),
        "input_image": into.get("image_tokens"),
        "output_image": first(out.get("image_tokens"), made if is_image else None),
        "seconds": first(said.get("seconds"), said.get("prompt_audio_seconds")),
        "characters": len(json.loads(entry.asked)["input"]) if endpoint.endswith("/audio/speech") else None,
        "images": len(entry.documents[0]["data"]) if is_image else None,
    }


def _of_anthropic(said: Parts) -> Parts:
    caches = (said.get("cache_creation_input_tokens"), said.get("cache_read_input_tokens"))
    fresh, made = said.get("input_tokens"), said.get("output_tokens")
    for one in said.get("iterations") or ():
        if one.get("type") == "compaction":  # billed, and in no total
            fresh, made = (fresh or 0) + one["input_tokens"], (made or 0) + one["output_tokens"]
    return {
        "input": None if fresh is None else fresh + sum(count or 0 for count in caches),
        "output": made,
        "cache_read": caches[1],
        "cache_write": caches[0],
    }


def anthropic(entry: Recorded) -> Parts:
    """Anthropic's: what comes later replaces what came before, member by member."""
    said: Parts = {}
    for document in entry.documents:
        for around in (document, document.get("message") or {}):
            told = around.get("usage") or {}
            said.update({name: value for name, value in told.items() if value is not None})
    return _of_anthropic(said)


def anthropic_batch(entry: Recorded) -> Parts:
    """The sum over the lines of a file."""
    found = [(line.get("result") or {}).get("message", {}).get("usage") for line in entry.documents]
    return _sum([_of_anthropic(said) for said in found if said])


def _sum(every: list[Parts]) -> Parts:
    names = {name for parts in every for name, value in parts.items() if value is not None}
    return {name: sum(parts.get(name) or 0 for parts in every) for name in names}


def gemini(entry: Recorded) -> Parts:
    """Google's: the newest of each count; tools beside the prompt, thoughts beside the answer."""
    said: Parts = {}
    for document in entry.documents:
        said.update(document.get("usageMetadata") or {})
    prompt, tools = said.get("promptTokenCount"), said.get("toolUsePromptTokenCount")
    made, thought = said.get("candidatesTokenCount"), said.get("thoughtsTokenCount")
    return {
        "input": None if prompt is None and tools is None else (prompt or 0) + (tools or 0),
        "output": None if made is None and thought is None else (made or 0) + (thought or 0),
        "cache_read": said.get("cachedContentTokenCount"),
        "reasoning": thought,
    }


def vertex_predict(entry: Recorded) -> Parts:
    """The sum over what was embedded."""
    parts = [part.get("embeddings", {}).get("statistics", {}) for part in entry.documents[0].get("predictions", [])]
    counts = [part["token_count"] for part in parts if "token_count" in part]
    return {"input": sum(counts) if counts else None}


def converse(entry: Recorded) -> Parts:
    """Bedrock's Converse: caches beside the input."""
    said = _last(entry, "usage")
    caches = (said.get("cacheWriteInputTokens"), said.get("cacheReadInputTokens"))
    fresh = said.get("inputTokens")
    return {
        "input": None if fresh is None else fresh + sum(count or 0 for count in caches),
        "output": said.get("outputTokens"),
    }


def invoke(entry: Recorded) -> Parts:
    """Bedrock's InvokeModel: the model's own usage, else what Amazon counts in headers or the last event."""
    if "anthropic" in entry.path and (said := anthropic(entry)).get("input") is not None:
        return said
    told = _last(entry, "amazon-bedrock-invocationMetrics")
    titan: Parts = {}
    for document in entry.documents:
        titan.update({name: value for name, value in document.items() if name.endswith("TokenCount")})
    given = first(entry.headers.get("x-amzn-bedrock-input-token-count"), told.get("inputTokenCount"))
    made = first(entry.headers.get("x-amzn-bedrock-output-token-count"), told.get("outputTokenCount"))
    given = first(given, titan.get("inputTextTokenCount"))
    made = first(made, titan.get("totalOutputTextTokenCount"))
    return {
        "input": None if given is None else int(given),
        "output": None if made is None or "embed" in entry.path else int(made),
    }


def cohere(entry: Recorded) -> Parts:
    """Cohere's billed units."""
    said: Parts = {}
    for document in entry.documents:
        for around in (document, document.get("delta") or {}, document.get("response") or {}):
            for name in ("usage", "meta"):
                said = (around.get(name) or {}).get("billed_units") or said
    return {
        "input": said.get("input_tokens"),
        "output": said.get("output_tokens"),
        "searches": said.get("search_units"),
    }


def ollama(entry: Recorded) -> Parts:
    """Ollama's counts, in the last line."""
    last = entry.documents[-1] if entry.documents else {}
    return {"input": last.get("prompt_eval_count"), "output": last.get("eval_count")}


def watsonx(entry: Recorded) -> Parts:
    """The counts of the last result that has them."""
    results = [result for document in entry.documents for result in document.get("results", [])]
    given = [result["input_token_count"] for result in results if result.get("input_token_count")]
    made = [result["generated_token_count"] for result in results if "generated_token_count" in result]
    return {"input": given[-1] if given else None, "output": made[-1] if made else None}


def assistants(entry: Recorded) -> Parts:
    """The usage of a run that has ended, told as a whole or in an event."""
    said: Parts = {}
    for document in entry.documents:
        said = (document.get("usage") if document.get("object") == "thread.run" else None) or said
    return {"input": said.get("prompt_tokens"), "output": said.get("completion_tokens")}


def batch_file(entry: Recorded) -> Parts:
    """The sum over the lines of a result file."""
    bodies = [(line.get("response") or {}).get("body") or {} for line in entry.documents]
    said = [body["usage"] for body in bodies if body.get("usage")]
    return _sum([{"input": one.get("prompt_tokens"), "output": one.get("completion_tokens")} for one in said])


def x_ai_batch(entry: Recorded) -> Parts:
    """The sum over the results; reasoning counts beside the output."""
    found = []
    for result in entry.documents[0].get("results", []):
        answers = (result.get("batch_result") or {}).get("response") or {}
        said = next((answer["usage"] for answer in answers.values() if "usage" in answer), None)
        if said:
            found.append({"input": said["prompt_tokens"], "output": said["total_tokens"] - said["prompt_tokens"]})
    return _sum(found)


def total(entry: Recorded) -> Parts:
    """A host that names only totals, or prompt and completion."""
    said = _last(entry, "usage")
    return {
        "input": first(said.get("prompt_tokens"), said.get("total_tokens")),
        "output": said.get("completion_tokens"),
    }


def pages(entry: Recorded) -> Parts:
    """Pages that were read."""
    return {"pages": _last(entry, "usage_info").get("pages_processed")}


def endpoint(entry: Recorded) -> Parts:
    """Counts in the headers of an inference endpoint."""
    headers = entry.headers
    return {"input": int(headers["x-prompt-tokens"]), "output": int(headers["x-generated-tokens"])}


def written(entry: Recorded) -> Parts:
    """Tokens that went to a cache."""
    return {"cache_write": _last(entry, "usageMetadata").get("totalTokenCount")}


FAMILIES: dict[str, Callable[[Recorded], Parts]] = {
    "openai": openai,
    "anthropic": anthropic,
    "anthropic batch": anthropic_batch,
    "gemini": gemini,
    "written": written,
    "vertex predict": vertex_predict,
    "converse": converse,
    "invoke": invoke,
    "cohere": cohere,
    "ollama": ollama,
    "watsonx": watsonx,
    "assistants": assistants,
    "batch file": batch_file,
    "x_ai batch": x_ai_batch,
    "total": total,
    "pages": pages,
    "endpoint": endpoint,
    "none": lambda entry: {},
}


def error_code(entry: Recorded) -> str | None:
    """The provider's own code for what went wrong, as text: a word where there is one."""
    if entry.status >= 400 and "x-amzn-errortype" in entry.headers:
        return re.split("[:#]", entry.headers["x-amzn-errortype"])[0]
    for document in entry.documents:
        inner = (document.get("response") or {}).get("error") if isinstance(document.get("response"), dict) else None
        error = document.get("error") or inner
        place = error if isinstance(error, dict) else document if error or entry.status >= 400 else {}
        if isinstance(place.get("status"), str) and isinstance(place.get("code"), int):
            return str(place["status"])  # Google: the code is the HTTP status again
        if place.get("code") is not None:
            return str(place["code"])
        if document.get("type") == "error":
            return str(place["type"])  # Anthropic
    return None
