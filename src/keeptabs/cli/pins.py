"""``keeptabs pins``: LLM SDKs that a manifest leaves loose, and models whose names move."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli import _pins_look
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.pins.aliases import CODE, Floating, floating, moving
from keeptabs.pins.audit import Pin, audit, manifest_of
from keeptabs.pins.find import files


class _Found(msgspec.Struct, frozen=True):
    manifests: int
    pins: list[Pin]
    aliases: list[Floating]


@click.command("pins")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same facts as JSON.")
def COMMAND(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """LLM SDKs that are not pinned: whatever is released tomorrow is what runs tomorrow.

    PATHS are folders or manifests, by default this folder. A lock file beside a manifest counts as its pins. Exits with
    1 where a direct dependency has no upper bound and no lock file holds it; a comment on its line, "keeptabs: unpinned
    ok", lets it be. Names of models that move are told too, and are no failure.
    """
    found = _look_around(paths or (Path(),), is_quiet=as_json)
    if as_json:
        look.json_line(_as_json(found))
    else:
        _pins_look.show(found.manifests, found.pins, found.aliases)
    if any(pin.is_loose for pin in found.pins):
        raise click.exceptions.Exit(1)


def _look_around(paths: tuple[Path, ...], *, is_quiet: bool) -> _Found:
    from keeptabs.pricing.catalogue import Catalogue

    manifests: list[Path] = []
    aliases: list[Floating] = []
    known = moving(Catalogue())
    with Bar(1, "files", wanted=not is_quiet) as bar:
        bar.file()
        for path in _every(paths):
            bar.step()
            if manifest_of(path):
                manifests.append(path)
            elif path.suffix in CODE:
                aliases += floating(path, known)
    return _Found(len(manifests), list(audit(manifests)), aliases)


def _every(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file or folder")
        if path.is_file() and not manifest_of(path) and path.suffix not in CODE:
            raise UserError(
                f"{path} is no manifest that is known, such as requirements.txt or package.json, and no code"
            )
        yield from files(path)


def _as_json(found: _Found) -> dict[str, Any]:
    return {
        "manifests": found.manifests,
        "loose": sum(pin.is_loose for pin in found.pins),
        "pins": [_facts(pin) for pin in found.pins],
        "aliases": [msgspec.structs.asdict(each) | {"path": str(each.path)} for each in found.aliases],
    }


def _facts(pin: Pin) -> dict[str, Any]:
    wanted = pin.dependency
    return {
        "name": wanted.name,
        "ecosystem": wanted.ecosystem,
        "path": str(wanted.path),
        "line": wanted.line,
        "wants": wanted.wants,
        "grade": wanted.judged.grade,
        "why": wanted.judged.why or None,
        "allowed": wanted.allowed,
        "locked": pin.locked,
        "lock": str(pin.lock) if pin.lock else None,
        "installed": pin.installed,
        "loose": pin.is_loose,
    }
