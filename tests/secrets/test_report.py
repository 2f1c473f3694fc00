import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.report import MOST_SHOWN, findings, spans
from keeptabs.secrets.windows import SIZE

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import BARE, BLOCK, FIXED, PROJECT, RANGED, RULES, TOKEN, key, rule
finally:
    sys.path.pop(0)

SCANNER = Scanner(RULES)
MARK = Fingerprint(b"salt")
PROJECT_MARK = MARK.placeholder("project", key(PROJECT).encode())


def found(data: bytes, path: str = "a.py") -> list[Finding]:
    """What is told of a file."""
    return list(findings([data], path, SCANNER, MARK))


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_a_finding_says_where_and_shows_the_line(name: str) -> None:
    """The place is counted in characters, whatever the file is encoded in."""
    text = f"one\n  é = X(api_key='{key(PROJECT)}') # two\nthree, a longer line so that the encoding is told\n"
    finding, other = found(f"{text}{key(FIXED)}\n".encode(name))
    assert (other.line, other.column, other.shown) == (4, 1, MARK.placeholder("fixed", key(FIXED).encode()))
    assert (finding.rule.id, finding.path, finding.line, finding.column) == ("project", "a.py", 2, 18)
    assert finding.length == len(key(PROJECT))
    assert finding.fingerprint == MARK(key(PROJECT).encode())
    assert finding.shown == f"é = X(api_key='{PROJECT_MARK}') # two"
    assert not finding.place


def test_every_key_of_a_line_is_replaced() -> None:
    """Each finding shows the others' placeholders."""
    line = f"a={key(PROJECT)} b={key(FIXED)} mistral={key(TOKEN)}"
    shown = [finding.shown for finding in found(line.encode())]
    assert len(shown) == 3
    assert PROJECT_MARK in shown[0]
    for text in shown:
        assert not any(made[-8:] in text for made in (key(PROJECT), key(FIXED), key(TOKEN)))


@pytest.mark.parametrize("dash", [r"\u002d", "%2D"])
def test_a_key_behind_escapes_is_told_where_it_stands(dash: str) -> None:
    """The line is shown without it, too, also beside a key that stands as it is."""
    hidden = key(RANGED).replace("-", dash)
    both = found(f"k = '{hidden}', '{key(FIXED)}'".encode())
    assert [(finding.rule.id, finding.column, finding.place) for finding in both] == [
        ("ranged", 6, "decoded"),
        ("fixed", 6 + len(hidden) + 4, ""),
    ]
    assert both[0].fingerprint == MARK(key(RANGED).encode())
    assert not any(key(RANGED)[-8:] in finding.shown for finding in both)


def test_a_key_that_both_views_show_is_told_once() -> None:
    """An escape beside it makes no second one."""
    assert len(found(rf"\u002d0123456789abcdef '{key(FIXED)}'".encode())) == 1


def test_a_private_key_is_told_at_its_header() -> None:
    """No line of it is shown."""
    (finding,) = found(f"k = '''{key(BLOCK)}'''\n".encode())
    assert (finding.line, finding.column) == (1, 8)
    assert finding.shown == f"k = '''{MARK.placeholder('block', key(BLOCK).encode())}'''"


@pytest.mark.parametrize(
    ("before", "behind"), [("x" * 5_000, "y" * 5_000), ("é" * 300, "\x1b[31m\x07\t"), ("\0", "\0"), ("\u2028", "\r")]
)
def test_what_is_shown_is_short_and_visible(before: str, behind: str) -> None:
    """A long line is cut, and what would move the cursor is a space."""
    (finding,) = found(f"{before} {key(FIXED)} {behind}".encode())
    assert len(finding.shown) <= MOST_SHOWN
    assert finding.shown.isprintable()
    assert "[REDACTED:fixed:" in finding.shown


def test_what_is_shown_is_short_whatever_the_rule_is_called() -> None:
    """Placeholders count, too."""
    named = rule("a" * 90, "zz-{alnum:40}")
    line = f"{'x' * 99} {key(named)} {'x' * 99}".encode()
    (finding,) = findings([line], "", Scanner([named]), MARK)
    assert len(finding.shown) == MOST_SHOWN


def test_a_large_file_is_told_window_by_window() -> None:
    """Each key once, on its line, also where windows meet."""
    line = b"x" * 99 + b"\n"
    made = f"é {key(FIXED)}\n".encode()
    data = bytearray(line * (3 * SIZE // 100))
    size = SIZE + SCANNER.reach
    meetings = (SIZE, size + SIZE)  # where a window's own part ends, if chunks are as long as a window
    places = [at // 100 * 100 for at in (0, *(meeting + by for meeting in meetings for by in (-300, 0, 300)))]
    for at in places:
        data[at : at + len(made)] = made
    chunks = [bytes(data[at : at + size]) for at in range(0, len(data), size)]
    lines = [data.count(b"\n", 0, at) + 1 for at in places]
    assert [(each.line, each.column) for each in findings(chunks, "", SCANNER, MARK)] == [(each, 3) for each in lines]


def test_a_file_that_is_no_text_has_no_lines() -> None:
    """The column counts its bytes."""
    (finding,) = found(b"\x7fELF\0\n\n\0" + key(FIXED).encode() + b"\0\1")
    assert (finding.line, finding.column) == (0, 9)


def test_a_cell_of_a_notebook_is_named() -> None:
    """A key that was printed is in an output."""
    cells = [
        {"cell_type": "code", "outputs": [{"text": [f"{key(FIXED)}\n"]}], "source": [f"k = '{key(FIXED)}'"]},
        {"cell_type": "code", "outputs": [], "source": ["mistral\n", f"k = '{key(TOKEN, 4)}'"]},
    ]
    data = json.dumps({"cells": cells}, indent=1).encode()
    assert [finding.place for finding in found(data, "a.ipynb")] == [
        "cell 1, output",
        "cell 1, source",
        "cell 2, source",
    ]
    assert {finding.place for finding in found(data, "a.json")} == {""}


@given(st.lists(st.sampled_from(["é\n", "x" * 900, " ", key(FIXED), key(BARE), "azure\n", key(BLOCK)]), max_size=20))
def test_a_file_in_pieces_is_told_as_the_whole(pieces: list[str]) -> None:
    """Lines and columns go on from window to window."""
    data = "".join(pieces).encode()
    small = list(findings([data[at : at + 50] for at in range(0, len(data), 50)], "a.py", SCANNER, MARK))
    assert [(each.line, each.column, each.fingerprint) for each in small] == [
        (each.line, each.column, each.fingerprint) for each in found(data)
    ]


def test_many_keys_in_one_line_are_all_told() -> None:
    """None overlaps another, and offsets only grow."""
    line = ",".join(key(FIXED, seed) for seed in range(300)).encode()
    assert [span.key.decode() for span in spans(line, "", SCANNER)] == [key(FIXED, seed) for seed in range(300)]
    assert [finding.column for finding in found(line)] == [57 * index + 1 for index in range(300)]
