"""``keeptabs prices``: the price rows themselves, which are data: look at them, check yours, compare, renew."""

import click

from keeptabs.cli import _prices_check, _prices_coverage, _prices_diff, _prices_pull, _prices_show


@click.group("prices")
def COMMAND() -> None:
    """The price rows themselves.

    They are data: look at them, check your own, compare them, renew them. What a given usage costs is said by keeptabs
    price.
    """


for _command in (
    _prices_show.COMMAND,
    _prices_check.COMMAND,
    _prices_diff.COMMAND,
    _prices_pull.COMMAND,
    _prices_coverage.COMMAND,
):
    COMMAND.add_command(_command)
