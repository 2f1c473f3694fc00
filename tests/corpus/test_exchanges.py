"""Recorded traffic against an oracle that shares no code with keeptabs."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.usage import Unit, Usage
from keeptabs.core.wire.keep import keeper
from keeptabs.meter import measure, recognise
from keeptabs.recordings.read import exchanges

sys.path.insert(0, str(Path(__file__).parent))
try:
    from corpus_entries import CORPUS, FILES, Recorded, recorded
    from corpus_oracle import FAMILIES, error_code
    from corpus_places import PLACES, Place, place_of
finally:
    sys.path.pop(0)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keeptabs.core.call import Call

pytestmark = pytest.mark.skipif(not FILES, reason=f"there is no corpus at {CORPUS}")
every_file = pytest.mark.parametrize("file", FILES)

# Counts that contradict their own total, as they were recorded. The total is what is billed, so the part is cut.
CONTRADICTIONS = {
    "ruby_llm/services-ai-azure.har.gz": (29, "grok on Azure leaves a hidden, cached prompt out of its prompt_tokens"),
    "pydantic-ai/openrouter.har.gz": (1, "MiniMax stopped in mid-thought, with 11 reasoning tokens of 10 in all"),
}
ANSWERED = {OutcomeKind.OK, OutcomeKind.LENGTH, OutcomeKind.REFUSAL, OutcomeKind.CONTENT_POLICY}


@cache
def measured(file: str) -> tuple[Call | None, ...]:
    """What keeptabs makes of the entries of a file."""
    return tuple(measure(exchange, None) for exchange in exchanges(CORPUS / file))


def entries(file: str) -> Iterator[tuple[Recorded, Place, Call | None]]:
    """Each entry with its place and its measurement."""
    for entry, call in zip(recorded(file), measured(file), strict=True):
        place = place_of(entry.place)
        assert place is not None, f"no place for {entry.place}"
        yield entry, place, call


def calls(file: str) -> Iterator[tuple[Recorded, Place, Call]]:
    """Those that are calls."""
    for entry, place, call in entries(file):
        if call is not None:
            yield entry, place, call


def differences(file: str, wanted: Callable[[Recorded, Place], Any], got: Callable[[Call], Any]) -> list[str]:
    """The calls of a file in which a fact is not what was recorded."""
    pairs = ((entry.name, wanted(entry, place), got(call)) for entry, place, call in calls(file))
    return [f"{name}: {expected!r} became {found!r}" for name, expected, found in pairs if expected != found]


@every_file
def test_every_inference_is_recognised_and_nothing_else(file: str) -> None:
    """Deferred work is a call where its result is told, and an answer of its own otherwise."""
    wrong = []
    for entry, place, call in entries(file):
        is_call = place.provider is not None and place.operation != "deferred"
        if place.operation == "deferred":
            told = any(value is not None for value in FAMILIES[place.family](entry).values())
            is_call = told or call is not None
        if (call is not None) is not is_call:
            wrong.append(f"{entry.name}: {entry.place} is {'a' if is_call else 'no'} call")
    assert not wrong


@every_file
def test_provider_and_operation_are_those_of_the_table(file: str) -> None:
    """By the host, and by the path."""
    assert not differences(file, lambda entry, place: place.provider, lambda call: call.provider)
    wrong = [
        f"{entry.name}: {place.operation} became {call.operation}"
        for entry, place, call in calls(file)
        if place.operation not in (None, "deferred", call.operation)
    ]
    assert not wrong


def asked_model(entry: Recorded, place: Place) -> str | None:
    """The model that was asked for, in JSON, in a form, or in the path."""
    if entry.asked.startswith("{"):
        model: str | None = json.loads(entry.asked).get("model")
        if model:
            return _last_of(model)
    found = re.search(r'name="model"\r?\n\r?\n(.*?)\r?\n', entry.asked)
    in_path = re.search(r"/models?/(.+?)(?::[a-zA-Z]+|/(?:invoke|converse|count-tokens)[a-z-]*)$", entry.path)
    named = found[1] if found else in_path[1] if in_path else None
    return _last_of(named) if named else None


def _last_of(named: str) -> str:
    """A model that is named by a path is known by the last part of it, except for what Amazon has names of its own."""
    is_path = ":inference-profile/" in named or re.match(r"(projects/.*/)?(publishers/.*/)?models/", named)
    return named.rpartition("/")[2] if is_path else named


@every_file
def test_the_model_is_that_of_the_recording(file: str) -> None:
    """The one that was asked for; a deployment in a path is none that a body could name."""
    wrong = []
    for entry, place, call in calls(file):
        model = asked_model(entry, place)
        if model and place.operation != "deferred" and call.request.model != model:
            wrong.append(f"{entry.name}: {model} became {call.request.model}")
    assert not wrong


def parts(found: Usage | None) -> dict[str, Any]:
    """The parts of a measured usage, under the oracle's names."""
    found = found if found is not None and not found.estimated else Usage()
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
        "searches": found.units.get(Unit.RERANK_SEARCHES),
        "pages": found.units.get(Unit.PAGES),
    }


@every_file
def test_usage_is_equal_to_the_recorded_one(file: str) -> None:
    """Totals, cache, reasoning, audio, images, seconds: what was said, and nothing where nothing was said."""
    wrong, cut = [], 0
    for entry, place, call in calls(file):
        wanted, got = FAMILIES[place.family](entry), parts(call.usage)
        for part, total in (("cache_read", "input"), ("reasoning", "output")):
            if (wanted.get(part) or 0) > (wanted.get(total) or 0):
                wanted[part], cut = wanted[total], cut + 1
        wrong += [f"{entry.name}: {key} {wanted[key]} became {got[key]}" for key in wanted if wanted[key] != got[key]]
    assert not wrong
    assert cut == CONTRADICTIONS.get(file, (0, ""))[0]


@every_file
def test_errors_are_kept(file: str) -> None:
    """The provider's code as it wrote it, and success only where there was neither an error nor a break."""
    wrong = []
    for entry, place, call in calls(file):
        code = error_code(entry)
        if code is not None and code not in (call.outcome.code, call.outcome.type):
            wrong.append(f"{entry.name}: {code} became {call.outcome.code}")
        failed = entry.status >= 400 or code is not None or (entry.is_cut and entry.is_stream)
        has_failed = call.outcome.error_type is not None or call.outcome.kind not in ANSWERED
        if place.operation != "deferred" and has_failed is not failed:
            wrong.append(f"{entry.name}: {entry.status} became {call.outcome.kind}")
    assert not wrong


@every_file
def test_gaps_are_told_where_the_recording_has_them(file: str) -> None:
    """An answer that the corpus cut is reported as unreadable, and no other is; sound has nothing to be read."""
    wrong = [
        f"{entry.name}: {call.gaps}"
        for entry, place, call in calls(file)
        if (bool(call.gaps) or call.outcome.kind is OutcomeKind.TRUNCATED)
        is not (entry.is_cut and place.operation != "text_to_speech")
    ]
    assert not wrong


def limits(headers: dict[str, str]) -> dict[str, float | None]:
    """The rate limits in the headers of an answer. Azure may say 0 milliseconds beside a whole second."""
    found: dict[str, float | None] = {}
    for way in ("requests", "tokens"):
        for part in ("limit", "remaining"):
            said = headers.get(f"x-ratelimit-{part}-{way}", headers.get(f"anthropic-ratelimit-{way}-{part}"))
            found[f"{part}_{way}"] = None if said is None else int(said)
    milliseconds = duration(headers.get("retry-after-ms"))
    found["retry_after"] = milliseconds / 1000 if milliseconds else duration(headers.get("retry-after"))
    return found


def duration(text: str | None) -> float | None:
    """A duration in a header, in seconds."""
    if text is None or re.fullmatch(r"[\d.]+", text):
        return None if text is None else float(text)
    units = {"ms": "0.001", "s": "1", "m": "60", "h": "3600", "d": "86400"}
    found = re.findall(r"([\d.]+)(ms|[smhd])", text)
    return float(sum(Decimal(number) * Decimal(units[unit]) for number, unit in found))


@every_file
def test_rate_limits_are_those_of_the_headers(file: str) -> None:
    """Limits and what remains of them as they are written."""
    wrong = []
    for entry, _, call in calls(file):
        for field, said in limits(entry.headers).items():
            if said is not None and getattr(call.rate_limit, field, None) != pytest.approx(said, abs=1e-6):
                wrong.append(f"{entry.name}: {field} {said} became {call.rate_limit}")
    assert not wrong


@every_file
def test_a_stream_that_is_kept_in_part_says_the_same(file: str) -> None:
    """What a live recording keeps of a body measures as the whole body does, however it is cut on its way."""
    for entry, exchange, whole in zip(recorded(file), exchanges(CORPUS / file), measured(file), strict=True):
        found = recognise(exchange)
        if whole is None or found is None or exchange.response is None:
            continue
        said = exchange.response
        kept = keeper(said.status, said.headers.get("content-type"), found.dialect.markers)
        for start in range(0, len(said.body), 777):
            kept.feed(said.body[start : start + 777])
        response = msgspec.structs.replace(said, body=kept.result(), flow=kept.flow())
        assert measure(msgspec.structs.replace(exchange, response=response), None) == whole, entry.name


def test_no_line_of_the_table_is_idle() -> None:
    """Each pattern is there for something that was recorded, or for a host and path beside one that was."""
    used = {place_of(entry.place) for file in FILES for entry in recorded(file)}
    idle = [place.pattern for place in PLACES if place not in used and place.family != "openai"]
    assert not idle
