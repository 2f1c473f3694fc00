"""The comparison: what keeptabs and its peers add to calls of the openai SDK, in alternating short processes."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from figures import Figure
from subjects import Subject
from workshop import BlockError, NotInstalledError, Workshop

MEASURES = ("thread", "process")
FIRST = "first"
_SERVER_DIVISOR = 2  # a block on the real server has so many times fewer calls


class Case(NamedTuple):
    """A kind of call: what the mock server is asked for, and how many calls make a block."""

    name: str
    behaviour: str
    chunks: int
    calls: int
    warm_up: int


CASES = (
    Case("plain", "ok", 0, 300, 30),
    Case("stream of 200", "chunks:200", 200, 40, 4),
    Case("stream of 2,000", "chunks:2000", 2000, 8, 1),
)


class Comparison:
    """Samples of many rounds: a baseline and the subjects of each environment, one short process after the other."""

    def __init__(self, workshop: Workshop, cases: Sequence[Case], subjects: Iterable[Subject]) -> None:
        self.cases = cases
        self.failures: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self._workshop = workshop
        self._base: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._added: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        self._groups = [(environment, list(group)) for environment, group in groupby(subjects, lambda s: s.environment)]
        self._interpreters = {name: found for name, _ in self._groups if (found := self._interpreter(name))}

    def _interpreter(self, name: str) -> Path | None:
        try:
            return self._workshop.python(name)
        except NotInstalledError as error:
            self.failures[name] = str(error)
            return None

    def run(self, rounds: int, plan: dict[str, Any]) -> "Comparison":
        """Take the samples. The order within an environment turns around from round to round."""
        for number in range(rounds):
            for environment, subjects in self._groups:
                if environment in self._interpreters:
                    self._round(subjects if number % 2 else subjects[::-1], plan, first=bool(number % 2))
            print(f"  round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        return self

    def _round(self, subjects: list[Subject], plan: dict[str, Any], *, first: bool) -> None:
        """One block of each subject and one of nothing, which comes first or last."""
        baseline = subjects[0].baseline()
        order = [baseline, *subjects] if first else [*subjects, baseline]
        taken = {subject.name: self._block(subject, plan) for subject in order if subject.name not in self.failures}
        base = taken.pop(baseline.name, None)
        if base is None:
            return
        for case in (FIRST, *(case.name for case in self.cases)):
            for measure in MEASURES:
                self._base[case, measure].append(base[case][measure])
                for name, cases in taken.items():
                    if cases is not None:
                        self._added[name, case, measure].append(cases[case][measure] - base[case][measure])

    def _block(self, subject: Subject, plan: dict[str, Any]) -> Any:
        asked, interpreter = {**plan, "instrument": subject.instrument}, self._interpreters[subject.environment]
        try:
            told = _checked(subject, self._workshop.run("chat", interpreter, asked, **subject.variables))
        except BlockError as error:
            if not subject.is_peer:
                raise
            self.failures[subject.name] = f"{subject.name} could not be measured: {error}"
            return None
        self.versions |= told["versions"]
        return told["cases"]

    def base(self, case: str, measure: str) -> Figure:
        """What a call takes without any instrumentation."""
        return Figure.of(self._base[case, measure])

    def added(self, subject: str, case: str, measure: str) -> Figure | None:
        """What a subject adds to a call; None for one that could not be measured."""
        samples = self._added.get((subject, case, measure))
        return Figure.of(samples) if samples else None


def _checked(subject: Subject, told: dict[str, Any]) -> dict[str, Any]:
    """What a block told, unless its instrumentation did not do its work: a span for each call."""
    if subject.instrument != "nothing" and told["spans"] != told["calls"]:
        raise BlockError(f"{told['spans']} spans for {told['calls']} calls")
    return told


def recorded(workshop: Workshop, cases: Sequence[Case], url: str) -> dict[str, Any]:
    """The plan of a block on recorded answers."""
    answers = [workshop.record(url, case.behaviour, stream=bool(case.chunks)) for case in cases]
    return {
        "cases": [
            {**case._asdict(), "head": answer.head, "body": str(answer.body)}
            for case, answer in zip(cases, answers, strict=True)
        ]
    }


def over_sockets(plan: dict[str, Any], url: str) -> dict[str, Any]:
    """The same plan on the real server, with fewer calls."""
    cases = [{**case, "calls": max(case["calls"] // _SERVER_DIVISOR, 1)} for case in plan["cases"]]
    return {"cases": cases, "url": url}
