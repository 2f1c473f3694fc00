"""``Pipfile.lock`` of Pipenv."""

from pathlib import Path

from keeptabs.pins import json_lock
from keeptabs.pins.dependency import Lock, normalised


def read(path: Path) -> dict[str, str]:
    """Versions by name, of every category."""
    every = json_lock.document(path)
    categories = [every[name] for name in every if name != "_meta" and isinstance(every[name], dict)]
    return {
        normalised(name): str(facts["version"]).removeprefix("==")
        for category in categories
        for name, facts in category.items()
        if isinstance(facts, dict) and "version" in facts
    }


LOCK = Lock(names=("Pipfile.lock",), of=("Pipfile",), read=read)
