"""Measure what keeptabs costs, beside its peers: ``python benchmarks/run.py [--quick] [--json FILE]``.

Needs nothing but Python 3.11: the environments that are compared are made below ``.envs`` when they are missing.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prices
import scanning
from alone import QUICK as FEW
from alone import Alone, Sizes
from comparison import CASES, Comparison, over_sockets, recorded
from figures import Section, table
from subjects import QUICK, SUBJECTS
from tables import sections
from workshop import BlockError, NotInstalledError, Workshop, workshop

_COMPARED = ("chat", "server")
_ALONE = ("alternate", "unrelated", "startup", "memory", "upload")
_PRICED = ("pricing",)
_SCANNED = ("scan",)
_PARTS = (*_COMPARED, *_ALONE, *_PRICED, *_SCANNED)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only try that all of it runs, in this environment")
    parser.add_argument("--rounds", type=int, default=11, help="rounds of the comparison (default: %(default)s)")
    parser.add_argument("--only", choices=_PARTS, action="append", help="measure only this; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE, too")
    return parser.parse_args()


def measured(shop: Workshop, wanted: list[str], rounds: int, about: dict[str, Any]) -> Iterator[Section]:
    """The parts that are wanted, one after the other. What was compared is noted in ``about``."""
    if {*_COMPARED, *_ALONE} & {*wanted}:
        yield from calls(shop, wanted, rounds, about)
    if "pricing" in wanted:
        print("pricing …", file=sys.stderr, flush=True)
        pricing = prices.Pricing(shop, prices.QUICK if shop.quick else prices.Sizes())
        yield from pricing.sections()
        about["versions"] = {**about.get("versions", {}), **pricing.versions}
        about["failures"].update(pricing.failures)
    if "scan" in wanted:
        print("scan …", file=sys.stderr, flush=True)
        keys = scanning.Scanning(shop, scanning.QUICK if shop.quick else scanning.Sizes())
        yield from keys.sections()
        about["failures"].update(keys.failures)


def calls(shop: Workshop, wanted: list[str], rounds: int, about: dict[str, Any]) -> Iterator[Section]:
    """The parts in which calls are made."""
    cases = tuple(case._replace(calls=3, warm_up=1) for case in CASES) if shop.quick else CASES
    with shop.server() as url:
        plan = recorded(shop, cases, url)
        if "chat" in wanted:
            yield from compared(shop, plan, rounds, about)
        if "server" in wanted:
            yield from compared(shop, over_sockets(plan, url), max(rounds // 3, 1), about)
    alone = Alone(shop, FEW if shop.quick else Sizes(), plan["cases"])
    for part in _ALONE:
        if part in wanted:
            print(f"{part} …", file=sys.stderr, flush=True)
            yield getattr(alone, part)()


def compared(shop: Workshop, plan: dict[str, Any], rounds: int, about: dict[str, Any]) -> list[Section]:
    """The tables of a comparison. On the real server, which stirs in the noise of sockets, no aims are set."""
    subjects, is_real = QUICK if shop.quick else SUBJECTS, "url" in plan
    where = "real server" if is_real else "recorded answers"
    print(f"chat, {where} …", file=sys.stderr, flush=True)
    found = Comparison(shop, CASES, subjects).run(rounds, plan)
    about["versions"] = found.versions
    about["failures"].update(found.failures)
    return sections(found, subjects, where, aims=not is_real)


def verdict(made: list[Section]) -> list[str]:
    """All aims in one table."""
    rows = [["aim", "figure", "at most", ""]]
    for aim in (aim for section in made for aim in section.aims):
        figure, limit = (f"{number:.3g} {aim.unit}".strip() for number in (aim.value, aim.limit))
        rows.append([aim.name, figure, limit, "met" if aim.met else "MISSED"])
    return table(rows)


def show(title: str, lines: list[str]) -> None:
    """One table on the terminal."""
    print(f"\n{title}", *(f"  {line}" for line in lines), sep="\n", flush=True)


def write(file: Path, about: dict[str, Any], made: list[Section]) -> None:
    """All figures as one JSON object."""
    found = {section.title: section.data for section in made}
    aims = [aim.told() for section in made for aim in section.aims]
    file.write_text(json.dumps({**about, "figures": found, "aims": aims}, indent=2) + "\n", "utf-8")


def conclude(asked: argparse.Namespace, about: dict[str, Any], made: list[Section]) -> None:
    """What it comes to, and what could not be compared."""
    if asked.quick:
        show("all of it runs", ["The figures of --quick mean nothing."])
    else:
        show(f"aims ({about['machine']}, {about['date']})", verdict(made))
    for failure in about["failures"].values():
        print(f"not compared: {failure}")
    if asked.json:
        write(asked.json, about, made)


def main() -> int:
    """Measure, show, write. Returns 1 when keeptabs itself could not be measured; a missed aim is no failure."""
    asked = arguments()
    wanted, rounds = asked.only or [*_PARTS], 1 if asked.quick else max(asked.rounds, 1)
    about: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}",
        "failures": {},
    }
    made: list[Section] = []
    try:
        with workshop(quick=asked.quick) as shop:
            for section in measured(shop, wanted, rounds, about):
                made.append(section)
                show(section.title, section.lines)
    except (BlockError, NotInstalledError, OSError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    conclude(asked, about, made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
