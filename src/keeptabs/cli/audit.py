"""``keeptabs audit``: what to change, in dollars."""

import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keeptabs.cli._options import json_option, ledger, since_option, store_option
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError

if TYPE_CHECKING:
    from keeptabs.audit.rule import Rule
    from keeptabs.audit.run import Audit


class _Usd(click.ParamType[Decimal]):
    """An amount in USD."""

    name = "USD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount, from a text with or without a dollar sign."""
        try:
            amount = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            self.fail(f"{value!r} is no amount in USD")
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no amount in USD")
        return amount


@click.command("audit")
@since_option("7d")
@click.option("--only", multiple=True, metavar="RULE", help="Only this rule; may be given more than once.")
@click.option("--rule", metavar="RULE", help="One rule in full, with its evidence.")
@click.option("--fail-on", type=_Usd(), help="Exit with 1 where one finding would have saved this much or more.")
@store_option
@json_option
def COMMAND(
    *,
    since: tuple[int, str],
    only: tuple[str, ...],
    rule: str | None,
    fail_on: Decimal | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """What to change, in dollars: each finding with its evidence.

    Amounts are what a change would have saved over the period. Findings overlap: one change may make another needless.
    """
    from keeptabs.cli import _audited

    chosen = _chosen((*only, *([rule] if rule else [])))
    found = _audit(since[0], chosen, store)
    if as_json:
        _audited.show_json(found, since[0])
    elif rule:
        _audited.show_rule(found, chosen[-1], since[1])
    else:
        _audited.show(found, since[1])
    if fail_on is not None and any(each.usd is not None and each.usd >= fail_on for each in found.findings):
        raise click.exceptions.Exit(1)


def _chosen(names: tuple[str, ...]) -> "list[Rule]":
    from keeptabs.audit.run import rules

    known = {rule.id: rule for rule in rules()}
    wrong = next((name for name in names if name not in known), None)
    if wrong is not None:
        raise UserError(f"there is no rule {wrong!r}; there are {', '.join(sorted(known))}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _audit(since: int, chosen: "list[Rule]", store: Path | None) -> "Audit":
    from keeptabs.audit.prices import Prices
    from keeptabs.audit.run import audit
    from keeptabs.runtime.config import load
    from keeptabs.store import auditing

    prices, until = Prices(load({}).book()), time.time_ns()
    with ledger(store) as db, Bar(1, "calls", wanted=True, of=auditing.count(db, since, until)) as bar:
        return audit(auditing.records(db, since, until), chosen, prices, bar.step)
