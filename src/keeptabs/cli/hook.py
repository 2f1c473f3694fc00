"""``keeptabs hook``: git hooks that scan, without any framework."""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from keeptabs.scan import hooks
from keeptabs.scan.hooks import Hook, State

_DEFAULT = ("pre-commit", "pre-push")
_DOES = {
    "pre-commit": "scans what is staged, before it is committed",
    "commit-msg": "scans the message of a commit",
    "pre-push": "scans the commits that are new to the other side",
}
_STANDS = {
    State.ABSENT: "not there",
    State.OURS: "installed",
    State.CALLED: "installed, and called by pre-commit",
    State.FOREIGN: "another hook",
}


def _names_option(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(hooks.NAMES):
        command = click.option(f"--{name}", name.replace("-", "_"), is_flag=True, help=f"It {_DOES[name]}.")(command)
    return command


@click.group("hook")
def COMMAND() -> None:
    """Git hooks that stop a key before it is committed or pushed, without any framework.

    They stand where git looks for them (core.hooksPath, worktrees), and call a hook that was there first.
    git commit --no-verify goes around them.
    """


@COMMAND.command("install")
@_names_option
def install(**wanted: bool) -> None:
    """Install hooks, by default --pre-commit and --pre-push."""
    from keeptabs.cli import _look as look

    folder, out = hooks.folder(Path.cwd()), look.Screen()
    out.print()
    rows = []
    for name in _named(wanted) or _DEFAULT:
        is_new = hooks.install(folder, name, sys.executable)
        kept = hooks.look(folder, name).kept
        after = f", after {_said(kept)}" if kept else ""
        rows.append((name, f"{_DOES[name]}{after}", "" if is_new else "was there"))
    out.print(look.table(("hook", f"in {_said(folder)}", ""), rows, left=3))
    out.print()
    if hooks.is_shared(Path.cwd()):
        out.print(
            look.line(("! core.hooksPath is for all your repositories: they are all scanned now", look.ATTENTION))
        )
    out.print(look.hints([("keeptabs hook status", "how they stand"), ("keeptabs hook uninstall", "as it was before")]))


@COMMAND.command("uninstall")
@_names_option
def uninstall(**wanted: bool) -> None:
    """Take hooks out, by default all, and put back what was there."""
    from keeptabs.cli import _look as look

    folder, out = hooks.folder(Path.cwd()), look.Screen()
    gone = [name for name in _named(wanted) or hooks.NAMES if hooks.uninstall(folder, name)]
    back = [name for name in gone if os.path.lexists(folder / name)]
    out.print()
    said = f"{', '.join(gone)} taken out." if gone else f"There is no hook of keeptabs in {_said(folder)}."
    out.print(look.line(said))
    if back:
        out.print(look.line(f"What was there before is back: {', '.join(back)}."))


@COMMAND.command("status")
@click.option("--json", "as_json", is_flag=True, help="The same facts as JSON.")
def status(*, as_json: bool) -> None:
    """Which hooks are installed, and what they call first."""
    from keeptabs.cli import _look as look

    folder = hooks.folder(Path.cwd())
    found = [hooks.look(folder, name) for name in hooks.NAMES]
    if as_json:
        look.json_line({"folder": str(folder), "hooks": [_facts(hook) for hook in found]})
        return
    out = look.Screen()
    out.print()
    rows = [(hook.name, _STANDS[hook.state], _said(hook.kept) if hook.kept else look.UNKNOWN) for hook in found]
    out.print(look.table(("hook", f"in {_said(folder)}", "kept from before"), rows, left=3))
    out.print()
    if not all(hook.scans for hook in found if hook.name in _DEFAULT):
        out.print(look.hints([("keeptabs hook install", "scan before each commit and push")]))


@COMMAND.command("run", hidden=True)
@click.argument("name", type=click.Choice(hooks.NAMES))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(name: str, arguments: tuple[str, ...]) -> int:
    """Scan what a hook is for, with the arguments and the standard input that git gives it."""
    from keeptabs.cli import _hook_run as scanning

    if name == "commit-msg" and not arguments:
        raise click.UsageError("commit-msg needs the file of the message")
    message = scanning.message(arguments[0]) if name == "commit-msg" else None
    if message is not None and not message.strip():
        return 0  # there is nothing to look at, and whether that is a message is git's to say
    with nullcontext() if message is None else scanning.standard_input(message):
        runs = scanning.runs(name, arguments, scanning.told(name), os.environ)
        code = max((scanning.scan(each) for each in runs), default=0)
    what = scanning.stopped(name, os.environ)
    if code and what:
        click.echo(f"keeptabs: the {what} is stopped; git {what} --no-verify goes around this once.", err=True)
    elif not runs:
        click.echo("keeptabs: nothing was scanned: no commit is new to the other side.", err=True)
    return code


def _named(wanted: dict[str, bool]) -> list[str]:
    return [name for name in hooks.NAMES if wanted[name.replace("-", "_")]]


def _facts(hook: Hook) -> dict[str, Any]:
    kept = str(hook.kept) if hook.kept else None
    return {"name": hook.name, "path": str(hook.path), "state": hook.state, "scans": hook.scans, "kept": kept}


def _said(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
