"""What scanning costs inside a process: a clean text of 2,000 characters, bytes in memory, the first scanner."""

import json
import random
import string
import sys
import sysconfig
import time
from pathlib import Path

import resident

_TEXT = 2_000  # characters
_MOST = 60_000_000  # bytes in memory


def prose(length: int) -> str:
    """A text of English-looking words, with some punctuation and numbers."""
    chance = random.Random("prose")
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 10))) for _ in range(length)]
    marks = chance.choices(["", "", "", "", ",", ".", ": 42", " -", " (a)"], k=length)
    return " ".join(map("".join, zip(words, marks, strict=True)))[:length]


def sources(most: int) -> list[bytes]:
    """Python sources that are installed here."""
    found, size = [], 0
    for file in sorted(Path(sysconfig.get_path("purelib")).rglob("*.py")):
        if size >= most:
            break
        found.append(file.read_bytes())
        size += len(found[-1])
    return found


def main() -> None:
    """Measure once."""
    asked = json.loads(sys.argv[1])
    memory, start = resident.now(), time.process_time()
    from keeptabs.secrets.redact import redact

    text = prose(_TEXT)
    assert redact(text) is text
    first = time.process_time() - start
    calls = [0.0] * asked["rounds"]
    for number in range(asked["rounds"]):
        begin = time.process_time()
        for _ in range(asked["calls"]):
            redact(text)
        calls[number] = (time.process_time() - begin) / asked["calls"] * 1e6
    found = {"first": first * 1e3, "text": calls, "rss": resident.now() - memory}
    print(json.dumps({**found, **in_memory(min(asked["bytes"], _MOST))}))


def in_memory(most: int) -> dict[str, float]:
    """How fast bytes are looked through that are there already, in MB/s of CPU time."""
    from keeptabs.secrets.engine import Scanner
    from keeptabs.secrets.rules import every

    scanner, files = Scanner(every()), sources(most)
    begin = time.process_time()
    hits = sum(len(scanner.matches(data)) for data in files)
    size = sum(map(len, files))
    return {"rate": size / 1e6 / (time.process_time() - begin), "bytes": size, "hits": hits}


if __name__ == "__main__":
    main()
