"""Builds an OpenTelemetry Collector of dashboards/collector/builder.yaml into ``.engines/``, with its own builder.

Needs Go and its module proxy; takes some minutes on two cores, and does nothing where it is up to date. Run
it as ``make engines``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "dashboards" / "collector" / "builder.yaml"
ENGINES = ROOT / ".engines"
COLLECTOR = ENGINES / "otelcol"
_STAMP = ENGINES / "built.yaml"  # what the Collector that is there was built from
_BUILDER = "go.opentelemetry.io/collector/cmd/builder"


def version(manifest: str) -> str:
    """The release that a manifest is of."""
    found = re.search(r"^  version: (\S+)$", manifest, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{MANIFEST} does not say the version of its distribution")
    return found[1]


def is_current() -> bool:
    """True where the Collector that is there was built from the manifest that is there."""
    return COLLECTOR.exists() and _STAMP.exists() and _STAMP.read_bytes() == MANIFEST.read_bytes()


def build(go: str) -> None:
    """Install the builder of the manifest's release, generate the Collector's source, and compile it."""
    ENGINES.mkdir(exist_ok=True)
    environ = os.environ | {"GOFLAGS": "-mod=mod", "GOBIN": str(ENGINES), "CGO_ENABLED": "0"}
    manifest = MANIFEST.read_text("utf-8")
    _run([go, "install", f"{_BUILDER}@v{version(manifest)}"], ENGINES, environ)
    _run([str(ENGINES / "builder"), "--config", str(MANIFEST), "--skip-compilation"], ENGINES, environ)
    compile_it = [go, "build", "-p", "1", "-trimpath", "-ldflags=-s -w", "-o", str(COLLECTOR), "."]
    _run(compile_it, ENGINES / "source", environ)
    _STAMP.write_bytes(MANIFEST.read_bytes())


def _run(command: list[str], directory: Path, environ: dict[str, str]) -> None:
    print("+", " ".join(command), file=sys.stderr, flush=True)
    if subprocess.run(command, cwd=directory, env=environ, check=False).returncode:  # noqa: S603 - Go, and what it built
        raise SystemExit(f"{command[0]} failed, as it says above")


def main() -> None:
    """Build what is not there."""
    if is_current():
        print(f"{COLLECTOR.relative_to(ROOT)} is up to date")
        return
    go = shutil.which("go")
    if go is None:
        raise SystemExit("the Collector is built with Go, which is not installed: https://go.dev/doc/install")
    os.nice(10)  # whoever else works on this machine comes first
    build(go)
    print(f"{COLLECTOR.relative_to(ROOT)} is built")


if __name__ == "__main__":
    main()
