"""A block of chat calls through the openai SDK, with one instrumentation or none.

Measured are the first call of the process, then each case after a warm-up. With a ``url`` the calls go to a server
there, else to recorded answers.
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness import INSTRUMENTS, Flush, Telemetry, cpu, plan, tell

_MESSAGES = [
    {"role": "system", "content": "You answer in one sentence, and you show where the numbers come from."},
    {"role": "user", "content": "What does a coffee cost in Berlin, Paris and Rome, and which is the cheapest?"},
]
_PACKAGES = (
    "keeptabs",
    "openai",
    "httpx2",
    "opentelemetry-sdk",
    "openinference-instrumentation-openai",
    "opentelemetry-instrumentation-openai",
    "opentelemetry-instrumentation-genai-openai",
)

Call = Callable[[], object]


def client(case: dict[str, Any], head: dict[str, str], url: str | None) -> Any:
    """A client of the real SDK, on a recorded answer or on the server."""
    import httpx2
    import openai

    from replay import Recording, Replay

    if url is not None:
        return openai.OpenAI(api_key="sk-none", base_url=url, max_retries=0)
    transport = Replay(Recording.read(head, Path(case["body"])))
    http = httpx2.Client(transport=transport)
    return openai.OpenAI(api_key="sk-none", base_url="https://api.openai.com/v1", http_client=http, max_retries=0)


def caller(case: dict[str, Any], url: str | None) -> Call:
    """One call of a case, read to its end."""
    create = client(case, case["head"], url).chat.completions.create
    common = {"model": "gpt-4o-mini", "messages": _MESSAGES, "temperature": 0.2, "max_tokens": 100_000}
    if url is not None:
        common["extra_headers"] = {"x-mock": case["behaviour"]}
    if not case["chunks"]:
        return lambda: create(**common)

    def stream() -> None:
        for _ in create(**common, stream=True, stream_options={"include_usage": True}):
            pass

    return stream


def repeated(call: Call) -> Callable[[int], None]:
    """The same call, so many times."""

    def work(calls: int) -> None:
        for _ in range(calls):
            call()

    return work


def measure(case: dict[str, Any], call: Call, flush: Flush) -> dict[str, float]:
    """CPU per call, in microseconds."""
    work, calls = repeated(call), case["calls"]
    work(case["warm_up"])
    flush()
    taken = cpu(lambda: work(calls), flush)
    return {"thread": taken.thread / calls, "process": taken.process / calls}


def versions() -> dict[str, str]:
    """The versions that this environment has, of what matters here."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Measure every case of the plan."""
    asked = plan()
    telemetry = Telemetry()
    own_flush = INSTRUMENTS[asked["instrument"]]()

    def flush() -> None:
        own_flush()
        telemetry.flush()

    cases, url = asked["cases"], asked.get("url")
    calls = [caller(case, url) for case in cases]
    first = cpu(calls[0], flush)
    results = {case["name"]: measure(case, call, flush) for case, call in zip(cases, calls, strict=True)}
    tell(
        {
            "cases": {"first": first._asdict(), **results},
            "calls": 1 + sum(case["warm_up"] + case["calls"] for case in cases),
            "spans": telemetry.spans.count,
            "versions": versions(),
        }
    )


if __name__ == "__main__":
    main()
