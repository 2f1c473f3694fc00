"""Where the parts of a scan's output go."""

import json
import sys

import pytest

from keeptabs.cli._scan_tell import tell
from keeptabs.scan.outcome import Outcome
from keeptabs.scan.sources import Unread

CLEAN = Outcome(files=2, bytes=34_000)


@pytest.mark.parametrize("form", ["sarif", "gitlab"])
def test_standard_output_is_one_document_for_its_reader(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """How much was scanned is said beside it."""
    tell(form, CLEAN)
    out, err = capsys.readouterr()
    assert isinstance(json.loads(out), dict)
    assert err == "keeptabs: scanned 2 files, 34 kB, 0 findings\n"


@pytest.mark.parametrize("form", ["json", "github"])
def test_without_findings_there_are_no_lines(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """But it is said that there was a scan."""
    tell(form, CLEAN)
    assert capsys.readouterr() == ("", "keeptabs: scanned 2 files, 34 kB, 0 findings\n")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (CLEAN, "\n  scanned 2 files, 34 kB: no keys\n"),
        (Outcome(nothing="nothing is staged"), "\n  nothing is staged: nothing was scanned\n"),
        (Outcome(), "\n  nothing was scanned\n"),
        (
            Outcome(files=2, bytes=34_000, unread=(Unread("a", "broken"),)),
            "\n  ! not scanned: a: broken\n  scanned 2 files, 34 kB: no keys\n",
        ),
    ],
    ids=["clean", "idle", "empty", "partial"],
)
def test_a_person_reads_it_all_on_standard_output(
    capsys: pytest.CaptureFixture[str], outcome: Outcome, expected: str
) -> None:
    """The clean commit has the same words as all others."""
    tell("text", outcome)
    assert capsys.readouterr() == (expected, "")


def test_a_clean_scan_does_not_wait_for_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take longer to load than ten files take to scan."""
    monkeypatch.setitem(sys.modules, "keeptabs.cli._scan_text", None)
    tell("text", CLEAN)
    assert "no keys" in capsys.readouterr().out
