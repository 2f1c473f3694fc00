"""What our own rows say differently from the base."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from keeptabs.pricing import written
from keeptabs.pricing.catalogue import Catalogue
from keeptabs.pricing.match import Clause
from keeptabs.pricing.overrides import Override, overrides
from keeptabs.pricing.rows import BaseFile, Head, Model, Row

TODAY = date(2026, 11, 24)
HEAD = Head(source="s", version="1", licence="MIT", converted="2026-11-24", sha256="", provider="acme")
MODEL = Model(
    id="acme-1",
    match=Clause(prefix="acme-1"),
    rows=(
        Row(unit={"input_mtok": "1", "output_mtok": "4"}),
        Row(unit={"input_mtok": "2", "output_mtok": "4"}, start=date(2026, 6, 1)),
        Row(unit={"input_mtok": "0.5"}, when={"service_tier": "flex"}),
    ),
)


def said(row: str) -> list[tuple[str, str, str | None, str | None]]:
    """Kind, key, base and ours of what a row of ours says differently."""
    return [
        (each.kind, each.key, *(None if usd is None else str(usd) for usd in (each.base, each.ours)))
        for each in found(row)
    ]


def found(row: str) -> list[Override]:
    """All that a row of ours says differently."""
    known = Catalogue()
    known.base = {"acme": BaseFile(head=HEAD, models=(MODEL,))}
    text = f"[[price]]\n{row}"
    known.overlay = {"acme": written.read(text, file="acme.toml", layer="overlay", provider="acme")}
    return overrides(known, TODAY)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("model = 'acme-1'\nunit.input_mtok = '2'\nunit.output_mtok = '4'", []),
        ("model = 'acme-1'\nunit.input_mtok = '3'\nunit.output_mtok = '4'", [("", "input_mtok", "2", "3")]),
        ("model = 'acme-1'\nunit.input_mtok = '2'", [("", "output_mtok", "4", None)]),
        ("model = 'acme-1'\nadds = true\nunit.images = '1'", [("", "images", None, "1")]),
        (
            "model = 'acme-1'\nfrom = 2026-05-31\nunit.input_mtok = '3'\nunit.output_mtok = '4'",
            [("", "input_mtok", "1", "3")],
        ),
        (
            "model = 'acme-1'\nto = 2026-01-01\nunit.input_mtok = '3'\nunit.output_mtok = '4'",
            [("", "input_mtok", "1", "3")],
        ),
        (
            "model = 'acme-1'\nwhen = { service_tier = 'flex' }\nunit.input_mtok = '1'",
            [("service_tier=flex", "input_mtok", "0.5", "1")],
        ),
        ("model = 'acme-'\nmatch = 'prefix'\nunit.input_mtok = '2'", [("", "output_mtok", "4", None)]),
        ("model = 'other'\nunit.input_mtok = '2'", [("", "input_mtok", None, "2")]),
    ],
    ids=["same", "other rate", "none of ours", "added", "first day", "last day", "kind", "pattern", "unknown"],
)
def test_a_rate_is_held_against_that_of_the_base_on_its_own_day(
    row: str, expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    """A complete row denies what it does not have; one that adds does not."""
    assert said(row) == expected


def test_what_is_said_differently_has_its_source() -> None:
    """On whose word, how sure, and what the sources say."""
    row = "model = ['acme-1', 'acme-1b']\nunit.input_mtok = '2'\nunit.output_mtok = '5'\nfrom = 2026-07-01\n"
    [each] = found(f"{row}source = 'https://acme.example'\nconfidence = 'disputed'\nnote = 'n'")
    assert msgspec.structs.asdict(each) == {
        "provider": "acme",
        "model": "acme-1",
        "kind": "",
        "key": "output_mtok",
        "base": Decimal(4),
        "ours": Decimal(5),
        "start": date(2026, 7, 1),
        "end": None,
        "source": "https://acme.example",
        "confidence": "disputed",
        "note": "n",
    }


def test_the_shipped_rows_say_something() -> None:
    """The best known of them: what o3 cost for cached input before the price was cut."""
    every = overrides(Catalogue(), TODAY)
    [o3] = [each for each in every if (each.model, each.key, each.kind) == ("o3", "cache_read_mtok", "")]
    assert (o3.base, o3.ours, o3.start) == (Decimal("0.5"), Decimal("2.5"), date(2025, 4, 16))
