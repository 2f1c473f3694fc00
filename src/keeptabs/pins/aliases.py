"""Names of models in code that stand for whatever model is newest, where a dated one can be named instead."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from keeptabs.pins.dependency import ALLOWED
from keeptabs.pricing.catalogue import Catalogue

# Those that keep an undated name for each model and move it: https://platform.openai.com/docs/models,
# https://docs.anthropic.com/en/docs/about-claude/models/overview, https://ai.google.dev/gemini-api/docs/models,
# https://docs.mistral.ai/getting-started/models, https://docs.x.ai/docs/models, checked 2026-11-24.
_PROVIDERS = ("openai", "anthropic", "google", "mistral", "x-ai")
_DATED = re.compile(r"(.+)-(?:20\d{2}-?\d{2}-?\d{2}|\d{4})")
_LATEST = "-latest"
_QUOTED = re.compile(r"""(["'`])([a-z][\w./:@-]{1,80})\1""")
_MOST = 2_000_000  # bytes of a file of code; what is larger, nobody wrote
CODE = frozenset(
    ".cjs .cs .cts .go .java .js .jsx .kt .mjs .mts .php .py .rb .rs .scala .swift .ts .tsx".split()  # noqa: SIM905
)

Snapshots = Mapping[str, tuple[str, ...]]


class Floating(msgspec.Struct, frozen=True, kw_only=True):
    """A moving name at a place in the code, with the dated names it may stand for, as far as they are known."""

    name: str
    path: Path
    line: int
    snapshots: tuple[str, ...]


def moving(catalogue: Catalogue) -> Snapshots:
    """The names that the price book has dated models of, or that say that they are the latest; with those models."""
    found: dict[str, set[str]] = {}
    for provider in _PROVIDERS:
        names = set(catalogue.names(provider))
        for name in names:
            dated = _DATED.fullmatch(name)
            if dated:
                found.setdefault(dated[1], set()).add(name)
            elif name.endswith(_LATEST):
                found.setdefault(name, set()).update(_of(name.removesuffix(_LATEST), names))
    return {name: tuple(sorted(snapshots)) for name, snapshots in found.items()}


def _of(stem: str, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if (dated := _DATED.fullmatch(name)) and dated[1] == stem)


def floating(path: Path, known: Snapshots) -> Iterator[Floating]:
    """The moving names that stand in quotes in a file of code, with or without a provider before a slash.

    A name without a dash, such as ``o1``, is one only beside the word "model". A file that cannot be read has none.
    """
    try:
        text = path.read_bytes()[:_MOST].decode("utf-8", "replace")
    except OSError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for found in _QUOTED.finditer(line):
            name = found[2].rpartition("/")[2]
            is_said = "-" in name or "model" in line.lower()
            if name in known and is_said and ALLOWED not in line:
                yield Floating(name=name, path=path, line=number, snapshots=known[name])
