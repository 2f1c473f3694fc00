"""``keeptabs dashboards``: dashboards and alert rules for Grafana, Prometheus and ClickHouse."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option
from keeptabs.core.errors import UserError
from keeptabs.dashboards import export, read, rules

_STACKS = click.Choice([stack.value for stack in export.Stack])


@click.group("dashboards")
def COMMAND() -> None:
    """Dashboards and alert rules for Grafana, on Prometheus, VictoriaMetrics or ClickHouse."""


def _usd(ctx: click.Context, param: click.Parameter, value: str) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise click.BadParameter(f"{value!r} is no amount of USD such as 2500")
    return amount


@COMMAND.command("export")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--stack", type=_STACKS, required=True, help="What keeps your telemetry.")
@click.option(
    "--budget", default="1000", show_default=True, callback=_usd, metavar="USD", help="Of a month, for alerts."
)
@click.option("--runbooks", default=rules.RUNBOOKS, metavar="URL", help="Where you publish runbooks.md.")
@json_option
def export_(directory: Path, stack: str, budget: Decimal, runbooks: str, *, as_json: bool) -> None:
    """Write dashboards, provisioning, alert rules and runbooks for a stack into DIRECTORY."""
    wanted = export.Stack(stack)
    made = export.files(read.data(), wanted, rules.Given(budget=budget, runbooks=runbooks))
    export.write(made, directory)
    if as_json:
        look.json_line({"directory": str(directory), "stack": stack, "budget_usd": str(budget), "files": list(made)})
        return
    out = look.Screen()
    dashboards = sum(name.startswith("grafana/dashboards/") for name in made)
    out.print(look.line((f"{dashboards} dashboards", "bold"), f" for {stack}, {len(made)} files in {directory}"))
    out.print()
    out.print(look.hints([(str(directory / "README.md"), "where each file goes")]))


@COMMAND.command("build")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a file is not current.")
@json_option
def build(*, check: bool, as_json: bool) -> int:
    """Make the files in the repository anew from panels/*.toml and alerts/*.toml. For those who change keeptabs."""
    root = read.data()
    if root.name == "data":
        raise UserError("what is installed was built before: building is for a checkout of the repository")
    made = _made()
    changed = made.stale(root) if check else made.build(root)
    if as_json:
        look.json_line({"stale" if check else "written": changed})
        return 1 if check and changed else 0
    out = look.Screen()
    for name in changed:
        out.print(look.line((f"! {name} is not current", look.ATTENTION) if check else f"{name} written"))
    if not changed:
        out.print(look.line("Every file is what the panels and alerts make."))
    return 1 if check and changed else 0


def _made() -> Any:
    try:
        from keeptabs.dashboards import made
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("grafana_foundation_sdk"):
            raise
        raise UserError("building needs Grafana's SDK: pip install 'keeptabs[dashboards]'") from error
    return made
