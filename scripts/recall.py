"""Write the tables of docs/secrets.md, of what is found and what is not: ``python scripts/recall.py``.

``--check`` asks no other scanner: it tells whether what the page says of keeptabs is so.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from leaks import case, tools
from leaks.harvest import harvested
from leaks.negatives import negatives
from leaks.peer_keys import peer_keys
from leaks.positives import positives
from leaks.results import Results, tables

from keeptabs.secrets.rules import every

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "secrets.md"
_BLOCK = re.compile(r"(<!-- recall: (\w+) -->\n).*?(<!-- /recall -->)", re.DOTALL)


def measured(names: list[str], *, quick: bool = False) -> Results:
    """The corpus, and what each tool finds in it. ``quick`` leaves out what the machine or a peer would add to it.

    Raises:
        ToolError: a tool could not be had.
    """
    rules = every()
    cases = [*positives(rules), *negatives(rules)]
    if not quick:
        cases += [*harvested(), *peer_keys(tools.patterns())]
    with tempfile.TemporaryDirectory(prefix="keeptabs-recall-") as directory:
        case.write(cases, Path(directory))
        found = {}
        for name in names:
            print(f"{name}: {len(cases):,} files …", file=sys.stderr, flush=True)
            found[name] = tools.TOOLS[name](Path(directory))
    return Results(cases, found, {rule.id: rule for rule in rules})


def page(text: str, made: dict[str, str]) -> str:
    """The page with its tables written anew."""
    return _BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]}{block[3]}", text)


def told(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """What a page says of keeptabs: of each row of each table, how many cases there are and how many it finds."""
    return {(block[2], row[0]): row[1:3] for block in _BLOCK.finditer(text) for row in _rows(block[0])}


def _rows(block: str) -> Iterator[tuple[str, ...]]:
    lines = [line for line in block.splitlines() if line.startswith("| ")]
    yield from (tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines)


def check() -> int:
    """Tell whether the page says of keeptabs what is so; 1 if not."""
    results = measured(["keeptabs"], quick=True)
    text = PAGE.read_text("utf-8")
    says, so = told(text), told(page(text, tables(results, {}, "")))
    wrong = [key for key in so if says.get(key) != so[key] and key[0] in {"places", "rules", "lookalikes"}]
    for block, row in wrong:
        print(f"{PAGE.name}, {block}: {row}: {says.get((block, row))}, not {so[block, row]}", file=sys.stderr)
    if wrong:
        print("write it anew: python scripts/recall.py", file=sys.stderr)
    return int(bool(wrong))


def write() -> int:
    """Ask every tool and write the page; 1 if one could not be asked."""
    try:
        results = measured(list(tools.TOOLS))
        made = tables(results, tools.versions(), time.strftime("%Y-%m-%d", time.gmtime()))
    except tools.ToolError as error:
        print(error, file=sys.stderr)
        return 1
    PAGE.write_text(page(PAGE.read_text("utf-8"), made), "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(results.cases):,} files")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare what the page says of keeptabs")
    sys.exit(check() if parser.parse_args().check else write())
