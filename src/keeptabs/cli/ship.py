"""``keeptabs ship``: the calls of the ledger to a Collector, or to whoever receives OTLP, from where it was left."""

import os
from contextlib import closing
from pathlib import Path
from time import sleep

import click

from keeptabs.cli import _look as look
from keeptabs.cli._options import json_option, store_option, store_path
from keeptabs.cli._progress import Bar
from keeptabs.store.database import writing
from keeptabs.store.shipments import Shipment

_PAUSE = 1.0  # seconds until it is looked for new calls


@click.command("ship")
@click.option(
    "--to", "url", metavar="URL", help="As http://127.0.0.1:4318; else what OTEL_EXPORTER_OTLP_ENDPOINT says."
)
@click.option("--follow", is_flag=True, help="Go on with calls that are made later, until it is stopped.")
@click.option(
    "--days", type=click.IntRange(min=1), default=7, show_default=True, help="Leave out calls that are older."
)
@store_option
@json_option
def COMMAND(*, url: str | None, follow: bool, days: int, store: Path | None, as_json: bool) -> None:
    """Send the calls of the ledger as spans over OTLP/HTTP, in their order, each batch until it is taken.

    It goes on where it was left, also after a crash or an outage. Run it in the place of an exporter of spans in the
    application, not beside one. Headers come from OTEL_EXPORTER_OTLP_HEADERS.
    """
    from keeptabs.runtime.config import load
    from keeptabs.sinks.otel.shipping.delivery import Delivery, Patience
    from keeptabs.sinks.otel.shipping.receiver import Receiver, configured
    from keeptabs.sinks.otel.shipping.ship import Shipper

    wanted = url or configured(os.environ)
    if wanted is None:
        raise click.UsageError("give --to URL, or set OTEL_EXPORTER_OTLP_ENDPOINT")
    patience = Patience(attempts=None if follow else Patience().attempts, told=_Told())
    with closing(Receiver(wanted)) as receiver, writing(store_path(store)) as db:
        shipper = Shipper(db, Delivery(receiver, load({}).semconv, patience), receiver.url, days)
        before = shipper.shipment
        with Bar(1, "calls", wanted=not follow, of=shipper.waiting()) as bar:
            while (done := shipper.batch()) or follow:
                bar.step(done)
                if not done:
                    sleep(_PAUSE)
    _show(before, shipper.shipment, days, as_json=as_json)


class _Told:
    """Says why it waits, once, and that it goes on."""

    def __init__(self) -> None:
        self._why = ""

    def __call__(self, why: str) -> None:
        if bool(why) != bool(self._why):
            click.echo(f"keeptabs: calls wait in the ledger: {why}" if why else "keeptabs: it goes on", err=True)
        self._why = why


def _show(before: Shipment, after: Shipment, days: int, *, as_json: bool) -> None:
    sent, refused = after.sent - before.sent, after.refused - before.refused
    expired = after.expired - before.expired
    if as_json:
        look.json_line({"to": after.destination, "sent": sent, "refused": refused, "expired": expired})
        return
    out = look.Screen()
    out.print(look.line((f"{_calls(sent)} sent", "bold"), f" to {after.destination}"))
    if refused:
        out.print(look.line((f"! {_calls(refused)} refused, which would be so the next time", look.ATTENTION)))
    if expired:
        days_said = "a day" if days == 1 else f"{days} days"
        out.print(look.line(f"{_calls(expired)} left out, older than {days_said} (--days)"))


def _calls(count: int) -> str:
    return f"{look.count(count)} call{'' if count == 1 else 's'}"
