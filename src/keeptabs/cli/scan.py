"""``keeptabs scan``: keys of providers in files, in what is staged, in commits."""

import os
from pathlib import Path

import click

from keeptabs.cli._progress import Bar
from keeptabs.cli._scan_run import run
from keeptabs.cli._scan_source import Wanted
from keeptabs.cli._scan_tell import FORMATS, tell


@click.command("scan")
@click.argument("paths", nargs=-1)
@click.option("--staged", is_flag=True, help="What the next commit would bring in: the index, not the files.")
@click.option("--range", "revisions", default="", metavar="A..B", help="What the commits of a range bring in.")
@click.option("--history", is_flag=True, help="Everything the repository still has, each version once.")
@click.option("--stdin", is_flag=True, help="Standard input.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: an object a line.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Keys that are known, as detect-secrets writes them.")
@click.option("--write-baseline", type=click.Path(path_type=Path), help="Write what is found as a baseline.")
@click.option("--all-secrets", is_flag=True, help="Run the plugins of detect-secrets too; slow.")
@click.option("--whole-file", is_flag=True, help="With --staged or --range: lines that did not change, too.")
@click.option("--strict", is_flag=True, help="What only warns counts as found.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--no-color", is_flag=True, help="No colours.")
def COMMAND(
    *,
    paths: tuple[str, ...],
    staged: bool,
    revisions: str,
    history: bool,
    stdin: bool,
    form: str,
    as_json: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    all_secrets: bool,
    whole_file: bool,
    strict: bool,
    exit_zero: bool,
    no_color: bool,
) -> int:
    """Keys of LLM, vector database and observability providers that are about to leave, or have left.

    PATHS are files and folders, by default this one: in a git repository all files that git does not ignore.

    Exit codes: 0 clean, 1 a key was found that stops a commit, 2 something given cannot be used, 3 not all that should
    be was scanned. Where nothing is staged, or no commit is in the range, nothing is scanned and the code is 0.
    """
    if no_color:
        os.environ["NO_COLOR"] = "1"
    wanted = Wanted(paths=paths, staged=staged, range=revisions, history=history, stdin=stdin, whole_file=whole_file)
    form = "json" if as_json else form
    with Bar(1, "files", wanted=True) as bar:
        outcome = run(wanted, baseline=baseline, write_baseline=write_baseline, all_secrets=all_secrets, step=bar.step)
    tell(form, outcome)
    return 0 if exit_zero else outcome.exit_code(strict=strict)
