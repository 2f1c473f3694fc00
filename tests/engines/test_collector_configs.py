"""What the Collector itself says to every configuration that we ship."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
try:
    from engine_collector import ABSENT, BINARY, CONFIGS
finally:
    sys.path.pop(0)

pytestmark = [pytest.mark.engines, pytest.mark.skipif(not BINARY.exists(), reason=ABSENT)]


def validated(*configs: Path | str) -> subprocess.CompletedProcess[str]:
    options = [f"--config={config}" for config in configs]
    return subprocess.run([str(BINARY), "validate", *options], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["agent", "gateway"])
def test_it_is_valid(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any variable set; the directory of the queue is the only one that it makes."""
    monkeypatch.setenv("KEEPTABS_QUEUE", str(tmp_path))
    done = validated(CONFIGS / f"{name}.yaml")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exporter that is in a pipeline and nowhere else makes a configuration invalid."""
    monkeypatch.setenv("KEEPTABS_QUEUE", str(tmp_path))
    done = validated(CONFIGS / "agent.yaml", "yaml:service::pipelines::traces::exporters: [nowhere]")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
