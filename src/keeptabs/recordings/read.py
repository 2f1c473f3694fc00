"""Recordings by what they hold: the exchanges of a file, whatever its name."""

import gzip
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any, TextIO

import msgspec
import yaml

from keeptabs.core.exchange import Exchange
from keeptabs.recordings import Damaged, EntryError, RecordingError, har, vcr
from keeptabs.recordings.json_items import JsonItems
from keeptabs.recordings.yaml_items import YamlItems, construct

NO_TIME = "the recording has no time: the file's is taken"

_GZIP = b"\x1f\x8b"
_NEITHER = "neither a HAR file nor a VCR cassette"
_BROKEN = (OSError, EOFError, zlib.error, ValueError, yaml.YAMLError, RecursionError)  # ValueError: of json
_Reader = Callable[[Any], Exchange]


def check(path: Path) -> None:
    """Raise RecordingError unless ``path`` can be opened and begins as a recording does."""
    with closing(_items(path)) as items:
        next(items, None)


def digest(path: Path) -> bytes:
    """A hash of what a file holds, whether it is gzipped or not: what was imported before is known by it."""
    found = blake2b(digest_size=32)
    with _opened(path) as file:
        while block := file.read(1024 * 1024):
            found.update(block.encode("utf-8", "replace"))
    return found.digest()


def exchanges(path: Path) -> Iterator[Exchange]:
    """The exchanges of a HAR file or VCR cassette, in its order; ``entries`` also tells which ones are damaged.

    Raises RecordingError for a file that is neither, and for one that breaks off, after what came before the break.
    """
    return (found for found in entries(path) if isinstance(found, Exchange))


def entries(path: Path) -> Iterator[Exchange | Damaged]:
    """One value an entry, so that positions are those in the file. Raises as ``exchanges`` does.

    An exchange whose time is said nowhere takes that of the file, so that it is priced at about the right date.
    """
    for item, read in _items(path):
        try:
            exchange = read(item)
        except EntryError as error:
            yield Damaged(str(error))
        except RecursionError:
            yield Damaged("it is nested too deeply")
        else:
            yield exchange if exchange.timing.started_at else _at_file_time(exchange, path)


def _items(path: Path) -> Generator[tuple[Any, _Reader]]:
    """The raw entries of a file, each with what reads it."""
    read, done = None, 0
    try:
        with _opened(path) as file:
            items, read = _recognised(path, file)
            for item in items:
                yield item, read
                done += 1
    except RecordingError:
        raise
    except _BROKEN as error:
        raise RecordingError(f"{path}: {_what(error, done, recognised=read is not None)}") from error


def _opened(path: Path) -> TextIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == _GZIP
    if is_gzip:
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace")
    return path.open(encoding="utf-8-sig", errors="replace")


def _recognised(path: Path, file: TextIO) -> tuple[Iterable[Any], _Reader]:
    """The entries and their reader, by the first keys of the file."""
    begins = file.read(4096).lstrip()
    file.seek(0)
    if begins.startswith("{"):
        as_json = JsonItems(file)
        place = as_json.seek((har.ENTRIES, *((key,) for key in vcr.INTERACTIONS)))
        if place is not None:
            return as_json, har.exchange if place == har.ENTRIES else vcr.exchange
    else:
        as_yaml = YamlItems(file)
        if as_yaml.seek(vcr.INTERACTIONS) is not None:
            return as_yaml, lambda node: vcr.exchange(construct(node))
    raise RecordingError(f"{path}: {_NEITHER}")


def _at_file_time(exchange: Exchange, path: Path) -> Exchange:
    timing = msgspec.structs.replace(exchange.timing, started_at=path.stat().st_mtime_ns)
    return msgspec.structs.replace(exchange, timing=timing, gaps=(*exchange.gaps, NO_TIME))


def _what(error: Exception, done: int, *, recognised: bool) -> str:
    """What is wrong with a file, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    said = getattr(error, "problem", None) or getattr(error, "msg", None) or str(error) or type(error).__name__
    why = " ".join(said.split())
    return f"entry {done} is broken, or the file breaks off there: {why}" if recognised else f"{_NEITHER} ({why})"
