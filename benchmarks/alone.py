"""What is measured of keeptabs alone: chat calls in one process, other calls, start, memory, large requests."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from figures import Aim, Figure, Section, table
from workshop import Workshop

_UNRELATED_LIMIT = 3.0  # µs
_START_LIMIT = 150.0  # ms
_UPLOAD_LIMIT = 5.0  # ms on the caller's thread
_MEMORY_LIMIT = 1.0  # MiB by which a stream of ten times as many chunks may take more
_MIB = 1024 * 1024
_FINER = 4  # blocks in one process have so many times fewer calls: what changes slowly hits both of a pair


class Sizes(NamedTuple):
    """How much is measured."""

    chats: int = 40  # pairs of blocks with and without keeptabs, as are the next two
    others: int = 60
    uploads: int = 15
    calls: int = 1000  # unrelated ones in a block
    starts: int = 15
    short: int = 10_000  # chunks
    long: int = 100_000
    memories: int = 3
    megabytes: int = 20


QUICK = Sizes(chats=1, others=3, uploads=2, calls=50, starts=2, short=200, long=1_000, memories=1, megabytes=2)


class Alone:
    """The measurements of keeptabs itself, in its own environment. ``cases`` are recorded: plain, then streams."""

    def __init__(self, workshop: Workshop, sizes: Sizes, cases: Sequence[Mapping[str, Any]]) -> None:
        self._workshop, self._sizes, self._cases = workshop, sizes, cases
        self._plain, self._stream = ({"head": case["head"], "body": case["body"]} for case in cases[:2])
        self._python = workshop.python("keeptabs")

    def _run(self, script: str, plan: Mapping[str, Any]) -> Any:
        return self._workshop.run(script, self._python, plan)

    def alternate(self) -> Section:
        """CPU added to chat calls, by blocks in one process: finer than the comparison, but of keeptabs only."""
        cases = [{**case, "calls": max(case["calls"] // _FINER, 1)} for case in self._cases]
        told = self._run("alternate", {"cases": cases, "pairs": self._sizes.chats})
        rows, data = [["", "caller's thread", "other threads", "per chunk, all"]], {}
        for case in self._cases:
            caller, others = _added(told[case["name"]])
            chunk = f"{(caller.median + others.median) / case['chunks']:.2f}" if case["chunks"] else ""
            rows.append([case["name"], f"{caller:.0f}", f"{others:.0f}", chunk])
            data[case["name"]] = {"caller": caller._asdict(), "others": others._asdict()}
        title = "chat, recorded answers, keeptabs on and off in one process: CPU added per call in µs"
        return Section(title, table(rows), data, [])

    def unrelated(self) -> Section:
        """CPU added to calls that are no LLM calls."""
        told = self._run("unrelated", {"calls": self._sizes.calls, "pairs": self._sizes.others})
        figures = {name: Figure.of(samples["caller"]) for name, samples in told.items()}
        rows = [[name, f"{figure:.2f}"] for name, figure in figures.items()]
        aims = [Aim(f"unrelated call, {name}", f.median, "µs", _UNRELATED_LIMIT) for name, f in figures.items()]
        data = {name: figure._asdict() for name, figure in figures.items()}
        return Section("an unrelated call of httpx2: CPU added in µs", table(rows), data, aims)

    def startup(self) -> Section:
        """CPU of a fresh process, and what got imported."""
        self._run("startup", {})  # writes the byte code
        told = [self._run("startup", {}) for _ in range(self._sizes.starts)]
        figures = {part: Figure.of([one[part] for one in told]) for part in ("import", "install", "total")}
        unwanted = sorted({name for one in told for name in one["unwanted"]})
        rows = [[part, f"{figure:.1f}"] for part, figure in figures.items()]
        lines = [*table(rows), f"HTTP clients or SDKs imported: {', '.join(unwanted) or 'none'}"]
        aims = [
            Aim("import and install", figures["total"].median, "ms", _START_LIMIT),
            Aim("HTTP clients or SDKs imported", len(unwanted), "", 0),
        ]
        data = {**{part: figure._asdict() for part, figure in figures.items()}, "unwanted": unwanted}
        return Section("import and install in a fresh process: CPU in ms", lines, data, aims)

    def memory(self) -> Section:
        """Memory of a short and of a ten times longer stream, without and with keeptabs."""
        found = {
            (instrument, chunks): self._memory(instrument, chunks)
            for chunks in (self._sizes.short, self._sizes.long)
            for instrument in ("nothing", "keeptabs")
        }
        rows = [["", "heap peak", "RSS growth"]]
        rows += [
            [f"{chunks:,} chunks, {instrument}", f"{one['heap'] / _MIB:.2f}", f"{one['rss'] / _MIB:.2f}"]
            for (instrument, chunks), one in found.items()
        ]
        aims = [self._growth(found, kind, shown) for kind, shown in (("heap", "heap peak"), ("rss", "RSS"))]
        data = {f"{chunks} chunks, {instrument}": one for (instrument, chunks), one in found.items()}
        return Section("memory of one stream through the openai SDK, in MiB", table(rows), data, aims)

    def _memory(self, instrument: str, chunks: int) -> dict[str, float]:
        plan = {"instrument": instrument, "chunks": chunks, **self._stream}
        print(f"  {chunks:,} chunks, {instrument}", file=sys.stderr, flush=True)
        traced = self._run("memory", {**plan, "traced": True})
        plain = [self._run("memory", {**plan, "traced": False}) for _ in range(self._sizes.memories)]
        return {"heap": traced["heap"], "rss": Figure.of([one["rss"] for one in plain]).median}

    def _growth(self, found: dict[tuple[str, int], dict[str, float]], kind: str, shown: str) -> Aim:
        """By how much more keeptabs adds to the long stream than to the short one."""
        short, long = (
            found["keeptabs", chunks][kind] - found["nothing", chunks][kind]
            for chunks in (self._sizes.short, self._sizes.long)
        )
        name = f"{shown} added to {self._sizes.long:,} chunks beyond that to {self._sizes.short:,}"
        return Aim(name, round((long - short) / _MIB, 2), "MiB", _MEMORY_LIMIT)

    def upload(self) -> Section:
        """CPU added to a large request."""
        size, pairs = self._sizes.megabytes * _MIB, self._sizes.uploads
        told = self._run("upload", {"size": size, "calls": 3, "pairs": pairs, **self._plain})
        title = f"a request of {self._sizes.megabytes} MiB"
        rows, aims, data = [["", "caller's thread", "other threads"]], [], {}
        for name, samples in told.items():
            caller, others = (figure.per(1000) for figure in _added(samples))
            rows.append([name, f"{caller:.2f}", f"{others:.2f}"])
            aims.append(Aim(f"{title}, {name}, caller's thread", caller.median, "ms", _UPLOAD_LIMIT))
            data[name] = {"caller": caller._asdict(), "others": others._asdict()}
        return Section(f"{title}: CPU added in ms", table(rows), data, aims)


def _added(samples: dict[str, list[float]]) -> tuple[Figure, Figure]:
    """What was added on the caller's thread, and on all others together."""
    return Figure.of(samples["caller"]), Figure.of(samples["others"])
