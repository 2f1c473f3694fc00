from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.store import priced
from keeptabs.store.database import reading, writing
from keeptabs.store.record import Record
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import Slice
from keeptabs.store.writer import Process, Writer

ALL = Slice(since=0)
GAP = Cost(status=CostStatus.UNPRICED, why="no price")


def test_what_lacks_a_price_comes_first(tmp_path: Path, process: Process, record: Callable[..., Record]) -> None:
    """Each model with the newest hours of both kinds of calls, and the newest cost of an hour."""
    dear = Cost(usd=Decimal(5), status=CostStatus.PRICED)
    made = [
        record(response_model="dear", cost=dear, timing=Timing(started_at=9 * HOUR, duration=1)),
        record(response_model="mine", cost=GAP, timing=Timing(started_at=2 * HOUR, duration=1)),
        record(response_model="mine", cost=GAP, timing=Timing(started_at=3 * HOUR, duration=1)),
        record(response_model="mine", timing=Timing(started_at=HOUR, duration=1)),
    ]
    file = tmp_path / "ledger.db"
    with closing(Writer(file)) as writer:
        for each in made:
            writer.add(each)
        writer.commit({}, process)
    with reading(file) as db:
        mine, other = priced.models(db, ALL)
        assert (mine.model, mine.calls, mine.unpriced, mine.cost) == ("mine", 3, 2, 300_000)
        assert (mine.priced_at, mine.unpriced_at, other.unpriced_at) == (HOUR, 3 * HOUR, None)
        assert priced.newest(db, ALL, mine, 3 * HOUR, unpriced=True) == GAP
        assert priced.newest(db, ALL, mine, 3 * HOUR, unpriced=False) is None
        assert priced.newest(db, ALL, other, 9 * HOUR, unpriced=False) == dear
    with writing(file) as db:
        db.execute("UPDATE calls SET detail = '{\"cost\": 1}'")
    with reading(file) as db:
        assert priced.newest(db, ALL, other, 9 * HOUR, unpriced=False) is None
