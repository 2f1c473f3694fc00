"""Recorded traffic against an oracle that shares no code with keeptabs: plain json, plain lines, its own tables."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import pytest

from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.usage import Unit, Usage
from keeptabs.core.wire.keep import keeper
from keeptabs.meter import measure, recognise
from keeptabs.recordings.read import exchanges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keeptabs.core.call import Call

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*.har.gz"))

pytestmark = pytest.mark.skipif(not FILES, reason=f"there is no corpus at {CORPUS}")

OPERATIONS = {
    "chat/completions": "chat",
    "responses": "chat",
    "completions": "text_completion",
    "embeddings": "embeddings",
    "images/generations": "image_generation",
    "images/edits": "image_generation",
    "images/variations": "image_generation",
    "audio/transcriptions": "speech_to_text",
    "audio/translations": "speech_to_text",
    "audio/speech": "text_to_speech",
    "moderations": "moderation",
}
ENDPOINT = re.compile(rf"/({'|'.join(OPERATIONS)})$")
PROVIDERS = (  # the start of a URL without its scheme, and who answers there; None: an API of its own
    (r"api\.openai\.com/", "openai"),
    (r"[\w-]+\.openai\.azure\.com/openai/", "azure.ai.openai"),
    (r"[\w-]+\.services\.ai\.azure\.com/openai/", "azure.ai.openai"),
    (r"[\w-]+\.services\.ai\.azure\.com/models/", "azure.ai.inference"),
    (r"(127\.0\.0\.1|localhost):11434/v1/|ollama\.com/v1/", "ollama"),
    (r"api\.cerebras\.ai/", "cerebras"),
    (r"api\.deepseek\.com/", "deepseek"),
    (r"api\.groq\.com/", "groq"),
    (r"api\.mistral\.ai/", "mistral_ai"),
    (r"api\.perplexity\.ai/", "perplexity"),
    (r"api\.together\.xyz/", "together"),
    (r"api\.voyageai\.com/", "voyage_ai"),
    (r"api\.x\.ai/", "x_ai"),
    (r"api\.z\.ai/", "z_ai"),
    (r"bedrock-mantle\.[\w<>-]+\.api\.aws/", "aws.bedrock"),
    (r"openrouter\.ai/", "openrouter"),
    (r"router\.huggingface\.co/", "hugging_face"),
    (r"api\.cohere\.com/v2/", None),
    (r"127\.0\.0\.1:11434/api/", None),
)
# What the corpus made of base64 that was longer than 1,500 characters: such a part of a recording says nothing more.
CUT = re.compile(r"[A-Za-z0-9+/]{64}A{64}")
# Counts that contradict their own total, as they were recorded. The total is what is billed, so the part is cut.
CONTRADICTIONS = {
    "ruby_llm/services-ai-azure.har.gz": (29, "grok on Azure leaves a hidden, cached prompt out of its prompt_tokens"),
    "pydantic-ai/openrouter.har.gz": (1, "MiniMax stopped in mid-thought, with 11 reasoning tokens of 10 in all"),
}


@dataclass(frozen=True)
class Recorded:
    """One entry, as the oracle sees it."""

    name: str
    url: str
    asked: str
    status: int
    headers: dict[str, str]
    text: str
    is_cut: bool

    @property
    def endpoint(self) -> str:
        """The last segments of the path."""
        found = ENDPOINT.search(urlsplit(self.url).path)
        assert found
        return found[1]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The JSON of the answer: one document, or one an event."""
        if self.text.lstrip().startswith(("{", "[")):
            return _parsed([self.text])
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return _parsed([line.removeprefix("data:") for line in lines if line.startswith("data:")])


def _parsed(texts: list[str]) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        try:
            found.append(json.loads(text))
        except ValueError:
            continue
    return [document for document in found if isinstance(document, dict)]


def _unwrapped(text: str, marked: str | None) -> str:
    """A part of the corpus was base64 in its source and is so still, unmarked."""
    if marked == "base64" or (re.fullmatch(r"[A-Za-z0-9+/]{64,}={0,2}", text) and len(text) % 4 == 0):
        return base64.b64decode(text).decode("utf-8", "replace")
    return text


@cache
def recorded(file: str) -> dict[int, Recorded]:
    """The entries of a file that are posted to one of the endpoints, by position."""
    with gzip.open(CORPUS / file) as opened:
        entries = json.load(opened)["log"]["entries"]
    found = {}
    for index, entry in enumerate(entries):
        request, response = entry["request"], entry["response"]
        content = response["content"]
        if request["method"] == "POST" and ENDPOINT.search(urlsplit(request["url"]).path):
            found[index] = Recorded(
                name=f"{file}[{index}] {entry['comment']}",
                url=request["url"],
                asked=request.get("postData", {}).get("text", ""),
                status=response["status"],
                headers={header["name"].lower(): header["value"] for header in reversed(response["headers"])},
                text=_unwrapped(content.get("text", ""), content.get("encoding")),
                is_cut=CUT.fullmatch(content.get("text", "")) is not None,
            )
    return found


@cache
def measured(file: str) -> dict[int, Call | None]:
    """What keeptabs makes of the same entries."""
    wanted = recorded(file)
    every = enumerate(exchanges(CORPUS / file))
    return {index: measure(exchange, None) for index, exchange in every if index in wanted}


def both(file: str) -> Iterator[tuple[Recorded, Call]]:
    """Each recorded call beside its measurement, without those of APIs that are none of OpenAI's."""
    for index, entry in recorded(file).items():
        call = measured(file)[index]
        if provider(entry.url) is not None:
            assert call is not None, entry.name
            yield entry, call


def provider(url: str) -> str | None:
    """Who answers at a URL, by the table."""
    start = url.partition("://")[2]
    return next(name for pattern, name in PROVIDERS if re.match(pattern, start))


def request_model(entry: Recorded) -> str | None:
    """The model that was asked for, in JSON or in a form."""
    if entry.asked.startswith("{"):
        model: str | None = json.loads(entry.asked).get("model")
        return model
    found = re.search(r'name="model"\r?\n\r?\n(.*?)\r?\n', entry.asked)
    return found[1] if found else None


def response_model(entry: Recorded) -> str | None:
    """The model that answered: the last that is named."""
    named = [part.get("model") for document in entry.documents for part in (document, document.get("response") or {})]
    return next((name for name in reversed(named) if name), None) if entry.status < 400 else None


def usage(entry: Recorded) -> dict[str, Any] | None:
    """The usage as it was recorded: the last one that is there; Groq's streams have theirs under a name of its own."""
    found = None
    for document in entry.documents:
        for part in (document.get("x_groq"), document, document.get("response")):
            found = (part or {}).get("usage") or found
    return found


def error_code(entry: Recorded) -> str | None:
    """The provider's own code for what went wrong, as text."""
    for document in entry.documents:
        inner = (document.get("response") or {}).get("error")
        error = document.get("error") or inner
        place = error if isinstance(error, dict) else document if error or entry.status >= 400 else {}
        if place.get("code") is not None:
            return str(place["code"])
    return None


def succeeded(entry: Recorded) -> bool:
    """True for an answer without an error; a stream that the corpus cut has no end."""
    is_stream = entry.headers.get("content-type", "").startswith("text/event-stream")
    return entry.status < 400 and not any(map(has_error, entry.documents)) and not (entry.is_cut and is_stream)


def has_error(document: dict[str, Any]) -> bool:
    """True for a body or an event that carries an error."""
    return bool(document.get("error") or (document.get("response") or {}).get("error"))


def first(*values: Any) -> Any:
    """The first value that is one."""
    return next((value for value in values if value is not None), None)


def expected(entry: Recorded) -> dict[str, Any]:
    """OpenTelemetry's totals and their parts, from the recorded usage, whatever names that has for them."""
    said = usage(entry) or {}
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
    is_image = entry.endpoint.startswith("images/") and entry.status < 400
    return {
        "input": given,
        "output": None if entry.endpoint == "embeddings" else made,  # some hosts say that it is 0
        "cache_read": first(cached, said.get("cached_tokens")),
        "cache_write": into.get("cache_write_tokens"),
        "reasoning": reasoning,
        "input_audio": into.get("audio_tokens"),
        "output_audio": out.get("audio_tokens"),
        "input_image": into.get("image_tokens"),
        "output_image": first(out.get("image_tokens"), made if is_image else None),
        "seconds": first(said.get("seconds"), said.get("prompt_audio_seconds")),
        "characters": len(json.loads(entry.asked)["input"]) if entry.endpoint == "audio/speech" else None,
        "images": len(entry.documents[0]["data"]) if is_image else None,
    }


def parts(found: Usage | None) -> dict[str, Any]:
    """The same parts of a measured usage."""
    found = found or Usage()
    return {
        "input": found.input,
        "output": found.output,
        "cache_read": found.sum("cache_read"),
        "cache_write": found.sum("cache_write"),
        "reasoning": found.sum("output.reasoning"),
        "input_audio": found.sum("input.audio", "cache_read.audio"),
        "output_audio": found.sum("output.audio"),
        "input_image": found.sum("input.image", "cache_read.image"),
        "output_image": found.sum("output.image"),
        "seconds": found.units.get(Unit.SECONDS),
        "characters": found.units.get(Unit.CHARACTERS),
        "images": found.units.get(Unit.IMAGES),
    }


def duration(text: str | None) -> float | None:
    """A duration in a header, in seconds."""
    if text is None or re.fullmatch(r"[\d.]+", text):
        return None if text is None else float(text)
    units = {"ms": "0.001", "s": "1", "m": "60", "h": "3600", "d": "86400"}
    found = re.findall(r"([\d.]+)(ms|[smhd])", text)
    return float(sum(Decimal(number) * Decimal(units[unit]) for number, unit in found))


def limits(headers: dict[str, str]) -> dict[str, float | None]:
    """The rate limits in the headers of an answer. Azure may say 0 milliseconds beside a whole second."""
    found: dict[str, float | None] = {}
    for way in ("requests", "tokens"):
        for part in ("limit", "remaining"):
            said = headers.get(f"x-ratelimit-{part}-{way}")
            found[f"{part}_{way}"] = None if said is None else int(said)
        found[f"reset_{way}"] = duration(headers.get(f"x-ratelimit-reset-{way}"))
    milliseconds = duration(headers.get("retry-after-ms"))
    found["retry_after"] = milliseconds / 1000 if milliseconds else duration(headers.get("retry-after"))
    return found


def differences(file: str, recorded_fact: Callable[[Recorded], Any], fact: Callable[[Call], Any]) -> list[str]:
    """The calls of a file in which a fact is not what was recorded."""
    pairs = ((entry.name, recorded_fact(entry), fact(call)) for entry, call in both(file))
    return [f"{name}: {wanted!r} became {got!r}" for name, wanted, got in pairs if wanted != got]


every_file = pytest.mark.parametrize("file", FILES)


@every_file
def test_each_call_is_recognised(file: str) -> None:
    """The provider is the table's, and the operation the endpoint's; an API of another shape is no call yet."""
    assert not differences(file, lambda entry: provider(entry.url), lambda call: call.provider)
    assert not differences(file, lambda entry: OPERATIONS[entry.endpoint], lambda call: call.operation)
    others = [index for index, entry in recorded(file).items() if provider(entry.url) is None]
    assert [measured(file)[index] for index in others] == [None] * len(others)


@every_file
def test_the_models_are_those_of_the_recording(file: str) -> None:
    """The model that was asked for and the one that answered."""
    assert not differences(file, request_model, lambda call: call.request.model)
    assert not differences(file, response_model, lambda call: call.response_model)


@every_file
def test_usage_is_equal_to_the_recorded_one(file: str) -> None:
    """Totals, cache, reasoning, audio, images, seconds: what was said, and nothing where nothing was said."""
    wrong, cut = [], 0
    for entry, call in both(file):
        wanted, got = expected(entry), parts(call.usage)
        for part, total in (("cache_read", "input"), ("reasoning", "output")):
            if (wanted[part] or 0) > (wanted[total] or 0):
                wanted[part], cut = wanted[total], cut + 1
        wrong += [f"{entry.name}: {key} {wanted[key]} became {got[key]}" for key in wanted if wanted[key] != got[key]]
    assert not wrong
    assert cut == CONTRADICTIONS.get(file, (0, ""))[0]


@every_file
def test_errors_are_kept(file: str) -> None:
    """The provider's code as it wrote it, and success only where there was neither an error nor a break."""
    assert not differences(file, error_code, lambda call: call.outcome.code)
    assert not differences(file, succeeded, lambda call: call.outcome.kind is OutcomeKind.OK)


@every_file
def test_gaps_are_told_where_the_recording_has_them(file: str) -> None:
    """An answer that the corpus cut is reported as unreadable, and no other is; sound has nothing to be read."""
    assert not differences(
        file,
        lambda entry: entry.is_cut and entry.endpoint != "audio/speech",
        lambda call: bool(call.gaps) or call.outcome.kind is OutcomeKind.TRUNCATED,
    )


@every_file
def test_rate_limits_are_those_of_the_headers(file: str) -> None:
    """Limits and what remains of them as they are written; times in seconds, to the microsecond."""

    def measured_limits(call: Call) -> dict[str, Any]:
        return {field: getattr(call.rate_limit, field, None) for field in limits({})}

    def recorded_limits(entry: Recorded) -> Any:
        return pytest.approx(limits(entry.headers), abs=1e-6)

    assert not differences(file, recorded_limits, measured_limits)


@every_file
def test_a_stream_that_is_kept_in_part_says_the_same(file: str) -> None:
    """What a live recording keeps of a body measures as the whole body does, however it is cut on its way."""
    for index, exchange in enumerate(exchanges(CORPUS / file)):
        whole, found = measured(file).get(index), recognise(exchange)
        if whole is None or found is None or exchange.response is None:
            continue
        body = exchange.response.body
        kept = keeper(exchange.response.status, exchange.response.headers.get("content-type"), found.dialect.markers)
        for start in range(0, len(body), 777):
            kept.feed(body[start : start + 777])
        response = msgspec.structs.replace(exchange.response, body=kept.result())
        assert measure(msgspec.structs.replace(exchange, response=response), None) == whole, recorded(file)[index].name
