"""One hour of a part of the ledger."""

import msgspec

from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import Slice


def within(part: Slice, hour: int) -> Slice:
    """What of a part is in the hour that begins at ``hour``.

    One range of time, since of two SQLite walks the wider one along its index (3.40, 2026-11-24).
    """
    return msgspec.structs.replace(part, since=max(part.since, hour), until=min(part.until, hour + HOUR))
