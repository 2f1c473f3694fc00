"""A process that writes calls until it is killed: it says on standard output how many are committed."""

import sys
from pathlib import Path

import msgspec

from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer


def main(path: str, record: str) -> None:
    writer, one = Writer(Path(path)), msgspec.json.decode(Path(record).read_bytes(), type=Record)
    process = Process(pid=1, started_at=1, service="", command="", version="1", clients="{}", spans="none")
    committed = 0
    while True:
        for _ in range(20):
            writer.add(one)
        writer.commit({}, process)
        committed += 20
        sys.stdout.write(f"{committed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
