import gzip
from pathlib import Path

import msgspec
import pytest

from keeptabs.store import exports
from keeptabs.store.database import reading
from keeptabs.store.repricing import Selection

ALL = Selection(since=0, until=10**18)


def test_batches_are_in_the_order_of_time(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls at the same time fall in no gap between two batches."""
    monkeypatch.setattr(exports, "BATCH", 2)
    with reading(five) as db:
        found = [[row.started_at // 10**9 for row in some] for some in exports.batches(db, ALL)]
    assert found == [[1, 2], [2, 3], [5]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"call":{"provider":1}}', True),
        (b'{"log":{"entries":[]}}', False),
        (b"interactions:\n", False),
        (b"", False),
        (b"\x1f\x8b broken", False),
        (gzip.compress(b'{"call":{}}'), True),
        (gzip.compress(b"interactions:"), False),
    ],
    ids=["ours", "HAR", "VCR", "empty", "broken gzip", "gzipped", "gzipped VCR"],
)
def test_an_export_is_known_by_how_it_begins(tmp_path: Path, content: bytes, expected: bool) -> None:
    """Whatever its name."""
    path = tmp_path / "file"
    path.write_bytes(content)
    assert exports.is_export(path) is expected


def test_a_line_says_who_told_of_a_call(five: Path, tmp_path: Path) -> None:
    """Where it was a span; what was seen on the wire needs no word."""
    with reading(five) as db:
        row = next(exports.batches(db, ALL))[0]
    lines = [exports.line(msgspec.structs.replace(row, source=source)) for source in ("tap", "gen_ai")]
    (tmp_path / "x").write_bytes(b"".join(lines))
    assert [each and each.source for each in exports.read(tmp_path / "x")] == ["tap", "gen_ai"]
    assert b"source" not in lines[0]


def test_lines_come_back(five: Path, tmp_path: Path) -> None:
    """A torn line is nothing, and those around it are calls."""
    with reading(five) as db:
        lines = [exports.line(row) for some in exports.batches(db, ALL) for row in some]
    path = tmp_path / "x"
    path.write_bytes(lines[0] + lines[1][:20] + b"\n" + lines[2])
    found = list(exports.read(path))
    assert [each and each.call.timing.started_at // 10**9 for each in found] == [1, None, 2]
    assert found[0] is not None
    assert found[0].identity.span_id == f"{2:016x}"
