import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from keeptabs.store import rollups
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record

# Tells of the same calls as another process does: as a tap, or as spans of an SDK around it.
_TELLS = """
import random, sys
from contextlib import closing
from pathlib import Path
from keeptabs.core.call import Call, Identity
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer
import msgspec

path, source, kept = Path(sys.argv[1]), sys.argv[2], msgspec.json.decode(sys.stdin.buffer.read(), type=Call)
process = Process(pid=1, started_at=1, service="", command="", version="", clients="{}", spans="")
places = random.Random(source).sample(range(200), 200)
for start in range(0, 200, 20):
    with closing(Writer(path)) as writer:
        for place in places[start : start + 20]:
            own, above = f"{place + 1:016x}", f"{place + 1000:016x}"
            ids = {"span_id": own, "parent_id": above} if source == "tap" else {"span_id": above}
            writer.add(Record(call=kept, identity=Identity(trace_id=f"{place + 1:032x}", **ids), source=source))
        writer.commit({}, process)
"""


def test_processes_that_tell_of_the_same_calls_at_once(tmp_path: Path, record: Callable[..., Record]) -> None:
    """Each call counts once, as it was seen on the wire, and the sums are exact."""
    path = tmp_path / "ledger.db"
    open_writer(path).close()
    running = [
        subprocess.Popen([sys.executable, "-c", _TELLS, str(path), source], stdin=subprocess.PIPE)
        for source in ("tap", "gen_ai", "openinference")
    ]
    for process in running:
        assert process.stdin is not None
        with closing(process.stdin) as given:
            given.write(msgspec.json.encode(record(response_id=None).call))
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with reading(path) as db:
        assert db.execute("SELECT source, count(*) FROM calls GROUP BY source").fetchall() == [("tap", 200)]
        assert rollups.differences(db) == 0
