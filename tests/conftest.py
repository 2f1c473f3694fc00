"""What every test stands on: a clean environment, our own faults re-raised, and nothing installed afterwards."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import keeptabs
from keeptabs.patching.shield import shield
from keeptabs.testing.mock import MockServer


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the person who runs the tests, no ledger of theirs, and no fault of ours swallowed."""
    for name in [name for name in os.environ if name.startswith(("KEEPTABS_", "OTEL_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(shield, "raises", True)
    shield.forget()
    yield
    keeptabs.uninstall()
    shield.forget()


@pytest.fixture(scope="session")
def mock_url() -> Iterator[str]:
    """The base URL of a mock provider that lives as long as the session."""
    with MockServer() as server:
        yield server.url


@pytest.fixture
def api_key() -> str:
    """A key that no scanner takes for one."""
    return "none-is-needed"
