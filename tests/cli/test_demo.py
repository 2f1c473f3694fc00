import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def still(text: str) -> list[str]:
    """Lines without what differs from run to run: times, and the space that they take."""
    lines = re.sub(r"[\d.,]+ m?s\b", "TIME", text).splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


@pytest.mark.slow
def test_the_demo_shows_what_the_readme_shows() -> None:
    """The example app runs on the real SDK; its report is the README's, and a failed call and a retry are shown."""
    done = subprocess.run(
        [sys.executable, "-m", "keeptabs", "demo"], capture_output=True, text=True, check=True, timeout=120, cwd=ROOT
    )
    shown = still(done.stdout)
    readme = (ROOT / "README.md").read_text("utf-8")
    promised = still(readme.split("```text\n")[1].split("```")[0])
    start = shown.index(promised[0])
    assert shown[start : start + len(promised)] == promised
    for said in ("400 content_policy_violation", "· attempt 2", "input, from cache", "ticket 8:"):
        assert said in done.stdout
    assert done.stderr == ""
