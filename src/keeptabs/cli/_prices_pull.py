"""``keeptabs prices pull``: newer prices, when somebody asks for them, checked as a whole before any is believed."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli import _prices_differences as differences
from keeptabs.cli import _prices_options as shared
from keeptabs.cli import _prices_pulled as kept
from keeptabs.cli import _prices_source as sources
from keeptabs.cli._options import json_option
from keeptabs.core.errors import UserError
from keeptabs.pricing import compare, pull
from keeptabs.pricing.catalogue import Catalogue, in_force
from keeptabs.pricing.compare import Difference

_MOST = 10
_HELP = """\
Use newer base prices: a FILE, a directory of files, or a URL.

Each is a price file of keeptabs or the data.json of genai-prices. Nothing is written unless every row in it is good.
Your own prices, and those that we correct, stay above them.

\b
keeptabs prices pull data.json --sha256 4f5c…
keeptabs prices pull \\
  https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json
"""


class _Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """What was put where."""

    directory: Path
    digest: str | None  # of a single file
    pull: pull.Pull
    older: list[str]
    found: Difference
    hidden: list[str]  # models whose new rates are below rows of ours


@click.command("pull", help=_HELP)
@click.argument("source", metavar="FILE|URL", required=False)
@click.option("--sha256", metavar="HEX", help="The digest that the file must have.")
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR", help="Where to keep them.")
@click.option("--force", is_flag=True, help="Even if more than half of a provider's models would be gone.")
@click.option("--reset", is_flag=True, help="Remove what was pulled: the prices that came with keeptabs hold again.")
@json_option
def COMMAND(
    source: str | None, sha256: str | None, into: Path | None, *, force: bool, reset: bool, as_json: bool
) -> None:
    """Check, compare, keep."""
    folder = into or shared.folder()
    if reset == (source is not None):
        raise click.UsageError("give a FILE or URL to pull, or --reset")
    if source is None:
        _reset(folder, as_json=as_json)
        return
    pulled = _pull(source, sha256, folder, force=force)
    if as_json:
        look.json_line(_facts(pulled))
    else:
        _show(pulled)


def _reset(folder: Path, *, as_json: bool) -> None:
    had = kept.reset(folder)
    if as_json:
        look.json_line({"folder": str(folder), "removed": had})
    else:
        said = "The prices that came with keeptabs hold again." if had else "There are no pulled prices"
        look.Screen().print(look.line(said if had else f"{said} in {folder}."))


def _pull(source: str, sha256: str | None, folder: Path, *, force: bool) -> _Pulled:
    data = sources.read(source)
    digest = _digest(source, data, sha256)
    found = pull.read(data, shared.today())
    older = pull.older(found.files)
    if len(older) == len(found.files):
        raise UserError(f"{source}: these prices are older than those that came with keeptabs, and would not be used")
    before = Catalogue(None, folder).base
    lost = compare.losses(before, found.files)
    if lost and not force:
        raise UserError(f"{source}: more than half of the models of {', '.join(lost)} would be gone (--force)")
    difference = compare.difference(before, found.files, shared.now())
    directory = kept.put(folder, found.texts, shared.today())
    hidden = list(_hidden(difference, Catalogue(None, folder)))
    return _Pulled(directory=directory, digest=digest, pull=found, older=older, found=difference, hidden=hidden)


def _hidden(difference: Difference, prices: Catalogue) -> Iterator[str]:
    """The models that have another standard rate in the base now, while a row of ours holds above it."""
    for provider, model in dict.fromkeys((each.provider, each.model) for each in difference.changed if not each.kind):
        offer = prices.offer(provider, model)
        held = in_force(offer, shared.now()) if offer else []
        if held and held[0].layer == "overlay":
            yield f"{provider}/{model}"


def _digest(source: str, data: Mapping[str, bytes], wanted: str | None) -> str | None:
    """The SHA-256 of the one file. Raises UserError when it is another than is wanted."""
    if len(data) != 1:
        if wanted:
            raise UserError(f"{source}: --sha256 is of one file, and there are {len(data)}")
        return None
    digest = hashlib.sha256(next(iter(data.values()))).hexdigest()
    if wanted and wanted.strip().lower() != digest:
        raise UserError(f"{source}: it has the SHA-256 {digest}, which is not the one that is wanted")
    return digest


def _facts(pulled: _Pulled) -> dict[str, object]:
    return {
        "directory": str(pulled.directory),
        "sha256": pulled.digest,
        "providers": sorted(pulled.pull.files),
        "models": sum(len(file.models) for file in pulled.pull.files.values()),
        "older": pulled.older,
        "unknown": pulled.pull.unknown,
        "hidden": pulled.hidden,
        "difference": differences.as_json(pulled.found),
    }


def _show(pulled: _Pulled) -> None:
    out, files = look.Screen(), pulled.pull.files
    models = sum(len(file.models) for file in files.values())
    out.print()
    said = f"{shared.plural(models, 'model')} of {shared.plural(len(files), 'provider')}"
    out.print(look.line((said, "bold"), f"        {differences.headline(pulled.found)}"))
    out.print(look.line((f"in {pulled.directory}", look.SOFT)))
    if pulled.digest:
        out.print(look.line((f"sha256 {pulled.digest}", look.SOFT)))
    if pulled.older:
        out.print(look.line(("! ", look.ATTENTION), f"older than ours, and not used: {', '.join(pulled.older)}"))
    if pulled.pull.unknown:
        out.print(look.line(("! ", look.ATTENTION), f"no call is billed by {', '.join(pulled.pull.unknown)} yet"))
    if pulled.hidden:
        out.print(look.line(("! ", look.ATTENTION), f"rows of ours hold above those of {', '.join(pulled.hidden)}"))
    differences.show(out, pulled.found, _MOST)
    out.print()
    pairs = [
        ("keeptabs prices show MODEL", "the rows of a model"),
        ("keeptabs prices pull --reset", "back to the prices that came with keeptabs"),
    ]
    out.print(look.hints(pairs))
