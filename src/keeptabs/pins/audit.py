"""Each dependency beside what its lock files and its environment have."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

import keeptabs.pins.locks
import keeptabs.pins.manifests
from keeptabs.core.discover import constants
from keeptabs.pins import installed
from keeptabs.pins.dependency import Dependency, Ecosystem, Grade, Lock, Manifest, is_named
from keeptabs.pins.find import upwards
from keeptabs.pins.sdks import is_sdk


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One SDK that a manifest wants: held by a lock file, or installed in some version, or neither."""

    dependency: Dependency
    locked: str | None = None  # the version
    lock: Path | None = None  # the file
    installed: str | None = None  # the version; looked up only where nothing else holds it

    @property
    def is_loose(self) -> bool:
        """True where another version may come tomorrow, and nobody said that it may."""
        return self.dependency.judged.grade is Grade.LOOSE and not self.locked and not self.dependency.allowed

    @property
    def advice(self) -> str | None:
        """What to write, where a version is known."""
        if not self.installed:
            return None
        is_npm = self.dependency.ecosystem is Ecosystem.NPM
        return self.installed if is_npm else f"{self.dependency.name}=={self.installed}"


@cache
def manifests() -> tuple[Manifest, ...]:
    """Every format of manifests."""
    return tuple(constants(keeptabs.pins.manifests, "MANIFEST", Manifest))


@cache
def _locks() -> tuple[Lock, ...]:
    return tuple(constants(keeptabs.pins.locks, "LOCK", Lock))


def manifest_of(path: Path) -> Manifest | None:
    """The format of a file; None where it is no manifest."""
    return next((each for each in manifests() if is_named(path, each.names)), None)


def audit(paths: Iterable[Path]) -> Iterator[Pin]:
    """The SDKs that manifests want, each place once; what one manifest includes is told where it stands.

    Raises:
        ManifestError: a manifest or a lock file cannot be read.
    """
    seen: set[tuple[Path, int, str]] = set()
    for path in paths:
        manifest = manifest_of(path)
        for each in manifest.read(path) if manifest else ():
            place = (each.path.resolve(), each.line, each.name)
            if is_sdk(each.name, each.ecosystem) and place not in seen:
                seen.add(place)
                yield _pin(each, path)


def _pin(wanted: Dependency, manifest: Path) -> Pin:
    if wanted.judged.grade is Grade.PINNED:
        return Pin(dependency=wanted)
    held = _locked(wanted.name, manifest)
    if held:
        return Pin(dependency=wanted, locked=held[0], lock=held[1])
    found = installed.version(wanted.name, wanted.ecosystem, manifest.absolute().parent)
    return Pin(dependency=wanted, installed=found)


def _locked(name: str, manifest: Path) -> tuple[str, Path] | None:
    """The version of a package in the nearest lock file that holds for a manifest and has it."""
    holding = [lock for lock in _locks() if is_named(manifest, lock.of)]
    for folder in upwards(manifest.absolute().parent):
        for lock in holding:
            for file in sorted({file for pattern in lock.names for file in folder.glob(pattern)}):
                version = lock.read(file).get(name)
                if version:
                    return version, file
    return None
