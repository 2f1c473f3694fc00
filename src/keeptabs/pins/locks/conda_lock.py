"""``conda-lock.yml``."""

from pathlib import Path

import yaml

from keeptabs.pins.dependency import Lock, ManifestError, text_of
from keeptabs.pins.toml_lock import named


def read(path: Path) -> dict[str, str]:
    """Versions by name."""
    try:
        # The C reader where there is one: such files have tens of thousands of lines.
        document = yaml.load(text_of(path), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise ManifestError(f"{path}: {' '.join(str(error).split())}") from error
    return named(document.get("package")) if isinstance(document, dict) else {}


LOCK = Lock(names=("conda-lock.yml", "*.conda-lock.yml"), of=("environment*.yml", "environment*.yaml"), read=read)
