"""``environment.yml`` of conda: its own packages, and those that it has pip install.

How conda reads a version: https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#id6, checked
2026-11-24. ``=1.2`` stands for ``1.2.*``.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from packaging.specifiers import InvalidSpecifier

from keeptabs.pins import grades, pep508
from keeptabs.pins.dependency import Dependency, Ecosystem, Judged, Lines, Manifest, ManifestError, normalised, text_of

_SPEC = re.compile(r"(?:[\w./-]+::)?([\w.-]+?)\s*(?:\[.*\])?(?:(?=[\s=<>!~])\s*(.*))?")
_FUZZY = re.compile(r"=?\s*(\d[\w.*]*|\*)(?:[=\s]\s*(\S+))?")  # a version, and a build


def read(path: Path) -> Iterator[Dependency]:
    """What an environment wants from conda and from pip."""
    text = text_of(path)
    lines = Lines(text)
    for each in _dependencies(text, path):
        if isinstance(each, dict):
            pip = each.get("pip")
            wanted = [str(one) for one in pip] if isinstance(pip, list) else []
            yield from (pep508.listed(one, path, lines) for one in wanted if not one.lstrip().startswith(("-", ".")))
        elif isinstance(each, str):
            yield _of_conda(each, path, lines)


def _dependencies(text: str, path: Path) -> list[Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ManifestError(f"{path}: {' '.join(str(error).split())}") from error
    found = document.get("dependencies") if isinstance(document, dict) else None
    return found if isinstance(found, list) else []


def _of_conda(text: str, path: Path, lines: Lines) -> Dependency:
    line = lines.of(rf"-\s*[\"']?{re.escape(text)}[\"']?\s*(?:#|$)")
    spec = _SPEC.fullmatch(text.strip())
    if spec is None:
        raise ManifestError(f"{path}:{line}: {text!r} is no package of conda")
    wants = spec[2] or ""
    try:
        judged = _held(wants)
    except InvalidSpecifier as error:
        raise ManifestError(f"{path}:{line}: {text!r}: {error}") from error
    return Dependency(
        name=normalised(spec[1]),
        ecosystem=Ecosystem.PYPI,
        path=path,
        line=line,
        wants=wants,
        judged=judged,
        allowed=lines.allows(line),
    )


def _held(wants: str) -> Judged:
    """``=1.2.3`` and a build hold one version for all purposes; ``=1.2`` is a range."""
    fuzzy = _FUZZY.fullmatch(wants)
    if fuzzy is None:
        return grades.poetry(wants.replace("|", "||"))
    version, build = fuzzy[1].rstrip(".*"), fuzzy[2]
    is_exact = build or (version.count(".") >= 2 and version == fuzzy[1])
    return grades.PINNED if is_exact else grades.poetry(f"{version}.*" if version else "*")


MANIFEST = Manifest(names=("environment*.yml", "environment*.yaml"), read=read)
