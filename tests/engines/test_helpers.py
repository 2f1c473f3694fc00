"""The parts of the comparison that need no engine: amounts, the table of the page, sockets, and the made-up API."""

from __future__ import annotations

import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
try:
    ANTHROPIC, COMPARE, SOCKETS = (import_module(f"engine_{name}") for name in ("anthropic", "compare", "sockets"))
finally:
    sys.path.remove(str(Path(__file__).parent))

WILDCARD, LOOPBACK = "00000000", "0100007F"
TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: {listening}:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100A8C0:1F91 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1
   2: 0100A8C0:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9999 1
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(0.00488, "0.00488", id="exact"),
        pytest.param(1.3199999999999999e-05, "0.0000132", id="a float's own error"),
        pytest.param(1e-9, "0.000000001", id="a nano-dollar"),
        pytest.param(None, "0", id="no price"),
    ],
)
def test_amounts_are_compared_to_the_nano_dollar(said: float | None, expected: str) -> None:
    """What a float has beyond is no difference; a nano-dollar is one."""
    assert COMPARE.usd(said) == Decimal(expected)


def test_the_table_of_a_page_is_read(tmp_path: Path) -> None:
    """Of each row both amounts, bold ones too; other tables are left alone."""
    page = tmp_path / "page.md"
    page.write_text(
        "| call | ledger, USD | Phoenix, USD | MLflow, USD |\n|---|---|---|---|\n"
        "| chat | 0.1 | 0.1 | 0.2 |\n| flex | 0.1 | **0.2** | 0.1 |\n\n| call | why |\n|---|---|\n| flex | so |\n"
    )
    assert COMPARE.documented(page, "Phoenix") == {
        "chat": (Decimal("0.1"), Decimal("0.1")),
        "flex": (Decimal("0.1"), Decimal("0.2")),
    }


@pytest.mark.parametrize("address", [WILDCARD, LOOPBACK])
def test_sockets_of_a_process_and_its_children_are_found(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child's socket that listens counts; one that is connected, and one of somebody else, do not."""
    for name in ("net", "1/task/1", "2/fd"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "net" / "tcp").write_text(TABLE.format(listening=address))
    (tmp_path / "1" / "task" / "1" / "children").write_text("2 ")
    for number, target in enumerate(("socket:[4711]", "socket:[4712]", "/dev/null")):
        (tmp_path / "2" / "fd" / str(number)).symlink_to(target)
    monkeypatch.setattr(SOCKETS, "PROC", tmp_path)
    assert SOCKETS.listening(1) == {address}
    assert (SOCKETS.listening(1) <= SOCKETS.LOOPBACK) == (address == LOOPBACK)


def test_a_message_uses_what_it_is_asked_to_use() -> None:
    """Tokens that are written to a cache are told by how long they are kept, and as a sum."""
    used = ANTHROPIC.usage("input=1 cache_5m=2 cache_1h=3 output=4 searches=5")
    assert (used["input_tokens"], used["output_tokens"]) == (1, 4)
    assert used["cache_creation_input_tokens"] == 5
    assert used["server_tool_use"] == {"web_search_requests": 5}
