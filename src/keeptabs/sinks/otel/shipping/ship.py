"""Shipping a ledger: batch after batch from where it was left, and the place noted after each.

A call is delivered at least once: where the answer to a batch is lost, the batch is sent again, with the same trace and
span ids.
"""

import time

from keeptabs.sinks.otel.shipping.delivery import Delivery
from keeptabs.store import shipments
from keeptabs.store.database import Connection
from keeptabs.store.exports import record_of
from keeptabs.store.shipments import Numbered, Shipment

BATCH = 500  # calls in one request
_DAY = 86_400_000_000_000  # nanoseconds


class Shipper:
    """Takes calls that are at most ``days`` old from a ledger to a destination."""

    def __init__(self, db: Connection, delivery: Delivery, destination: str, days: int) -> None:
        self._db, self._delivery, self._days = db, delivery, days
        self.shipment = shipments.shipment(db, destination)

    def waiting(self) -> int:
        """How many calls are to be shipped."""
        return shipments.waiting(self._db, self.shipment)

    def batch(self) -> int:
        """Ship one batch, and note that; how many calls are done with, 0 where none waits."""
        found = shipments.following(self._db, self.shipment, BATCH)
        if not found:
            return 0
        since = time.time_ns() - self._days * _DAY
        wanted = [each.row for each in found if each.row.started_at >= since]
        records = [record for row in wanted if (record := record_of(row)) is not None]
        refused = self._delivery.send(records) + len(wanted) - len(records)
        self._advance(found[-1], refused=refused, sent=len(wanted) - refused, expired=len(found) - len(wanted))
        return len(found)

    def _advance(self, last: Numbered, *, sent: int, refused: int, expired: int) -> None:
        known = self.shipment
        after = Shipment(
            destination=known.destination,
            call=last.id,
            span_id=last.row.span_id,
            sent=known.sent + sent,
            refused=known.refused + refused,
            expired=known.expired + expired,
            at=time.time_ns(),
        )
        shipments.advance(self._db, known, after)
        self.shipment = after
