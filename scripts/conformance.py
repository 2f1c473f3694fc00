"""Write docs/conformance.md: what works with which SDK, each cell from tests/replay: ``python scripts/conformance.py``.

``--check`` plays nothing: it tells whether the page has exactly the rows that the tests have.
"""

import argparse
import runpy
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPLAY = ROOT / "tests" / "replay"
PAGE = ROOT / "docs" / "conformance.md"

sys.path.insert(0, str(REPLAY))  # the modules of the replay are no part of any package
TABLE, PLAY, JUDGE = (import_module(name) for name in ("table", "play", "judge"))
ENVS = runpy.run_path(str(ROOT / "scripts" / "envs.py"))

WORKS, FAILS, NONE, UNKNOWN = "✓", "✗", "—", "?"
HEAD = """\
# Conformance

Real SDKs, end to end, against answers in their providers' wire formats. ✓: for this call the application sees the same
results and exceptions, and the provider the same requests, with keeptabs as without; each HTTP attempt is one call in
the ledger; and its tokens are those that the answer carries. ✗: not so, for the reason below. —: there is no such call.
A cell holds for each flavour that its row names.

Written by `python scripts/conformance.py` from the cases of [tests/replay](../tests/replay/README.md) on {date}.
"""
TABLE_HEAD = """\
| {what} | version | HTTP client | call | flavours | plain | stream | error |
|---|---|---|---|---|---|---|---|
"""

Row = tuple[str, ...]


def judged(environment: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What is wrong with each case of an environment, and the versions in it. Raises PlayError."""
    with tempfile.TemporaryDirectory() as directory:
        told = PLAY.play(ENVS["python_of"](environment), environment, Path(directory))
    found = {case.name: JUDGE.wrong(case, **told.cases[case.name]) for case in played(environment, told.missing)}
    return found, told.versions


def played(environment: str, missing: Iterable[str]) -> list[Any]:
    """The cases of the SDKs that are there."""
    return [case for case in TABLE.cases(environment) if case.sdk.name not in missing]


def rows(wrong: dict[str, list[str]], versions: dict[str, str], *, bare: bool) -> Iterator[str]:
    """The rows of one table."""
    for sdk in TABLE.sdks():
        for endpoint in sdk.endpoints if sdk.bare is bare else ():
            cells = [cell(sdk, endpoint, flow, wrong) for flow in TABLE.FLOWS]
            yield line(*key(sdk, endpoint, versions.get(sdk.name, NONE)), *cells)


def key(sdk: Any, endpoint: Any, version: str) -> Row:
    """What a row says before its cells."""
    clients = dict.fromkeys(TABLE.Case(sdk, endpoint, "", flavour).client for flavour in sdk.flavours)
    return (sdk.name, version, ", ".join(clients), f"`{endpoint.name}`", ", ".join(sdk.flavours))


def cell(sdk: Any, endpoint: Any, flow: str, wrong: dict[str, list[str]]) -> str:
    """How a call went in every flavour."""
    if flow not in endpoint.flows:
        return NONE
    names = [f"{sdk.name}/{endpoint.name}/{flow}/{flavour}" for flavour in sdk.flavours]
    if any(name not in wrong for name in names):
        return UNKNOWN
    failing = [name.rpartition("/")[2] for name in names if wrong[name]]
    return f"{FAILS} ({', '.join(failing)})" if failing else WORKS


def line(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |\n"


def reasons(wrong: dict[str, list[str]]) -> Iterator[str]:
    """Why what does not work does not, a line a reason."""
    found: dict[str, list[str]] = {}
    for case in TABLE.cases():
        if wrong.get(case.name):
            found.setdefault(case.known or "; ".join(wrong[case.name])[:200], []).append(case.name)
    for why, names in found.items():
        yield f"- {', '.join(f'`{name}`' for name in names)}: {why}\n"


def page(today: str, wrong: dict[str, list[str]], versions: dict[str, str]) -> str:
    """The whole page."""
    parts = [HEAD.format(date=today)]
    for title, what, bare in (("SDKs", "SDK", False), ("HTTP clients", "client", True)):
        parts += [f"\n## {title}\n\n", TABLE_HEAD.format(what=what), *rows(wrong, versions, bare=bare)]
    if failing := list(reasons(wrong)):
        parts += ["\n## What does not work\n\n", *failing]
    return "".join(parts)


def listed(text: str) -> list[Row]:
    """The rows of a page, without versions, and each cell only as being there or not."""
    found = [tuple(part.strip() for part in row.strip("|").split("|")) for row in text.splitlines() if "| `" in row]
    return [(*row[:1], *row[2:5], *(NONE if one == NONE else "" for one in row[5:])) for row in found]


def check() -> int:
    """Tell whether the page has exactly the rows of the tests; 1 if not."""
    wanted = listed(page("", {}, {}))
    got = listed(PAGE.read_text("utf-8")) if PAGE.is_file() else []
    if wanted == got:
        return 0
    for row in [*(set(wanted) - set(got)), *(set(got) - set(wanted))]:
        print(
            f"{PAGE.name}: {'missing' if row in wanted else 'no longer tested'}: {' '.join(row[:2])}", file=sys.stderr
        )
    print("write it anew: python scripts/conformance.py", file=sys.stderr)
    return 1


def write() -> int:
    """Play everything and write the page; 1 if an environment is not there or a case fails that should not."""
    wrong: dict[str, list[str]] = {}
    versions: dict[str, str] = {}
    for environment in sorted({case.sdk.environment for case in TABLE.cases()}):
        if not ENVS["is_current"](environment):
            print(f"{environment} is not made: python scripts/envs.py {environment}", file=sys.stderr)
            return 1
        found, here = judged(environment)
        wrong, versions = wrong | found, versions | here
    PAGE.write_text(page(time.strftime("%Y-%m-%d", time.gmtime()), wrong, versions), "utf-8")
    surprises = [case.name for case in TABLE.cases() if bool(wrong.get(case.name)) is not bool(case.known)]
    print(f"{PAGE.relative_to(ROOT)}: {len(wrong)} cases, {sum(map(bool, wrong.values()))} do not work")
    print("".join(f"  not as expected: {name}: {wrong.get(name)}\n" for name in surprises), end="")
    return int(bool(surprises))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the page's rows with those of the tests")
    sys.exit(check() if parser.parse_args().check else write())
