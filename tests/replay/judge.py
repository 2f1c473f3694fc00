"""What must hold of a case that was played without and with keeptabs; each check gives what is wrong, or nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from table import Case

    Played = Mapping[str, Any]

TOKENS = ("input", "output")


def unplayed(case: Case, off: Played) -> Iterator[str]:
    """Where a case with an answer of ours is not what it is meant to be: only an error raises, and something comes."""
    if off["name"] == case.name:
        raised = [note["raised"] for note in off["notes"] if isinstance(note, dict) and "raised" in note]
        if bool(raised) is not (case.flow == "error"):
            yield f"the SDK raised {raised}" if raised else "the SDK raised nothing"
        if not off["notes"]:
            yield "nothing came"


def differences(case: Case, off: Played, on: Played) -> Iterator[str]:
    """Where the application or the server saw another thing with keeptabs than without."""
    for what in ("notes", "requests"):
        if off[what] != on[what]:
            yield f"{what} without keeptabs: {json.dumps(off[what])[:600]}\n  with: {json.dumps(on[what])[:600]}"


def wrong_calls(case: Case, on: Played) -> Iterator[str]:
    """Where an attempt has no row in the ledger, or a row says another provider, client, status or manner."""
    rows, attempts = on["ledger"], len(on["requests"])
    if len(rows) != attempts:
        yield f"{attempts} attempts made {len(rows)} calls"
    if not attempts:
        yield "nothing was asked"
    wanted = {
        "provider": case.sdk.provider,
        "server": case.sdk.host,
        "client": case.client,
        "status": on["served"]["status"],
        "gaps": [],
    }
    if not on["served"]["failed"]:
        wanted["streamed"] = on["served"]["streamed"]
    for row in rows:
        yield from (f"{name} is {row[name]!r}, not {value!r}" for name, value in wanted.items() if row[name] != value)
        if (row["error_type"] is None) is on["served"]["failed"]:
            yield f"the outcome is {row['outcome']}, and the error {row['error_type']}"


def wrong_usage(case: Case, on: Played) -> Iterator[str]:
    """Where a row's usage is not what the served answer carries. An estimate is nothing that was carried."""
    said = on["served"]["usage"]
    for row in on["ledger"]:
        for name in TOKENS:
            wanted, got = said.get(name), None if row["estimated"] else row[name]
            if wanted != got:
                yield f"{name} is {got}, and the answer says {wanted}"
        units = {name: Decimal(count) for name, count in row["units"].items()}
        if units != {name: Decimal(str(count)) for name, count in said.get("units", {}).items()}:
            yield f"units are {units}, and the answer says {said.get('units')}"


def wrong(case: Case, off: Played, on: Played) -> list[str]:
    """All that is wrong with a case."""
    return [*unplayed(case, off), *differences(case, off, on), *wrong_calls(case, on), *wrong_usage(case, on)]
