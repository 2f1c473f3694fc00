"""Lock files in JSON."""

import json
from pathlib import Path
from typing import Any

from keeptabs.pins.dependency import ManifestError, text_of


def document(path: Path) -> dict[str, Any]:
    """The object that a file holds.

    Raises:
        ManifestError: it is no JSON, or no object.
    """
    try:
        found = json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise ManifestError(f"{path}:{error.lineno}: {error.msg}") from error
    if not isinstance(found, dict):
        raise ManifestError(f"{path}: it should hold one object")
    return found
