"""``keeptabs ui``: the pages in a browser."""

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click

from keeptabs.cli import _look as look
from keeptabs.cli._options import store_option, store_path
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.store.database import bring_up

_NEEDED = ("jinja2", "starlette", "uvicorn")


@click.command("ui")
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A name by which the pages are asked for from elsewhere."
)
@click.option("--port", type=click.IntRange(0, 65535), help="0: any that is free.  [default: from 8610 on]")
@click.option("--open/--no-open", "wants_open", default=True, help="Open a browser where there is a display.")
def COMMAND(store: Path | None, host: str, names: tuple[str, ...], port: int | None, *, wants_open: bool) -> None:
    """See the ledger in a browser: what it cost, who spent it, what failed, what to change."""
    missing = [each for each in _NEEDED if find_spec(each) is None]
    if missing:
        raise UserError(f"the pages need {', '.join(missing)}: pip install 'keeptabs[ui]'")
    from keeptabs.web.serve import place, serve

    path = store_path(store)
    if path.is_file():
        with Bar(1, "million steps of an upgrade of the ledger", wanted=True) as bar:
            bring_up(path, bar.step)
    at = place(host, port, names)

    def started() -> None:
        look.Screen().print(look.line((at.address, "bold"), "  Ctrl-C ends it"))
        sys.stdout.flush()
        if wants_open and has_display(sys.platform, dict(os.environ)):
            click.launch(at.address)

    with suppress(KeyboardInterrupt):
        serve(path, at, started)


def has_display(platform: str, environ: dict[str, str]) -> bool:
    """True where a browser has something to be shown on."""
    if platform in {"win32", "darwin"}:
        return "SSH_CONNECTION" not in environ
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
