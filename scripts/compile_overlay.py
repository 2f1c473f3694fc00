"""Write the overlay's rows as JSON, which is quickly read: ``python scripts/compile_overlay.py [--check]``.

The TOML files are what people write and read; these follow from them, byte for byte.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from keeptabs.pricing import load, written


def outputs() -> Iterator[tuple[Path, bytes]]:
    """Every compiled file, with its content."""
    for source in sorted(load.OVERLAYS.glob("*.toml")):
        rows = written.read(source.read_text("utf-8"), file=source.name, layer="overlay", provider=source.stem)
        yield load.COMPILED / f"{source.stem}.json", document(rows)


def document(rows: written.Written) -> bytes:
    """The rows as JSON, a line each."""
    tables = []
    for name in rows.__struct_fields__:
        lines = b",\n".join(msgspec.json.encode(row, order="deterministic") for row in getattr(rows, name))
        tables.append(b'"%s": [\n%s\n]' % (name.encode(), lines))
    return b"{" + b",\n".join(tables) + b"}\n"


def main(check: bool) -> int:
    """Write the files, or say which are not what would be written."""
    wanted = dict(outputs())
    stale = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    gone = sorted(set(load.COMPILED.glob("*.json")) - wanted.keys())
    if check:
        for path in (*stale, *gone):
            print(f"{path.name} is not current: python scripts/compile_overlay.py", file=sys.stderr)
        return int(bool(stale or gone))
    load.COMPILED.mkdir(exist_ok=True)
    for path in stale:
        path.write_bytes(wanted[path])
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the files are current")
    sys.exit(main(parser.parse_args().check))
