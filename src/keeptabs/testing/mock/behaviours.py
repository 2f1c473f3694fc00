"""How an answer misbehaves on request: a table of names, and the reading of a request's list.

A list is names joined by "," or "+", each with a parameter after ":" or "-", as in
`gzip,chunks:20`; the header `x-mock` carries one, and so does a model named `mock-<list>`,
which may end in `@<model>` to be answered as that model (`mock-slow:5@gpt-4o`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from keeptabs.testing.mock.problems import PROBLEMS, ApiError, Problem, rate_limited

if TYPE_CHECKING:
    from collections.abc import Callable

ALWAYS = 1 << 30
_PREFIX = "mock-"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Everything out of the ordinary about one answer; the defaults are the ordinary.

    `failures` is how many attempts get `problem` before one succeeds; `pause` and `hang`
    are seconds, before each write and before the first byte; `batch` is events a write.
    """

    problem: Problem | None = None
    failures: int = ALWAYS
    chunks: int | None = None
    pause: float = 0.0
    hang: float = 0.0
    batch: int = 1
    encoding: str = ""
    liar: bool = False
    usage: bool = True
    finish: str = ""
    refusal: bool = False
    tools: bool = False
    dies: bool = False
    stream_error: bool = False
    bad_json: bool = False
    bad_sse: bool = False
    split: bool = False
    drop: bool = False
    html: bool = False


class Entry(NamedTuple):
    """One row of the table: what it does, in words and to a behaviour."""

    summary: str
    apply: Callable[[Behaviour, float], Behaviour]
    default: float = 0.0


PLAIN = Behaviour()


def _fail(name: str) -> Entry:
    """Give the row that always answers with a named problem."""
    problem = PROBLEMS[name]
    return Entry(f"{problem.status} {problem.message}", lambda b, _: replace(b, problem=problem))


def _limit(summary: str, failures: int) -> Entry:
    """Give the row that answers 429 for so many attempts; its parameter is the wait, in ms."""
    return Entry(
        summary,
        lambda b, ms: replace(b, problem=rate_limited(int(ms)), failures=failures),
        default=20,
    )


BEHAVIOURS: dict[str, Entry] = {
    "ok": Entry("the ordinary answer", lambda b, _: b),
    "429": _limit("always 429, retry after the parameter in ms", ALWAYS),
    "429-then-ok": _limit("429, then an answer to the first retry", 1),
    "429-twice": _limit("429 twice, then an answer", 2),
    **{name: _fail(name) for name in PROBLEMS},
    "html": Entry("502 with an HTML body, as from a load balancer", lambda b, _: replace(b, html=True)),
    "drop": Entry("closes the connection without an answer", lambda b, _: replace(b, drop=True)),
    "hang": Entry("waits so many seconds before answering", lambda b, s: replace(b, hang=s), 30),
    "stream-dies": Entry("closes the socket half-way", lambda b, _: replace(b, dies=True)),
    "stream-error": Entry("an error event half-way in the stream", lambda b, _: replace(b, stream_error=True)),
    "slow": Entry("waits so many ms before each chunk", lambda b, ms: replace(b, pause=ms / 1000), 20),
    "chunks": Entry("so many content chunks", lambda b, n: replace(b, chunks=int(n)), 100),
    "batch": Entry("so many events in each HTTP chunk", lambda b, n: replace(b, batch=int(n)), 10),
    "split": Entry("writes of a few bytes, cutting events and characters", lambda b, _: replace(b, split=True)),
    "no-usage": Entry("no usage in the answer", lambda b, _: replace(b, usage=False)),
    "gzip": Entry("a gzip-encoded body", lambda b, _: replace(b, encoding="gzip")),
    "deflate": Entry("a deflate-encoded body", lambda b, _: replace(b, encoding="deflate")),
    "raw-deflate": Entry("deflate without the zlib wrapper", lambda b, _: replace(b, encoding="raw-deflate")),
    "liar": Entry("says gzip, sends a plain body", lambda b, _: replace(b, liar=True)),
    "bad-json": Entry("a body cut in the middle", lambda b, _: replace(b, bad_json=True)),
    "bad-sse": Entry("one malformed event in the stream", lambda b, _: replace(b, bad_sse=True)),
    "length": Entry("finishes for length", lambda b, _: replace(b, finish="length")),
    "filter": Entry("finishes for content_filter", lambda b, _: replace(b, finish="content_filter")),
    "refusal": Entry("a refusal in place of content", lambda b, _: replace(b, refusal=True)),
    "tools": Entry("calls the first function given", lambda b, _: replace(b, tools=True)),
}

_LONGEST_FIRST = sorted(BEHAVIOURS, key=len, reverse=True)
_NUMBER = re.compile(r"\d{1,7}(\.\d{1,7})?")


class Wish(NamedTuple):
    """A model name taken apart: the behaviours within it, and the model to answer as."""

    behaviours: str
    model: str


def read_model(name: str) -> Wish:
    """Take `mock-<list>[@<model>]` apart; any other name asks for nothing."""
    if not name.startswith(_PREFIX):
        return Wish("", name)
    behaviours, _, model = name.removeprefix(_PREFIX).partition("@")
    return Wish(behaviours, model or name)


def plan(*lists: str) -> Behaviour:
    """Put the behaviours of these lists together. Raises ApiError (400) on an unknown one."""
    behaviour = PLAIN
    for words in lists:
        for word in filter(None, re.split(r"[,+\s]+", words)):
            behaviour = _apply(behaviour, word.lower())
    return behaviour


def _apply(behaviour: Behaviour, word: str) -> Behaviour:
    for name in _LONGEST_FIRST:
        if word == name:
            return BEHAVIOURS[name].apply(behaviour, BEHAVIOURS[name].default)
        parameter = word[len(name) + 1 :]
        if word.startswith((f"{name}:", f"{name}-")) and _NUMBER.fullmatch(parameter):
            return BEHAVIOURS[name].apply(behaviour, float(parameter))
    known = ", ".join(BEHAVIOURS)
    raise ApiError(
        Problem(
            400,
            f"Unknown mock behaviour '{word}'. Known ones: {known}.",
            param="x-mock",
            code="unknown_behaviour",
        )
    )
