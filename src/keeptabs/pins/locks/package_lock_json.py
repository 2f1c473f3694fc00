"""``package-lock.json`` and ``npm-shrinkwrap.json`` of npm, in its three versions."""

from pathlib import Path

from keeptabs.pins import json_lock
from keeptabs.pins.dependency import Lock

_FOLDER = "node_modules/"


def read(path: Path) -> dict[str, str]:
    """Versions by name, of what is installed at the top."""
    document = json_lock.document(path)
    packages, older = document.get("packages"), document.get("dependencies")
    if isinstance(packages, dict):
        every = {name.removeprefix(_FOLDER): facts for name, facts in packages.items() if name.startswith(_FOLDER)}
    else:
        every = older if isinstance(older, dict) else {}
    return {
        name: str(facts["version"]) for name, facts in every.items() if isinstance(facts, dict) and "version" in facts
    }


LOCK = Lock(names=("package-lock.json", "npm-shrinkwrap.json"), of=("package.json",), read=read)
