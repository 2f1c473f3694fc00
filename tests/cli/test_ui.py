import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from keeptabs.cli import ui
from keeptabs.core.errors import UserError


@pytest.mark.skipif(sys.platform == "win32", reason="no interrupt can be sent to one process alone")
def test_it_says_one_address_and_ends_quietly(tmp_path: Path) -> None:
    """One line with the address, pages behind it, and nothing at all when it is interrupted."""
    command = [sys.executable, "-m", "keeptabs", "ui", "--port", "0", "--no-open", "--store", str(tmp_path / "none.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = line.split()[0]
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(address)
        with answer.value:
            assert answer.value.code == 503
            assert "keeptabs run python app.py" in answer.value.read().decode()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert line.strip().endswith("Ctrl-C ends it")
    assert (rest, errors, process.returncode) == ("", "", 0)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the line says how to get it."""
    monkeypatch.setattr(ui, "find_spec", lambda name: None if name == "uvicorn" else name)
    with pytest.raises(UserError, match=r"^the pages need uvicorn: pip install 'keeptabs\[ui\]'$"):
        CliRunner().invoke(ui.COMMAND, [], catch_exceptions=False)


@pytest.mark.parametrize(
    ("platform", "environ", "has"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "x"}, False),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_only_where_it_can_be_seen(platform: str, environ: dict[str, str], *, has: bool) -> None:
    """A server without a display gets no browser."""
    assert ui.has_display(platform, environ) == has
